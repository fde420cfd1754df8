"""A client of the control API for tests, talks and the demo."""

import asyncio
import io
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson

from sandbox.records import Json
from sandbox.world import DEFAULT_TOKEN

LOOK_AGAIN_SECONDS = 0.02


class ControlRefusedError(Exception):
    """The sandbox answered a control call with an error; the text is its sentence."""


class Client:
    """`async with Client(url) as people:`; ids in, dictionaries as on the wire out."""

    def __init__(self, url: str, token: str = DEFAULT_TOKEN) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def api(self, method: str, **params: Any) -> Json:
        """Call the Bot API as the bot would; the whole answer, whether ok or not."""
        answer: Json = await self._ask(
            "POST", f"/bot{self.token}/{method}", data=orjson.dumps(params), refuse=False
        )
        return answer

    async def person(self, first_name: str, person_id: int | None = None, **more: Any) -> Json:
        return await self._post("people", first_name=first_name, id=person_id, **more)

    async def group(self, title: str, members: Sequence[int], **more: Any) -> Json:
        return await self._post("groups", title=title, members=list(members), **more)

    async def bot_status(self, chat: int, status: str, by: int | None = None) -> Json:
        return await self._post(f"groups/{chat}/bot", status=status, by=by)

    async def upgrade(self, chat: int) -> int:
        """Returns the new id."""
        return int((await self._post(f"groups/{chat}/upgrade"))["new_id"])

    async def send(
        self,
        sender: int,
        text: str | None = None,
        *,
        chat: int | None = None,
        kind: str = "text",
        **more: Any,
    ) -> Json:
        """Into the private chat with the bot unless `chat` is given."""
        where = sender if chat is None else chat
        return await self._post("send", **{"from": sender, "chat": where, "kind": kind, "text": text}, **more)

    async def location(self, sender: int, latitude: float, longitude: float, **more: Any) -> Json:
        kind = more.pop("kind", "location")
        return await self.send(sender, kind=kind, latitude=latitude, longitude=longitude, **more)

    async def photos(self, sender: int, *files: bytes, chat: int | None = None, **more: Any) -> list[Json]:
        """`more`: caption, caption_on, late, file_name, and as_document=True."""
        form = aiohttp.FormData(quote_fields=False)  # names of files stay as they are
        named = str(more.pop("file_name", "photo.jpg"))
        if more.pop("as_document", False):
            form.add_field("as", "document")
        for name, value in {"from": sender, "chat": sender if chat is None else chat, **more}.items():
            if value is not None:
                form.add_field(name, str(value))
        for content in files:
            form.add_field(
                "file", io.BytesIO(content), filename=named, content_type="application/octet-stream"
            )
        answer: list[Json] = (await self._ask("POST", "/sandbox/photos", data=form))["messages"]
        return answer

    async def move(
        self, sender: int, message_id: int, latitude: float, longitude: float, **more: Any
    ) -> Json:
        point = {"latitude": latitude, "longitude": longitude}
        chat = more.pop("chat", sender)
        return await self._post("move", **{"from": sender, "chat": chat, "message_id": message_id}, **point)

    async def edit(self, sender: int, message_id: int, *, chat: int | None = None, **what: str) -> Json:
        where = sender if chat is None else chat
        return await self._post("edit", **{"from": sender, "chat": where, "message_id": message_id}, **what)

    async def press(
        self, sender: int, message_id: int, data: str | None = None, *, chat: int | None = None, **more: Any
    ) -> Json:
        """By `data`, or by row= and col=; `wait` is how many seconds the answer may take."""
        where = {"from": sender, "chat": sender if chat is None else chat, "message_id": message_id}
        return await self._post("press", **where, **({} if data is None else {"data": data}), **more)

    async def inject(self, *updates: Json) -> list[int]:
        """Returns the update ids."""
        ids: list[int] = (await self._post("updates", updates=list(updates)))["update_ids"]
        return ids

    async def state(self) -> Json:
        world: Json = await self._ask("GET", "/sandbox/state")
        return world

    async def messages(self, chat: int, viewer: int | None = None) -> list[Json]:
        query = f"?chat={chat}" + (f"&as={viewer}" if viewer else "")
        shown: list[Json] = (await self._ask("GET", f"/sandbox/messages{query}"))["messages"]
        return shown

    async def said(
        self, chat: int, after: int, *, viewer: int | None = None, seconds: float = 5
    ) -> list[Json]:
        """What the bot said behind message `after`, as soon as there is any; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                shown = await self.messages(chat, viewer)
                found = [m for m in shown if m["from"]["is_bot"] and m["message_id"] > after]
                if found:
                    return found
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def ledger(self, method: str | None = None) -> list[Json]:
        query = f"?method={method}" if method else ""
        calls: list[Json] = await self._ask("GET", f"/sandbox/ledger{query}")
        return calls

    async def file(self, url: str) -> bytes:
        """The bytes behind a `url` of a message."""
        async with self._open().get(self.url + url) as answer:
            return await answer.read()

    async def fault(self, do: str, **more: Any) -> int:
        return int((await self._post("faults", do=do, **more))["id"])

    async def clear_faults(self) -> None:
        await self._ask("DELETE", "/sandbox/faults")

    async def limits(self, *, enforce: bool, **more: Any) -> Json:
        return await self._post("limits", enforce=enforce, **more)

    async def latency(self, seconds: float) -> Json:
        return await self._post("latency", seconds=seconds)

    async def advance(self, seconds: float) -> Json:
        return await self._post("clock", advance=seconds)

    async def privacy(self, *, sees_all: bool) -> Json:
        return await self._post("privacy", sees_all=sees_all)

    async def _post(self, path: str, **body: Any) -> Json:
        kept = {name: value for name, value in body.items() if value is not None}
        answer: Json = await self._ask("POST", f"/sandbox/{path}", data=orjson.dumps(kept))
        return answer

    async def _ask(self, verb: str, path: str, *, data: Any = None, refuse: bool = True) -> Any:
        headers = {"Content-Type": "application/json"} if isinstance(data, bytes) else None
        async with self._open().request(verb, self.url + path, data=data, headers=headers) as answer:
            body = orjson.loads(await answer.read())
        if refuse and answer.status >= 400:  # noqa: PLR2004 - the first refusing status
            raise ControlRefusedError(body["error"])
        return body

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session
