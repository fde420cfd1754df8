"""The loop that fetches the tables of air data that were sent in a chat, and shows what they would change."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import structlog

from bot.clock import Clock
from bot.gateway import DownloadFailed
from bot.tables import TableFileError, table_of
from handlers.desk import Office
from handlers.timed import air_papers as fetched
from storage import air_papers
from storage.air_papers import AirPaper
from storage.db import Database
from storage.errors import StorageError

PAUSE_SECONDS = 0.5
LONGEST = 5_000  # rows that are shown in a chat; longer tables are for the command line

log = structlog.get_logger()


class AirPapers:
    """Fetches until it is cancelled. ``told`` nudges the dispatcher."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        office: Office,
        download: Callable[[str], Awaitable[bytes]],
        told: Callable[[], None],
    ) -> None:
        self._db, self._clock, self._office = db, clock, office
        self._download, self._told = download, told

    async def run(self) -> None:
        while True:
            try:
                done = await self.fetch_next()
            except StorageError as error:
                log.warning("tables of air data wait for the database", error=str(error))
                done = False
            if not done:
                await asyncio.sleep(PAUSE_SECONDS)

    async def fetch_next(self) -> bool:
        """Deal with the one that has waited longest; False when none waits."""
        async with self._db.read() as c:
            paper = await air_papers.due(c, self._clock.now())
        if paper is None:
            return False
        try:
            read = await self._read(paper)
        except Exception:  # one table must not hold up all those behind it
            log.exception("a table of air data made the program stumble")
            read = "unreadable", None
        now = self._clock.now()
        if isinstance(read, AirPaper):
            await self._db.write(lambda tx: fetched.show(tx, self._office, read, now))
        else:
            why, again = read
            await self._db.write(
                lambda tx: fetched.unread(tx, self._office, paper, why=why, wait=again, now=now)
            )
        self._told()
        return True

    async def _read(self, paper: AirPaper) -> AirPaper | tuple[str, timedelta | None]:
        """The paper with its cells; else the sentence that says why not, and when to try again."""
        try:
            data = await self._download(paper.file_id or "")
            grid = await asyncio.to_thread(table_of, paper.name, data)
        except DownloadFailed as error:
            return ("too_big", None) if error.too_big else ("unfetched", fetched.again(paper))
        except TableFileError as error:
            log.info("a table of air data cannot be read", error=str(error))
            return "unreadable", None
        if len(grid) > LONGEST:
            return "too_long", None
        return replace(paper, grid=grid, sha256=sha256(data).hexdigest())
