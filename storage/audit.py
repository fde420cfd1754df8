"""The audit log in the database: entries are gathered like other writes and chained when the transaction ends."""

from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.audit import START, Deed, Entry, Fault, Head, Row, Why, chained, follow
from domain.ticket import Move
from storage.schema import audit, audit_head
from storage.tx import Tx, worded

PAGE = 1000
_FIELDS = tuple(field.name for field in fields(Row))
_COLUMNS = tuple(audit.c[name] for name in _FIELDS)
_ADD = insert(audit)
_MOVE_HEAD = update(audit_head).where(audit_head.c.id == 1)
_HEAD = select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == 1)


def note(tx: Tx, deed: Deed, subject: object, *, at: datetime, by: int | None, **details: object) -> None:
    """Write down that ``by`` (None: the system or the console) did this; no names of people, and no words of theirs."""
    tx.last(_append, Entry(at, by, deed, str(subject), details))


def moved(tx: Tx, move: Move) -> None:
    """Write down every step of a ticket's move; the words of its reason stay in the ticket's history."""
    for event in move.events:
        step = {"move": event.move, "from": event.before, "to": event.after, "town": event.unit}
        note(
            tx, Deed.TICKET_MOVED, event.number, at=event.at, by=event.by, version=move.ticket.version, **step
        )


async def head(c: AsyncConnection) -> Head:
    """Where the log ends; kept elsewhere it proves later that nothing before it was altered or removed."""
    kept = (await c.execute(_HEAD)).one_or_none()
    return Head(*kept) if kept else Head()


async def checked(c: AsyncConnection, anchor: str | None = None) -> Head | Fault:
    """Where the whole log ends, or its first broken row; ``anchor`` is the hash of a head that was kept elsewhere.

    Rows may be added meanwhile: the head that was read first must be among the rows, the one read last not before them.
    """
    before, reached = await head(c), Head()
    unmet = {before.hash, anchor or START} - {START}
    async for page in _pages(c):
        unmet.difference_update(row.hash for row in page)
        found = follow(reached, page)
        if isinstance(found, Fault):
            return found
        reached = found
    after = await head(c)
    if reached.seq < before.seq:
        return Fault(reached.seq + 1, Why.MISSING)
    if reached.seq > after.seq:
        return Fault(after.seq + 1, Why.BEYOND_THE_HEAD)
    if before.hash in unmet:
        return Fault(before.seq, Why.NOT_THE_HEAD)
    return Fault(reached.seq, Why.NOT_THE_ANCHOR) if unmet else reached


async def _pages(c: AsyncConnection) -> AsyncIterator[list[Row]]:
    page = select(*_COLUMNS).order_by(audit.c.seq).limit(PAGE)
    rows = [Row(*row) for row in await c.execute(page)]
    while rows:
        yield rows
        rows = [Row(*row) for row in await c.execute(page.where(audit.c.seq > rows[-1].seq))]


async def _append(c: AsyncConnection, entries: list[Entry]) -> None:
    """Chain the entries to what is there; the row of the head is held until the commit, so that nobody else can."""
    held = (await c.execute(_held_head(c.dialect.name))).one()
    rows = chained(Head(*held), entries)
    await c.execute(_ADD, [{name: getattr(row, name) for name in _FIELDS} for row in rows])
    await c.execute(_MOVE_HEAD, {"seq": rows[-1].seq, "hash": rows[-1].hash})


@cache
def _held_head(dialect: str) -> Executable:
    made = worded(audit_head, dialect).values(id=1, seq=0, hash=START)
    holding: Executable = made.on_conflict_do_update(index_elements=["id"], set_={"id": 1}).returning(
        audit_head.c.seq, audit_head.c.hash
    )
    return holding
