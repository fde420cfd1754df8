"""The categories of a district with their limits; a source may get less time, never more."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType

from domain.calendar import Calendar
from domain.district import Category, Limits, Nearness
from domain.district_table import CODE, Table
from domain.ticket import Source

_MOST_MINUTES = 525600


def read_categories(
    table: Table, *, bureaus: Collection[str], calendars: Mapping[str, Calendar], near: Nearness
) -> tuple[Category, ...]:
    caps = _caps(table.child("stricter"), calendars)
    rows = table.children("category")
    table.close()
    return tuple(_category(row, caps, bureaus=bureaus, calendars=calendars, near=near) for row in rows)


def _caps(table: Table, calendars: Mapping[str, Calendar]) -> dict[Source, Limits]:
    around_the_clock = [code for code, calendar in calendars.items() if calendar.always_open]
    return {source: _limits(table.child(source), around_the_clock) for source in _sources(table)}


def _sources(table: Table) -> list[Source]:
    known = tuple(Source)
    for key in table.names():
        if key not in known:
            table.fault(key, f"one of {', '.join(known)}", key)
    return [source for source in known if table.has(source)]


def _limits(table: Table, calendars: Collection[str]) -> Limits:
    limits = _own_limits(table, calendars)
    table.close()
    return limits


def _own_limits(table: Table, calendars: Collection[str]) -> Limits:
    accept = table.whole("accept_minutes", 1, _MOST_MINUTES)
    fix = table.whole("fix_minutes", 1, _MOST_MINUTES)
    table.in_order("accept_minutes", "fix_minutes")
    return Limits(accept, fix, table.choice("calendar", calendars))


def _category(
    row: Table,
    caps: Mapping[Source, Limits],
    *,
    bureaus: Collection[str],
    calendars: Mapping[str, Calendar],
    near: Nearness,
) -> Category:
    limits = _own_limits(row, tuple(calendars))
    category = Category(
        code=row.text("code", *CODE),
        name=row.text("name"),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases", optional=True),
        keywords=row.texts("keywords", optional=True),
        bureau=row.choice("bureau", bureaus),
        limits=limits,
        stricter=MappingProxyType({**_capped(limits, caps), **_exceptions(row, limits, calendars)}),
        near=_near(row, near),
        units=row.texts("units", optional=True),
    )
    row.close()
    return category


def _capped(limits: Limits, caps: Mapping[Source, Limits]) -> dict[Source, Limits]:
    return {
        source: Limits(
            min(limits.accept_minutes, cap.accept_minutes),
            min(limits.fix_minutes, cap.fix_minutes),
            cap.calendar,
        )
        for source, cap in caps.items()
    }


def _exceptions(row: Table, limits: Limits, calendars: Mapping[str, Calendar]) -> dict[Source, Limits]:
    if not row.has("stricter"):
        return {}
    table = row.child("stricter")
    stricter = _caps(table, calendars)
    for source, own in stricter.items():
        if own.accept_minutes > limits.accept_minutes or own.fix_minutes > limits.fix_minutes:
            table.fault(source, "no more time than the category itself gives", f"{own}")
    return stricter


def _near(row: Table, usual: Nearness) -> Nearness:
    distance_m = row.whole("near_distance_m", 0, 5000) if row.has("near_distance_m") else usual.distance_m
    hours = row.whole("near_age_hours", 0, 8760) if row.has("near_age_hours") else None
    return Nearness(distance_m, usual.age if hours is None else timedelta(hours=hours))
