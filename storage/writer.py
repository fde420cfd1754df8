"""The one connection through which a process writes: jobs that are ready together share a transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.errors import StorageDown, StorageRefused
from storage.tx import Tx

T = TypeVar("T")
# Of PostgreSQL's classes of errors those that pass: connection, resources, locks and deadlocks, an operator's
# shutdown, its disk, a transaction that was idle for too long, a server that has become a standby.
PASSING = ("08", "53", "55P03", "40", "57", "58", "25P03", "25006")


@dataclass(slots=True)
class _Job:
    run: Callable[[Tx], Awaitable[Any]]
    done: asyncio.Future[Any]


class Writer:
    """Runs jobs until ``stop``; every transaction begins with ``first``, if there is one.

    A job must have no effect outside its transaction: when a shared one fails, each job is run again alone.
    A job that raises has its gathered writes forgotten and its exception handed to its caller; the others go on.
    """

    def __init__(self, engine: AsyncEngine, first: Executable | None = None) -> None:
        self.engine = engine
        self._first = first
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._serve(), name="writer")

    async def stop(self) -> None:
        """Wait for the writes under way, then close the connection."""
        if self._loop is not None:
            await self._queue.join()
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self.engine.dispose()

    async def write(self, job: Callable[[Tx], Awaitable[T]]) -> T:
        """Run ``job`` in a transaction and return its result after the commit; raises StorageError."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Job(job, future))
        return await future

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
            if len(jobs) > 1 and not is_down(outcome):
                for job in jobs:
                    await self._commit([job])
                return
            outcome = [named(outcome)] * len(jobs)
        for job, result in zip(jobs, outcome, strict=True):
            if job.done.done():  # the caller gave up waiting; the work is done all the same
                continue
            if isinstance(result, BaseException):
                job.done.set_exception(result)
            else:
                job.done.set_result(result)

    async def _together(self, jobs: list[_Job]) -> list[Any]:
        results: list[Any] = []
        async with self.engine.begin() as c:
            if self._first is not None:
                await c.execute(self._first)
            tx = Tx(c)
            for job in jobs:
                mark = tx.mark()
                try:
                    results.append(await job.run(tx))
                except Exception as error:
                    if isinstance(error, SQLAlchemyError) or is_down(error):
                        raise
                    tx.back_to(mark)
                    results.append(error)  # the edge of the loop: it is handed to the job's caller
            await tx.flush()
        return results


def is_down(error: BaseException) -> bool:
    """Whether trying again later may help. asyncpg says some of it in words of its own, past SQLAlchemy."""
    if isinstance(error, (OSError, OperationalError, InterfaceError)):
        return True
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlstate", None) or ""
        return error.connection_invalidated or code.startswith(PASSING)
    return type(error).__module__.startswith("asyncpg.")


def named(error: BaseException) -> BaseException:
    """The same in the words of the rest of the program."""
    if is_down(error):
        return StorageDown(str(error.__cause__ or error) or type(error).__name__)
    return StorageRefused(str(error.__cause__ or error)) if isinstance(error, SQLAlchemyError) else error
