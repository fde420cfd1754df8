"""The long poller: what Telegram hands over is kept before it is confirmed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import orjson
import structlog

from bot.intake import Intake
from storage.errors import StorageError

POLL_SECONDS = 25
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
CONFLICT_PAUSE = 5.0
SILENT_SECONDS = 90.0  # a poll that hangs longer than this is dead, whatever the socket says

log = structlog.get_logger()


class Conflict(Exception):
    """Somebody else polls with this token, or a webhook is set; the text is Telegram's."""


class Source(Protocol):
    """Where updates come from."""

    async def get_updates(self, offset: int | None, timeout_seconds: int) -> list[dict[str, Any]]:
        """Raw updates from ``offset`` on; raises Conflict, or OSError when Telegram cannot be reached."""
        ...

    async def renew_polling(self) -> None:
        """Give up the connections and open new ones."""
        ...


class Poller:
    """Polls until it is stopped. ``beat`` is called after each poll that went well."""

    def __init__(self, source: Source, intake: Intake, beat: Callable[[], None]) -> None:
        self._source, self._intake, self._beat = source, intake, beat
        self._offset: int | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End the poll that is waiting; what it would have brought stays with Telegram."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll, keep, confirm; with growing pauses while Telegram cannot be reached."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                updates = await self._unless_stopped(self._poll())
                if updates:
                    await self._intake.keep([orjson.dumps(update) for update in updates])
            except Conflict as conflict:
                log.warning("polling is refused", reason=str(conflict))
                await self._rest(CONFLICT_PAUSE)
                continue
            except (OSError, TimeoutError, StorageError) as error:
                log.warning(
                    "polling failed", error=str(error) or type(error).__name__, again_in_seconds=pause
                )
                if isinstance(error, TimeoutError):
                    await self._source.renew_polling()
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            # Only what is new is confirmed, and once: ids may begin again lower after a quiet week.
            ids = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
            self._offset = max(ids) + 1 if ids else None
            self._beat()
        if self._offset is not None:
            await self._confirm_last()

    async def _poll(self) -> list[dict[str, Any]]:
        async with asyncio.timeout(SILENT_SECONDS):
            return await self._source.get_updates(self._offset, POLL_SECONDS)

    async def _confirm_last(self) -> None:
        """Tell Telegram what is kept, so that it need not send it again; if that fails it is known by its id."""
        try:
            async with asyncio.timeout(1):
                await self._source.get_updates(self._offset, 0)
        except (Conflict, OSError, TimeoutError) as error:
            log.info("the last updates were kept but not confirmed", error=str(error) or type(error).__name__)

    async def _unless_stopped(self, poll: Awaitable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
        polling = asyncio.ensure_future(poll)
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not polling.done():
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            return []
        return polling.result()

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
