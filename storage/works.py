"""Proofs of work in the making, and the photos that belong to them."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.work import Work
from storage.schema import albums, works
from storage.tx import Tx

Judging = Callable[[Tx, str], Awaitable[None]]
_NAMES = tuple(field.name for field in fields(Work))
_WORKS = select(*(works.c[name] for name in _NAMES))


async def open_of(c: AsyncConnection, person_id: int) -> list[Work]:
    """The open ones of this person, the one touched last first."""
    where = works.c.person_id == person_id, works.c.state == "open"
    return [Work(*row) for row in await c.execute(_WORKS.where(*where).order_by(works.c.touched_at.desc()))]


async def by_id(c: AsyncConnection, work_id: str) -> Work | None:
    """One in whatever state."""
    row = (await c.execute(_WORKS.where(works.c.id == work_id))).one_or_none()
    return Work(*row) if row else None


async def by_album(c: AsyncConnection, chat_id: int, album: str) -> Work | None:
    """The one, open or not, to which the parts of this album belong."""
    rows = _WORKS.join(albums, albums.c.draft_id == works.c.id).where(
        albums.c.chat_id == chat_id, albums.c.media_group == album
    )
    row = (await c.execute(rows)).one_or_none()
    return Work(*row) if row else None


async def expired(c: AsyncConnection, now: datetime, limit: int) -> list[Work]:
    """Open ones that nobody touched for too long."""
    where = works.c.state == "open", works.c.expires_at <= now
    return [Work(*row) for row in await c.execute(_WORKS.where(*where).limit(limit))]


def save(tx: Tx, work: Work) -> None:
    """Keep it as it is now."""
    tx.upsert(works, {name: getattr(work, name) for name in _NAMES})


def claim_album(tx: Tx, work: Work, album: str, at: datetime) -> None:
    """From now on the parts of this album belong to this work."""
    row = {"chat_id": work.person_id, "media_group": album, "draft_id": work.id, "at": at}
    tx.insert_once(albums, row)


def when_written(tx: Tx, work_id: str, judge: Judging) -> None:
    """Let ``judge`` look at this work once for the transaction, when everything else of it has been written."""
    tx.last(_judge, (work_id, judge))


async def _judge(c: AsyncConnection, rows: list[Any]) -> None:
    written = Tx(c)
    for work_id, judge in dict(rows).items():
        await judge(written, work_id)
    await written.flush()
