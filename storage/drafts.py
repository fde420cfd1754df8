"""Reports in the making, and which album belongs to which."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, bindparam, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.draft import Draft, from_body, to_body
from storage.schema import albums, drafts
from storage.tx import Tx

Whose = tuple[int, int]  # chat id, person id
Album = tuple[int, str]  # chat id, media group
_OPEN = (
    select(drafts)
    .where(drafts.c.state == "open", drafts.c.chat_id.in_(bindparam("chats", expanding=True)))
    .order_by(drafts.c.touched_at.desc())
)
_ONE = select(drafts).where(drafts.c.id == bindparam("which"))


async def open_of(c: AsyncConnection, whose: Collection[Whose]) -> dict[Whose, list[Draft]]:
    """The open drafts of these people in these chats, the one touched last first."""
    rows = await c.execute(_OPEN, {"chats": list({chat for chat, _ in whose})})
    found: dict[Whose, list[Draft]] = {pair: [] for pair in whose}
    for row in rows:
        if (pair := (row.chat_id, row.person_id)) in found:
            found[pair].append(_draft(row))
    return found


async def by_id(c: AsyncConnection, draft_id: str) -> Draft | None:
    """One draft in whatever state."""
    row = (await c.execute(_ONE, {"which": draft_id})).one_or_none()
    return _draft(row) if row else None


async def recent(c: AsyncConnection, whose: Whose, limit: int = 5) -> list[Draft]:
    """The last reports that this person submitted in this chat."""
    where = drafts.c.chat_id == whose[0], drafts.c.person_id == whose[1], drafts.c.state == "submitted"
    rows = await c.execute(select(drafts).where(*where).order_by(drafts.c.touched_at.desc()).limit(limit))
    return [_draft(row) for row in rows]


async def by_album(c: AsyncConnection, keys: Collection[Album]) -> dict[Album, Draft]:
    """The drafts, open or not, to which the parts of these albums belong."""
    if not keys:
        return {}
    rows = await c.execute(
        select(albums.c.media_group, drafts)
        .join(drafts, drafts.c.id == albums.c.draft_id)
        .where(tuple_(albums.c.chat_id, albums.c.media_group).in_(keys))
    )
    return {(row.chat_id, row.media_group): _draft(row) for row in rows}


async def expired(c: AsyncConnection, now: datetime, limit: int) -> list[Draft]:
    """Open drafts that nobody touched for too long."""
    rows = await c.execute(
        select(drafts).where(drafts.c.state == "open", drafts.c.expires_at <= now).limit(limit)
    )
    return [_draft(row) for row in rows]


def save(tx: Tx, draft: Draft) -> None:
    """Keep the draft as it is now."""
    row = {
        "id": draft.id,
        "chat_id": draft.chat_id,
        "person_id": draft.person_id,
        "state": draft.state,
        "version": draft.version,
        "body": to_body(draft),
        "number": draft.number,
        "touched_at": draft.touched_at,
        "expires_at": draft.expires_at,
    }
    tx.upsert(drafts, row)


def claim_album(tx: Tx, draft: Draft, album: str, at: datetime) -> None:
    """From now on the parts of this album belong to this draft."""
    row = {"chat_id": draft.chat_id, "media_group": album, "draft_id": draft.id, "at": at}
    tx.insert_once(albums, row)


def _draft(row: Row) -> Draft:  # type: ignore[type-arg]  # the columns of drafts
    return from_body(
        row.body,
        id=row.id,
        chat_id=row.chat_id,
        person_id=row.person_id,
        version=row.version,
        state=row.state,
        number=row.number,
        touched_at=row.touched_at,
        expires_at=row.expires_at,
    )
