"""The stage of the replay: the real bot, the local Telegram, and one clock that both go by and that is moved by hand."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.assembly import serve
from bot.settings import Settings
from sandbox.app import Running, start
from sandbox.client import Client
from sandbox.world import DEFAULT_TOKEN
from tests.month.transcript import Transcript
from tests.support.databases import url_of

DISTRICT = Path(__file__).parents[2] / "districts" / "huiji"
ZONE = ZoneInfo("Asia/Shanghai")
LOOK_AGAIN_SECONDS = 0.002
PATIENCE_SECONDS = 60.0
GRID = timedelta(minutes=15)  # the timetable ticks at least so often
LEFT = """
select (select count(*) from inbox where state = 'pending')
     + (select count(*) from outbox where state = 'sending' and (:chat is null or chat_id = :chat)
        or state = 'waiting' and due_at <= :now and (:chat is null or chat_id = :chat)
        and (:edits or coalesce(subject, '') not like 'card-edit:%'))
     + (select count(*) from photos where :photos and state = 'pending' and next_try_at <= :now)
"""
STUCK = (
    "select key, state, due_at, reason from outbox where state in ('waiting', 'sending') and due_at <= :now"
)


class StuckError(AssertionError):
    """The bot left something undone for a minute."""


@dataclass(slots=True)
class HandClock:
    """Stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass(slots=True)
class Pace:
    """Lets the timetable tick when it is told to."""

    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    rested: asyncio.Event = field(default_factory=asyncio.Event)

    async def rest(self) -> None:
        self.rested.set()
        await self.wanted.wait()
        self.wanted.clear()

    async def tick(self) -> None:
        self.rested.clear()
        self.wanted.set()
        await self.rested.wait()


@dataclass(slots=True)
class Stage:
    """Where it is played; ``now`` moves by ``to`` only."""

    settings: Settings
    sandbox: Running
    client: Client
    clock: HandClock
    pace: Pace
    transcript: Transcript
    rows: sqlite3.Connection
    end: datetime
    grid: timedelta = GRID

    @property
    def now(self) -> datetime:
        return self.clock.moment

    async def to(self, moment: datetime) -> None:
        """Time goes on, and the timetable with it; nothing that is due is left behind."""
        await self.settle()
        while self.now < moment:
            step = self.grid - timedelta(seconds=self.now.timestamp() % self.grid.total_seconds())
            await self._move(min(moment, self.now + step))

    async def _move(self, moment: datetime) -> None:
        self.clock.moment = moment
        self.sandbox.world.clock.offset = moment.timestamp() - time.time()
        await self.pace.tick()
        await self.settle(edits=moment.astimezone(ZONE).hour % 12 == 0)

    async def a_moment(self, seconds: float = 3) -> None:
        """Albums settle."""
        await self.settle()
        self.clock.moment += timedelta(seconds=seconds)
        await self.settle()

    async def settle(self, chat: int | None = None, *, edits: bool = False, photos: bool = False) -> None:
        """Until everything that was said is dealt with, and everything that is due is sent, or all to one chat."""
        patience = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while self._left(chat=chat, edits=edits, photos=photos) or self.sandbox.world.updates.waiting:
            if asyncio.get_running_loop().time() > patience:
                raise StuckError(str(self.rows.execute(STUCK, {"now": self._stamp()}).fetchall()))
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        self.transcript.hear(self.sandbox.world.ledger.calls, self.now.astimezone(ZONE))

    def _left(self, **facts: object) -> int:
        facts["now"] = self._stamp()
        found = self.rows.execute(LEFT, facts).fetchone()
        return int(found[0])

    def _stamp(self) -> str:
        return f"{self.now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def settings_of(folder: Path, url: str) -> Settings:
    return Settings(
        _env_file=None,
        telegram_token=DEFAULT_TOKEN,
        telegram_api_url=url,
        database_url=url_of(folder),
        photo_store=f"file://{folder}/photos",
        district=DISTRICT,
        http_port=0,
        sends_per_second=0,
    )


@asynccontextmanager
async def staged(
    settings: Settings, sandbox: Running, clock: HandClock, transcript: Transcript, end: datetime
) -> AsyncIterator[Stage]:
    """The bot runs until the play is over; it raises what the bot falls over."""
    stop, ready, pace = asyncio.Event(), asyncio.Event(), Pace()
    sandbox.world.clock.offset = clock.moment.timestamp() - time.time()
    serving = asyncio.create_task(serve(settings, clock, stop, lambda _port: ready.set(), rest=pace.rest))
    await asyncio.wait({serving, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    file = settings.database_url.partition("///")[2]
    async with Client(sandbox.url) as client:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as rows:
            await pace.rested.wait()
            try:
                yield Stage(settings, sandbox, client, clock, pace, transcript, rows, end)
            finally:
                stop.set()
                await serving


@asynccontextmanager
async def telegram() -> AsyncIterator[Running]:
    running = await start(0)
    try:
        yield running
    finally:
        await running.stop()
