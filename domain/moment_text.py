"""A moment to come as people type it: 11月26日, 26号, 明天 18:00, 下周三, 3天, 2026-11-26, Nov 26."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.errors import Refusal
from domain.number import tidy
from domain.ticket import BadDate

LONGEST = 60  # characters that are looked at
HALF_A_YEAR = timedelta(days=183)
NOON = 12
_DAY = timedelta(days=1)


class UnreadDate(Refusal):
    """Nobody can tell which moment is meant."""


class NoSuchDate(Refusal):
    """There is no such day, or no such time of day."""


@dataclass(frozen=True)
class MomentWords:
    """The words of the languages for days and times, all in lower case; ``around`` are such as "until"."""

    days: Mapping[str, int]  # from today
    weekdays: Mapping[str, int]  # from Monday 0
    next_week: tuple[str, ...]
    months: Mapping[str, int]
    counts: Mapping[str, int]
    year: tuple[str, ...]
    day: tuple[str, ...]
    days_on: tuple[str, ...]
    hour: tuple[str, ...]
    minute: tuple[str, ...]
    half: tuple[str, ...]
    morning: tuple[str, ...]
    afternoon: tuple[str, ...]
    around: tuple[str, ...]

    @cached_property
    def clock(self) -> re.Pattern[str]:
        parts = (*self.morning, *self.afternoon)
        after = _any(part for part in parts if part.isascii())
        spoken = rf"(?:(?P<half>{_any(self.half)})|(?P<spoken>\d{{1,2}})\s*(?:{_any(self.minute)})?)?"
        ends = (
            rf":(?P<minute>\d{{1,2}})(?!\d)(?:\s*(?P<after>{after}))?",
            rf"(?:{_any(self.hour)})\s*{spoken}",
            rf"(?P<only>{after})",
        )
        return re.compile(rf"(?P<part>{_any(parts)})?\s*(?<![\d:])(?P<hour>\d{{1,2}})\s*(?:{'|'.join(ends)})")

    @cached_property
    def counted_hour(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{_any(self.counts)})(?=\s*(?:{_any(self.hour)}))")

    @cached_property
    def noise(self) -> re.Pattern[str]:
        bounded = [
            rf"{re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in self.around
        ]
        return re.compile(
            rf"^(?:{'|'.join(sorted(bounded, key=len, reverse=True))})|(?:{_any(self.around)})$"
        )

    @cached_property
    def patterns(self) -> tuple[tuple[re.Pattern[str], Callable[["_Day"], date]], ...]:
        year, day = rf"(?P<year>\d{{4}})\s*(?:{_any(self.year)}|[-/.])\s*", rf"\s*(?:{_any(self.day)})?"
        month, number = rf"(?P<month>{_any(self.months)})", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
        count = rf"(?P<count>\d{{1,3}}|{_any(self.counts)})"
        week = rf"(?P<next>{_any(self.next_week)})?\s*(?P<weekday>{_any(self.weekdays)})"
        texts = (
            (rf"(?:{year})?(?:{month}|(?P<m>\d{{1,2}})[-/.])\s*{number}{day}", _named),
            (rf"{number}\s*{month}(?:,?\s*(?P<year>\d{{4}}))?", _named),
            (r"(?P<year>\d{4})(?P<m>\d\d)(?P<day>\d\d)", _named),
            (rf"{number}\s*(?:{_any(self.day)})", _of_month),
            (rf"(?P<word>{_any(self.days)})", _from_today),
            (rf"{count}\s*(?:{_any(self.days_on)})", _from_today),
            (week, _weekday),
        )
        return tuple((re.compile(text), read) for text, read in texts)


@dataclass(frozen=True, slots=True)
class _Day:
    """What a pattern found of a day, read on ``today``."""

    found: Mapping[str, str | None]
    words: MomentWords
    today: date


def read_moment(text: str, words: MomentWords, *, now: datetime, zone: ZoneInfo, at: time) -> datetime:
    """The moment that is meant, at the time ``at`` of its day where none is said.

    A day without its year is the next such day, unless it has passed in the last half year. Raises UnreadDate,
    NoSuchDate, or BadDate for a moment that has passed.
    """
    left = tidy(text)[:LONGEST].lower().rstrip("\u3002.!")
    left = words.counted_hour.sub(lambda found: str(words.counts[found[0]]), left)
    clock = words.clock.search(left)
    if clock:
        left = f"{left[: clock.start()]} {left[clock.end() :]}"
    before = None
    while before != left:
        before, left = left, words.noise.sub("", left.strip(" ,")).strip(" ,")
    today = now.astimezone(zone).date()
    day = today if clock and not left else _day(left, words, today)
    moment = datetime.combine(day, _time(clock, words) if clock else at, zone)
    if moment <= now:
        raise BadDate
    return moment.astimezone(now.tzinfo)


def _day(text: str, words: MomentWords, today: date) -> date:
    for pattern, read in words.patterns:
        if found := pattern.fullmatch(text):
            try:
                return read(_Day(found.groupdict(), words, today))
            except (ValueError, OverflowError) as none:
                raise NoSuchDate from none
    raise UnreadDate


def _time(found: re.Match[str], words: MomentWords) -> time:
    part = found["part"] or found["after"] or found["only"]
    hour = int(found["hour"])
    if part in words.afternoon and hour < NOON:
        hour += NOON
    minute = 30 if found["half"] else int(found["minute"] or found["spoken"] or 0)
    try:
        return time(hour, minute)
    except ValueError as none:
        raise NoSuchDate from none


def _named(day: _Day) -> date:
    found, today = day.found, day.today
    month = day.words.months.get(found.get("month") or "") or int(found.get("m") or 0)
    number, year = int(found["day"] or 0), found.get("year")
    if year:
        return date(int(year), month, number)
    this = _or_next(today.year, month, number)
    return this if today - this < HALF_A_YEAR else date(this.year + 1, month, number)


def _or_next(year: int, month: int, number: int) -> date:
    """The day of this year; 29 February where this year has none is the next one's."""
    try:
        return date(year, month, number)
    except ValueError:
        return date(year + 1, month, number)


def _of_month(day: _Day) -> date:
    number, today = int(day.found["day"] or 0), day.today
    if number >= today.day:
        return today.replace(day=number)
    return (today.replace(day=1) + 32 * _DAY).replace(day=number)


def _from_today(day: _Day) -> date:
    found, words = day.found, day.words
    if word := found.get("word"):
        return day.today + words.days[word] * _DAY
    count = found["count"] or ""
    return day.today + (words.counts.get(count) or int(count)) * _DAY


def _weekday(day: _Day) -> date:
    monday = day.today - day.today.weekday() * _DAY
    weekday = day.words.weekdays[day.found["weekday"] or ""]
    if day.found["next"]:
        return monday + (7 + weekday) * _DAY
    return day.today + (weekday - day.today.weekday()) % 7 * _DAY


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda one: (-len(one), one)))
