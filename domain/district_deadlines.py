"""The file of a district's deadlines: when their clocks are called, and who hears each call."""

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.calendar import Calendar, Span
from domain.deadline import CallRules, Clock, Level, Step, Term
from domain.district_calendars import always
from domain.district_table import CODE, Table
from domain.ticket import Source

FILE = "deadlines.toml"
_LONG = re.compile(r"([1-9]\d{0,3})(m|h|d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_EXPECTED = "a time like '30m', '2h' or '3d'"
_OWNER = (Level.OWNER,)


def read_call_rules(
    table: Table, *, zone: ZoneInfo, quiet: Span, calendars: Mapping[str, Calendar]
) -> CallRules:
    """Every clock must have its steps: a clock that nobody hears would be a deadline that can be missed."""
    daily, urgent = table.child("daily"), table.child("urgent")
    assign, review = table.child("assign"), table.child("review")
    rules = CallRules(
        zone=zone,
        quiet=quiet,
        assign=_term(assign, calendars, zone),
        review=_term(review, calendars, zone),
        steps=MappingProxyType(
            {
                Clock.ASSIGN: _steps(assign),
                Clock.ACCEPT: _steps(table.child("accept")),
                Clock.FIX: _steps(table.child("fix")),
                Clock.VERIFY: _steps(review),
                Clock.SUSPENDED: (Step(timedelta(0), _OWNER),),
            }
        ),
        daily_at=daily.clock("at"),
        daily_levels=_levels(daily, "levels"),
        percent=MappingProxyType(_percents(table.child("stricter"))),
        relapse_percent=_whole(table, "relapse", "percent", (10, 100)),
        extension_most_days=_whole(table, "extension", "most_days", (1, 90)),
        single_messages=_whole(table, "digest", "single_messages", (1, 15)),
        urgent_sources=frozenset(filter(None, (_source(urgent, name) for name in urgent.texts("sources")))),
        urgent_levels=frozenset(urgent.texts("control_levels")),
    )
    for part in (daily, urgent, table):
        part.close()
    return rules


def _term(table: Table, calendars: Mapping[str, Calendar], zone: ZoneInfo) -> Term:
    long = _long(table, "within", table.raw("within"))
    code = table.choice("calendar", tuple(calendars))
    calendar = calendars.get(code) or always(zone)
    return Term(int(long / _UNITS["m"]), calendar)


def _steps(table: Table) -> tuple[Step, ...]:
    before = [_long(table, "before", text) for text in table.texts("before", optional=True)]
    if before != sorted(before, reverse=True):
        table.fault("before", "the longest first", table.raw("before"))
    steps = [Step(-wait, _OWNER) for wait in before]
    steps.append(Step(timedelta(0), _levels(table, "at")))
    after = [_after(row) for row in table.children("after")]
    if any(one.wait >= two.wait for one, two in pairwise(after)):
        table.fault("after", "each later than the one before", [str(step.wait) for step in after])
    table.close()
    return (*steps, *after)


def _after(row: Table) -> Step:
    step = Step(_long(row, "wait", row.raw("wait")), _levels(row, "levels"))
    row.close()
    return step


def _levels(table: Table, key: str) -> tuple[Level, ...]:
    known, found = tuple(Level), table.texts(key)
    wrong = [name for name in found if name not in known]
    if wrong or not found:
        table.fault(key, f"some of {', '.join(known)}", ", ".join(wrong) or None)
    return tuple(level for level in known if level in found)


def _long(table: Table, key: str, value: object) -> timedelta:
    found = _LONG.fullmatch(value) if isinstance(value, str) else None
    if found:
        return int(found[1]) * _UNITS[found[2]]
    table.fault(key, _EXPECTED, value)
    return _UNITS["m"]


def _percents(table: Table) -> dict[str, int]:
    for code in table.names():
        if not re.fullmatch(CODE[0], code):
            table.fault(code, CODE[1], code)
    return {code: _whole(table, code, "percent", (10, 100)) for code in table.names()}


def _whole(table: Table, child: str, key: str, span: tuple[int, int]) -> int:
    part = table.child(child)
    value = part.whole(key, *span)
    part.close()
    return value


def _source(table: Table, name: str) -> Source | None:
    if name not in tuple(Source):
        table.fault("sources", f"some of {', '.join(Source)}", name)
        return None
    return Source(name)
