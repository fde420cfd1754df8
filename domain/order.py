"""Orders from above: what one needs before it is registered and before it is closed, its reminders, and their count."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import Refusal
from domain.ticket import Outcome, Source, Ticket, Verb

LEVELS = (Source.CENTRAL, Source.PROVINCE, Source.CITY, Source.DISTRICT, Source.MEDIA, Source.LEADER)
NUMBERED = frozenset({Source.CENTRAL, Source.PROVINCE, Source.CITY, Source.DISTRICT})
MOST_PAPERS = 10
LAST_MINUTE = time(23, 59)  # "before the 30th" ends with the 30th


class NeedsReply(Refusal):
    """The document that answers an order is not there; ``units`` are the names of those who owe it."""


class Need(StrEnum):
    """The one thing that an order needs next before it is registered."""

    SOURCE = "source"
    DOCUMENT = "document"
    UNIT = "unit"
    DUE = "due"
    WORDS = "words"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """How many days before its last day an order is called to mind, at which local time."""

    remind_days: tuple[int, ...]
    at: time


@dataclass(frozen=True, slots=True)
class Paper:
    """A document or a photo of one, as the channel named it."""

    file_id: str
    unique_id: str
    message_id: int
    as_file: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order in the making; with a ``number`` it is the answer to that order, and only papers are waited for.

    ``units`` are codes of towns and bureaus, ``due`` is the last local day.
    """

    id: str
    chat_id: int
    person_id: int
    touched_at: datetime
    version: int = 0
    state: str = "open"
    number: str | None = None
    source: Source | None = None
    document: str | None = None
    unnumbered: bool = False
    units: tuple[str, ...] = ()
    units_chosen: bool = False
    due: date | None = None
    words: str = ""
    papers: tuple[Paper, ...] = ()
    apart: bool = False  # another matter of a document that is registered already
    album: str | None = None  # of the last paper: the rest of it comes by itself

    @property
    def need(self) -> Need:
        """What to ask for now."""
        if self.source is None:
            return Need.SOURCE
        if self.document is None and not self.unnumbered and self.source in NUMBERED:
            return Need.DOCUMENT
        if not self.units or not self.units_chosen:
            return Need.UNIT
        if self.due is None:
            return Need.DUE
        return Need.CHECK if self.words or self.papers else Need.WORDS

    def with_paper(self, paper: Paper) -> "OrderDraft":
        """The same one twice, or an eleventh, changes nothing."""
        if len(self.papers) >= MOST_PAPERS or paper.unique_id in {one.unique_id for one in self.papers}:
            return self
        return replace(self, papers=(*self.papers, paper))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that is registered as a ticket. ``last_reminder`` is the key of the reminder that was sent last."""

    number: str
    source: Source
    document: str | None
    received_at: datetime
    registered_by: int
    units: tuple[str, ...] = ()
    last_reminder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to an order by one of its units, or by the district's office (None) for all of them."""

    number: str
    unit: str | None
    at: datetime
    by: int


@dataclass(frozen=True, slots=True)
class Count:
    """Of so many orders: closed, closed in time, and answered by a document."""

    total: int = 0
    closed: int = 0
    in_time: int = 0
    replied: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Count)))


def owing(units: Iterable[str], replies: Collection[Reply]) -> tuple[str, ...]:
    """The units whose answer is not there; none where the office has answered for all."""
    answered = {one.unit for one in replies}
    return () if None in answered else tuple(unit for unit in units if unit not in answered)


def must_be_answered(verb: Verb, outcome: str | None) -> bool:
    """Whether a move closes an order, which needs its answer; a duplicate is answered where the first one is."""
    return verb is Verb.VERIFY_CLOSE and outcome != Outcome.DUPLICATE


def last_moment(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, LAST_MINUTE, zone).astimezone(UTC)


def reminder(order: Order, due_at: datetime, rules: OrderRules, zone: ZoneInfo, now: datetime) -> int | None:
    """How many days before its last day the order is to be called to mind now; None where it has been, or is late.

    Of several that fell due only the newest counts, and none that lies before the order came.
    """
    last = due_at.astimezone(zone).date()
    moments = {
        days: datetime.combine(last - timedelta(days=days), rules.at, zone) for days in rules.remind_days
    }
    fallen = [days for days, at in moments.items() if order.received_at < at <= now]
    if not fallen or now > due_at or reminder_key(due_at, min(fallen), zone) == order.last_reminder:
        return None
    return min(fallen)


def reminder_key(due_at: datetime, days: int, zone: ZoneInfo) -> str:
    """What a reminder is about: a deadline that is moved has new ones."""
    return f"{due_at.astimezone(zone).date()}:{days}"


def counted(
    orders: Iterable[Order], tickets: Mapping[str, Ticket], answered: Collection[str]
) -> dict[Source, Count]:
    """The orders by where they came from, in the order of LEVELS; ``answered`` are the numbers with every answer."""
    sums: dict[Source, Count] = dict.fromkeys(LEVELS, Count())
    for order in orders:
        ticket = tickets[order.number]
        closed, due = ticket.closed_at, ticket.fix_due_at
        in_time = closed is not None and (due is None or closed <= due)
        one = Count(1, closed is not None, in_time, order.number in answered)
        sums[order.source] += one
    return {source: count for source, count in sums.items() if count.total}


_COLUMNS = ("id", "chat_id", "person_id", "touched_at", "version", "state", "number")
_IN_BODY = tuple(field.name for field in fields(OrderDraft) if field.name not in _COLUMNS)


def to_body(draft: OrderDraft) -> dict[str, Any]:
    """What of a draft is kept as one JSON value."""
    return {name: getattr(draft, name) for name in _IN_BODY}


def from_body(body: Mapping[str, Any], **columns: Any) -> OrderDraft:
    """The draft again from its JSON value and its columns."""
    source, due = body["source"], body["due"]
    values = {
        **body,
        "source": Source(source) if source else None,
        "due": date.fromisoformat(due) if due else None,
        "units": tuple(body["units"]),
        "papers": tuple(Paper(**one) for one in body["papers"]),
    }
    return OrderDraft(**values, **columns)
