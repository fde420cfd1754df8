"""A Telegram for kills: updates stay until they are acknowledged, and everything that it accepted is written down."""

import asyncio
import io
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from PIL import Image

from tests.chaos.clock import FastClock

BOT = {"id": 100001, "is_bot": True, "first_name": "Lanxun", "username": "lanxun_bot"}
TOKEN = "100001:token-of-the-kills-and-of-nothing-else"
SECRET = "secret-of-the-kills"
MOST_A_POLL = 100
SEEN = ("send", "edit", "answer", "setMessageReaction")  # methods that show something to somebody
RETRY_SECONDS = 0.1
REFUSAL = "Bad Request: FROZEN_METHOD_INVALID"
SLOWEST_ANSWER = 0.02  # so that kills fall between the accepting and the answer too

Json = dict[str, Any]


@dataclass(slots=True)
class Telegram:
    """``heard`` is told each call that shows something to somebody.

    ``hooks`` is where a webhook would be called, one of them by chance as a balancer does; without one the bot polls. With ``ack_early`` an update counts as
    acknowledged when it is handed over, as if something answered 200 before the bot had committed anything.
    What goes to a chat of ``deaf`` is refused for good.
    """

    rng: random.Random
    heard: Callable[[str, Json], None]
    clock: FastClock
    hooks: Sequence[str] = ()
    ack_early: bool = False
    deaf: frozenset[int] = frozenset()
    url: str = ""
    sent: list[int] = field(default_factory=list)  # ids of all updates there ever were
    ledger: list[Json] = field(default_factory=list)
    steps: int = 0  # updates acknowledged and calls accepted
    slowest: float = SLOWEST_ANSWER  # seconds
    first_sign: float = 0.0  # when this bot first asked for updates or took one
    _waiting: dict[int, bytes] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: object = None
    _messages: int = 0
    _lanes: dict[int, asyncio.Queue[int]] = field(default_factory=dict)
    _carriers: set[asyncio.Task[None]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None
    _picture: bytes = b""

    async def open(self) -> web.AppRunner:
        app = web.Application(client_max_size=32 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path}", self._file)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession()
        out = io.BytesIO()
        Image.new("RGB", (320, 240), (120, 130, 140)).save(out, "JPEG")
        self._picture = out.getvalue()
        return runner

    async def close(self, runner: web.AppRunner) -> None:
        for carrier in self._carriers:
            carrier.cancel()
        await asyncio.gather(*self._carriers, return_exceptions=True)
        if self._session:
            await self._session.close()
        await runner.cleanup()

    @property
    def unacknowledged(self) -> int:
        return len(self._waiting)

    def update(self, lane: int, content: Json) -> int:
        """Something happened: the bot is to know of it; returns the update's id."""
        update_id = 700_000_000 + len(self.sent)
        self.sent.append(update_id)
        self._waiting[update_id] = orjson.dumps({"update_id": update_id, **content})
        self._news.set()
        if self.hooks:
            if lane not in self._lanes:
                self._lanes[lane] = asyncio.Queue()
                self._carriers.add(asyncio.create_task(self._carry(self._lanes[lane])))
            self._lanes[lane].put_nowait(update_id)
        return update_id

    def message_id(self) -> int:
        self._messages += 1
        return self._messages

    def _took(self, update_id: int) -> None:
        if self._waiting.pop(update_id, None) is not None:
            self.steps += 1

    async def _carry(self, lane: "asyncio.Queue[int]") -> None:
        """Bring the updates of one chat to the webhook, one by one, each until it is taken."""
        while True:
            update_id = await lane.get()
            body = self._waiting[update_id]
            if self.ack_early:
                self._took(update_id)
            while not await self._post(body) and not self.ack_early:
                await asyncio.sleep(RETRY_SECONDS)
            self._took(update_id)

    async def _post(self, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert self._session
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with self._session.post(self.rng.choice(self.hooks), data=body, headers=headers) as answer:
                self.first_sign = self.first_sign or time.monotonic()
                return answer.status == web.HTTPOk.status_code
        return False

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params = await _params(request)
        if method == "getUpdates":
            return await self._updates(params)
        if not method.startswith(SEEN):
            return _ok(self._told(method, params))
        if params.get("chat_id") in self.deaf:
            return _answer(400, {"ok": False, "error_code": 400, "description": REFUSAL})
        result = self._accept(method, params)
        await asyncio.sleep(self.rng.uniform(0, self.slowest))
        return _ok(result)

    def _told(self, method: str, params: Json) -> Any:
        """What the bot asks about itself and about files."""
        where = "https://telegram.invalid/" if self.hooks else ""
        known = {
            "getMe": {**BOT, "can_read_all_group_messages": False},
            "getWebhookInfo": {"url": where, "has_custom_certificate": False, "pending_update_count": 0},
            "getFile": {"file_id": params.get("file_id"), "file_path": f"{params.get('file_id')}.jpg"},
        }
        return known.get(method, True)

    def _accept(self, method: str, params: Json) -> Any:
        """From here on people see it, whether or not the bot still hears so."""
        result = self._result(method, params)
        ids = (
            [one["message_id"] for one in result]
            if isinstance(result, list)
            else [result.get("message_id")]
            if isinstance(result, dict)
            else []
        )
        self.ledger.append({"method": method, "params": params, "message_ids": ids})
        self.steps += 1
        self.heard(method, {**params, "message_id": ids[-1] if ids else None})
        return result

    def _result(self, method: str, params: Json) -> Any:
        if method in ("answerCallbackQuery", "setMessageReaction"):
            return True
        if method == "sendMediaGroup":
            return [self._message(params, one["media"]) for one in params["media"]]
        made = self._message(params, params.get("photo"))
        return {**made, "message_id": params["message_id"]} if method.startswith("edit") else made

    def _message(self, params: Json, photo: str | None) -> Json:
        chat = params["chat_id"]
        of = {"id": chat, "type": "private" if chat > 0 else "supergroup", "title": "群"}
        made: Json = {
            "message_id": self.message_id(),
            "date": int(self.clock.now().timestamp()),
            "chat": of,
            "from": BOT,
        }
        size = {"file_id": photo, "file_unique_id": photo, "width": 320, "height": 240}
        return {**made, "photo": [size]} if photo else {**made, "text": params.get("text", "")}

    async def _updates(self, params: Json) -> web.Response:
        """The newest poll wins; what lies before its offset is acknowledged."""
        self._poll = mine = object()
        self._news.set()
        self.first_sign = self.first_sign or time.monotonic()
        for update_id in [one for one in self._waiting if one < params.get("offset", 0)]:
            self._took(update_id)
        deadline = time.monotonic() + params.get("timeout", 0)
        while not self._waiting and self._poll is mine and time.monotonic() < deadline:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), deadline - time.monotonic())
        if self._poll is not mine:
            return _answer(
                409,
                {
                    "ok": False,
                    "error_code": 409,
                    "description": "Conflict: terminated by other getUpdates request",
                },
            )
        some = list(self._waiting.items())[:MOST_A_POLL]
        if self.ack_early:
            for update_id, _ in some:
                self._took(update_id)
        return web.Response(
            body=b'{"ok":true,"result":[%s]}' % b",".join(body for _, body in some),
            content_type="application/json",
        )

    async def _file(self, request: web.Request) -> web.Response:
        """Each file differs in its bytes, by a comment at the end."""
        return web.Response(
            body=self._picture + request.match_info["path"].encode(), content_type="image/jpeg"
        )


async def _params(request: web.Request) -> Json:
    if request.content_type != "multipart/form-data":
        return dict(orjson.loads(await request.read() or b"{}"))
    read: Json = {}
    for name, value in (await request.post()).items():
        read[name] = value
        if isinstance(value, str):
            with suppress(orjson.JSONDecodeError):
                read[name] = orjson.loads(value)
    return read


def _ok(result: Any) -> web.Response:
    return _answer(200, {"ok": True, "result": result})


def _answer(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
