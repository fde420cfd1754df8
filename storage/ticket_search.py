"""The search for tickets: what a question names, within what the asker may see, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Scope
from domain.query import Order, Query
from domain.ticket import OPEN, State, Ticket
from storage.schema import outbox, people, reports, ticket_grams, tickets
from storage.tickets import COLUMNS, grams, ticket_of

MOST_COUNTED = 500  # a longer list is counted as "more than that"
MOST_ELSEWHERE = 200  # own reports outside the own town that are looked at
RARE = 1500  # a pair of characters in fewer tickets than this leads the search

Where = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom and when a question is answered; ``towns_only`` narrows it to the town of a group."""

    scope: Scope
    now: datetime
    zone: ZoneInfo
    sees_reporters: bool = False
    only_town: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page, and how many there are: at most MOST_COUNTED are counted."""

    tickets: list[Ticket]
    count: int


async def search(c: AsyncConnection, asker: Asker, query: Query, *, offset: int, limit: int) -> Found:
    """The tickets of a page, the newest or the longest due first."""
    where = [*await _seen(c, asker), *_filters(asker, query), *await _words(c, query)]
    if query.order is Order.DUE:
        order: tuple[ColumnElement[datetime], ...] = (tickets.c.fix_due_at.asc(), tickets.c.reported_at.asc())
    else:
        order = (tickets.c.reported_at.desc(),)
    rows = (
        await c.execute(select(*COLUMNS).where(*where).order_by(*order).offset(offset).limit(limit))
    ).all()
    page = [ticket_of(row) for row in rows]
    if len(page) < limit and (page or offset == 0):
        return Found(page, offset + len(page))
    some = select(literal(1)).select_from(tickets).where(*where).limit(MOST_COUNTED).subquery()
    return Found(page, int(await c.scalar(select(func.count()).select_from(some)) or 0))


async def visible(c: AsyncConnection, asker: Asker, number: str) -> Ticket | None:
    """The ticket of this number, if the asker may see it."""
    where = await _seen(c, asker)
    row = (await c.execute(select(*COLUMNS).where(tickets.c.number == number, *where))).one_or_none()
    return ticket_of(row) if row else None


async def people_called(c: AsyncConnection, names: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The ids of the members with exactly these names, whatever the case."""
    if not names:
        return {}
    rows = await c.execute(select(people.c.id, people.c.name).where(func.lower(people.c.name).in_(names)))
    found: dict[str, tuple[int, ...]] = {}
    for row in rows:
        found[row.name.lower()] = (*found.get(row.name.lower(), ()), row.id)
    return found


async def names_of(c: AsyncConnection, ids: Collection[int]) -> dict[int, str]:
    """What these people are called, whether they still serve or not."""
    rows = await c.execute(select(people.c.id, people.c.name).where(people.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def cards_shown(c: AsyncConnection, number: str) -> dict[int, int | None]:
    """The groups that were owed this ticket's live card, and the thread in which it stands."""
    first, last = f"card:{number}:", f"card:{number};"
    rows = await c.execute(
        select(outbox.c.chat_id, outbox.c.thread_id).where(outbox.c.key > first, outbox.c.key < last)
    )
    return {row.chat_id: row.thread_id for row in rows}


async def _seen(c: AsyncConnection, asker: Asker) -> Where:
    """The condition that leaves what the asker may see; own reports are seen wherever they lie."""
    scope, limits = asker.scope, Where()
    if asker.only_town:
        limits.append(tickets.c.town == asker.only_town)
    if scope.everything:
        return limits
    own = select(reports.c.number).where(reports.c.person_id == scope.person_id)
    place = _place(scope)
    if place is None:
        return [*limits, tickets.c.number.in_(own)]
    elsewhere = own.join(tickets, tickets.c.number == reports.c.number).where(or_(~place, place.is_(None)))
    numbers = (await c.scalars(elsewhere.order_by(reports.c.at.desc()).limit(MOST_ELSEWHERE))).all()
    return [*limits, or_(place, tickets.c.number.in_(set(numbers))) if numbers else place]


def _place(scope: Scope) -> ColumnElement[bool] | None:
    if scope.town:
        return tickets.c.town == scope.town
    return tickets.c.bureau == scope.bureau if scope.bureau else None


def _filters(asker: Asker, query: Query) -> Where:
    where: Where = []
    if query.wanted:
        where.append(tickets.c.sequence == query.wanted.sequence)
    if query.wanted and query.wanted.day:
        where.append(tickets.c.day == query.wanted.day)
    if query.mine:
        where.append(tickets.c.number.in_(_reported_by([asker.scope.person_id])))
    if query.overdue:
        where.append(_overdue(asker.now))
    if query.sent_back:
        where += [tickets.c.reopened > 0, tickets.c.state.in_(sorted(OPEN))]
    if query.people:
        where.append(_of_people(asker, query.people))
    for column, values in (
        (tickets.c.state, query.states),
        (tickets.c.source, query.sources),
        (tickets.c.town, query.towns),
        (tickets.c.category, query.categories),
        (tickets.c.site_id, query.sites),
    ):
        if values:
            where.append(column == values[0] if len(values) == 1 else column.in_(values))
    return [*where, *_days(asker.zone, query.since, query.until)]


def _days(zone: ZoneInfo, since: date | None, until: date | None) -> Where:
    where: Where = []
    if since:
        where.append(tickets.c.reported_at >= datetime.combine(since, time(), zone))
    if until:
        where.append(tickets.c.reported_at < datetime.combine(until + timedelta(days=1), time(), zone))
    return where


def _overdue(now: datetime) -> ColumnElement[bool]:
    """The same as domain.ticket.is_overdue; the states outside lead to the index."""
    running = [State.REPORTED, State.ASSIGNED, State.ACCEPTED]
    late = tickets.c.fix_due_at < now
    unaccepted = and_(tickets.c.state == State.ASSIGNED, tickets.c.accept_due_at < now)
    return and_(tickets.c.state.in_(running), or_(late, unaccepted))


def _of_people(asker: Asker, ids: Sequence[int]) -> ColumnElement[bool]:
    """Whose work it is; who reported it only for those who may know, and for oneself."""
    reporters = [one for one in ids if asker.sees_reporters or one == asker.scope.person_id]
    assigned = tickets.c.assignee_id.in_(ids)
    return or_(assigned, tickets.c.number.in_(_reported_by(reporters))) if reporters else assigned


def _reported_by(ids: Sequence[int]) -> Select[tuple[str]]:
    return select(reports.c.number).where(reports.c.person_id.in_(ids))


async def _words(c: AsyncConnection, query: Query) -> Where:
    """Every pair of characters of the words; the rarest leads where it is rare enough, the others are checked."""
    pairs = sorted({gram for word in query.words for gram in grams(word)})
    if not pairs:
        return []
    counts = [
        select(literal(gram).label("gram"), func.count().label("n")).select_from(
            select(literal(1)).where(ticket_grams.c.gram == gram).limit(RARE).subquery()
        )
        for gram in pairs
    ]
    found = {row.gram: row.n for row in await c.execute(union_all(*counts))}
    rarest, *others = sorted(pairs, key=lambda gram: found[gram])
    checked = [_has(gram) for gram in others]
    if found[rarest] >= RARE:
        return [_has(rarest), *checked]
    return [
        tickets.c.number.in_(select(ticket_grams.c.number).where(ticket_grams.c.gram == rarest)),
        *checked,
    ]


def _has(gram: str) -> ColumnElement[bool]:
    return (
        select(literal(1))
        .where(ticket_grams.c.gram == gram, ticket_grams.c.number == tickets.c.number)
        .correlate(tickets)
        .exists()
    )
