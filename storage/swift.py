"""The writer's SQLite connection: what cannot wait runs at once, what can wait runs beside the loop.

Inside a transaction the lock is held and pages are in memory, so that handing a statement to a thread and back costs
far more than the statement. BEGIN may wait for another process and COMMIT for the disk: those go to the thread.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite
from typing_extensions import override

ENDS = ("commit", "rollback")


class SwiftConnection(aiosqlite.Connection):
    """A connection for one user at a time."""

    @override
    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        inside = self._connection is not None and self._connection.in_transaction
        if inside and getattr(fn, "__name__", "") not in ENDS:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # aiosqlite has none here


def connect(database: str, *, uri: bool = False, **options: Any) -> SwiftConnection:
    """Open a connection as aiosqlite does; it is used from the loop and from its own thread, never from both at once."""
    options = {**options, "check_same_thread": False}
    connection = SwiftConnection(partial(sqlite3.connect, database, uri=uri, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does for those that it opens itself
    return connection
