"""The calendars of a district: always open, or office days by a country's published holidays."""

from datetime import date, time
from zoneinfo import ZoneInfo

import holidays

from domain.calendar import Calendar, Span
from domain.district import WEEKDAYS
from domain.district_table import Table

_FIRST_YEAR, _LAST_YEAR = 2020, 2100
_WHOLE_DAY = (Span(time(0), time(0)),)


def always(zone: ZoneInfo) -> Calendar:
    return Calendar(zone, frozenset(range(7)), _WHOLE_DAY)


def read_calendar(table: Table, zone: ZoneInfo) -> Calendar:
    """`closed` and `open` dates of the file stand above the country's: a decree may come late."""
    if table.has("always"):
        if not table.flag("always"):
            table.fault("always", "true, or no such key and hours instead", found=False)
        table.close()
        return always(zone)
    free, made_up = _published(table)
    closed, opened = table.days("closed"), table.days("open")
    for day in sorted(closed & opened):
        table.fault("open", "no date that is also closed", str(day))
    weekdays = frozenset(WEEKDAYS.index(day) for day in table.texts("weekdays") if _is_weekday(table, day))
    spans = tuple(_hours(row) for row in table.children("hours"))
    table.close()
    try:
        return Calendar(zone, weekdays, spans, free - opened | closed, made_up - closed | opened)
    except ValueError as error:
        table.fault("hours", str(error), ", ".join(f"{span.start:%H:%M}-{span.end:%H:%M}" for span in spans))
        return always(zone)


def _published(table: Table) -> tuple[frozenset[date], frozenset[date]]:
    country = table.choice("country", sorted(holidays.list_supported_countries()))
    first = table.whole("first_year", _FIRST_YEAR, _LAST_YEAR)
    last = table.whole("last_year", _FIRST_YEAR, _LAST_YEAR)
    table.in_order("first_year", "last_year")
    if not country:
        return frozenset(), frozenset()
    published = holidays.country_holidays(country, years=range(first, last + 1))
    made_up = {day for day in published.weekend_workdays if first <= day.year <= last}
    return frozenset(published), frozenset(made_up)


def _is_weekday(table: Table, day: str) -> bool:
    if day not in WEEKDAYS:
        table.fault("weekdays", f"some of {', '.join(WEEKDAYS)}", day)
    return day in WEEKDAYS


def _hours(row: Table) -> Span:
    span = row.span()
    row.close()
    return span
