"""A Bot API in its own process for measurements: instant, or late and enforcing Telegram's published rates."""

import asyncio
import time
from collections import defaultdict, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import Process, get_context
from multiprocessing.connection import Connection

import orjson
import uvloop

GLOBAL_PER_SECOND, CHAT_BURST, GROUP_PER_MINUTE = 30, 3, 20


@dataclass
class Rates:
    """Sliding windows: 30 in any second over all chats, 20 in any minute a group; a bucket of 3 a chat, 1 a second."""

    enforced: bool
    sent: deque = field(default_factory=deque)
    groups: dict = field(default_factory=lambda: defaultdict(deque))
    chats: dict = field(default_factory=dict)

    def refusal(self, chat_id: int, now: float) -> int:
        """Seconds to wait, 0 when the message passes."""
        if not self.enforced:
            return 0
        group = self.groups[chat_id]
        for window, length in ((self.sent, 1.0), (group, 60.0)):
            while window and window[0] <= now - length:
                window.popleft()
        tokens, at = self.chats.get(chat_id, (CHAT_BURST, now))
        tokens = min(CHAT_BURST, tokens + now - at)
        if len(self.sent) >= GLOBAL_PER_SECOND or tokens < 1:
            return 1
        if chat_id < 0 and len(group) >= GROUP_PER_MINUTE:
            return int(group[0] + 60 - now) + 1
        self.sent.append(now)
        group.append(now)
        self.chats[chat_id] = (tokens - 1, now)
        return 0


class Server(asyncio.Protocol):
    def __init__(self, rates: Rates, latency: float, ledger: list) -> None:
        self.rates, self.latency, self.ledger = rates, latency, ledger
        self.buffer = b""

    def connection_made(self, transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (split := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:split]
            lower = head.lower()
            at = lower.find(b"content-length:")
            length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < split + 4 + length:
                return
            body = self.buffer[split + 4 : split + 4 + length]
            self.buffer = self.buffer[split + 4 + length :]
            self.answer(head, body)

    def answer(self, head: bytes, body: bytes) -> None:
        method = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].decode()
        params = orjson.loads(body) if body else {}
        wait = self.rates.refusal(params["chat_id"], time.monotonic()) if method == "sendMessage" else 0
        self.ledger.append((time.monotonic(), params.get("chat_id"), params.get("text"), wait))
        if wait:
            said = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {wait}"}
            reply = orjson.dumps(said | {"parameters": {"retry_after": wait}})
        else:
            chat = {"id": params.get("chat_id"), "type": "supergroup", "title": "群"}
            message = {"message_id": len(self.ledger), "date": 1_790_000_000, "chat": chat, "text": "好"}
            reply = orjson.dumps({"ok": True, "result": message})
        status = b"429 Too Many Requests" if wait else b"200 OK"
        whole = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
            status,
            len(reply),
            reply,
        )
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self.transport.write, whole)
        else:
            self.transport.write(whole)


def serve(pipe: Connection, *, latency: float, enforced: bool) -> None:
    async def main() -> None:
        ledger: list = []
        rates = Rates(enforced)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Server(rates, latency, ledger), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await loop.run_in_executor(None, pipe.recv)
        pipe.send(ledger)

    uvloop.run(main())


class FakeApi:
    """The running server: its address, and at the end what it saw: (time, chat, text, seconds to wait)."""

    def __init__(self, process: Process, pipe: Connection) -> None:
        self.process, self.pipe = process, pipe
        self.url = f"http://127.0.0.1:{pipe.recv()}"

    def ledger(self) -> list:
        self.pipe.send("stop")
        return self.pipe.recv()


@contextmanager
def fake_api(*, latency: float = 0.0, enforced: bool = False):
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=serve, args=(theirs,), kwargs={"latency": latency, "enforced": enforced}, daemon=True
    )
    process.start()
    theirs.close()  # so that a server that dies is noticed
    try:
        yield FakeApi(process, ours)
    finally:
        process.join(2)
        process.kill()
