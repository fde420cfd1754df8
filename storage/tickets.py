"""Tickets, their history, who reported them, and the numbers of the day."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import Executable, bindparam, func, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.nearby import Box
from domain.ticket import OPEN, Event, Evidence, Move, Source, State, Ticket, Verb
from storage import audit
from storage.schema import counters, history, reports, ticket_grams, tickets
from storage.tx import Tx, worded

_FIELDS = tuple(field.name for field in fields(Ticket))
_KINDS = {"state": State, "source": Source, "evidence": Evidence, "suspended_from": State}
COLUMNS = tuple(tickets.c[name] for name in _FIELDS)
# Photos are only ever added to: a move must not undo what came in the same transaction, which it could not read.
_KEPT = frozenset({"number", "photo_count"})
_MOVED = (
    update(tickets)
    .where(tickets.c.number == bindparam("which"))
    .values({name: bindparam(f"new_{name}") for name in _FIELDS if name not in _KEPT})
)
_MORE_PHOTOS = (
    update(tickets)
    .where(tickets.c.number == bindparam("which"))
    .values(photo_count=tickets.c.photo_count + bindparam("more"))
)
_DOUBTED = (
    update(tickets).where(tickets.c.number == bindparam("which")).values(doubts=bindparam("new_doubts"))
)
_NEXT = update(tickets).where(tickets.c.number == bindparam("which")).values(next_action_at=bindparam("at"))
# As an expression, so that SQLite looks by place and does not walk through all that was reported since then.
_reported_at = func.coalesce(tickets.c.reported_at, tickets.c.reported_at)
_NEAR = (
    select(*COLUMNS)
    .where(
        tickets.c.category == bindparam("wanted"),
        tickets.c.lat.between(bindparam("south"), bindparam("north")),
        tickets.c.lng.between(bindparam("west"), bindparam("east")),
        tickets.c.state.in_([state.value for state in OPEN]),
        _reported_at >= bindparam("since"),
    )
    .order_by(_reported_at.desc())
    .limit(50)
)
_USUAL = (
    select(tickets.c.category)
    .where(tickets.c.reporter_id == bindparam("who"))
    .group_by(tickets.c.category)
    .order_by(func.count().desc())
    .limit(bindparam("most"))
)


_HISTORY = select(*(history.c[name] for name in ("number", "at", "by", "from", "to", "note", "move", "unit")))


@dataclass(frozen=True, slots=True)
class Report:
    """One person's report of a ticket; ``chat_id`` is where the answer goes."""

    draft_id: str
    number: str
    person_id: int
    chat_id: int
    language: str
    at: datetime
    words: str
    lat: float | None
    lng: float | None


async def next_sequence(tx: Tx, prefix: str, day: date) -> int:
    """The next number of a local day; two transactions never get the same."""
    name = f"{prefix}{day:%Y%m%d}"
    value = next(await tx.once(_numbers, name))
    tx.upsert(counters, {"name": name, "value": value})
    return value


async def _numbers(c: AsyncConnection, name: str) -> Iterator[int]:
    """The numbers that are free, which nobody else gets before the end of this transaction."""
    held = await c.execute(_held(c.dialect.name), {"name": name, "value": 0})
    return count(int(held.scalar_one()) + 1)


@cache
def _held(dialect: str) -> Executable:
    locked: Executable = (
        worded(counters, dialect)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value})
        .returning(counters.c.value)
    )
    return locked


def add(tx: Tx, move: Move) -> None:
    """A new ticket with the first lines of its history and its searchable words."""
    ticket = move.ticket
    tx.insert(tickets, _row(ticket))
    record(tx, move.events)
    audit.moved(tx, move)
    for gram in grams(f"{ticket.site or ''} {ticket.description}"):
        tx.insert_once(ticket_grams, {"gram": gram, "number": ticket.number})


def save(tx: Tx, move: Move) -> None:
    """A ticket after a move, with the lines that the move adds to its history."""
    row = {f"new_{name}": value for name, value in _row(move.ticket).items() if name not in _KEPT}
    tx.change(_MOVED, {**row, "which": move.ticket.number})
    record(tx, move.events)
    audit.moved(tx, move)


def report(tx: Tx, said: Report) -> None:
    """Somebody reported this ticket, as the first or as one more."""
    tx.insert_once(reports, {field.name: getattr(said, field.name) for field in fields(Report)})


def doubt(tx: Tx, number: str, doubts: Collection[str]) -> None:
    """What a reviewer is to look at, found out after the move: the photos have been fetched only now."""
    tx.change(_DOUBTED, {"which": number, "new_doubts": tuple(doubts)})


def look_again(tx: Tx, number: str, at: datetime | None) -> None:
    """When the ticket has to be looked at next."""
    tx.change(_NEXT, {"which": number, "at": at})


def more_photos(tx: Tx, number: str, count: int) -> None:
    """A ticket got more photos."""
    tx.change(_MORE_PHOTOS, {"which": number, "more": count})


async def by_numbers(c: AsyncConnection, numbers: Collection[str]) -> dict[str, Ticket]:
    """These tickets."""
    rows = await c.execute(select(*COLUMNS).where(tickets.c.number.in_(numbers)))
    return {row.number: ticket_of(row) for row in rows}


async def near(c: AsyncConnection, category: str, box: Box, since: datetime) -> list[Ticket]:
    """Open tickets of a category inside a box of degrees, reported since then, newest first."""
    corners = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    rows = await c.execute(_NEAR, {**corners, "wanted": category, "since": since})
    return [ticket_of(row) for row in rows]


async def reports_of(c: AsyncConnection, number: str) -> list[Report]:
    """Everybody who reported this ticket, the first first."""
    columns = [reports.c[field.name] for field in fields(Report)]
    rows = await c.execute(select(*columns).where(reports.c.number == number).order_by(reports.c.at))
    return [Report(*row) for row in rows]


async def events_of(c: AsyncConnection, number: str) -> list[Event]:
    """The history of a ticket, oldest first."""
    rows = await c.execute(_HISTORY.where(history.c.number == number).order_by(history.c.id))
    return [_event(row) for row in rows]


async def usual_categories(c: AsyncConnection, person_id: int, limit: int) -> list[str]:
    """The categories that this person reported most, most first."""
    rows = await c.execute(_USUAL, {"who": person_id, "most": limit})
    return [row.category for row in rows]


def grams(text: str) -> set[str]:
    """Every two neighbouring characters of a text's words, in lower case."""
    words = "".join(char if char.isalnum() else " " for char in text.lower()).split()
    return {word[at : at + 2] for word in words for at in range(max(len(word) - 1, 1))}


def ticket_of(row: SqlRow) -> Ticket:  # type: ignore[type-arg]  # the columns of COLUMNS
    values: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
    kinds = {name: kind(values[name]) for name, kind in _KINDS.items() if values[name] is not None}
    return Ticket(**values | kinds)


def _event(row: SqlRow) -> Event:  # type: ignore[type-arg]  # those of _HISTORY
    number, at, by, before, after, note, move, unit = row
    was = State(before) if before else None
    return Event(number, at, by, was, State(after), note, Verb(move), unit)


def _row(ticket: Ticket) -> dict[str, object]:
    return {name: getattr(ticket, name) for name in _FIELDS}


def record(tx: Tx, events: Iterable[Event]) -> None:
    """Add lines to the history of tickets."""
    for event in events:
        row = {
            "number": event.number,
            "at": event.at,
            "by": event.by,
            "from": event.before,
            "to": event.after,
            "note": event.note,
            "move": event.move,
            "unit": event.unit,
        }
        tx.insert(history, row)
