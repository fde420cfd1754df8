"""Chats: groups bound to a town or to the district, and where the bot stands in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.audit import Deed
from storage import audit
from storage.schema import chats
from storage.tx import Tx

CAN_WRITE = ("member", "administrator")
DISTRICT, DUTY = "district", "duty"  # what a group may be bound to besides a town


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that the bot knows; ``bound_to`` is a town's code, DISTRICT, DUTY or None.

    ``told_at`` is when a group without a place was told what to do.
    """

    id: int
    kind: str
    title: str
    bound_to: str | None
    thread_id: int | None
    bot_status: str
    told_at: datetime | None = None


_COLUMNS = (
    chats.c.id,
    chats.c.kind,
    chats.c.title,
    chats.c.bound_to,
    chats.c.thread_id,
    chats.c.bot_status,
    chats.c.told_at,
)
_BOUND = select(*_COLUMNS).where(chats.c.bound_to == bindparam("place"), chats.c.bot_status.in_(CAN_WRITE))
_ALL_BOUND = select(*_COLUMNS).where(chats.c.bound_to.is_not(None), chats.c.bot_status.in_(CAN_WRITE))
_THESE = select(*_COLUMNS).where(chats.c.id.in_(bindparam("ids", expanding=True)))
_BINDING = ("bound_to", "bound_by", "bound_at", "thread_id")


async def of(c: AsyncConnection, ids: Collection[int]) -> dict[int, Chat]:
    """The known chats among these ids."""
    if not ids:
        return {}
    rows = await c.execute(_THESE, {"ids": list(ids)})
    return {row.id: Chat(*row) for row in rows}


async def bound_to(c: AsyncConnection, place: str) -> list[Chat]:
    """The chats bound to a town (its code) or to ``district`` in which the bot can write."""
    rows = await c.execute(_BOUND, {"place": place})
    return [Chat(*row) for row in rows]


async def bound(c: AsyncConnection) -> list[Chat]:
    """Every chat that is bound to anything and in which the bot can write."""
    rows = await c.execute(_ALL_BOUND)
    return [Chat(*row) for row in rows]


def keep(tx: Tx, chat: Chat) -> None:
    """The chat as it is now; what it is bound to stays as it stands in the database."""
    tx.upsert(chats, _row(chat))


def bind(tx: Tx, chat: Chat, place: str | None, *, by: int, at: datetime, thread_id: int | None) -> None:
    """From now on the chat (or its topic ``thread_id``) belongs to a town, to the district, or with None to nothing."""
    tx.upsert(
        chats, {**_row(chat), "bound_to": place, "bound_by": by, "bound_at": at, "thread_id": thread_id}
    )
    deed = Deed.GROUP_BOUND if place else Deed.GROUP_UNBOUND
    audit.note(tx, deed, chat.id, at=at, by=by, place=place or chat.bound_to, thread_id=thread_id)


async def moved(tx: Tx, old_id: int, new_id: int, at: datetime) -> None:
    """The chat has a new id, at once; what it is bound to goes along. A second time nothing happens."""
    old = (await tx.c.execute(select(chats).where(chats.c.id == old_id))).one_or_none()
    if old is None:
        return
    audit.note(tx, Deed.GROUP_RENUMBERED, new_id, at=at, by=None, old=old_id, place=old.bound_to)
    new = (await of(tx.c, [new_id])).get(new_id)
    if new is None:
        await tx.c.execute(update(chats).where(chats.c.id == old_id).values(id=new_id))
        return
    if new.bound_to is None:
        bound = {name: value for name, value in old._asdict().items() if name in _BINDING}
        await tx.c.execute(update(chats).where(chats.c.id == new_id).values(bound))
    await tx.c.execute(delete(chats).where(chats.c.id == old_id))


def _row(chat: Chat) -> dict[str, object]:
    named = {"kind": chat.kind, "title": chat.title, "bot_status": chat.bot_status, "told_at": chat.told_at}
    return {"id": chat.id, **named}
