"""Long polling: one poller at a time, the older one is told of the conflict."""

import asyncio

from sandbox.errors import ApiError, conflict
from sandbox.update_queue import Pending, UpdateQueue

OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_IS_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
# Telegram answers one conflict at once and holds those that follow for this long.
HOLD_SECONDS = 3.0


class Poller:
    def __init__(self, queue: UpdateQueue) -> None:
        self._queue = queue
        self._waiting: asyncio.Future[None] | None = None
        self._next_conflict = 0.0
        queue.listeners.append(self._wake)

    async def poll(self, *, offset: int, limit: int, seconds: float) -> list[Pending]:
        """Confirm by `offset`, then what is there, at the latest after `seconds`; ApiError 409 if ousted."""
        self.interrupt(OTHER_POLLER)
        if offset:
            self._queue.confirm(offset)
        batch = self._queue.batch(limit)
        if batch or seconds <= 0:
            return batch
        mine = asyncio.get_running_loop().create_future()
        self._waiting = mine
        try:
            await asyncio.wait_for(mine, seconds)
        except TimeoutError:
            return []
        finally:
            if self._waiting is mine:
                self._waiting = None
        return self._queue.batch(limit)

    def interrupt(self, reason: str) -> None:
        """End a waiting poll with 409; nothing happens when none waits."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            asyncio.get_running_loop().call_later(self._hold(), _fail, waiting, conflict(reason))

    async def refuse(self, reason: str) -> None:
        await asyncio.sleep(self._hold())
        raise conflict(reason)

    def close(self) -> None:
        """Answer a waiting poll with nothing."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _hold(self) -> float:
        now = asyncio.get_running_loop().time()
        if now < self._next_conflict:
            return HOLD_SECONDS
        self._next_conflict = now + HOLD_SECONDS
        return 0.0

    def _wake(self, _pending: Pending) -> None:
        self.close()


def _fail(waiting: asyncio.Future[None], why: ApiError) -> None:
    if not waiting.done():
        waiting.set_exception(why)
