"""Delivery to the bot's webhook: one update at a time in a lane, retried with growing delays until it expires."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import orjson

from sandbox.clock import Clock
from sandbox.records import Json
from sandbox.update_queue import Lane, Pending, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
ANSWER_SECONDS = 60
LONGEST_DELAY = 60
LONGEST_RETRY_AFTER = 3600
GONE = 410
GONE_SECONDS = 23 * 3600
NOT_BY_REPLY = frozenset({"deletewebhook", "setwebhook", "close", "logout"})


@dataclass(frozen=True, slots=True)
class Setting:
    url: str
    secret: str | None = None
    max_connections: int = 40
    ip_address: str | None = None


@dataclass(slots=True)
class Failures:
    """How often the head of a lane failed; the delay doubles from the second time on."""

    count: int = 0
    delay: float = 1

    def wait_after(self, retry_after: float) -> float:
        if retry_after == 0 and self.count > 0:
            self.delay = min(self.delay * 2, random.uniform(LONGEST_DELAY, 2 * LONGEST_DELAY))
            retry_after = self.delay
        self.count += 1
        return retry_after


@dataclass(slots=True)
class Trouble:
    """What getWebhookInfo tells of the last failure, and since when the address says 410."""

    date: int = 0
    message: str = ""
    gone_since: float | None = None


@dataclass(slots=True)
class Webhook:
    """`second` shortens the delays of retries for tests; `on_reply` carries out a method in a 2xx answer."""

    queue: UpdateQueue
    clock: Clock
    setting: Setting | None = None
    trouble: Trouble = field(default_factory=Trouble)
    second: float = 1.0
    on_reply: Callable[[Json], Awaitable[object]] | None = None
    _lanes: dict[Lane, deque[Pending]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None
    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def __post_init__(self) -> None:
        self.queue.listeners.append(self._take)

    async def start(self, setting: Setting) -> None:
        """Deliver what waits and what comes, in place of any earlier address."""
        await self.stop()
        self.setting, self.trouble = setting, Trouble()
        self._free = asyncio.Semaphore(setting.max_connections)
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        for pending in list(self.queue.waiting.values()):
            self._take(pending)

    async def stop(self) -> None:
        self.setting = None
        tasks, self._tasks = list(self._tasks), set()
        for task in tasks:
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.gather(*[t for t in tasks if t is not asyncio.current_task()], return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _take(self, pending: Pending) -> None:
        if self.setting is None or self._session is None:
            return
        lane = self._lanes.setdefault(pending.lane, deque())
        lane.append(pending)
        if len(lane) == 1:
            task = asyncio.get_running_loop().create_task(
                self._serve(pending.lane, self.setting, self._session)
            )
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, name: Lane, setting: Setting, session: aiohttp.ClientSession) -> None:
        lane = self._lanes[name]
        while lane:
            if not await self._deliver(lane[0], setting, session):
                return
            self.queue.drop(lane.popleft().update_id)
        del self._lanes[name]

    async def _deliver(self, pending: Pending, setting: Setting, session: aiohttp.ClientSession) -> bool:
        """Until it is taken or expires; false when the address is given up."""
        failures = Failures()
        while pending.expires_at > self.clock.now():
            async with self._free:
                retry_after = await self._post(pending, setting, session)
            if retry_after is None:
                return True
            if self._gone_for_good():
                await self.stop()
                return False
            wait = failures.wait_after(retry_after)
            if self.clock.now() + wait > pending.expires_at:
                return True
            await asyncio.sleep(wait * self.second)
        return True

    async def _post(self, pending: Pending, setting: Setting, session: aiohttp.ClientSession) -> float | None:
        """None when it was taken, else the seconds of Retry-After (0 when it was not said)."""
        headers = {"Content-Type": "application/json"}
        if setting.secret:
            headers[SECRET_HEADER] = setting.secret
        try:
            async with session.post(
                setting.url, data=pending.body, headers=headers, allow_redirects=False
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as why:
            self._fail(_sentence(why))
            return 0
        if answer.ok and answer.status < 300:  # noqa: PLR2004 - the end of the 2xx class
            self.trouble.gone_since = None
            await self._carry_out(body)
            return None
        self._fail(f"Wrong response from the webhook: {answer.status} {answer.reason}", answer.status)
        said = answer.headers.get("Retry-After", "")
        return min(int(said), LONGEST_RETRY_AFTER) if said.isdecimal() else 0

    def _fail(self, message: str, status: int = 0) -> None:
        self.trouble.date, self.trouble.message = self.clock.stamp(), message
        since = self.trouble.gone_since if self.trouble.gone_since is not None else self.clock.now()
        self.trouble.gone_since = since if status == GONE else None

    def _gone_for_good(self) -> bool:
        since = self.trouble.gone_since
        return since is not None and self.clock.now() > since + GONE_SECONDS

    async def _carry_out(self, body: bytes) -> None:
        try:
            call = orjson.loads(body) if body else None
        except orjson.JSONDecodeError:
            return
        if not isinstance(call, dict) or self.on_reply is None:
            return
        name = str(call.get("method", "")).lower()
        if name and name not in NOT_BY_REPLY and not name.startswith("get"):
            await self.on_reply(call)


def _sentence(why: Exception) -> str:
    if isinstance(why, TimeoutError):
        return "Read timeout expired"
    if isinstance(why, aiohttp.ClientConnectorError):
        return "Connection refused"
    return "Webhook connection closed"
