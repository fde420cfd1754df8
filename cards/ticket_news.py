"""News of a ticket: what those who reported it hear, and what the one who has it hears."""

from collections.abc import Sequence

from cards.catalogue import say
from cards.ticket import moves
from cards.ticket_lines import outcome
from cards.ticketing import TicketFacts, Ticketing
from cards.when import duration
from domain.message import Message
from domain.ticket import State, Ticket, Verb

PROVEN = frozenset({State.FIXED, State.CLOSED})


def news(view: Ticketing, facts: TicketFacts, verb: Verb) -> Message:
    """For a reporter, after this move; what was put right is shown before and after."""
    ticket = facts.ticket
    text = say(view.language, f"ticket_news.{verb}", **_values(view, ticket))
    pictures = (*facts.pictures[:1], *facts.after[-1:]) if ticket.state in PROVEN and facts.after else ()
    return Message(text, ((view.button("view", "see", ticket.number),),), pictures)


def to_owner(
    view: Ticketing, ticket: Ticket, verb: Verb, *, reason: str = "", verbs: Sequence[Verb] = ()
) -> Message:
    """For the one who has it, after somebody else's move; ``verbs`` is what there is to be done now."""
    text = say(view.language, f"ticket_news.to_owner_{verb}", **_values(view, ticket), why=reason)
    return Message(text, (*moves(view, ticket, verbs), (view.button("view", "see", ticket.number),)))


def _values(view: Ticketing, ticket: Ticket) -> dict[str, str]:
    return {
        "number": ticket.number,
        "category": view.category(ticket.category),
        "town": view.town(ticket.town),
        "fix": view.moment(ticket.fix_due_at or view.now),
        "reason": ticket.outcome or "",
        "outcome": outcome(view, ticket.outcome),
        "until": view.moment(ticket.suspended_until or view.now),
        "time": duration(view.language, (ticket.closed_at or view.now) - ticket.reported_at),
    }
