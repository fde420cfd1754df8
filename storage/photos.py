"""Photos as evidence: owed to be fetched, then kept by content, and to which ticket they belong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.draft import Draft, DraftPhoto
from domain.photo import PhotoFacts
from storage.schema import photos
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo of a report, or of a work under the work's id; ``sha256`` and the rest are there once it was fetched."""

    id: str
    draft_id: str
    number: str | None
    kind: str
    file_id: str
    as_file: bool
    forwarded: bool
    person_id: int
    chat_id: int
    received_at: datetime
    state: str
    attempts: int
    sha256: str | None
    bytes: int | None
    perceptual: str | None
    warnings: list[dict[str, Any]] | None
    taken_at: datetime | None
    exif_lat: float | None
    exif_lng: float | None
    position: int


_COLUMNS = tuple(photos.c[name] for name in Kept.__slots__)
_BELONGS = update(photos).where(photos.c.draft_id == bindparam("which"), photos.c.state != "dropped")
_BELONGS = _BELONGS.values(number=bindparam("ticket"))
_DROPPED = update(photos).where(photos.c.draft_id == bindparam("which"), photos.c.number.is_(None))
_DROPPED = _DROPPED.values(state="dropped")
_STATE = (
    update(photos)
    .where(photos.c.id == bindparam("which"))
    .values(
        state=bindparam("new_state"),
        attempts=bindparam("tries"),
        next_try_at=bindparam("again_at"),
        reason=bindparam("why"),
    )
)
_STORED = (
    update(photos)
    .where(photos.c.id == bindparam("which"))
    .values(
        state="stored",
        reason=None,
        **{
            name: bindparam(f"new_{name}")
            for name in (
                "sha256",
                "bytes",
                "width",
                "height",
                "taken_at",
                "exif_lat",
                "exif_lng",
                "perceptual",
                "warnings",
            )
        },
    )
)


def owe(tx: Tx, draft: Draft, photo: DraftPhoto, now: datetime, kind: str = "before") -> None:
    """A photo of this report is to be fetched; the same one twice is owed once."""
    row = {
        "id": f"{draft.id}:{photo.unique_id}"[:80],
        "draft_id": draft.id,
        "number": draft.number,
        "kind": kind,
        "position": photo.message_id,
        "file_id": photo.file_id,
        "as_file": photo.as_file,
        "forwarded": photo.forwarded,
        "person_id": draft.person_id,
        "chat_id": draft.chat_id,
        "received_at": now,
        "state": "pending",
        "attempts": 0,
        "next_try_at": now,
    }
    tx.insert_once(photos, row)


def belong(tx: Tx, draft_id: str, number: str) -> None:
    """The photos of this draft are evidence of this ticket."""
    tx.change(_BELONGS, {"which": draft_id, "ticket": number})


def drop(tx: Tx, draft_id: str) -> None:
    """The report was given up: its photos are no longer wanted."""
    tx.change(_DROPPED, {"which": draft_id})


def later(tx: Tx, photo: Kept, at: datetime, reason: str) -> None:
    """It could not be fetched now."""
    row = {
        "which": photo.id,
        "new_state": "pending",
        "tries": photo.attempts + 1,
        "again_at": at,
        "why": reason,
    }
    tx.change(_STATE, row)


def refuse(tx: Tx, photo: Kept, reason: str, now: datetime) -> None:
    """It is not usable, or could not be fetched for too long."""
    row = {
        "which": photo.id,
        "new_state": "refused",
        "tries": photo.attempts + 1,
        "again_at": now,
        "why": reason,
    }
    tx.change(_STATE, row)


def store(tx: Tx, photo: Kept, facts: PhotoFacts, warnings: list[dict[str, Any]]) -> None:
    """It is in the photo store under its sha256, and this is what was found out about it."""
    row = {
        "which": photo.id,
        "new_sha256": facts.sha256,
        "new_bytes": facts.bytes,
        "new_width": facts.width,
        "new_height": facts.height,
        "new_taken_at": facts.taken_at,
        "new_exif_lat": facts.exif_point.lat if facts.exif_point else None,
        "new_exif_lng": facts.exif_point.lng if facts.exif_point else None,
        "new_perceptual": facts.telling_hash,
        "new_warnings": warnings,
    }
    tx.change(_STORED, row)


async def due(c: AsyncConnection, now: datetime, limit: int) -> list[Kept]:
    """Photos to be fetched now, the longest owed first."""
    where = photos.c.state == "pending", photos.c.next_try_at <= now
    rows = await c.execute(select(*_COLUMNS).where(*where).order_by(photos.c.next_try_at).limit(limit))
    return [Kept(*row) for row in rows]


async def of_ticket(c: AsyncConnection, number: str) -> list[Kept]:
    """The photos of a ticket that are or may become usable, in the order in which they were sent."""
    where = photos.c.number == number, photos.c.state.in_(["pending", "stored"])
    rows = await c.execute(select(*_COLUMNS).where(*where).order_by(photos.c.position))
    return [Kept(*row) for row in rows]


async def of_draft(c: AsyncConnection, draft_id: str) -> list[Kept]:
    """The photos of a report or a work that are or may become usable, in the order in which they were sent."""
    where = photos.c.draft_id == draft_id, photos.c.state.in_(["pending", "stored"])
    rows = await c.execute(select(*_COLUMNS).where(*where).order_by(photos.c.position))
    return [Kept(*row) for row in rows]


async def elsewhere(c: AsyncConnection, photo: Kept, sha256: str) -> list[Kept]:
    """The same bytes as evidence of other reports."""
    where = photos.c.sha256 == sha256, photos.c.draft_id != photo.draft_id, photos.c.state == "stored"
    rows = await c.execute(select(*_COLUMNS).where(*where).order_by(photos.c.received_at).limit(5))
    return [Kept(*row) for row in rows]


async def recent_pictures(c: AsyncConnection, photo: Kept, since: datetime, limit: int) -> list[Kept]:
    """Stored photos of other reports since then, to be compared by looks; newest first."""
    where = (
        photos.c.perceptual.is_not(None),
        photos.c.received_at >= since,
        photos.c.draft_id != photo.draft_id,
        photos.c.state == "stored",
    )
    rows = await c.execute(select(*_COLUMNS).where(*where).order_by(photos.c.received_at.desc()).limit(limit))
    return [Kept(*row) for row in rows]
