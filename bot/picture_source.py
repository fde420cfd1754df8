"""Where the pictures of a push come from: a stored photo, or a sheet that is drawn now that it is first sent."""

from dataclasses import dataclass

import structlog

from bot.drawing import Drawing
from bot.drawing_order import DrawingError
from cards.picture import Sheet
from storage import drawings
from storage.db import Database
from storage.outbox_settle import upload_of
from storage.photo_store import PhotoMissing, PhotoStore, PhotoStoreError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PictureSource:
    db: Database
    store: PhotoStore
    drawing: Drawing
    bot_id: int

    async def file_id_of(self, name: str) -> str | None:
        """The id under which this bot has sent the picture already."""
        async with self.db.read() as c:
            return await upload_of(c, name, self.bot_id)

    async def bytes_of(self, name: str) -> bytes | None:
        """By the sha256 of a photo or the key of a sheet; None where it cannot be had."""
        async with self.db.read() as c:
            wish = await drawings.of(c, name)
        if wish is None:
            return await self._photo(name)
        photos = [await self._photo(sha256) or b"" for sha256 in wish.photos]
        try:
            return await self.drawing.png(Sheet(wish.template, wish.values, tuple(photos)))
        except DrawingError as error:
            log.warning("a picture cannot be drawn", template=wish.template, error=str(error))
            return None

    async def _photo(self, sha256: str) -> bytes | None:
        try:
            return await self.store.get(sha256, "shown")
        except PhotoMissing:
            return None
        except PhotoStoreError as error:
            log.warning("a stored photo cannot be read", sha256=sha256, error=str(error))
            return None
