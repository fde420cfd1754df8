"""The turns of a thing that is sent at a time of the day: which are due now, and which were missed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.district import WEEKDAYS, PushTimes

ON_TIME = timedelta(minutes=2)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """A local date whose time ``at`` has come; missed where it is too late to make up for it."""

    day: date
    at: datetime
    late: bool
    missed: bool


def turns(times: PushTimes, zone: ZoneInfo, now: datetime, last: date | None) -> list[Turn]:
    """The dates after ``last`` whose time has come, the oldest first; without a last one it begins today."""
    today = now.astimezone(zone).date()
    day = today if last is None else last + _DAY
    found = []
    while day <= today:
        at = datetime.combine(day, times.at, zone).astimezone(UTC)
        if at <= now and _is_on(times.on, day):
            found.append(Turn(day, at, late=now - at > ON_TIME, missed=now - at > times.catch_up))
        day += _DAY
    return found


def _is_on(on: str, day: date) -> bool:
    return on in {"day", WEEKDAYS[day.weekday()], str(day.day)}
