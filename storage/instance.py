"""Which process has the seat: the right to send, to poll and to keep time, by a lease that it renews."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select

from storage.db import Database
from storage.errors import StorageDown, StorageError
from storage.schema import instances
from storage.tx import Tx

NAME = "bot"
LEASE = timedelta(seconds=15)
RENEW_SECONDS = 4.0
ASK_SECONDS = 1.0
_DATABASE_TIME = select(func.now())
_HOLDER = select(instances.c.owner).where(instances.c.name == NAME)

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
        self._confirmed_at = float("-inf")

    @property
    def is_fresh(self) -> bool:
        """Whether the lease cannot have run out since it was last renewed, by a clock that nobody sets."""
        return asyncio.get_running_loop().time() - self._confirmed_at < LEASE.total_seconds()

    async def check(self, tx: Tx) -> None:
        """Fence a transaction off: raises LeaseLost unless the lease is still this process's."""
        holder = await tx.c.scalar(_HOLDER)
        if holder != self._owner:
            raise LeaseLost(holder)

    async def acquire(self, stop: asyncio.Event) -> None:
        """Wait until nobody else has it, saying who does; returns without the lease when ``stop`` is set."""
        told = None
        while not stop.is_set():
            try:
                holder = await self._taken()
            except StorageDown:
                if told is None:
                    raise
                holder = told  # it was there a moment ago: a standby waits for it as for the seat
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
                holder = await self._taken()
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

    async def _taken(self) -> str | None:
        began = asyncio.get_running_loop().time()
        holder = await self._db.write(self._take)
        if holder is None:
            self._confirmed_at = began
        return holder

    async def _take(self, tx: Tx) -> str | None:
        """Take or renew the lease; returns who holds it instead."""
        # Several machines have several clocks: the database's is the one that counts there.
        now = self._now() if self._db.is_sqlite else (await tx.c.execute(_DATABASE_TIME)).scalar_one()
        row = (await tx.c.execute(select(instances).where(instances.c.name == NAME))).one_or_none()
        if row and row.owner != self._owner and row.until > now and not self._ended(row.owner):
            return str(row.owner)
        fence = (row.fence if row else 0) + (0 if row and row.owner == self._owner else 1)
        tx.upsert(instances, {"name": NAME, "owner": self._owner, "until": now + LEASE, "fence": fence})
        return None
