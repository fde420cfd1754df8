"""The demonstration: a local Telegram with a cast of invented people, and the real bot on a file of its own.

The page can move the day on: then the bot's clock follows that of the local Telegram, and new sample data come.
"""

import asyncio
import contextlib
import signal
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bot import demo_air
from bot.assembly import serve
from bot.clock import SystemClock
from bot.district_files import load_district
from bot.imports import read_sites
from bot.settings import Settings
from domain.district import District
from domain.people import Person, Post, Role
from handlers.chat.joining import make_invitation
from storage import chats, people, sites
from storage.chats import Chat
from storage.db import Database
from storage.migrate import upgrade
from storage.tx import Tx

TOKEN = "100001:sandbox-token-for-the-local-telegram"  # noqa: S105  # known to everybody: it opens the sandbox only
DISTRICT = Path("districts/huiji")
READY_SECONDS = 20.0
DISTRICT_PLACE = "district"
HTTP_OK = 200
ONE_DAY = timedelta(days=1)
LOOK_SECONDS = 0.5
MORNING = ["07:30:01", "08:05:01", "08:08:00"]  # digest, ranking, and the end of the ranking's jitter
Cast = dict[str, list[dict[str, Any]]]


async def run(port: int = 8080, data: Path | None = None) -> None:
    """Run until SIGTERM or SIGINT; everything is kept in ``data``, or forgotten at the end without it."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lanxun-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        async with _sandbox(port) as url:
            settings = _settings(url, folder.absolute())
            cast: Cast = tomllib.loads((DISTRICT / "demo.toml").read_text("utf-8"))
            await asyncio.to_thread(upgrade, settings.database_url)
            zone = load_district(settings.district).basics.zone
            await _stage(url, cast, await _fill(settings, cast), zone)
            clock = MovedClock()
            following = asyncio.create_task(_follow(url, clock, settings))
            try:
                await serve(settings, clock, stop, lambda _port: _say_where(url))
            finally:
                following.cancel()


class MovedClock:
    """The machine's clock, and what the page has added to it."""

    def __init__(self) -> None:
        self._machine, self.offset = SystemClock(), timedelta(0)

    def now(self) -> datetime:
        return self._machine.now() + self.offset


async def _follow(url: str, clock: MovedClock, settings: Settings) -> None:
    """Let the clock go with the page's; before a new day is seen, the sample of the day before is there."""
    district = load_district(settings.district)
    db = Database(settings.database_url)
    await db.start()
    try:
        async with aiohttp.ClientSession(url) as session:
            brought = None
            while True:
                async with session.get("/sandbox/state") as answer:
                    offset = timedelta(seconds=(await answer.json())["clock_offset"])
                moved = clock.now() - clock.offset + offset
                yesterday = moved.astimezone(district.basics.zone).date() - ONE_DAY
                if yesterday != brought:
                    await db.write(
                        partial(demo_air.bring, district=district, until=yesterday, now=moved, days=1)
                    )
                    brought = yesterday
                clock.offset = offset
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        await db.stop()


def _say_where(url: str) -> None:
    sys.stdout.write(f"\n  Lanxun: open {url} in a browser; Ctrl-C ends it.\n\n")
    sys.stdout.flush()


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        telegram_token=TOKEN,  # type: ignore[arg-type]  # pydantic makes it a secret
        telegram_api_url=url,
        database_url=f"sqlite+aiosqlite:///{folder / 'lanxun.db'}",
        photo_store=f"file://{folder / 'photos'}",
        district=DISTRICT,
        http_port=0,
        log_level="WARNING",
    )


@contextlib.asynccontextmanager
async def _sandbox(port: int) -> AsyncIterator[str]:
    """The local Telegram as a process of its own; raises OSError when it does not start."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", str(port), "--token", TOKEN),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the bot first: the sandbox ends when the bot has
    )
    try:
        async with asyncio.timeout(READY_SECONDS):
            line = await process.stdout.readline() if process.stdout else b""
        if not line:
            raise OSError(f"the local Telegram did not start on port {port}")
        yield line.decode().strip()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _fill(settings: Settings, cast: Cast) -> dict[int, str]:
    """The cast, the groups and the sample sites; returns the invitation codes of those who still have to join."""
    district, now = load_district(settings.district), SystemClock().now()
    register = read_sites(settings.district / "sites.csv", district)
    db = Database(settings.database_url)
    await db.start()

    async def job(tx: Tx) -> dict[int, str]:
        codes = {}
        await demo_air.bring(tx, district, now.astimezone(district.basics.zone).date() - ONE_DAY, now)
        sites.save(tx, register)
        for one in cast["people"]:
            if "role" in one:
                post = Post(Role(one["role"]), _code(district, one.get("town")))
                await people.join(tx, Person(one["id"], one["name"], "zh", post, now), None)
            else:
                post = Post(Role(one["joins_as"]), _code(district, one.get("town")))
                codes[one["id"]], _ = make_invitation(tx, now, post, lives=timedelta(days=7))
        for group in cast["groups"]:
            chat = Chat(group["id"], "supergroup", group["title"], None, None, "member")
            place = _code(district, group.get("town")) or DISTRICT_PLACE
            chats.bind(tx, chat, place, by=cast["people"][-1]["id"], at=now, thread_id=None)
        return codes

    codes = await db.write(job)
    await db.stop()
    return codes


async def _stage(url: str, cast: Cast, codes: dict[int, str], zone: ZoneInfo) -> None:
    """Put the cast on the chat page; a newcomer has the link of the invitation open."""
    async with aiohttp.ClientSession(url) as session:
        for one in cast["people"]:
            link = {"link": codes[one["id"]]} if one["id"] in codes else {"started": True}
            await _post(session, "people", {"id": one["id"], "first_name": one["name"], **link})
        for group in cast["groups"]:
            wish = {"id": group["id"], "title": group["title"], "members": group["members"]}
            await _post(session, "groups", wish)
        east = SystemClock().now().astimezone(zone).utcoffset() or timedelta(0)
        await _post(session, "mornings", {"moments": MORNING, "utc_offset": east.total_seconds()})


async def _post(session: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> None:
    async with session.post(f"/sandbox/{path}", json=body) as answer:
        if answer.status != HTTP_OK:
            raise OSError(f"the local Telegram refused {path}: {await answer.text()}")


def _code(district: District, town: str | None) -> str | None:
    return next((one.code for one in district.towns if one.name == town), None)
