"""Which moves are open to somebody now: the buttons under a ticket, which are no more than what would not be refused."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from domain.moves import AT_WORK, UNFIXED
from domain.people import Person
from domain.permission import Action, may, unit_of
from domain.ticket import OPEN, State, Ticket, Verb

_FIXED, _SUSPENDED, _CLOSED = (
    frozenset({State.FIXED}),
    frozenset({State.SUSPENDED}),
    frozenset({State.CLOSED}),
)
# in the order of the buttons: what leads on first, what undoes last
_MOVES: Mapping[Verb, tuple[Action, frozenset[State]]] = MappingProxyType(
    {
        Verb.ACCEPT: (Action.ACCEPT, frozenset({State.ASSIGNED})),
        Verb.FIX: (Action.FIX, AT_WORK),
        Verb.FIX_ON_THE_SPOT: (Action.FIX_ON_THE_SPOT, AT_WORK),
        Verb.VERIFY_CLOSE: (Action.VERIFY, _FIXED),
        Verb.SEND_BACK: (Action.VERIFY, _FIXED),
        Verb.GRANT_EXTENSION: (Action.DECIDE_EXTENSION, AT_WORK),
        Verb.REFUSE_EXTENSION: (Action.DECIDE_EXTENSION, AT_WORK),
        Verb.RESUME: (Action.SUSPEND, _SUSPENDED),
        Verb.ASK_EXTENSION: (Action.ASK_EXTENSION, AT_WORK),
        Verb.HAND_OVER: (Action.HAND_OVER, AT_WORK),
        Verb.NOT_OURS: (Action.NOT_OURS, AT_WORK),
        Verb.ASSIGN: (Action.ASSIGN, UNFIXED),
        Verb.SUSPEND: (Action.SUSPEND, UNFIXED),
        Verb.REOPEN: (Action.REOPEN, _CLOSED),
        Verb.REJECT: (Action.REJECT, OPEN),
    }
)


def possible(person: Person, ticket: Ticket) -> tuple[Verb, ...]:
    """What this person may do now with the ticket, in the order of the buttons.

    A fix on the spot is left out where the plain one is open, which asks for less; a relapse is found by a look back.
    """
    found = tuple(verb for verb in _MOVES if _is_open(verb, person, ticket))
    return tuple(verb for verb in found if verb is not Verb.FIX_ON_THE_SPOT or Verb.FIX not in found)


def is_own_work(person: Person, ticket: Ticket) -> bool:
    """Whether the person, or the unit for which the person acts, did the work that is to be looked at."""
    unit = unit_of(person)
    return person.id == ticket.fixed_by or (unit is not None and unit == ticket.fixed_unit)


def _is_open(verb: Verb, person: Person, ticket: Ticket) -> bool:
    action, states = _MOVES[verb]
    fits = _FITS.get(verb)
    return ticket.state in states and may(person, action, ticket) and (fits is None or fits(person, ticket))


def _to_review(person: Person, ticket: Ticket) -> bool:
    return not is_own_work(person, ticket)


def _to_decide(person: Person, ticket: Ticket) -> bool:
    return ticket.extension_until is not None and person.id != ticket.extension_by


def _to_ask(_person: Person, ticket: Ticket) -> bool:
    return not ticket.extended and ticket.extension_until is None


_FITS: Mapping[Verb, Callable[[Person, Ticket], bool]] = MappingProxyType(
    {
        Verb.VERIFY_CLOSE: _to_review,
        Verb.SEND_BACK: _to_review,
        Verb.GRANT_EXTENSION: _to_decide,
        Verb.REFUSE_EXTENSION: _to_decide,
        Verb.ASK_EXTENSION: _to_ask,
    }
)
