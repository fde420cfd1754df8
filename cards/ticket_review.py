"""What a reviewer sees and is told: the photos before and after, what is doubtful in them, and the possible outcomes."""

from collections.abc import Sequence
from datetime import datetime

from cards.catalogue import Html, say
from cards.layout import columns
from cards.ticket import move, moves
from cards.ticket_lines import lines, outcome
from cards.ticketing import TicketFacts, Ticketing
from domain.message import Button, Message
from domain.ticket import Outcome, Ticket, Verb


def review(view: Ticketing, facts: TicketFacts) -> Message:
    """The photos together, then everything to decide on; ``facts`` are those of the reviewer's own card."""
    ticket = facts.ticket
    before, after = len(facts.pictures), len(facts.after)
    text = [
        *lines(view, facts),
        _say(view, "photos", before=before, after=after) if after else _say(view, "no_photos"),
        *([] if ticket.doubts else [_say(view, "no_doubts")]),
        _say(view, "ask"),
    ]
    buttons = [
        Button(outcome(view, one), view.seal("outcome", ticket.number, ticket.version, one))
        for one in Outcome
    ]
    back = move(view, Verb.SEND_BACK, ticket.number, ticket.version)
    return Message("\n".join(text), columns([*buttons, back], 2), (*facts.pictures, *facts.after))


def closed(view: Ticketing, ticket: Ticket) -> Message:
    text = _say(view, "closed", number=ticket.number, outcome=outcome(view, ticket.outcome))
    return Message(text, _see(view, ticket))


def sent_back(view: Ticketing, ticket: Ticket, why: str) -> Message:
    fix = view.moment(ticket.fix_due_at or view.now)
    return Message(_say(view, "sent_back", number=ticket.number, reason=why, fix=fix), _see(view, ticket))


def reopened(view: Ticketing, ticket: Ticket, why: str) -> Message:
    fix = view.moment(ticket.fix_due_at or view.now)
    town = view.town(ticket.town)
    text = _say(view, "reopened", number=ticket.number, reason=why, fix=fix, town=town)
    return Message(text, _see(view, ticket))


def suspended(view: Ticketing, ticket: Ticket, until: datetime) -> Message:
    why = ticket.suspended_reason or ""
    text = _say(view, "suspended", number=ticket.number, until=view.moment(until), reason=why)
    return Message(text, _see(view, ticket))


def resumed(view: Ticketing, ticket: Ticket) -> Message:
    if ticket.fix_due_at is None:
        return Message(_say(view, "resumed_undated", number=ticket.number), _see(view, ticket))
    fix = view.moment(ticket.fix_due_at)
    return Message(_say(view, "resumed", number=ticket.number, fix=fix), _see(view, ticket))


def extension_asked(view: Ticketing, ticket: Ticket, until: datetime) -> Message:
    """For who asked."""
    text = _say(view, "extension_asked", number=ticket.number, until=view.moment(until))
    return Message(text, _see(view, ticket))


def extension_to_decide(view: Ticketing, ticket: Ticket, asker: str, verbs: Sequence[Verb]) -> Message:
    """For those who may decide, with the buttons to do so."""
    text = _say(
        view,
        "extension_to_decide",
        number=ticket.number,
        category=view.category(ticket.category),
        place=view.place(ticket),
        name=asker,
        due=view.moment(ticket.fix_due_at or view.now),
        until=view.moment(ticket.extension_until or view.now),
        reason=ticket.extension_reason or "",
    )
    return Message(text, (*moves(view, ticket, verbs), *_see(view, ticket)))


def extension_granted(view: Ticketing, ticket: Ticket) -> Message:
    fix = view.moment(ticket.fix_due_at or view.now)
    return Message(_say(view, "extension_granted", number=ticket.number, fix=fix), _see(view, ticket))


def extension_refused(view: Ticketing, ticket: Ticket, why: str) -> Message:
    return Message(_say(view, "extension_refused", number=ticket.number, reason=why), _see(view, ticket))


def _see(view: Ticketing, ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    return ((view.button("view", "see", ticket.number),),)


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"ticket_review.{key}", **values)
