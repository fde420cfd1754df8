"""Looking back at closed tickets: which are due, who was asked, and what was found."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.fixing import After
from domain.lookback import Stand
from domain.message import Picture
from storage.schema import lookbacks, photos
from storage.tx import Tx

KIND = "again"  # of the photos that show a place when it was looked at again
OPEN = (Stand.WAITING.value, Stand.ASKED.value, Stand.ANSWERING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """One look back at a ticket; ``person_id`` is who was asked last or has answered, None where it is the office."""

    id: str
    number: str
    days: int
    due_at: datetime
    state: Stand = Stand.WAITING
    asked: tuple[str, ...] = ()
    person_id: int | None = None
    office: bool = False
    answered_at: datetime | None = None
    lat: float | None = None
    lng: float | None = None
    photos: int = 0
    settled: bool = False
    doubts: tuple[str, ...] = ()


_COLUMNS = tuple(lookbacks.c[field.name] for field in fields(LookBack))
_ALL = select(*_COLUMNS)
_OPEN = or_(*(lookbacks.c.state == state for state in OPEN))
_DUE = (
    _ALL.where(lookbacks.c.state.in_([Stand.WAITING.value, Stand.ASKED.value, Stand.ANSWERING.value]))
    .where(lookbacks.c.due_at <= bindparam("now"))
    .order_by(lookbacks.c.due_at, lookbacks.c.id)
    .limit(bindparam("most"))
)
_ANSWERING = _ALL.where(
    lookbacks.c.person_id == bindparam("who"),
    lookbacks.c.state.in_([Stand.ANSWERING.value, Stand.CLEAR.value, Stand.RELAPSED.value]),
    lookbacks.c.answered_at >= bindparam("since"),
).order_by(lookbacks.c.answered_at.desc())
_UNSETTLED = (
    _ALL.where(lookbacks.c.state == Stand.CLEAR.value, lookbacks.c.settled.is_(False))
    .where(lookbacks.c.due_at <= bindparam("now"))
    .order_by(lookbacks.c.due_at)
    .limit(bindparam("most"))
)
_WAITING = (
    _ALL.where(lookbacks.c.state.in_([Stand.ASKED.value, Stand.ANSWERING.value]))
    .order_by(lookbacks.c.due_at)
    .limit(bindparam("most"))
)
_CANCEL = (
    update(lookbacks)
    .where(lookbacks.c.number == bindparam("about"), _OPEN)
    .values(state=Stand.CANCELLED.value)
)


def save(tx: Tx, one: LookBack) -> None:
    """Keep it as it is now."""
    tx.upsert(lookbacks, {field.name: getattr(one, field.name) for field in fields(LookBack)})


def cancel(tx: Tx, number: str) -> None:
    """The ticket is open again: nothing of it is looked back at."""
    tx.change(_CANCEL, {"about": number})


async def open_of(c: AsyncConnection, number: str) -> list[LookBack]:
    """Those of a ticket that have not ended."""
    return [_of(row) for row in await c.execute(_ALL.where(lookbacks.c.number == number, _OPEN))]


async def by_id(c: AsyncConnection, which: str) -> LookBack | None:
    row = (await c.execute(_ALL.where(lookbacks.c.id == which))).one_or_none()
    return _of(row) if row else None


async def due(c: AsyncConnection, now: datetime, most: int) -> list[LookBack]:
    """Those about which somebody (else) is to be asked now."""
    return [_of(row) for row in await c.execute(_DUE, {"now": now, "most": most})]


async def unsettled(c: AsyncConnection, now: datetime, most: int) -> list[LookBack]:
    """Those that were found clear, of which the photos have not been looked at since."""
    return [_of(row) for row in await c.execute(_UNSETTLED, {"now": now, "most": most})]


async def answering(c: AsyncConnection, person_id: int, since: datetime) -> LookBack | None:
    """What this person has answered since then and may still send a photo or a place for, the newest."""
    row = (await c.execute(_ANSWERING.limit(1), {"who": person_id, "since": since})).one_or_none()
    return _of(row) if row else None


async def waiting(c: AsyncConnection, most: int) -> list[LookBack]:
    """What somebody was asked about and has not finished, the longest due first."""
    return [_of(row) for row in await c.execute(_WAITING, {"most": most})]


async def busy(c: AsyncConnection, persons: Collection[int]) -> Counter[int]:
    """About how many each of these is being asked."""
    where = lookbacks.c.person_id.in_(persons), lookbacks.c.state == Stand.ASKED.value
    count = func.count().label("asked")
    rows = await c.execute(select(lookbacks.c.person_id, count).where(*where).group_by(lookbacks.c.person_id))
    return Counter({row.person_id: row.asked for row in rows})


async def photos_of(c: AsyncConnection, which: str) -> tuple[list[After], bool]:
    """The photos of an answer as proof, and whether one is still to be fetched."""
    names = ("state", "taken_at", "exif_lat", "exif_lng", "sha256", "warnings")
    rows = (
        await c.execute(select(*(photos.c[name] for name in names)).where(photos.c.draft_id == which))
    ).all()
    stored = [
        After(
            taken_at=row.taken_at,
            lat=row.exif_lat,
            lng=row.exif_lng,
            sha256=row.sha256,
            reused=_used(row.warnings),
        )
        for row in rows
        if row.state == "stored"
    ]
    return stored, any(row.state == "pending" for row in rows)


async def pictures_of(c: AsyncConnection, which: str) -> tuple[Picture, ...]:
    """The photos of an answer that are in the store."""
    where = photos.c.draft_id == which, photos.c.state == "stored"
    rows = await c.execute(select(photos.c.sha256).where(*where).order_by(photos.c.position))
    return tuple(Picture(sha256=row.sha256) for row in rows)


def _used(warnings: list[dict[str, Any]] | None) -> bool:
    return any(one.get("kind") in {"used_before", "looks_like"} for one in warnings or ())


def _of(row: Row) -> LookBack:  # type: ignore[type-arg]  # the columns of LookBack
    values = dict(zip((field.name for field in fields(LookBack)), row, strict=True))
    return LookBack(**values | {"state": Stand(values["state"])})
