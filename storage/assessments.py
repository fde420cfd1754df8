"""The quantified assessment: what counts of the tickets of a period, and the assessments as they were published."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.assessment import Assessment, Case, Figures, Group, Member, Point, Rule, Span
from domain.lookback import NOT_LOOKED_AT, Stand
from domain.period import Period
from domain.ticket import OPEN, State, Verb
from storage.schema import assessments, history, lookbacks, people, tickets
from storage.tx import Tx

_UNITS = {Group.TOWNS: tickets.c.town, Group.BUREAUS: tickets.c.bureau}
_CASE = tuple(
    tickets.c[name]
    for name in (
        *("number", "state", "reported_at", "assigned_at", "accept_due_at", "accepted_at", "fix_due_at"),
        *("fixed_at", "closed_at"),
    )
)
_COUNTS = and_(
    tickets.c.state != State.REJECTED.value,
    or_(tickets.c.outcome.is_(None), tickets.c.outcome.not_in(sorted(NOT_LOOKED_AT))),
)
_TIMES = tuple(tickets.c[name] for name in ("reported_at", "accept_due_at", "fix_due_at", "fixed_at"))
_AGAIN = (Verb.SEND_BACK.value, Verb.RELAPSE.value)
_LOOKED = (Stand.CLEAR.value, Stand.RELAPSED.value)


async def cases(c: AsyncConnection, group: Group, span: Span) -> dict[str, list[Case]]:
    """By unit, the tickets with a time in the span, or with a deadline before its end that was not kept by then."""
    unit, events = _UNITS[group], await _events(c, span)
    touched = [column.between(span.since, span.until) for column in _TIMES]
    late = and_(
        tickets.c.fix_due_at < span.until,
        or_(tickets.c.fixed_at >= span.until, tickets.c.state.in_(sorted(OPEN))),
    )
    again = tickets.c.number.in_({number for number, _ in events})
    query: Select[Any] = select(*_CASE, unit.label("of_unit")).where(
        unit.is_not(None), _COUNTS, or_(*touched, late, again)
    )
    found: dict[str, list[Case]] = defaultdict(list)
    for row in await c.execute(query):
        found[row.of_unit].append(_case(row, events))
    return found


async def visits(c: AsyncConnection, group: Group, span: Span) -> dict[str, int]:
    """By unit, how many closed tickets were looked at again in the span."""
    unit = _UNITS[group]
    query = (
        select(unit, func.count())
        .join(lookbacks, lookbacks.c.number == tickets.c.number)
        .where(lookbacks.c.state.in_(_LOOKED), unit.is_not(None))
        .where(lookbacks.c.answered_at >= span.since, lookbacks.c.answered_at < span.until)
        .group_by(unit)
    )
    return {row[0]: row[1] for row in await c.execute(query)}


async def members(c: AsyncConnection, span: Span) -> list[Member]:
    """Who reported or looked back in the span, whoever found most first."""
    reported = (
        select(
            tickets.c.reporter_id.label("person"),
            func.max(tickets.c.town).label("town"),
            func.count().label("found"),
            func.sum(case((_COUNTS, 1), else_=0)).label("valid"),
        )
        .where(tickets.c.reported_at >= span.since, tickets.c.reported_at < span.until)
        .group_by(tickets.c.reporter_id)
    )
    looked = (
        select(lookbacks.c.person_id.label("person"), func.count().label("visits"))
        .where(lookbacks.c.state.in_(_LOOKED), lookbacks.c.person_id.is_not(None))
        .where(lookbacks.c.answered_at >= span.since, lookbacks.c.answered_at < span.until)
        .group_by(lookbacks.c.person_id)
    )
    work = {row.person: row for row in await c.execute(reported)}
    seen = {row.person: row.visits for row in await c.execute(looked)}
    ids = {*work, *seen}
    named = select(people.c.id, people.c.name).where(people.c.id.in_(ids))
    names = {row.id: row.name for row in await c.execute(named)}
    rows = [
        Member(
            names.get(who, ""),
            work[who].town if who in work else None,
            work[who].found if who in work else 0,
            work[who].valid if who in work else 0,
            seen.get(who, 0),
        )
        for who in ids
    ]
    return sorted(rows, key=lambda one: (-one.valid, -one.visits, one.name))


async def of(c: AsyncConnection, period: Period, group: Group) -> Assessment | None:
    """As it was published, if it was."""
    row = (await c.execute(select(assessments).where(*_is(period, group)))).one_or_none()
    return Assessment(period, group, row.rules, tuple(map(_figures, row.rows))) if row else None


def publish(tx: Tx, one: Assessment, now: datetime) -> None:
    """Once: what stands already stays as it is."""
    row = {"length": one.period.length.value, "period": str(one.period), "whose": one.group.value}
    kept = {"rules": one.rules, "at": now, "rows": [_packed(each) for each in one.rows]}
    tx.insert_once(assessments, row | kept)


async def _events(c: AsyncConnection, span: Span) -> Counter[tuple[str, str]]:
    query = (
        select(history.c.number, history.c.move, func.count())
        .where(history.c.move.in_(_AGAIN), history.c.at >= span.since, history.c.at < span.until)
        .group_by(history.c.number, history.c.move)
    )
    return Counter({(number, move): times for number, move, times in await c.execute(query)})


def _is(period: Period, group: Group) -> tuple[Any, ...]:
    its = assessments.c
    return its.length == period.length.value, its.period == str(period), its.whose == group.value


def _case(row: Row[Any], events: Mapping[tuple[str, str], int]) -> Case:
    return Case(
        number=row.number,
        reported_at=row.reported_at,
        assigned_at=row.assigned_at,
        accept_due_at=row.accept_due_at,
        accepted_at=row.accepted_at,
        fix_due_at=row.fix_due_at,
        done_at=row.fixed_at or row.closed_at,
        is_suspended=row.state == State.SUSPENDED.value,
        sent_back=events.get((row.number, Verb.SEND_BACK.value), 0),
        relapsed=events.get((row.number, Verb.RELAPSE.value), 0),
    )


def _packed(one: Figures) -> dict[str, Any]:
    points = [[point.rule.value, point.number, point.times, str(point.points)] for point in one.points]
    hours = None if one.mean_hours is None else str(one.mean_hours)
    return asdict(one) | {"mean_hours": hours, "score": str(one.score), "points": points}


def _figures(row: Mapping[str, Any]) -> Figures:
    points = tuple(
        Point(Rule(rule), number, times, Decimal(each)) for rule, number, times, each in row["points"]
    )
    hours = None if row["mean_hours"] is None else Decimal(row["mean_hours"])
    return Figures(**dict(row) | {"mean_hours": hours, "score": Decimal(row["score"]), "points": points})
