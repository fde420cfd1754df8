"""What a run leaves behind to be judged: what Telegram saw, the database and the files."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.chaos.hand import Press
from tests.support.databases import copied, on_postgres

Json = dict[str, Any]
Finding = tuple[str, str]  # family, what exactly
START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Evidence:
    """``reports`` are [person, file ids, number told]; ``store`` is the folder of the photos."""

    updates: list[int]
    ledger: list[Json]
    reports: list[tuple[int, list[str], str | None]]
    database: Path
    store: Path
    presses: list[Press] = field(default_factory=list)
    ended_at: datetime = START
    had_outage: bool = False  # longer than Telegram waits for the answer to a press


@contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    """The database, to be read only; a server's as a copy in a file."""
    if on_postgres():
        copied(database.parent, database)
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        yield db
    finally:
        db.close()


def moment(text: str) -> datetime:
    """A time as the database keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
