"""The loop that fetches photos: when nobody waits for an answer, a few at a time, each until it is kept or given up."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.clock import Clock
from bot.darkroom import Darkroom
from bot.gateway import DownloadFailed
from domain.photo import Examined, PhotoFacts, PhotoRefusal, RefusalReason
from handlers.desk import Office
from handlers.timed import evidence
from storage import photos
from storage.db import Database
from storage.errors import StorageError
from storage.photo_store import PhotoStore, PhotoStoreError
from storage.photos import Kept
from storage.tx import Tx

AT_ONCE = 4
PAUSE_SECONDS = 0.5
MOST_PAUSES = 4  # a busy day must not keep evidence waiting for ever

log = structlog.get_logger()


class PhotoFetcher:
    """Fetches, examines and stores photos until it is cancelled. ``idle`` says whether nobody waits; ``told`` nudges."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        office: Office,
        store: PhotoStore,
        darkroom: Darkroom,
        download: Callable[[str], Awaitable[bytes]],
        idle: Callable[[], bool],
        told: Callable[[], None],
    ) -> None:
        self._db, self._clock, self._office, self._store = db, clock, office, store
        self._darkroom, self._download, self._idle, self._told = darkroom, download, idle, told

    async def run(self) -> None:
        """Fetch what is owed, longest owed first; people's messages come before it."""
        waited = 0
        while True:
            fetched = 0
            if self._idle() or waited >= MOST_PAUSES:
                waited = 0
                try:
                    fetched = await self.fetch_due()
                except StorageError as error:
                    log.warning("photos wait for the database", error=str(error))
            if not fetched:
                waited += 1
                await asyncio.sleep(PAUSE_SECONDS)

    async def fetch_due(self) -> int:
        """One round; returns how many were tried."""
        async with self._db.read() as c:
            owed = await photos.due(c, self._clock.now(), AT_ONCE)
        await asyncio.gather(*(self._one(photo) for photo in owed))
        return len(owed)

    async def _one(self, photo: Kept) -> None:
        async def keep(examined: Examined) -> None:
            await self._store.put(examined.facts.sha256, examined.original, "original")
            await self._store.put(examined.facts.sha256, examined.shown, "shown")

        result: PhotoFacts | PhotoRefusal | str
        try:
            result = await self._darkroom.develop(lambda: self._download(photo.file_id), keep)
        except DownloadFailed as error:
            result = PhotoRefusal(RefusalReason.TOO_BIG_BYTES) if error.too_big else str(error)
        except PhotoStoreError as error:
            log.warning("the photo store does not take a photo", error=str(error))
            result = f"photo store: {error}"
        await self._db.write(lambda tx: self._settle(tx, photo, result))
        if not isinstance(result, PhotoFacts):
            self._told()

    async def _settle(self, tx: Tx, photo: Kept, result: PhotoFacts | PhotoRefusal | str) -> None:
        now = self._clock.now()
        if isinstance(result, PhotoFacts):
            await evidence.stored(tx, self._office, photo, result, now)
        elif isinstance(result, PhotoRefusal):
            await evidence.refused(tx, self._office, photo, result, now)
        else:
            await evidence.unfetched(tx, self._office, photo, result, now)
