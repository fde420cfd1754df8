"""The search for tickets: what a question names, within what the asker may see, page by page."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Scope
from domain.query import Order, Query
from domain.ticket import Ticket
from storage import ticket_conditions as having
from storage.schema import outbox, people, tickets
from storage.ticket_conditions import RARE, SIEVED, WEIGHED, By, Condition, Lead
from storage.tickets import COLUMNS, grams, ticket_of

__all__ = [
    "MOST_COUNTED",
    "RARE",
    "Asker",
    "Found",
    "cards_shown",
    "count",
    "first",
    "midnight",
    "names_of",
    "people_called",
    "search",
    "visible",
]

MOST_COUNTED = 100  # a longer list is counted as "more than that"
NO_PAIR = " "  # stands in no ticket

Need = tuple[Condition, dict[str, object]]
"""A condition, the same object for every search, and the values of this one."""

_PAGE = select(*COLUMNS).where(tickets.c.number.in_(bindparam("numbers", expanding=True)))
_NAMED = select(people.c.id, people.c.name)
_NAMES = _NAMED.where(people.c.id.in_(bindparam("ids", expanding=True)))
_CALLED = _NAMED.where(func.lower(people.c.name).in_(bindparam("names", expanding=True)))
_CARDS = select(outbox.c.chat_id, outbox.c.thread_id).where(
    outbox.c.key > bindparam("first"), outbox.c.key < bindparam("last")
)


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom and when a question is answered; ``only_town`` narrows it to the town of a group."""

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


@dataclass(slots=True)
class _Search:
    """What the readings of one question share: who asks, what that shows them, and how common pairs of characters are."""

    c: AsyncConnection
    asker: Asker
    elsewhere: list[str] | None = None
    counts: dict[str, int] = field(default_factory=dict)


async def first(
    c: AsyncConnection, asker: Asker, queries: Iterable[Query], *, offset: int, limit: int
) -> tuple[Query, Found] | None:
    """The first query that finds something, and its page: the newest or the longest due first.

    For a number nothing beyond the page is counted.
    """
    shared = _Search(c, asker)
    for query in queries:
        most = offset + limit if query.wanted else max(offset + limit, MOST_COUNTED)
        numbers = await _numbers(shared, query, most)
        if page := numbers[offset : offset + limit]:
            return query, Found(await _page(c, page), min(len(numbers), MOST_COUNTED))
    return None


async def search(c: AsyncConnection, asker: Asker, query: Query, *, offset: int, limit: int) -> Found:
    """The page of a single query."""
    found = await first(c, asker, [query], offset=offset, limit=limit)
    return found[1] if found else Found([], 0)


async def count(c: AsyncConnection, asker: Asker, query: Query, most: int = 10_000) -> int:
    """How many tickets a query finds, up to ``most``."""
    return len(await _numbers(_Search(c, asker), query, most))


async def visible(c: AsyncConnection, asker: Asker, number: str) -> Ticket | None:
    """The ticket of this number, if the asker may see it."""
    shared, lead = _Search(c, asker), Lead.COLUMN
    needs: list[Need] = [(having.NUMBER, {"number": number}), *await _scope(shared, lead)]
    if _own_only(asker.scope):
        needs.append(_own(asker, lead))
    found = await _page(c, await _run(c, needs, lead, By.NUMBER, 1))
    return found[0] if found else None


async def people_called(c: AsyncConnection, names: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The ids of the members with exactly these names, whatever the case."""
    found: dict[str, tuple[int, ...]] = {}
    for row in await c.execute(_CALLED, {"names": list(names)}) if names else ():
        found[row.name.lower()] = (*found.get(row.name.lower(), ()), row.id)
    return found


async def names_of(c: AsyncConnection, ids: Collection[int]) -> dict[int, str]:
    """What these people are called, whether they still serve or not."""
    rows = await c.execute(_NAMES, {"ids": list(ids)})
    return {row.id: row.name for row in rows}


async def cards_shown(c: AsyncConnection, number: str) -> dict[int, int | None]:
    """The groups that were owed this ticket's live card, and the thread in which it stands."""
    rows = await c.execute(_CARDS, {"first": f"card:{number}:", "last": f"card:{number};"})
    return {row.chat_id: row.thread_id for row in rows}


async def _page(c: AsyncConnection, numbers: Sequence[str]) -> list[Ticket]:
    found = {row.number: ticket_of(row) for row in await c.execute(_PAGE, {"numbers": numbers})}
    return [found[number] for number in numbers if number in found]


async def _numbers(shared: _Search, query: Query, most: int) -> Sequence[str]:
    """The numbers of the tickets that a query finds, in its order."""
    words = await _weighed(shared, query.words)
    if words and not shared.counts[words[0]]:
        return []
    asker = shared.asker
    is_own = query.mine or _own_only(asker.scope)
    lead = _lead(asker, query, is_own=is_own, rarest=shared.counts[words[0]] if words else None)
    needs = [*await _scope(shared, lead), *_filters(asker, query, lead)]
    needs += _worded(words, lead)
    if is_own:
        needs.append(_own(asker, lead))
    newest = By.DAY if query.wanted else By.TIME if lead is Lead.PLANNED else By.NUMBER
    return await _run(shared.c, needs, lead, By.DUE if query.order is Order.DUE else newest, most)


def _lead(asker: Asker, query: Query, *, is_own: bool, rarest: int | None) -> Lead:
    everywhere = asker.scope.everything and not asker.only_town
    is_narrow = is_own or not everywhere or replace(query, words=(), unknown=()) != Query()
    if rarest is not None and (rarest < RARE or not is_narrow):
        return Lead.WORDS
    if is_own:
        return Lead.OWN
    return Lead.COLUMN if query.wanted or query.sites or query.people else Lead.PLANNED


async def _run(c: AsyncConnection, needs: Sequence[Need], lead: Lead, by: By, most: int) -> Sequence[str]:
    values: dict[str, object] = {"most": most}
    for _, each in needs:
        values |= each
    statement = having.numbers(lead, by, *(condition for condition, _ in needs))
    return (await c.scalars(statement, values)).all()


async def _scope(shared: _Search, lead: Lead) -> list[Need]:
    """Own reports are seen wherever they lie; only a few of them are not in the own place."""
    asker, led = shared.asker, lead is not Lead.PLANNED
    needs = [_is("town", [asker.only_town], led=led, key="only")] if asker.only_town else []
    scope = asker.scope
    name, place = ("town", scope.town) if scope.town else ("bureau", scope.bureau)
    if scope.everything or not place:
        return needs
    if shared.elsewhere is None:
        values = {"me": scope.person_id, "place": place}
        shared.elsewhere = list((await shared.c.scalars(having.elsewhere(name), values)).all())
    if shared.elsewhere:
        values = {"place": place, "elsewhere": shared.elsewhere}
        return [*needs, (having.there_or_elsewhere(name, led=led), values)]
    return [*needs, _is(name, [place], led=led, key="place")]


def _is(name: str, values: Sequence[object], *, led: bool, key: str | None = None) -> Need:
    key, many = key or name, len(values) > 1
    return having.one_of(name, key, led=led, many=many), {key: values if many else values[0]}


def _own_only(scope: Scope) -> bool:
    return not (scope.everything or scope.town or scope.bureau)


def _own(asker: Asker, lead: Lead) -> Need:
    return having.own(lead), {"me": asker.scope.person_id}


def _filters(asker: Asker, query: Query, lead: Lead) -> Iterator[Need]:
    led = lead is not Lead.PLANNED
    if query.wanted:
        yield having.SEQUENCE, {"sequence": query.wanted.sequence}
    if query.wanted and query.wanted.day:
        yield having.DAY, {"day": query.wanted.day}
    if query.overdue:
        yield having.overdue(led=led), {"now": asker.now}
    if query.sent_back:
        yield having.SENT_BACK, {}
    if query.people:
        # who reported it counts only for those who may know, and for oneself
        reporters = [one for one in query.people if asker.sees_reporters or one == asker.scope.person_id]
        yield having.OF_PEOPLE, {"people": query.people, "reporters": reporters}
    if query.sites:
        yield having.SITES, {"sites": query.sites}
    for name, values in (("state", query.states), ("source", query.sources), ("town", query.towns)):
        if values:
            yield _is(name, values, led=led)
    if query.categories:  # one's own newest are looked up by category and number, in the index alone
        in_index = lead is Lead.OWN and query.order is Order.NEWEST
        yield _is("category", query.categories, led=led and not in_index)
    yield from _days(asker.zone, query.since, query.until)
    yield from _on_days(asker.zone, query)


def _days(zone: ZoneInfo, since: date | None, until: date | None) -> Iterator[Need]:
    if since:
        yield having.SINCE, {"since": midnight(zone, since)}
    if until:
        yield having.UNTIL, {"until": midnight(zone, until + timedelta(days=1))}


def _on_days(zone: ZoneInfo, query: Query) -> Iterator[Need]:
    for name, day in (
        ("fixed_at", query.fixed_on),
        ("closed_at", query.closed_on),
        ("fix_due_at", query.due_on),
    ):
        if day:
            values = {"from": midnight(zone, day), "to": midnight(zone, day + timedelta(days=1))}
            yield having.on_day(name), {f"{name}_{edge}": at for edge, at in values.items()}


def midnight(zone: ZoneInfo, day: date) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(), zone)


async def _weighed(shared: _Search, words: Sequence[str]) -> list[str]:
    """Every two neighbouring characters of the words, the rarest first; of many only some are weighed."""
    every = sorted({gram for word in words for gram in grams(word)})
    some = every if len(every) <= WEIGHED else [every[at * len(every) // WEIGHED] for at in range(WEIGHED)]
    if new := [gram for gram in some if gram not in shared.counts]:
        asked = {f"gram{at}": new[at] if at < len(new) else NO_PAIR for at in range(WEIGHED)}
        for row in await shared.c.execute(having.WEIGH, asked):
            shared.counts[row.gram] = row.counted
    return sorted(every, key=lambda gram: (shared.counts.get(gram, RARE + 1), gram))


def _worded(words: Sequence[str], lead: Lead) -> Iterator[Need]:
    """The rarest pair leads where it can. The next ones sieve in turn, those last that share a character with it.

    Such a pair is nearly always there too: asking for it first would ask for all others as well.
    """
    if not words:
        return
    rarest = words[0]
    if lead is Lead.WORDS:
        yield having.RAREST, {"rarest": rarest}
        words = words[1:]
    words = sorted(words, key=lambda gram: gram != rarest and not {*gram}.isdisjoint(rarest))
    for at, gram in enumerate(words[:SIEVED]):
        yield having.has(lead, f"next{at}"), {f"next{at}": gram}
    if others := words[SIEVED:]:
        yield having.has_others(lead), {"others": others, "count": len(others)}
