"""Moments and durations in words, in the district's own time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cards.catalogue import label

_HOUR = 60
_DAY = 24 * _HOUR
_MINUTES_MATTER = 10 * _HOUR
_NEAR_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def moment(language: str, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """When, as somebody would say it now: today, yesterday or tomorrow with the time, else the date."""
    local = at.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    if days in _NEAR_DAYS:
        return label(language, f"when.{_NEAR_DAYS[days]}", time=f"{local:%H:%M}")
    return stamp(language, at, zone, year=local.year != now.astimezone(zone).year)


def stamp(language: str, at: datetime, zone: ZoneInfo, *, year: bool = False) -> str:
    """When, in words that stay true on another day."""
    local = at.astimezone(zone)
    day = label(
        language,
        "when.date_with_year" if year else "when.date",
        year=local.year,
        month=local.month,
        day=local.day,
    )
    return label(language, "when.day_time", day=day, time=f"{local:%H:%M}")


def duration(language: str, long: timedelta) -> str:
    """How long, in its two largest units: minutes only below ten hours, and nothing rounded up to a whole hour."""
    minutes = max(round(long.total_seconds() / 60), 0)
    if minutes == 0:
        return label(language, "when.moment")
    if minutes >= _DAY:
        parts = (("days", minutes // _DAY), ("hours", minutes % _DAY // _HOUR))
    elif minutes >= _MINUTES_MATTER:
        parts = (("hours", minutes // _HOUR), ("minutes", 0))
    else:
        parts = (("hours", minutes // _HOUR), ("minutes", minutes % _HOUR))
    return " ".join(label(language, f"when.{unit}", count=count) for unit, count in parts if count)
