"""Tables of air data that are sent in a chat, until they are taken or given up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.imports import Grid
from storage.schema import air_papers
from storage.tx import Tx

FETCHING, ASKED, ENDED = "fetching", "asked", "ended"


@dataclass(frozen=True, slots=True)
class AirPaper:
    """``grid`` are its cells and ``sha256`` that of its bytes, both once they were read; ``file_id`` None: typed."""

    id: str
    chat_id: int
    person_id: int
    at: datetime
    name: str
    file_id: str | None
    next_try_at: datetime
    state: str = FETCHING
    attempts: int = 0
    sha256: str | None = None
    grid: Grid | None = None


_COLUMNS = tuple(air_papers.c[name] for name in AirPaper.__slots__)
_CHANGED = (
    update(air_papers)
    .where(air_papers.c.id == bindparam("which"))
    .values(**{
        name: bindparam(f"new_{name}") for name in ("state", "attempts", "next_try_at", "sha256", "grid")
    })
)  # fmt: skip


def add(tx: Tx, paper: AirPaper) -> None:
    tx.insert(air_papers, {name: getattr(paper, name) for name in AirPaper.__slots__})


def save(tx: Tx, paper: AirPaper) -> None:
    """Keep how far it has come; what was read of one that has ended is let go."""
    row: dict[str, Any] = {
        f"new_{name}": getattr(paper, name) for name in ("attempts", "next_try_at", "sha256")
    }
    grid = None if paper.state == ENDED else paper.grid
    tx.change(_CHANGED, row | {"which": paper.id, "new_state": paper.state, "new_grid": grid})


async def by_id(c: AsyncConnection, paper_id: str) -> AirPaper | None:
    row = (await c.execute(select(*_COLUMNS).where(air_papers.c.id == paper_id))).one_or_none()
    return AirPaper(*row) if row else None


async def due(c: AsyncConnection, now: datetime) -> AirPaper | None:
    """The one that has waited longest to be fetched."""
    where = air_papers.c.state == FETCHING, air_papers.c.next_try_at <= now
    query = select(*_COLUMNS).where(*where).order_by(air_papers.c.next_try_at).limit(1)
    row = (await c.execute(query)).one_or_none()
    return AirPaper(*row) if row else None


async def unanswered(c: AsyncConnection, before: datetime) -> list[AirPaper]:
    """Those that were shown and have waited for a word since before then."""
    where = air_papers.c.state == ASKED, air_papers.c.next_try_at < before
    return [AirPaper(*row) for row in await c.execute(select(*_COLUMNS).where(*where))]
