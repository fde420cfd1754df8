"""The room where photos are examined: beside the event loop, and never more than a few in memory at once."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from bot.pictures import examine
from domain.photo import Examined, PhotoFacts, PhotoRefusal

AT_ONCE = 2


class Darkroom:
    """Belongs to one event loop; to be closed at the end."""

    def __init__(self, zone: ZoneInfo, at_once: int = AT_ONCE) -> None:
        self._zone = zone
        self._slots = asyncio.Semaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="darkroom")

    async def examine(self, data: bytes) -> Examined | PhotoRefusal:
        """Examine bytes that are in memory already."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, examine, data, self._zone)

    async def develop(
        self, fetch: Callable[[], Awaitable[bytes]], keep: Callable[[Examined], Awaitable[None]]
    ) -> PhotoFacts | PhotoRefusal:
        """Fetch a photo, examine it and keep what is a photo; what ``fetch`` or ``keep`` raises goes through.

        The bytes live only inside one of the few slots, so an album of ten big files takes no more memory than two.
        """
        async with self._slots:
            result = await self.examine(await fetch())
            if isinstance(result, PhotoRefusal):
                return result
            await keep(result)
            return result.facts

    def close(self) -> None:
        self._threads.shutdown()
