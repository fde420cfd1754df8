"""Pictures on their way out: by the channel's own id where it is known, else uploaded once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.render import Call, Params
from bot.telegram_request import Upload
from domain.message import Picture

MOST_REMEMBERED = 5_000


class NoPictureError(Exception):
    """The bytes of a picture cannot be had."""


@dataclass(slots=True)
class Uploads:
    """``bytes_of`` reads a stored photo or gives None; ``file_id_of`` asks what is written down about it."""

    bytes_of: Callable[[str], Awaitable[bytes | None]]
    file_id_of: Callable[[str], Awaitable[str | None]]
    _known: dict[str, str] = field(default_factory=dict)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, call: Call) -> AsyncIterator[None]:
        """Let one upload of a picture go first: those that wait for it find its id."""
        unknown = sorted(
            {one.sha256 for one in call.pictures if one.sha256 and one.sha256 not in self._known}
        )
        async with AsyncExitStack() as stack:
            for sha256 in unknown:
                await stack.enter_async_context(self._turns.setdefault(sha256, asyncio.Lock()))
            yield
        for sha256 in unknown:
            lock = self._turns.get(sha256)
            if lock is not None and not lock.locked():
                del self._turns[sha256]

    async def filled(self, call: Call) -> tuple[Params, dict[str, Upload]]:
        """The call's parameters with its pictures in them; raises NoPictureError."""
        files: dict[str, Upload] = {}
        named = [await self._named(picture, n, files) for n, picture in enumerate(call.pictures)]
        params = call.params
        if call.method == "sendMediaGroup":
            media = [{**one, "media": name} for one, name in zip(params["media"], named, strict=True)]
            return {**params, "media": media}, files
        if call.method == "editMessageMedia":
            return {**params, "media": {**params["media"], "media": named[0]}}, files
        key = "document" if call.method == "sendDocument" else "photo"
        return {**params, key: named[0]}, files

    def learn(self, call: Call, result: Any) -> list[tuple[str, str]]:
        """Remember the ids that the server gave to the photos of this call, and return those."""
        messages = result if isinstance(result, list) else [result]
        found: list[tuple[str, str]] = []
        for picture, message in zip(call.pictures, messages, strict=False):
            file_id = _photo_id(message)
            if picture.sha256 and file_id and not self._known.get(picture.sha256):
                found.append((picture.sha256, file_id))
        if len(self._known) > MOST_REMEMBERED:
            self._known.clear()
        self._known.update(found)
        return found

    def forget(self, call: Call) -> bool:
        """Drop the ids that the server does not know; whether there is anything to upload instead."""
        for picture in call.pictures:
            if picture.sha256:
                self._known[picture.sha256] = ""
        return all(picture.sha256 for picture in call.pictures)

    async def _named(self, picture: Picture, number: int, files: dict[str, Upload]) -> str:
        if picture.sha256 is None:
            return picture.file_id or ""
        known = self._known.get(picture.sha256)
        if known is None:
            known = await self.file_id_of(picture.sha256) or ""
            if known:
                self._known[picture.sha256] = known
        if known:
            return known
        content = await self.bytes_of(picture.sha256)
        if content is None:
            raise NoPictureError(picture.sha256)
        name = f"p{number}"
        files[name] = Upload(f"{picture.sha256[:16]}.{_suffix(content)}", content)
        return f"attach://{name}"


def _photo_id(message: Any) -> str | None:
    sizes = message.get("photo") if isinstance(message, dict) else None
    largest = sizes[-1] if isinstance(sizes, list) and sizes else None
    file_id = largest.get("file_id") if isinstance(largest, dict) else None
    return file_id if isinstance(file_id, str) else None


def _suffix(content: bytes) -> str:
    return "png" if content.startswith(b"\x89PNG") else "jpg"
