"""A ticket: its states, its values, what is remembered of each move, and why a move is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.errors import Refusal


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


class Outcome(StrEnum):
    """With what a ticket was closed."""

    RECTIFIED = "rectified"
    BANNED = "banned"
    STOPPED = "stopped"
    SEALED = "sealed"
    PUNISHED = "punished"
    UNFOUNDED = "unfounded"
    DUPLICATE = "duplicate"


class Doubt(StrEnum):
    """What a reviewer is to look at in the photos after the work."""

    FAR = "far"
    LATE = "late"
    NO_PLACE = "no_place"
    REUSED = "reused"


class Verb(StrEnum):
    """What was done to a ticket; ADD is a line of its history that moves nothing."""

    OPEN = "open"
    ADD = "add"
    ASSIGN = "assign"
    ACCEPT = "accept"
    HAND_OVER = "hand_over"
    NOT_OURS = "not_ours"
    FIX = "fix"
    FIX_ON_THE_SPOT = "fix_on_the_spot"
    VERIFY_CLOSE = "verify_close"
    SEND_BACK = "send_back"
    REJECT = "reject"
    SUSPEND = "suspend"
    RESUME = "resume"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REOPEN = "reopen"
    RELAPSE = "relapse"


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
    """One problem on its way to being solved. Times are aware; lat and lng are WGS-84 degrees.

    ``outcome`` is an Outcome's code of a closed ticket and the reason in words of a rejected one; ``returned_at``
    is since when the office has to assign it (again), where that is not since it was reported.
    """

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
    returned_at: datetime | None = None
    fixed_by: int | None = None
    fixed_unit: str | None = None
    quantity: Decimal | None = None
    quantity_unit: str | None = None
    on_the_spot: bool = False
    doubts: tuple[str, ...] = ()
    suspended_at: datetime | None = None
    suspended_until: datetime | None = None
    suspended_from: State | None = None
    suspended_reason: str | None = None
    extended: int = 0
    extension_until: datetime | None = None
    extension_by: int | None = None
    extension_reason: str | None = None
    relapses: int = 0
    level: str | None = None
    next_action_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's history; ``by`` is None where the system acted.

    ``unit`` is the code of the town that has the ticket after it, None while the district's office has it.
    """

    number: str
    at: datetime
    by: int | None
    before: State | None
    after: State
    note: str | None = None
    move: Verb = Verb.ADD
    unit: str | None = None


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


class AlreadyTaken(Refusal):
    """Somebody else was quicker; ``name`` is who."""


class WrongState(Refusal):
    """The move does not lead on from where the ticket stands; ``state`` is where."""


class NeedsPhoto(Refusal):
    """There is no photo that shows the place after the work, or none before it."""


class UsedPhoto(NeedsPhoto):
    """One of the photos is byte for byte one that stands for something else already."""


class BadQuantity(Refusal):
    """A quantity without its unit or the other way round, an unknown unit, nothing, or more than can be kept."""


class OwnWork(Refusal):
    """Who did the work, or asked for something, may not be the one who finds it good."""


class NotOfUnit(Refusal):
    """The person to whom it is to be given could not act on it; ``name`` is whose."""


class ExtendedAlready(Refusal):
    """A ticket gets more time once."""


class AlreadyAsked(Refusal):
    """More time has been asked for, and nobody has decided yet."""


class BadDate(Refusal):
    """The date has passed, is before the one that stands, or is too far away."""


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the running clock of an open ticket has passed: to accept while nobody has, else to fix."""
    if ticket.state is State.ASSIGNED:
        return any(due is not None and now > due for due in (ticket.accept_due_at, ticket.fix_due_at))
    if ticket.state in {State.REPORTED, State.ACCEPTED}:
        return ticket.fix_due_at is not None and now > ticket.fix_due_at
    return False


def time_by_unit(events: Iterable[Event], now: datetime) -> dict[str | None, timedelta]:
    """How long each town had the ticket to work on, by its code; under None, how long it waited for the district.

    The district has it before it is assigned and while it is to be verified; nobody has one that is suspended.
    """
    moved = [one for one in events if one.move is not Verb.ADD]
    ends = [*(one.at for one in moved[1:]), now][: len(moved)]
    spent: dict[str | None, timedelta] = {}
    for one, end in zip(moved, ends, strict=True):
        if one.after in OPEN - {State.SUSPENDED}:
            unit = one.unit if one.after in {State.ASSIGNED, State.ACCEPTED} else None
            # a clock that was set back must not take away what was counted
            spent[unit] = spent.get(unit, timedelta(0)) + max(end - one.at, timedelta(0))
    return spent
