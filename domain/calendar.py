"""Working time: which hours count, and when so many minutes of them have passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_WEEK = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Span:
    """Local hours from `start` up to, not including, the next `end`; equal ends are a whole day."""

    start: time
    end: time

    def __contains__(self, clock: time) -> bool:
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        last = day if self.start < self.end else day + _DAY
        opens = datetime.combine(day, self.start, zone)
        return opens.astimezone(UTC), datetime.combine(last, self.end, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours of each working day; weekdays count from Monday 0, `workdays` are made up on free weekdays.

    After `known_until` nobody has said yet which days are free: there the weekdays alone count.

    Raises ValueError when nothing is ever open or two spans overlap.
    """

    zone: ZoneInfo
    weekdays: frozenset[int]
    spans: tuple[Span, ...]
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    known_until: date | None = None

    def __post_init__(self) -> None:
        if not self.spans or not self.weekdays or not self.weekdays <= _WEEK:
            raise ValueError("at least one span and one weekday of 0 to 6")
        ends = [span.end for span in self.spans]
        starts = [span.start for span in self.spans]
        if any(start < end for start, end in zip(starts[1:], ends[:-1], strict=True)):
            raise ValueError("spans in the order of the day, without overlap")
        if any(span.start >= span.end for span in self.spans[:-1]) or self._runs_into_itself():
            raise ValueError("only the last span may run past midnight, and not into the first")

    def _runs_into_itself(self) -> bool:
        last = self.spans[-1]
        return last.start >= last.end > self.spans[0].start

    @property
    def always_open(self) -> bool:
        whole_days = len(self.spans) == 1 and self.spans[0].start == self.spans[0].end
        return whole_days and self.weekdays == _WEEK and not self.holidays

    def is_workday(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() in self.weekdays and day not in self.holidays)


def add_working(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The moment, in UTC, when so many open minutes have passed.

    Raises ValueError for a naive start or negative minutes. No minutes give the start, or the next
    opening where it is closed; a sum that ends with an opening ends at its close, not at the next one.
    """
    if minutes < 0:
        raise ValueError("minutes must not be negative")
    left = timedelta(minutes=minutes)
    for opens, closes in _openings(_utc(start), calendar):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise ValueError("the calendar ends before the minutes do")


def working_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The open time from start to end; nothing where end is not later. Raises ValueError for naive ones."""
    total = timedelta(0)
    last = _utc(end)
    for opens, closes in _openings(_utc(start), calendar):
        if opens >= last:
            break
        total += min(closes, last) - opens
    return total


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC)


def _openings(since: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    day = since.astimezone(calendar.zone).date() - _DAY  # yesterday's span may run past midnight
    while day < date.max - _DAY:
        for span in calendar.spans if calendar.is_workday(day) else ():
            opens, closes = span.on(day, calendar.zone)
            if closes > max(opens, since):
                yield max(opens, since), closes
        day += _DAY
