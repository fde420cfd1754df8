"""The database: one writer that commits what is ready together, and readers beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import swift
from storage.errors import StorageDown, StorageRefused
from storage.tx import Tx

T = TypeVar("T")
DOWN = (OperationalError, InterfaceError)


@dataclass(slots=True)
class _Job:
    run: Callable[[Tx], Awaitable[Any]]
    done: asyncio.Future[Any]


class Database:
    """Opened by ``start``, closed by ``stop``.

    ``write`` runs a job inside a transaction that it may share with other jobs, and returns after the commit.
    A job must have no effect outside its transaction: when a shared one fails, each job is run again alone.
    A job that raises has its gathered writes forgotten and its exception handed to its caller; the others go on.
    """

    def __init__(self, url: str, *, busy_seconds: float = 5.0) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._busy_seconds = busy_seconds
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()
        self._loop: asyncio.Task[None] | None = None
        self.writer = self._engine(pool_size=1, read_only=False)
        self.reader = self._engine(pool_size=4, read_only=True)

    async def start(self) -> None:
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.create_task(self._serve(), name="writer")

    async def stop(self) -> None:
        """Wait for the writes under way, then close every connection."""
        if self._loop is not None:
            await self._queue.join()
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self.writer.dispose()
        await self.reader.dispose()

    async def write(self, job: Callable[[Tx], Awaitable[T]]) -> T:
        """Run ``job`` in a transaction and return its result after the commit; raises StorageError."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Job(job, future))
        return await future

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection that cannot write; raises StorageError."""
        try:
            async with self.reader.connect() as c:
                yield c
        except (DBAPIError, OSError) as error:
            raise _named(error) from error

    async def _serve(self) -> None:
        while True:
            jobs = [await self._queue.get()]
            while not self._queue.empty():
                jobs.append(self._queue.get_nowait())
            await self._commit(jobs)
            for _ in jobs:
                self._queue.task_done()

    async def _commit(self, jobs: list[_Job]) -> None:
        """Commit these jobs together; when that is refused, each alone, so that only the guilty one fails."""
        outcome: list[Any] | BaseException
        (outcome,) = await asyncio.gather(self._together(jobs), return_exceptions=True)
        if isinstance(outcome, BaseException):
            if len(jobs) > 1 and not isinstance(outcome, (*DOWN, OSError)):
                for job in jobs:
                    await self._commit([job])
                return
            outcome = [_named(outcome)] * len(jobs)
        results = outcome
        for job, result in zip(jobs, results, strict=True):
            if job.done.done():  # the caller gave up waiting; the work is done all the same
                continue
            if isinstance(result, BaseException):
                job.done.set_exception(result)
            else:
                job.done.set_result(result)

    async def _together(self, jobs: list[_Job]) -> list[Any]:
        results: list[Any] = []
        async with self.writer.begin() as c:
            tx = Tx(c)
            for job in jobs:
                mark = tx.mark()
                try:
                    results.append(await job.run(tx))
                except SQLAlchemyError:
                    raise
                except Exception as error:  # noqa: BLE001  # the edge of the loop: it is handed to the job's caller
                    tx.back_to(mark)
                    results.append(error)
            await tx.flush()
        return results

    def _engine(self, *, pool_size: int, read_only: bool) -> AsyncEngine:
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": self._busy_seconds}
            if not read_only:
                options["connect_args"]["async_creator_fn"] = swift.connect
        engine = create_async_engine(
            self.url, json_serializer=_dumps, json_deserializer=orjson.loads, **options
        )
        if self.is_sqlite:
            _tune_sqlite(engine.sync_engine, read_only=read_only)
        return engine


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def _named(error: BaseException) -> BaseException:
    if isinstance(error, (*DOWN, OSError)):
        return StorageDown(str(error.__cause__ or error))
    return StorageRefused(str(error.__cause__ or error)) if isinstance(error, SQLAlchemyError) else error


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
