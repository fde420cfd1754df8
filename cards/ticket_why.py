"""The two questions around a move: until when, and why; the usual answers are buttons, anything else is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.ticketing import Ticketing
from domain.message import Button, Message
from domain.ticket import Ticket, Verb


@dataclass(frozen=True, slots=True)
class Asks:
    """What a move asks for: ``days`` are offered until when, ``reasons`` so many usual ones; the names of the buttons."""

    why: str
    reasons: int
    until: str = ""
    days: tuple[int, ...] = ()


ASKS: Mapping[Verb, Asks] = MappingProxyType(
    {
        Verb.SEND_BACK: Asks("backwhy", 3),
        Verb.SUSPEND: Asks("stopwhy", 3, "stoptill", (3, 7)),
        Verb.ASK_EXTENSION: Asks("morewhy", 3, "moretill", (1, 3)),
        Verb.REFUSE_EXTENSION: Asks("nomorewhy", 2),
        Verb.REOPEN: Asks("openwhy", 3),
    }
)


def ask_until(view: Ticketing, ticket: Ticket, verb: Verb) -> Message:
    """Ask until when."""
    asks, text = ASKS[verb], _say(view, f"{verb}_until", ticket)
    offered = [
        Button(
            label(view.language, "ticket_why.days", days=days),
            view.seal(asks.until, ticket.number, ticket.version, days),
        )
        for days in asks.days
    ]
    return Message(text, columns(offered, len(offered)))


def ask_why(view: Ticketing, ticket: Ticket, verb: Verb, until: datetime | None = None) -> Message:
    """Ask for the reason; where a date was said before, it is repeated."""
    asks = ASKS[verb]
    text = _say(view, verb.value, ticket, until=view.moment(until) if until else "")
    more = (int(until.timestamp()),) if until else ()
    offered = [
        Button(reason(view, verb, which), view.seal(asks.why, ticket.number, ticket.version, which, *more))
        for which in range(1, asks.reasons + 1)
    ]
    return Message(text, columns(offered, len(offered)))


def reason(view: Ticketing, verb: Verb, which: int) -> str:
    """A usual reason in words."""
    return label(view.language, f"ticket_why.{verb}_{which}")


def _say(view: Ticketing, key: str, ticket: Ticket, **values: str) -> Html:
    due = view.moment(ticket.fix_due_at) if ticket.fix_due_at else ""
    return say(view.language, f"ticket_why.{key}", number=ticket.number, due=due, **values)
