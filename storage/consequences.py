"""Consequences: what the rules have to look at, what was proposed, and what is in force."""

from collections.abc import AsyncIterator, Collection
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.consequence import BY_OUTCOME, Consequence, Cost, Kind, Repeat, Stand
from domain.ticket import State, Ticket
from storage.schema import consequences, tickets
from storage.tickets import COLUMNS, ticket_of
from storage.tx import Tx

MOST = 500
PAGE = 500
_NAMES = tuple(field.name for field in fields(Consequence))
_ALL = select(*(consequences.c[name] for name in _NAMES))
_WAITING = (
    _ALL.where(consequences.c.stand.in_([Stand.PROPOSED.value, Stand.CONFIRMED.value]))
    .order_by(consequences.c.proposed_at, consequences.c.id)
    .limit(bindparam("most"))
)
_IN_FORCE = (
    _ALL.where(consequences.c.stand == Stand.IN_FORCE.value)
    .where(consequences.c.decided_at >= bindparam("since"), consequences.c.decided_at < bindparam("until"))
    .order_by(consequences.c.decided_at, consequences.c.id)
)
_LATE = (
    select(*COLUMNS)
    .where(tickets.c.state.in_([State.ASSIGNED.value, State.ACCEPTED.value]))
    .where(tickets.c.fix_due_at <= bindparam("before"))
    .order_by(tickets.c.fix_due_at)
    .limit(MOST)
)
_REPEATS = (
    select(tickets.c.site_id, func.max(tickets.c.site), func.max(tickets.c.town), func.count())
    .where(tickets.c.reported_at >= bindparam("since"), tickets.c.site_id.is_not(None))
    .where(tickets.c.state != State.REJECTED.value)
    .group_by(tickets.c.site_id)
    .having(func.count() >= bindparam("least"))
)
_MISSED = (
    select(tickets.c.town, func.count().label("missed"))
    .where(tickets.c.fix_due_at >= bindparam("since"), tickets.c.fix_due_at < bindparam("now"))
    .where(tickets.c.town.is_not(None), tickets.c.state != State.REJECTED.value)
    .where(
        or_(
            tickets.c.fixed_at > tickets.c.fix_due_at,
            tickets.c.state.in_([State.ASSIGNED.value, State.ACCEPTED.value]),
        )
    )
    .group_by(tickets.c.town)
)
_ENDED = (
    select(*COLUMNS)
    .where(tickets.c.state == State.CLOSED.value, tickets.c.closed_at >= bindparam("since"))
    .where(tickets.c.outcome.in_(sorted(BY_OUTCOME)))
    .order_by(tickets.c.closed_at)
    .limit(MOST)
)


async def late_tickets(c: AsyncConnection, before: datetime) -> list[Ticket]:
    """Those to be worked on whose deadline passed before then, the oldest first, MOST at most."""
    return [ticket_of(row) for row in await c.execute(_LATE, {"before": before})]


async def repeats(c: AsyncConnection, since: datetime, least: int) -> list[Repeat]:
    """Sites with so many tickets since then."""
    rows = await c.execute(_REPEATS, {"since": since, "least": least})
    return [Repeat(*row) for row in rows]


async def missed(c: AsyncConnection, since: datetime, now: datetime) -> dict[str, int]:
    """How many deadlines to fix since then each town has missed."""
    rows = await c.execute(_MISSED, {"since": since, "now": now})
    return {row.town: row.missed for row in rows}


async def ended(c: AsyncConnection, since: datetime) -> list[Ticket]:
    """Tickets that were closed since then by stopping, sealing or punishing."""
    return [ticket_of(row) for row in await c.execute(_ENDED, {"since": since})]


async def known(c: AsyncConnection, kinds: Collection[Kind]) -> set[tuple[str, str, str]]:
    """Kind, subject and period of what has been proposed."""
    names = consequences.c.kind, consequences.c.subject, consequences.c.period
    rows = await c.execute(select(*names).where(consequences.c.kind.in_(sorted(kinds))))
    return {(kind, subject, period) for kind, subject, period in rows}


async def by_id(c: AsyncConnection, which: str) -> Consequence | None:
    """One, whatever has become of it."""
    row = (await c.execute(_ALL.where(consequences.c.id == which))).one_or_none()
    return _of(row) if row else None


async def waiting(c: AsyncConnection) -> list[Consequence]:
    """Those on which somebody has to decide, the longest waiting first."""
    return [_of(row) for row in await c.execute(_WAITING, {"most": MOST})]


async def of_period(c: AsyncConnection, kinds: Collection[Kind], period: str) -> list[Consequence]:
    """Those of these kinds for one period, whatever has become of them."""
    query = _ALL.where(consequences.c.kind.in_(sorted(kinds)), consequences.c.period == period)
    return [_of(row) for row in await c.execute(query)]


async def in_force(c: AsyncConnection, since: datetime, until: datetime) -> list[Consequence]:
    """Those that came into force from ``since`` on and before ``until``."""
    return [_of(row) for row in await c.execute(_IN_FORCE, {"since": since, "until": until})]


async def every(
    c: AsyncConnection, since: datetime | None, until: datetime | None
) -> AsyncIterator[Consequence]:
    """All that were proposed in this time, page by page."""
    at = consequences.c.proposed_at
    needs = [*([at >= since] if since else []), *([at < until] if until else [])]
    query, done = _ALL.where(*needs).order_by(at, consequences.c.id), 0
    while rows := (await c.execute(query.offset(done).limit(PAGE))).all():
        for row in rows:
            yield _of(row)
        done += len(rows)


def propose(tx: Tx, one: Consequence) -> None:
    """Write it down unless the same was proposed for the same subject and period."""
    tx.insert_once(consequences, _row(one))


def save(tx: Tx, one: Consequence) -> None:
    """Keep it as it is now."""
    tx.upsert(consequences, _row(one))


def _row(one: Consequence) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _NAMES}
    costs = [[cost.name, str(cost.yuan)] for cost in one.costs]
    return row | {"kind": one.kind.value, "stand": one.stand.value, "costs": costs}


def _of(row: Row) -> Consequence:  # type: ignore[type-arg]  # the columns of Consequence
    values = dict(zip(_NAMES, row, strict=True))
    costs = tuple(Cost(name, Decimal(yuan)) for name, yuan in values["costs"])
    return replace(
        Consequence(**values), kind=Kind(values["kind"]), stand=Stand(values["stand"]), costs=costs
    )
