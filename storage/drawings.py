"""Pictures that are drawn when they are first sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import drawings
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is to be drawn; ``photos`` are the sha256 of stored ones."""

    template: str
    values: str
    photos: tuple[str, ...]


def keep(tx: Tx, key: str, drawing: Drawing, now: datetime) -> None:
    """Kept once, however often it is owed."""
    row = {"key": key, "template": drawing.template, "vals": drawing.values, "photos": list(drawing.photos)}
    tx.insert_once(drawings, row | {"kept_at": now})


async def of(c: AsyncConnection, key: str) -> Drawing | None:
    row = (await c.execute(select(drawings).where(drawings.c.key == key))).one_or_none()
    return Drawing(row.template, row.vals, tuple(row.photos)) if row else None
