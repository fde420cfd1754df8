"""Which process runs the bot: on SQLite one at a time, by a lease in the database that it renews."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from storage.db import Database
from storage.errors import StorageError
from storage.schema import instances
from storage.tx import Tx

NAME = "bot"
LEASE = timedelta(seconds=15)
RENEW_SECONDS = 4.0
ASK_SECONDS = 1.0

log = structlog.get_logger()


class LeaseLost(Exception):
    """Another process took over, because this one was paused for too long."""


class Instance:
    """The lease of one process, which ``owner`` names; ``ended`` says whether the process of a name is gone for certain.

    What was killed does not release its lease: on the same host nobody has to wait for it to run out.
    """

    def __init__(
        self,
        db: Database,
        now: Callable[[], datetime],
        owner: str,
        ended: Callable[[str], bool],
        *,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self._db, self._now, self._owner, self._ended = db, now, owner, ended
        self._renew_seconds = renew_seconds

    async def acquire(self, stop: asyncio.Event) -> None:
        """Wait until nobody else runs, saying who does; returns without the lease when ``stop`` is set."""
        told = None
        while not stop.is_set():
            holder = await self._db.write(self._take)
            if holder is None:
                return
            if holder != told:
                log.warning("another instance is running; this one waits for it to end", holder=holder)
                told = holder
            try:
                await asyncio.wait_for(stop.wait(), ASK_SECONDS)
            except TimeoutError:
                continue

    async def keep(self) -> None:
        """Renew the lease until cancelled; raises LeaseLost."""
        while True:
            await asyncio.sleep(self._renew_seconds)
            try:
                holder = await self._db.write(self._take)
            except StorageError as error:
                log.warning("the lease could not be renewed", error=str(error))
                continue
            if holder is not None:
                raise LeaseLost(holder)

    async def release(self) -> None:
        """Let the next instance in at once."""
        mine = delete(instances).where(instances.c.name == NAME, instances.c.owner == self._owner)

        async def job(tx: Tx) -> None:
            await tx.c.execute(mine)

        await self._db.write(job)

    async def _take(self, tx: Tx) -> str | None:
        """Take or renew the lease; returns who holds it instead."""
        now = self._now()
        row = (await tx.c.execute(select(instances).where(instances.c.name == NAME))).one_or_none()
        if row and row.owner != self._owner and row.until > now and not self._ended(row.owner):
            return str(row.owner)
        fence = (row.fence if row else 0) + (0 if row and row.owner == self._owner else 1)
        tx.upsert(instances, {"name": NAME, "owner": self._owner, "until": now + LEASE, "fence": fence})
        return None
