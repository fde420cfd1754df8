"""A ticket: its states, and the moves open, assign and reject with who may make them and why not."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from domain.errors import Refusal
from domain.people import Person, Role


class State(StrEnum):
    """Where a ticket stands; overdue is a fact about a ticket, not a state."""

    REPORTED = "reported"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    FIXED = "fixed"
    CLOSED = "closed"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


OPEN = frozenset({State.REPORTED, State.ASSIGNED, State.ACCEPTED, State.FIXED, State.SUSPENDED})


class Source(StrEnum):
    """Where a problem was found or who handed it down."""

    PATROL = "patrol"
    NIGHT = "night"
    LEADER = "leader"
    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    MEDIA = "media"
    PUBLIC = "public"


class Evidence(StrEnum):
    """How a place became known, best first."""

    PIN = "pin"
    LIVE = "live"
    VENUE = "venue"
    LINK = "link"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Number:
    """A ticket's number: ``HJ20261123-0007`` is the 7th of its local day in the district HJ."""

    prefix: str
    day: date
    sequence: int

    def __str__(self) -> str:
        return f"{self.prefix}{self.day:%Y%m%d}-{self.sequence:04d}"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Until when the town has to accept and to fix."""

    accept_due_at: datetime
    fix_due_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """One problem on its way to being solved. Times are aware; lat and lng are WGS-84 degrees."""

    number: str
    day: date
    sequence: int
    category: str
    description: str
    source: Source
    evidence: Evidence
    reporter_id: int
    reported_at: datetime
    photo_count: int
    state: State = State.REPORTED
    version: int = 1
    town: str | None = None
    site_id: str | None = None
    site: str | None = None
    lat: float | None = None
    lng: float | None = None
    bureau: str | None = None
    unit: str | None = None
    assignee_id: int | None = None
    source_document: str | None = None
    assigned_at: datetime | None = None
    accept_due_at: datetime | None = None
    accepted_at: datetime | None = None
    fix_due_at: datetime | None = None
    fixed_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's history; ``by`` is None where the system acted."""

    number: str
    at: datetime
    by: int | None
    before: State | None
    after: State
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What a move leaves behind: the ticket as it is now, and the lines to add to its history."""

    ticket: Ticket
    events: tuple[Event, ...]


class NotYours(Refusal):
    """The ticket is not one that this person may act on."""


class AlreadyEnded(Refusal):
    """The ticket is closed or rejected already."""


class NeedsReason(Refusal):
    """The move must say why."""


def open_ticket(ticket: Ticket) -> Move:
    """A new ticket enters its history as reported."""
    return Move(ticket, (Event(ticket.number, ticket.reported_at, ticket.reporter_id, None, State.REPORTED),))


def assign(ticket: Ticket, *, town: str, deadlines: Deadlines, at: datetime, by: Person | None) -> Move:
    """Give the ticket to a town and start its clocks; by a person only the district's office may do it.

    Raises NotYours or AlreadyEnded.
    """
    if by is not None and by.post.role is not Role.OFFICE:
        raise NotYours
    if ticket.state not in OPEN:
        raise AlreadyEnded
    moved = replace(
        ticket,
        town=town,
        state=State.ASSIGNED,
        version=ticket.version + 1,
        assigned_at=at,
        accept_due_at=deadlines.accept_due_at,
        fix_due_at=deadlines.fix_due_at,
        accepted_at=None,
        assignee_id=None,
    )
    return Move(moved, (Event(ticket.number, at, by.id if by else None, ticket.state, State.ASSIGNED, town),))


def reject(ticket: Ticket, *, reason: str, at: datetime, by: Person) -> Move:
    """Refuse to take up a problem; only the district's office may, and it says why.

    Raises NotYours, AlreadyEnded or NeedsReason.
    """
    if by.post.role is not Role.OFFICE:
        raise NotYours
    if ticket.state not in OPEN:
        raise AlreadyEnded
    if not reason.strip():
        raise NeedsReason
    moved = replace(
        ticket, state=State.REJECTED, version=ticket.version + 1, closed_at=at, outcome=reason.strip()
    )
    return Move(moved, (Event(ticket.number, at, by.id, ticket.state, State.REJECTED, reason.strip()),))


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the running clock of an open ticket has passed: to accept while nobody has, else to fix."""
    if ticket.state is State.ASSIGNED:
        return any(due is not None and now > due for due in (ticket.accept_due_at, ticket.fix_due_at))
    if ticket.state in {State.REPORTED, State.ACCEPTED}:
        return ticket.fix_due_at is not None and now > ticket.fix_due_at
    return False
