"""A scripted Bot API on 127.0.0.1, and the delivery path set up against it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from aiohttp import web

from bot.dispatcher import Dispatcher
from bot.gateway import Gateway
from bot.uploads import Uploads
from domain.limits import Rates
from domain.message import Message
from domain.push import Act, Push, PushClass
from storage import outbox
from storage.db import Database
from storage.tx import Tx

TOKEN = "100001:canary-of-the-token"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def refusal(status: int, description: str, **parameters: Any) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description}
    return json_answer(status, body | ({"parameters": parameters} if parameters else {}))


def json_answer(status: int, body: Any) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def page(status: int, **headers: str) -> web.Response:
    return web.Response(status=status, text="<html>login</html>", content_type="text/html", headers=headers)


@dataclass(slots=True)
class Wire:
    """Answers each call by the next step of ``script``, then well. ``calls`` is what it accepted: the oracle."""

    url: str = ""
    script: list[Any] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    last_id: int = 100
    seconds: float = 0.0
    files: dict[str, list[web.Response]] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        return [params["text"] for _, params in self.calls if "text" in params]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await _params(request)
        self.calls.append((method, params))
        if self.seconds:
            await asyncio.sleep(self.seconds)
        step = self.script.pop(0) if self.script else None
        if callable(step):
            step = await step(request)
        return (
            step
            if step is not None
            else json_answer(200, {"ok": True, "result": self.result(method, params)})
        )

    def result(self, method: str, params: dict[str, Any]) -> Any:
        if method in ("answerCallbackQuery", "setMessageReaction"):
            return True
        if method == "sendMediaGroup":
            media = params["media"] if isinstance(params["media"], list) else orjson.loads(params["media"])
            return [self.message(method) for _ in media]
        if method.startswith("edit"):
            return {"message_id": params["message_id"]}
        return self.message(method)

    def message(self, method: str) -> dict[str, Any]:
        self.last_id += 1
        photo = {"photo": [{"file_id": "small"}, {"file_id": f"file-{self.last_id}"}]}
        return {"message_id": self.last_id} | (photo if "Photo" in method or "Media" in method else {})

    async def file(self, request: web.Request) -> web.StreamResponse:
        return self.files[request.match_info["path"]].pop(0)


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type != "multipart/form-data":
        return orjson.loads(await request.read() or b"{}")
    read = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            read[name] = value
        else:
            with suppress(orjson.JSONDecodeError):
                value = orjson.loads(value)  # noqa: PLW2901
            read[name] = value
    return read


async def hang(_request: web.Request) -> None:
    await asyncio.sleep(30)


async def reset(request: web.Request) -> None:
    request.transport.abort()


@asynccontextmanager
async def wire() -> AsyncIterator[Wire]:
    made = Wire()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/bot{token}/{method}", made.handle)
    app.router.add_get("/file/bot{token}/{path}", made.file)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


@asynccontextmanager
async def gateway(url: str, photos: dict[str, bytes] | None = None) -> AsyncIterator[Gateway]:
    stored = photos or {}

    async def bytes_of(sha256: str) -> bytes | None:
        return stored.get(sha256)

    async def file_id_of(_sha256: str) -> str | None:
        return None

    made = Gateway(
        TOKEN, uploads=Uploads(bytes_of, file_id_of), repeat_label=lambda n: f"REPEAT {n}", api_url=url
    )
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@dataclass(slots=True)
class Rig:
    """Delivery in a test: ``now`` is moved by hand, one ``cycle`` claims, sends and settles what may go."""

    db: Database
    sender: Any
    now: datetime = START
    missed: list[tuple[str, str]] = field(default_factory=list)
    owner: str = "one"
    n: int = 0

    def dispatcher(self, owner: str = "one", rates: Rates | None = None, **more: Any) -> Dispatcher:
        async def undelivered(_tx: Tx, push: Push, reason: str) -> None:
            self.missed.append((push.key, reason))

        return Dispatcher(
            self.db,
            self.sender,
            now=lambda: self.now,
            owner=owner,
            bot_id=1,
            undelivered=undelivered,
            rates=rates or Rates(per_second=0),
            **more,
        )

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def push(self, key: str, chat_id: int = 7, **more: Any) -> Push:
        message = more.pop("message", Message(key))
        due_at = more.pop("due_at", self.now)
        expires_at = more.pop("expires_at", self.now + timedelta(hours=1))
        return Push(key=key, chat_id=chat_id, due_at=due_at, expires_at=expires_at, message=message, **more)

    async def owe(self, *pushes: Push) -> None:
        async def job(tx: Tx) -> None:
            for push in pushes:
                outbox.owe(tx, push, self.now)

        await self.db.write(job)

    async def write(self, job: Callable[[Tx], Any]) -> Any:
        async def run(tx: Tx) -> Any:
            return job(tx)

        return await self.db.write(run)

    async def deliver(self, dispatcher: Dispatcher, seconds: float = 0.4) -> None:
        """Let it run for a while of real time."""
        running = asyncio.create_task(dispatcher.run(within=2))
        await asyncio.sleep(seconds)
        dispatcher.stop()
        await running

    async def states(self) -> dict[str, str]:
        return {row["key"]: row["state"] for row in await self.rows()}

    async def rows(self) -> list[dict[str, Any]]:
        async with self.db.read() as c:
            found = await c.exec_driver_sql("select * from outbox order by seq")
            return [dict(row) for row in found.mappings()]


__all__ = [
    "START",
    "TOKEN",
    "Act",
    "PushClass",
    "Rig",
    "Wire",
    "gateway",
    "hang",
    "page",
    "refusal",
    "reset",
    "wire",
]
