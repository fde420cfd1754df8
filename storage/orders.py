"""Orders from above: their units, answers and papers, and orders in the making."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.order import Order, OrderDraft, Paper, Reply, from_body, to_body
from domain.ticket import Source, Ticket
from storage.schema import order_drafts, order_papers, order_replies, order_units, orders, tickets
from storage.tickets import COLUMNS, ticket_of
from storage.tx import Tx

OFFICE = ""  # the unit of an answer by the district's office
_OWN = tuple(field.name for field in fields(Order) if field.name != "units")
_ALL = select(*(orders.c[name] for name in _OWN))
_UNITS = select(order_units).order_by(order_units.c.number, order_units.c.position)
_ENDED = update(orders).where(orders.c.number == bindparam("about")).values(ended=bindparam("new_ended"))
_REMINDED = update(orders).where(orders.c.number == bindparam("about")).values(last_reminder=bindparam("key"))
_DRAFT = (
    select(order_drafts)
    .where(
        order_drafts.c.chat_id == bindparam("chat"),
        order_drafts.c.person_id == bindparam("who"),
        order_drafts.c.state == "open",
    )
    .order_by(order_drafts.c.touched_at.desc())
    .limit(1)
)


def add(tx: Tx, order: Order) -> None:
    """The ticket of this number was ordered from above."""
    row = {name: getattr(order, name) for name in _OWN}
    tx.insert(orders, {**row, "ended": False})
    for position, unit in enumerate(order.units):
        tx.insert(order_units, {"number": order.number, "unit": unit, "position": position})


def answer(tx: Tx, reply: Reply) -> None:
    """A unit, or the office for all, has answered; a second time replaces the first."""
    tx.upsert(order_replies, {**asdict(reply), "unit": reply.unit or OFFICE})


def papers(
    tx: Tx, number: str, kind: str, every: Iterable[Paper], *, unit: str | None, at: datetime, by: int
) -> None:
    """Papers of an order: ``kind`` is order or reply."""
    for paper in every:
        own = {"file_id": paper.file_id, "as_file": paper.as_file, "name": paper.name, "unit": unit}
        row = {"id": f"{number}:{paper.unique_id}"[:80], "number": number, "kind": kind, "at": at, "by": by}
        tx.insert_once(order_papers, {**row, **own})


def ended(tx: Tx, number: str, *, ended: bool) -> None:
    """Whether its ticket has ended; nothing happens for a ticket that is no order."""
    tx.change(_ENDED, {"about": number, "new_ended": ended})


def reminded(tx: Tx, number: str, key: str) -> None:
    """The last reminder that was sent is this one."""
    tx.change(_REMINDED, {"about": number, "key": key})


async def by_number(c: AsyncConnection, number: str) -> Order | None:
    found = await _orders(c, orders.c.number == number)
    return found[0] if found else None


async def by_document(c: AsyncConnection, document: str) -> list[Order]:
    """The orders that came with the document of this number, the first first."""
    return await _orders(c, orders.c.document == document)


async def received(c: AsyncConnection, since: datetime, until: datetime) -> list[Order]:
    """The orders that came from ``since`` on and before ``until``."""
    return await _orders(c, (orders.c.received_at >= since) & (orders.c.received_at < until))


async def running(c: AsyncConnection) -> list[tuple[Order, Ticket]]:
    """The orders that have not ended, with their tickets."""
    found = {one.number: one for one in await _orders(c, orders.c.ended.is_(False))}
    rows = await c.execute(select(*COLUMNS).where(tickets.c.number.in_(found))) if found else ()
    return [(found[ticket.number], ticket) for ticket in map(ticket_of, rows)]


async def replies_of(c: AsyncConnection, number: str) -> list[Reply]:
    return (await replies(c, [number])).get(number, [])


async def replies(c: AsyncConnection, numbers: Collection[str]) -> dict[str, list[Reply]]:
    """The answers to these orders."""
    rows = await c.execute(select(order_replies).where(order_replies.c.number.in_(numbers)))
    found: dict[str, list[Reply]] = {}
    for row in rows:
        reply = Reply(number=row.number, unit=row.unit or None, at=row.at, by=row.by)
        found.setdefault(row.number, []).append(reply)
    return found


async def papers_of(c: AsyncConnection, number: str) -> list[tuple[str, Paper]]:
    """The papers of an order, each with its kind, the first first."""
    rows = await c.execute(
        select(order_papers).where(order_papers.c.number == number).order_by(order_papers.c.at)
    )
    return [(row.kind, Paper(row.file_id, row.id.split(":", 1)[1], 0, row.as_file, row.name)) for row in rows]


def save_draft(tx: Tx, draft: OrderDraft) -> None:
    """Keep an order in the making as it is now."""
    own = ("id", "chat_id", "person_id", "touched_at", "version", "state", "number")
    tx.upsert(order_drafts, {**{name: getattr(draft, name) for name in own}, "body": to_body(draft)})


async def open_draft(c: AsyncConnection, chat_id: int, person_id: int) -> OrderDraft | None:
    """The order that this person is making in this chat, the one touched last."""
    row = (await c.execute(_DRAFT, {"chat": chat_id, "who": person_id})).one_or_none()
    return _draft(row) if row else None


async def draft(c: AsyncConnection, which: str) -> OrderDraft | None:
    row = (await c.execute(select(order_drafts).where(order_drafts.c.id == which))).one_or_none()
    return _draft(row) if row else None


async def _orders(c: AsyncConnection, *where: object) -> list[Order]:
    rows = (await c.execute(_ALL.where(*where).order_by(orders.c.received_at, orders.c.number))).all()  # type: ignore[arg-type]
    units: dict[str, list[str]] = {row.number: [] for row in rows}
    for row in await c.execute(_UNITS.where(order_units.c.number.in_(units))) if units else ():
        units[row.number].append(row.unit)
    return [_order(row, tuple(units[row.number])) for row in rows]


def _order(row: Row, units: tuple[str, ...]) -> Order:  # type: ignore[type-arg]  # the columns of Order
    values = dict(zip(_OWN, row, strict=True))
    return Order(**values | {"source": Source(values["source"]), "units": units})


def _draft(row: Row) -> OrderDraft:  # type: ignore[type-arg]  # the columns of order_drafts
    return from_body(
        row.body,
        id=row.id,
        chat_id=row.chat_id,
        person_id=row.person_id,
        touched_at=row.touched_at,
        version=row.version,
        state=row.state,
        number=row.number,
    )
