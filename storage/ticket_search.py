"""The search for tickets: what a question names, within what the asker may see, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Scope
from domain.query import Order, Query
from domain.ticket import OPEN, State, Ticket
from storage.schema import outbox, people, reports, ticket_grams, tickets
from storage.tickets import COLUMNS, grams, ticket_of

MOST_COUNTED = 100  # a longer list is counted as "more than that"
MOST_ELSEWHERE = 200  # own reports outside the own town that are looked at
WEIGHED = 8  # pairs of characters whose frequency is looked up, to find one that is rare
NO_PAIR = " "  # stands in no ticket
FIRST = 2  # the pairs that are checked before all the others: hardly anything is left after them
RARE = 3000  # a pair of characters in fewer tickets than this leads the search

Where = list[ColumnElement[bool]]
_NAMES = select(people.c.id, people.c.name).where(people.c.id.in_(bindparam("ids", expanding=True)))


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


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of neighbouring characters: the rarest with its count, of which at most RARE are counted, and the others."""

    rarest: str
    count: int
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the asker may see: a place with some reports elsewhere, or with ``own_only`` nothing but the own reports."""

    town: str | None = None
    bureau: str | None = None
    elsewhere: frozenset[str] = frozenset()
    own_only: bool = False
    only_town: str | None = None

    def where(self, *, led: bool) -> Where:
        where: Where = []
        if self.only_town:
            where.append(_column(tickets.c.town, led=led) == self.only_town)
        place: Where = []
        if self.town:
            place.append(_column(tickets.c.town, led=led) == self.town)
        elif self.bureau:
            place.append(_column(tickets.c.bureau, led=led) == self.bureau)
        if place and self.elsewhere:
            place = [or_(*place, tickets.c.number.in_(self.elsewhere))]
        return [*where, *place]


async def search(c: AsyncConnection, asker: Asker, query: Query, *, offset: int, limit: int) -> Found:
    """The tickets of a page, the newest or the longest due first. For a number nothing beyond the page is counted."""
    words = await pairs_of(c, query.words)
    if words and not words.count:
        return Found([], 0)
    statement = _statement(await _seen(c, asker), asker, query, words)
    is_small = bool(query.sites or (words and words.count < RARE))
    total = func.count().over() if is_small else literal(None)
    columns = *COLUMNS, total.label("total")
    rows = (await c.execute(statement.with_only_columns(*columns).offset(offset).limit(limit))).all()
    page = [ticket_of(row) for row in rows]
    if rows and is_small:
        return Found(page, min(rows[0].total, MOST_COUNTED))
    if query.wanted or (len(page) < limit and (page or offset == 0)):
        return Found(page, offset + len(page))
    some = statement.with_only_columns(tickets.c.number).order_by(None).limit(MOST_COUNTED).subquery()
    return Found(page, int(await c.scalar(select(func.count()).select_from(some)) or 0))


def _statement(seen: _Seen, asker: Asker, query: Query, words: Pairs | None) -> Select[Any]:
    """What leads is decided here, because the databases' planners do not know how rare a value is."""
    own = seen.own_only or query.mine
    led = bool(own or query.wanted or query.sites or (words and words.count < RARE))
    where = [*seen.where(led=led), *_filters(asker, query, led=led), *_worded(words)]
    statement = select(*COLUMNS).where(*where)
    if own:
        statement = statement.join_from(reports, tickets, tickets.c.number == reports.c.number)
        statement = statement.where(reports.c.person_id == asker.scope.person_id, ~_reported_before())
    if query.order is Order.DUE:
        return statement.order_by(tickets.c.fix_due_at, tickets.c.reported_at)
    if query.wanted:
        return statement.order_by(tickets.c.day.desc())
    return statement.order_by(
        (reports.c.number if own else tickets.c.number if led else tickets.c.reported_at).desc()
    )


async def visible(c: AsyncConnection, asker: Asker, number: str) -> Ticket | None:
    """The ticket of this number, if the asker may see it."""
    seen, own = await _seen(c, asker), asker.scope.person_id
    where = [tickets.c.number == number, *seen.where(led=True)]
    if seen.own_only:
        where.append(tickets.c.number.in_(_reported_by([own])))
    row = (await c.execute(select(*COLUMNS).where(*where))).one_or_none()
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
    rows = await c.execute(_NAMES, {"ids": list(ids)})
    return {row.id: row.name for row in rows}


async def cards_shown(c: AsyncConnection, number: str) -> dict[int, int | None]:
    """The groups that were owed this ticket's live card, and the thread in which it stands."""
    first, last = f"card:{number}:", f"card:{number};"
    rows = await c.execute(
        select(outbox.c.chat_id, outbox.c.thread_id).where(outbox.c.key > first, outbox.c.key < last)
    )
    return {row.chat_id: row.thread_id for row in rows}


async def _seen(c: AsyncConnection, asker: Asker) -> _Seen:
    """Own reports are seen wherever they lie; only a few of them are not in the own place."""
    scope = asker.scope
    if scope.everything:
        return _Seen(only_town=asker.only_town)
    if not scope.town and not scope.bureau:
        return _Seen(own_only=True, only_town=asker.only_town)
    column, place = (tickets.c.town, scope.town) if scope.town else (tickets.c.bureau, scope.bureau)
    elsewhere = (
        select(tickets.c.number)
        .join_from(reports, tickets, tickets.c.number == reports.c.number)
        .where(reports.c.person_id == scope.person_id, or_(column.is_(None), column.concat("") != place))
        .order_by(reports.c.number.desc())
        .limit(MOST_ELSEWHERE)
    )
    numbers = frozenset((await c.scalars(elsewhere)).all())
    return _Seen(scope.town, scope.bureau, numbers, only_town=asker.only_town)


def _column(column: ColumnElement[str], *, led: bool) -> ColumnElement[str]:
    """A column whose index is not used when something rarer leads."""
    return column.concat("") if led else column


def _filters(asker: Asker, query: Query, *, led: bool) -> Where:
    where: Where = []
    if query.wanted:
        where.append(tickets.c.sequence == query.wanted.sequence)
    if query.wanted and query.wanted.day:
        where.append(tickets.c.day == query.wanted.day)
    if query.overdue:
        where.append(_overdue(asker.now, led=led))
    if query.sent_back:
        where += [tickets.c.reopened > 0, tickets.c.state.in_(sorted(OPEN))]
    if query.people:
        where.append(_of_people(asker, query.people))
    if query.sites:
        where.append(tickets.c.site_id.in_(query.sites))
    for plain, values in (
        (tickets.c.state, query.states),
        (tickets.c.source, query.sources),
        (tickets.c.town, query.towns),
        (tickets.c.category, query.categories),
    ):
        column = _column(plain, led=led)
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


def _overdue(now: datetime, *, led: bool) -> ColumnElement[bool]:
    """The same as domain.ticket.is_overdue; the states outside lead to the index."""
    running = [State.REPORTED, State.ASSIGNED, State.ACCEPTED]
    late = tickets.c.fix_due_at < now
    state = _column(tickets.c.state, led=led)
    unaccepted = and_(state == State.ASSIGNED, tickets.c.accept_due_at < now)
    return and_(state.in_(running), or_(late, unaccepted))


def _of_people(asker: Asker, ids: Sequence[int]) -> ColumnElement[bool]:
    """Whose work it is; who reported it only for those who may know, and for oneself."""
    reporters = [one for one in ids if asker.sees_reporters or one == asker.scope.person_id]
    assigned = tickets.c.assignee_id.in_(ids)
    return or_(assigned, tickets.c.number.in_(_reported_by(reporters))) if reporters else assigned


def _reported_by(ids: Sequence[int]) -> Select[tuple[str]]:
    return select(reports.c.number).where(reports.c.person_id.in_(ids))


def _reported_before() -> ColumnElement[bool]:
    """The same person reported the same ticket twice: this is not the first of the two rows."""
    first = reports.alias("first")
    same = first.c.person_id == reports.c.person_id, first.c.number == reports.c.number
    return select(literal(1)).where(*same, first.c.draft_id < reports.c.draft_id).correlate(reports).exists()


async def pairs_of(c: AsyncConnection, words: Sequence[str]) -> Pairs | None:
    """Every two neighbouring characters of the words, and how rare the rarest of some of them is."""
    every = sorted({gram for word in words for gram in grams(word)})
    if not every:
        return None
    some = every if len(every) <= WEIGHED else [every[at * len(every) // WEIGHED] for at in range(WEIGHED)]
    asked = {f"gram{at}": some[at] if at < len(some) else NO_PAIR for at in range(WEIGHED)}
    counts: dict[str, int] = {row.gram: row.counted for row in await c.execute(_WEIGH, asked)}
    rarest, *others = sorted(every, key=lambda gram: (counts.get(gram, RARE + 1), gram))
    return Pairs(rarest, counts[rarest], tuple(others))


def _weigh(at: int) -> Select[str, int]:
    gram = bindparam(f"gram{at}", type_=String)
    some = select(literal(1)).where(ticket_grams.c.gram == gram).limit(RARE).subquery()
    return select(gram.label("gram"), func.count().label("counted")).select_from(some)


_WEIGH = union_all(*(_weigh(at) for at in range(WEIGHED)))


def _worded(pairs: Pairs | None) -> Where:
    """The rarest pair leads where it is rare enough, and the others are looked up beside it."""
    if pairs is None:
        return []
    first, rest = pairs.others[:FIRST], pairs.others[FIRST:]
    if pairs.count >= RARE:
        return [_has(some, tickets.c.number) for some in ((pairs.rarest, *first), rest) if some]
    lead = ticket_grams.alias("lead")
    others = [_has(some, lead.c.number) for some in (first, rest) if some]
    return [tickets.c.number.in_(select(lead.c.number).where(lead.c.gram == pairs.rarest, *others))]


def _has(every: Sequence[str], number: ColumnElement[str]) -> ColumnElement[bool]:
    other = ticket_grams.alias("other")
    there = (
        select(func.count()).where(other.c.number == number, other.c.gram.in_(every)).correlate(number.table)
    )
    return there.scalar_subquery() == len(every)
