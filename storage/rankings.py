"""Rankings as they were published, every version of them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.period import Period, read_period
from storage.schema import rankings
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Published:
    """``rows`` have the fields of the export, towns by code and classes by number."""

    period: Period
    version: int
    edition: int
    at: datetime
    rows: tuple[Mapping[str, Any], ...]


async def latest(c: AsyncConnection, period: Period) -> Published | None:
    """The newest version, if it was ever published."""
    query = select(rankings).where(*_is(period)).order_by(rankings.c.version.desc()).limit(1)
    row = (await c.execute(query)).one_or_none()
    return _of(row) if row else None


async def version(c: AsyncConnection, period: Period, number: int) -> Published | None:
    query = select(rankings).where(*_is(period), rankings.c.version == number)
    row = (await c.execute(query)).one_or_none()
    return _of(row) if row else None


def publish(tx: Tx, one: Published) -> None:
    """A version that stands already fails the transaction."""
    row = {
        "length": one.period.length.value,
        "period": str(one.period),
        "version": one.version,
        "first": one.period.first,
        "edition": one.edition,
        "at": one.at,
        "rows": list(one.rows),
    }
    tx.insert(rankings, row)


async def holding(c: AsyncConnection, first: date, last: date) -> list[Period]:
    """The periods that were published and hold any of these days, the shortest first."""
    query = select(rankings.c.length, rankings.c.period).distinct()
    rows = await c.execute(query.where(rankings.c.first.between(_month_before(first), last)))
    periods = [read_period(row.period) for row in rows]
    return sorted((one for one in periods if one.last >= first), key=lambda one: (len(one), one.first))


async def every(c: AsyncConnection, since: date | None, until: date | None) -> AsyncIterator[Published]:
    """All versions of the periods that begin in this time."""
    needs = [
        *([rankings.c.first >= since] if since else []),
        *([rankings.c.first <= until] if until else []),
    ]
    order = rankings.c.first, rankings.c.length, rankings.c.version
    for row in await c.execute(select(rankings).where(*needs).order_by(*order)):
        yield _of(row)


def _is(period: Period) -> tuple[Any, Any]:
    return rankings.c.length == period.length.value, rankings.c.period == str(period)


def _month_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 31)


def _of(row: Row[Any]) -> Published:
    return Published(read_period(row.period), row.version, row.edition, row.at, tuple(row.rows))
