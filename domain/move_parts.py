"""What the moves of a ticket are made of: who and from where, and the facts that change together."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from domain.calendar import Calendar, add_working, working_between
from domain.people import Person
from domain.permission import Action, may
from domain.ticket import (
    OPEN,
    AlreadyEnded,
    Deadlines,
    Event,
    Move,
    NeedsReason,
    NotYours,
    State,
    Ticket,
    Verb,
    WrongState,
)

_MINUTE = timedelta(minutes=1)


def allow(action: Action, ticket: Ticket, by: Person | None, states: Collection[State]) -> None:
    """Raises NotYours, AlreadyEnded or WrongState; ``by`` None is the system."""
    if by is not None and not may(by, action, ticket):
        raise NotYours
    if ticket.state not in OPEN:
        raise AlreadyEnded
    if ticket.state not in states:
        raise WrongState(state=ticket.state)


def reason_of(words: str) -> str:
    """Raises NeedsReason."""
    if not words.strip():
        raise NeedsReason
    return words.strip()


def step(
    ticket: Ticket, moved: Ticket, verb: Verb, *, at: datetime, by: Person | None, note: str | None = None
) -> Move:
    """The next version of the ticket with its line of history; an open one is to be looked at again."""
    again = moved.suspended_until if moved.state is State.SUSPENDED else at
    moved = replace(moved, version=ticket.version + 1, next_action_at=again if moved.state in OPEN else None)
    who = by.id if by else None
    return Move(moved, (Event(ticket.number, at, who, ticket.state, moved.state, note, verb, moved.town),))


def started(ticket: Ticket, deadlines: Deadlines, at: datetime) -> Ticket:
    """Assigned, its clocks at their beginning."""
    return replace(
        ticket,
        state=State.ASSIGNED,
        assigned_at=at,
        accept_due_at=deadlines.accept_due_at,
        fix_due_at=deadlines.fix_due_at,
        accepted_at=None,
        assignee_id=None,
        returned_at=None,
    )


def undone(ticket: Ticket) -> Ticket:
    """As if nothing had been fixed; what was done before counts no more."""
    return replace(
        ticket,
        fixed_at=None,
        fixed_by=None,
        fixed_unit=None,
        quantity=None,
        quantity_unit=None,
        on_the_spot=False,
        doubts=(),
        closed_at=None,
        outcome=None,
    )


def unasked(ticket: Ticket) -> Ticket:
    """Without a request for more time."""
    return replace(ticket, extension_until=None, extension_by=None, extension_reason=None)


def awake(ticket: Ticket) -> Ticket:
    """Without what a suspension has noted."""
    return replace(
        ticket, suspended_at=None, suspended_until=None, suspended_from=None, suspended_reason=None
    )


def left_again(due: datetime | None, since: datetime, at: datetime, calendar: Calendar) -> datetime | None:
    """The moment at which the open time that was left at ``since`` has passed from ``at`` on, to the minute."""
    if due is None or due <= since:
        return due
    minutes = -(-working_between(since, due, calendar) // _MINUTE)
    return add_working(max(at, since), minutes, calendar)
