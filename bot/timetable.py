"""The loop of the clock: what is due by time and not by a message."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from bot.clock import Clock
from storage.db import Database
from storage.errors import StorageError
from storage.tx import Tx

TICK_SECONDS = 5.0
Job = Callable[[Tx, datetime], Awaitable[int]]
Rest = Callable[[], Awaitable[None]]

log = structlog.get_logger()


async def between_ticks() -> None:
    """The rest between two ticks by the machine's clock; where time is told otherwise, so is this."""
    await asyncio.sleep(TICK_SECONDS)


class Timetable:
    """Runs every job at every tick, each in a transaction; a job does what is due and returns how much that was."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        jobs: Mapping[str, Job],
        beat: Callable[[], None],
        told: Callable[[], None],
        rest: Rest = between_ticks,
    ) -> None:
        self._db, self._clock, self._jobs, self._beat, self._told = db, clock, jobs, beat, told
        self._rest = rest

    async def run(self) -> None:
        """Tick until cancelled, with a rest between two ticks."""
        while True:
            try:
                await self.tick()
            except StorageError as error:
                log.warning("timed jobs wait for the database", error=str(error))
            await self._rest()

    async def tick(self) -> None:
        """Run each job once; one that fails does not keep the others from their turn.

        Raises ExceptionGroup at the end, and StorageError at once: without the database none can run.
        """
        now, failed = self._clock.now(), []
        for name, job in self._jobs.items():
            try:
                done = await self._db.write(lambda tx, job=job: job(tx, now))  # type: ignore[misc]
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001 - it is told below, with all of this tick
                error.add_note(f"timed job: {name}")
                failed.append(error)
                continue
            if done:
                log.info("timed job", job=name, done=done)
                self._told()
        if failed:
            raise ExceptionGroup("timed jobs failed", failed)
        self._beat()
