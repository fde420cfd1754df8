"""The database: who writes to it, and readers beside them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import swift
from storage.tx import Tx
from storage.writer import Writer, named

T = TypeVar("T")
# The number only has to differ from other advisory locks of this database.
ONE_DECIDES = text("SELECT pg_advisory_xact_lock(7201001)")
# A process that is paused in a transaction holds up the others: the server ends that transaction.
PAUSED_SECONDS = 15
TURN_SECONDS = 30
ANSWER_SECONDS = 60
STATEMENTS = 1000  # more than there are: each is prepared once a connection


class Database:
    """Opened by ``start``, closed by ``stop``.

    ``write`` decides: one transaction at a time, also among several processes, so that a job may rely on what it read.
    ``add`` only adds what nobody decides on before it is committed; on PostgreSQL it waits for no decision.
    """

    def __init__(self, url: str, *, busy_seconds: float = 5.0) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._busy_seconds = busy_seconds
        self.writer = self._engine(pool_size=1, read_only=False)
        self.reader = self._engine(pool_size=4, read_only=True)
        self._deciding = Writer(self.writer, None if self.is_sqlite else ONE_DECIDES)
        self._adding = (
            self._deciding if self.is_sqlite else Writer(self._engine(pool_size=1, read_only=False))
        )

    async def start(self) -> None:
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        for writer in {self._deciding, self._adding}:
            writer.start()

    async def stop(self) -> None:
        """Wait for the writes under way, then close every connection."""
        for writer in {self._deciding, self._adding}:
            await writer.stop()
        await self.reader.dispose()

    async def write(self, job: Callable[[Tx], Awaitable[T]]) -> T:
        """Run ``job`` in a transaction and return its result after the commit; raises StorageError."""
        return await self._deciding.write(job)

    async def add(self, job: Callable[[Tx], Awaitable[T]]) -> T:
        """The same for a job that only adds rows; raises StorageError."""
        return await self._adding.write(job)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection that cannot write; raises StorageError."""
        try:
            async with self.reader.connect() as c:
                yield c
        except (DBAPIError, OSError) as error:
            raise named(error) from error

    def _engine(self, *, pool_size: int, read_only: bool) -> AsyncEngine:
        connecting = self._sqlite(read_only=read_only) if self.is_sqlite else _postgresql(read_only=read_only)
        engine = create_async_engine(
            self.url,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            pool_size=pool_size,
            max_overflow=0,
            connect_args=connecting,
        )
        if self.is_sqlite:
            _tune_sqlite(engine.sync_engine, read_only=read_only)
        return engine

    def _sqlite(self, *, read_only: bool) -> dict[str, Any]:
        swiftly = {} if read_only else {"async_creator_fn": swift.connect}
        return {"timeout": self._busy_seconds, **swiftly}


def _postgresql(*, read_only: bool) -> dict[str, Any]:
    told = {
        "application_name": "lanxun",
        "default_transaction_read_only": "on" if read_only else "off",
        "idle_in_transaction_session_timeout": f"{PAUSED_SECONDS}s",
        "lock_timeout": f"{TURN_SECONDS}s",
    }
    return {
        "server_settings": told,
        "timeout": 10,
        "command_timeout": ANSWER_SECONDS,
        "prepared_statement_cache_size": STATEMENTS,
    }


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def _tune_sqlite(engine: Engine, *, read_only: bool) -> None:
    """WAL, a sync at every commit, and the write lock taken when a write transaction begins (not in its middle)."""

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        pragmas = ["query_only=ON"] if read_only else ["journal_mode=WAL", "synchronous=FULL"]
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)
