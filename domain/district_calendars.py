"""The calendars of a district: always open, or office days with holidays and the workdays that make up for them."""

from datetime import time
from zoneinfo import ZoneInfo

from domain.calendar import Calendar, Span
from domain.district import WEEKDAYS
from domain.district_table import Table

_WHOLE_DAY = (Span(time(0), time(0)),)


def always(zone: ZoneInfo) -> Calendar:
    return Calendar(zone, frozenset(range(7)), _WHOLE_DAY)


def read_calendar(table: Table, zone: ZoneInfo) -> Calendar:
    if table.has("always"):
        if not table.flag("always"):
            table.fault("always", "true, or no such key and hours instead", found=False)
        table.close()
        return always(zone)
    known_until = table.day("known_until")
    closed, opened = table.days("closed"), table.days("open")
    for day in sorted(closed & opened):
        table.fault("open", "no date that is also closed", str(day))
    weekdays = frozenset(WEEKDAYS.index(day) for day in table.texts("weekdays") if _is_weekday(table, day))
    spans = tuple(_hours(row) for row in table.children("hours"))
    table.close()
    try:
        return Calendar(zone, weekdays, spans, closed, opened, known_until)
    except ValueError as error:
        table.fault("hours", str(error), ", ".join(f"{span.start:%H:%M}-{span.end:%H:%M}" for span in spans))
        return always(zone)


def _is_weekday(table: Table, day: str) -> bool:
    if day not in WEEKDAYS:
        table.fault("weekdays", f"some of {', '.join(WEEKDAYS)}", day)
    return day in WEEKDAYS


def _hours(row: Table) -> Span:
    span = row.span()
    row.close()
    return span
