"""What is asked and told when a ticket is taken up, handed over to a colleague, or sent back as not ours."""

from collections.abc import Sequence
from datetime import timedelta

from cards import ticket as ticket_cards
from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.ticket import Ticketing
from cards.when import duration
from domain.message import Button, Message
from domain.people import Person
from domain.ticket import Ticket, Verb

REASONS = (1, 2, 3)


def accepted(view: Ticketing, ticket: Ticket, verbs: Sequence[Verb]) -> Message:
    """The card of who has taken it up, with what may be done next."""
    return Message(_about(view, "accepted", ticket), _moves(view, ticket, verbs))


def ask_whom(view: Ticketing, ticket: Ticket, colleagues: Sequence[Person]) -> Message:
    """Ask which colleague gets it."""
    buttons = [
        Button(one.name, view.seal("handto", ticket.number, ticket.version, one.id)) for one in colleagues
    ]
    return Message(_say(view, "hand_over_ask", number=ticket.number), columns(buttons, 2))


def nobody(language: str) -> str:
    return label(language, "ticket_take.hand_over_nobody")


def handed_over(view: Ticketing, ticket: Ticket, name: str) -> Message:
    return Message(
        _say(view, "hand_over_done", number=ticket.number, name=name),
        ((view.button("view", "see", ticket.number),),),
    )


def handed(view: Ticketing, ticket: Ticket, by: str, verbs: Sequence[Verb]) -> Message:
    """For the colleague who has it now."""
    return Message(_about(view, "handed", ticket, by=by), _moves(view, ticket, verbs))


def handed_on(view: Ticketing, ticket: Ticket, by: str, name: str) -> Message:
    """For the colleague who had it."""
    return Message(_say(view, "handed_on", number=ticket.number, by=by, name=name))


def ask_why(view: Ticketing, ticket: Ticket) -> Message:
    """Ask why it is not the unit's."""
    buttons = [
        Button(reason(view, one), view.seal("nowhy", ticket.number, ticket.version, one)) for one in REASONS
    ]
    return Message(
        _say(view, "not_ours_ask", number=ticket.number, unit=view.town(ticket.town)), columns(buttons, 2)
    )


def reason(view: Ticketing, which: int) -> str:
    """A usual reason in words."""
    return label(view.language, f"ticket_take.not_ours_{which}")


def given_back(view: Ticketing, ticket: Ticket, why: str) -> Message:
    return Message(_say(view, "not_ours_done", number=ticket.number, reason=why))


def returned(
    view: Ticketing, ticket: Ticket, *, before: Ticket, why: str, spent: timedelta, verbs: Sequence[Verb]
) -> Message:
    """For the office: which unit sent it back, why, and how long it had it."""
    text = _say(
        view,
        "returned",
        number=ticket.number,
        unit=view.town(before.town),
        category=view.category(ticket.category),
        place=view.place(before),
        reason=why,
        spent=duration(view.language, spent),
    )
    return Message(text, _moves(view, ticket, verbs))


def _about(view: Ticketing, key: str, ticket: Ticket, **values: object) -> Html:
    return _say(
        view,
        key,
        number=ticket.number,
        category=view.category(ticket.category),
        place=view.place(ticket),
        fix=view.moment(ticket.fix_due_at or view.now),
        **values,
    )


def _moves(view: Ticketing, ticket: Ticket, verbs: Sequence[Verb]) -> tuple[tuple[Button, ...], ...]:
    return (
        *ticket_cards.moves(view, ticket, verbs),
        (view.button("view", "see", ticket.number),),
    )


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"ticket_take.{key}", **values)
