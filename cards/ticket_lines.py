"""What is said of a ticket, line by line: what it is, who has it, its clocks, and what is particular to its state."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cards.catalogue import Html
from cards.ticketing import TicketFacts, Ticketing
from cards.when import duration
from domain.ticket import Outcome, State, Ticket, Verb

RUNNING = frozenset({State.REPORTED, State.ASSIGNED, State.ACCEPTED})
_OUTCOMES = frozenset(Outcome)


def lines(view: Ticketing, facts: TicketFacts) -> list[Html]:
    """Everything for one reader, who may know the names that the facts hold."""
    ticket = facts.ticket
    people = [
        view.say("reporter", name=facts.reporter) if facts.reporter else None,
        view.say("again", count=facts.reports) if facts.reports > 1 else None,
        view.say("assignee", name=facts.assignee) if facts.assignee else None,
    ]
    said = [
        view.say(
            "head", icon=view.label(f"icon_{ticket.state}"), number=ticket.number, state=view.state(ticket)
        ),
        view.say("what", category=view.category(ticket.category), place=view.place(ticket)),
        view.say("words", words=ticket.description) if ticket.description else None,
        view.say(
            "reported",
            when=view.moment(ticket.reported_at),
            source=view.label(f"source_{ticket.source}"),
            count=ticket.photo_count,
        ),
        Html(" · ".join(filter(None, people))),
        *_now(view, facts),
    ]
    return [line for line in said if line]


def until(view: Ticketing, facts: TicketFacts) -> list[Html]:
    """The same for a group, in words that stay true; a name stands there only where it may be public."""
    ticket, said = facts.ticket, []
    if ticket.state is State.ACCEPTED and ticket.accepted_at:
        said.append(
            view.say(
                "accepted", name=facts.assignee or view.town(ticket.town), when=view.stamp(ticket.accepted_at)
            )
        )
    if ticket.state is State.ASSIGNED and ticket.accept_due_at:
        said.append(view.say("accept_until", when=view.stamp(ticket.accept_due_at)))
    if ticket.state in RUNNING and ticket.fix_due_at:
        said.append(view.say("fix_until", when=view.stamp(ticket.fix_due_at)))
    if ticket.state is State.FIXED and ticket.fixed_at:
        said.append(view.say("fixed", when=view.stamp(ticket.fixed_at)))
        said += _quantity(view, ticket)
    if ticket.state is State.SUSPENDED and ticket.suspended_until:
        said.append(view.say("suspended", when=view.stamp(ticket.suspended_until)))
    return said + (_closed(view, ticket) if ticket.state is State.CLOSED else [])


def doubts(view: Ticketing, ticket: Ticket) -> list[Html]:
    """What a reviewer is to look at in the photos, in words."""
    return [view.say("doubt", what=view.label(f"doubt_{doubt}")) for doubt in ticket.doubts]


def outcome(view: Ticketing, code: str | None) -> str:
    """With what a ticket was closed; words that are no code stand as they are."""
    return view.label(f"outcome_{code}") if code in _OUTCOMES else code or ""


def overdue_by(ticket: Ticket, now: datetime) -> timedelta | None:
    """For how long the clock that matters now has been over; None while it has not."""
    due = _due(ticket)
    return now - due if due and now > due else None


def due_in(ticket: Ticket, now: datetime) -> timedelta | None:
    """How long the clock that matters now still runs."""
    due = _due(ticket)
    return due - now if due and now <= due else None


def _due(ticket: Ticket) -> datetime | None:
    if ticket.state is State.ASSIGNED:
        return ticket.accept_due_at or ticket.fix_due_at
    return ticket.fix_due_at if ticket.state in RUNNING else None


def _now(view: Ticketing, facts: TicketFacts) -> Iterator[Html]:
    """What is particular to where the ticket stands."""
    ticket = facts.ticket
    if ticket.state is State.ASSIGNED and ticket.accept_due_at:
        yield _clock(view, "accept", ticket.accept_due_at)
    if ticket.state in RUNNING and ticket.fix_due_at:
        yield _clock(view, "fix", ticket.fix_due_at)
    if ticket.extension_until:
        when = view.moment(ticket.extension_until)
        yield view.say("extension", when=when, reason=ticket.extension_reason or "")
    if ticket.state is State.SUSPENDED and ticket.suspended_until:
        when = view.moment(ticket.suspended_until)
        yield view.say("suspended_why", when=when, reason=ticket.suspended_reason or "")
    if ticket.state is State.FIXED and ticket.fixed_at:
        yield view.say("fixed", when=view.moment(ticket.fixed_at))
        yield from _quantity(view, ticket)
        yield from doubts(view, ticket) if Verb.VERIFY_CLOSE in facts.verbs else ()
    yield from _ended(view, ticket)


def _ended(view: Ticketing, ticket: Ticket) -> Iterator[Html]:
    if ticket.state is State.REJECTED:
        yield view.say("rejected", reason=ticket.outcome or "")
    if ticket.state is State.CLOSED:
        yield from _closed(view, ticket)
        yield from _quantity(view, ticket)
    if ticket.reopened:
        yield view.say("reopened", count=ticket.reopened)


def _clock(view: Ticketing, which: str, due: datetime) -> Html:
    key = f"{which}_over" if view.now > due else f"{which}_left"
    return view.say(key, time=duration(view.language, abs(due - view.now)), when=view.moment(due))


def _closed(view: Ticketing, ticket: Ticket) -> list[Html]:
    took = duration(view.language, (ticket.closed_at or view.now) - ticket.reported_at)
    ended = [view.say("ended", outcome=outcome(view, ticket.outcome))] if ticket.outcome else []
    return [*ended, view.say("took", time=took)]


def _quantity(view: Ticketing, ticket: Ticket) -> list[Html]:
    if ticket.quantity is None or ticket.quantity_unit is None:
        return []
    return [view.say("quantity", count=f"{ticket.quantity.normalize():f}", unit=ticket.quantity_unit)]
