"""The periods of rankings: a day, a natural week, a month, a year or its beginning."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_FORMS = re.compile(r"(?P<year>\d{4})(?:-W(?P<week>\d\d)|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)


class Length(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last``, both included. Made by the functions below."""

    length: Length
    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + number * _DAY for number in range(len(self)))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """As ``read_period`` reads it: 2026-11-22, 2026-W47, 2026-11, 2026."""
        if self.length is Length.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return self.first.isoformat()[: {Length.MONTH: 7, Length.YEAR: 4}.get(self.length, 10)]

    def before(self) -> "Period":
        """The period just before."""
        return period_of(self.length, self.first - _DAY)

    def year_before(self) -> "Period":
        """The same period a year earlier: of a week the week of that number, of 29 February the 28th."""
        if self.length is Length.WEEK:
            year, week, _ = self.first.isocalendar()
            return _week(year - 1, min(week, _weeks(year - 1)))
        if self.length is Length.YEAR:
            return year_until(_year_earlier(self.last))
        return period_of(self.length, _year_earlier(self.first))


def period_of(length: Length, day: date) -> Period:
    """The whole period in which the day lies."""
    if length is Length.WEEK:
        monday = day - day.weekday() * _DAY
        return Period(length, monday, monday + 6 * _DAY)
    if length is Length.MONTH:
        return Period(length, day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
    if length is Length.YEAR:
        return Period(length, date(day.year, 1, 1), date(day.year, 12, 31))
    return Period(length, day, day)


def year_until(day: date) -> Period:
    """The year up to that day."""
    return Period(Length.YEAR, date(day.year, 1, 1), day)


def read_period(text: str) -> Period:
    """Raises ValueError for what is no period, like week 53 of a year that has 52, or 30 February."""
    found = _FORMS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"a day 2026-11-22, a week 2026-W47, a month 2026-11 or a year, not {text!r}")
    year, week, month, day = (int(part) if part else None for part in found.groups())
    if week is not None:
        return _week(int(year or 0), week)
    length = Length.YEAR if month is None else Length.MONTH if day is None else Length.DAY
    return period_of(length, date(year or 0, 1 if month is None else month, 1 if day is None else day))


def _week(year: int, week: int) -> Period:
    return period_of(Length.WEEK, date.fromisocalendar(year, week, 1))


def _weeks(year: int) -> int:
    return date(year, 12, 28).isocalendar().week


def _year_earlier(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))
