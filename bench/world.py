"""The other side of a measurement, in one process: Telegram delivers over forty connections and takes the replies."""

import asyncio
import io
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
from PIL import Image

from bench.fake_api import Rates, Server
from bench.reports import PRESSED, Talk, Updates

CONNECTIONS = 40  # what Telegram uses for one bot
SECRET = "secret-of-the-measurement"  # noqa: S105  # guards a server on this machine for a minute
CHAT = re.compile(rb'(?:"chat_id":|chat_id=|name="chat_id"\r\n\r\n)"?(-?\d+)')
FIXED: dict[str, dict[str, object]] = {
    "getMe": {"id": 100001, "is_bot": True, "first_name": "Lanxun", "username": "lanxun_bench_bot"},
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getFile": {"file_id": "f", "file_unique_id": "u", "file_path": "photos/f.jpg"},
}


@dataclass(slots=True)
class Seen:
    """What was measured: seconds from the post to the reply, and from the post to the acknowledgement."""

    replies: list[float] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    refused: int = 0
    began: float = 0.0
    ended: float = 0.0

    @property
    def rate(self) -> float:
        """Updates answered in a second."""
        return len(self.replies) / (self.ended - self.began)


class World:
    """People who report and Telegram between them and the bot. ``echo``: the bot answers once and offers no buttons.

    A person says the next thing when the reply to the last one was accepted; a press needs its answer too.
    """

    def __init__(self, *, latency: float, echo: bool) -> None:
        self.seen, self._updates = Seen(), Updates()
        self._latency, self._echo = latency, echo
        self._talks: dict[int, Talk] = {}
        self._queue: deque[bytes] = deque()
        self._lines: list[Line] = []
        self._free: deque[Line] = deque()
        self._messages = 0
        self._picture = _picture()
        self._finished: Callable[[], None] = lambda: None

    async def listen(self) -> str:
        """Open the Bot API; returns its address."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Api(self, self._latency), "127.0.0.1", 0)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def connect(self, port: int, path: str) -> None:
        """Open the connections over which updates are delivered."""
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            _, line = await loop.create_connection(lambda: Line(self, path), "127.0.0.1", port)
            self._lines.append(line)
        self._free.extend(self._lines)

    async def play(self, talks: list[Talk], *, at_once: int) -> Seen:
        """Let the talks happen, so many at the same time, and return what was seen once all have ended."""
        waiting, done = iter(talks), asyncio.get_running_loop().create_future()
        left = len(talks)

        def ended() -> None:
            nonlocal left
            left -= 1
            if not left:
                done.set_result(None)
            elif (following := next(waiting, None)) is not None:
                self._say(following)

        self.seen, self._finished = Seen(began=time.perf_counter()), ended
        for _ in range(min(at_once, len(talks))):
            self._say(next(waiting))
        await asyncio.wait_for(done, 120)
        return self.seen

    async def drip(self, talks: list[Talk], every: float) -> Seen:
        """Begin a talk every so many seconds, whatever became of the others."""
        self.seen, self._finished = Seen(began=time.perf_counter()), lambda: None
        for number, talk in enumerate(talks):
            await asyncio.sleep(max(0.0, self.seen.began + number * every - time.perf_counter()))
            self._say(talk)
        await asyncio.sleep(1)
        return self.seen

    def heard(self, method: str, body: bytes) -> tuple[dict[str, object], Callable[[], None] | None]:
        """What the Bot API answers, and what happens once it has answered."""
        if method in FIXED:
            return FIXED[method], None
        if method == "answerCallbackQuery":
            person = int(orjson.loads(body)["callback_query_id"].split(":")[0])
            return {}, self._step_done(self._talks.get(person))
        found = CHAT.search(body)
        if found is None:
            return {}, None
        self._messages += 1
        talk = self._talks.get(int(found.group(1)))
        message = {"message_id": self._messages, "date": 1_790_000_000, "text": "好"}
        chat = {"id": int(found.group(1)), "type": "private", "first_name": "张三"}
        is_reply = talk is not None and self._learnt(talk, body)
        return message | {"chat": chat}, self._step_done(talk) if is_reply else None

    def acknowledged(self, line: "Line", status: bytes, seconds: float) -> None:
        """A delivery was answered; the connection is free for the next."""
        self.seen.acks.append(seconds)
        if status != b"200":
            self.seen.refused += 1
        self._free.append(line)
        self._deliver()

    def picture(self) -> bytes:
        """The photo that everybody sent."""
        return self._picture

    def _learnt(self, talk: Talk, body: bytes) -> bool:
        """Take the button for the next press from the bot's message; whether this message ends the step."""
        if self._echo:
            return True
        verb = PRESSED.get(talk.step + 1)
        if verb is None:
            return True
        markup = orjson.loads(body).get("reply_markup") or {}
        tokens = [key.get("callback_data", "") for row in markup.get("inline_keyboard", ()) for key in row]
        token = next((one for one in tokens if one.startswith(verb + ".")), None)
        if token:
            talk.token, talk.message_id = token, self._messages
        return token is not None

    def _step_done(self, talk: Talk | None) -> Callable[[], None] | None:
        """Count a call of the bot; what follows when it was the last of this step."""
        if talk is None:
            return None
        talk.awaits -= 1
        if talk.awaits:
            return None
        self.seen.ended = time.perf_counter()
        self.seen.replies.append(self.seen.ended - talk.posted_at)
        return lambda: self._go_on(talk)

    def _go_on(self, talk: Talk) -> None:
        talk.step += 1
        if talk.step < 4:
            self._say(talk)
            return
        del self._talks[talk.person]
        self._finished()

    def _say(self, talk: Talk) -> None:
        self._talks[talk.person] = talk
        talk.awaits = 2 if talk.step >= 2 and not self._echo else 1
        talk.posted_at = time.perf_counter()
        self._queue.append(self._updates.of(talk))
        self._deliver()

    def _deliver(self) -> None:
        while self._queue and self._free:
            self._free.popleft().post(self._queue.popleft())


class Api(Server):
    """The Bot API that the world answers for."""

    def __init__(self, world: World, latency: float) -> None:
        super().__init__(Rates(enforced=False), latency, [])
        self._world = world

    def answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/file/"):
            self._write(self._world.picture(), b"image/jpeg")
            return
        result, then = self._world.heard(path.rsplit(b"/", 1)[1].decode(), body)
        reply = orjson.dumps({"ok": True, "result": result or True})
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self._finish, reply, then)
        else:
            self._finish(reply, then)

    def _finish(self, reply: bytes, then: Callable[[], None] | None) -> None:
        self._write(reply, b"application/json")
        if then:
            then()

    def _write(self, body: bytes, kind: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
        self.transport.write(head + body)


class Line(asyncio.Protocol):
    """One connection from Telegram to the webhook: the next update goes out when the last one was answered."""

    def __init__(self, world: World, path: str) -> None:
        self._world, self._buffer, self._posted_at = world, b"", 0.0
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def post(self, body: bytes) -> None:
        self._posted_at = time.perf_counter()
        self._transport.write(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        split = self._buffer.find(b"\r\n\r\n")
        if split < 0:
            return
        length = re.search(rb"content-length: *(\d+)", self._buffer[:split], re.IGNORECASE)
        if len(self._buffer) < split + 4 + (int(length.group(1)) if length else 0):
            return
        status, self._buffer = self._buffer[9:12], b""
        self._world.acknowledged(self, status, time.perf_counter() - self._posted_at)


def _picture() -> bytes:
    kept = io.BytesIO()
    Image.effect_noise((640, 480), 40).convert("RGB").save(kept, "JPEG", quality=60)
    return kept.getvalue()
