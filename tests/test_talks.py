"""Every conversation in tests/talks, played through the real bot and the local Telegram."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.assembly import serve
from bot.district_files import load_district
from bot.imports import read_sites
from bot.settings import Settings
from domain.people import Person, Post, Role
from handlers.chat.joining import make_invitation
from sandbox.app import Running, start
from sandbox.client import Client
from sandbox.world import DEFAULT_TOKEN
from storage import chats, people, sites
from storage.chats import Chat
from storage.db import Database
from storage.migrate import upgrade
from storage.tx import Tx
from tests.support.talk import Cast, Stage, Talk, TalkFailed, play, read

FOLDER = Path(__file__).parent / "talks"
DISTRICT = Path(__file__).parents[1] / "districts" / "huiji"
ROLES = {
    "巡查员": Role.PATROL,
    "网格长": Role.GRID_LEAD,
    "镇办人员": Role.TOWN_STAFF,
    "镇办领导": Role.TOWN_LEADER,
    "局委": Role.BUREAU_STAFF,
    "督导组": Role.INSPECTOR,
    "攻坚办": Role.OFFICE,
}
MORNING = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)  # 09:40 in Zhengzhou


class Watch:
    """A clock that begins on a Monday morning, runs, and can be moved on."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self._began = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        ran = timedelta(seconds=asyncio.get_running_loop().time() - self._began)
        return MORNING + ran + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class Bot:
    """The real bot in this process, on a database file; it can be ended and started again."""

    def __init__(self, sandbox: Running, folder: Path, watch: Watch) -> None:
        self.settings = Settings(
            _env_file=None,
            telegram_token=DEFAULT_TOKEN,
            telegram_api_url=sandbox.url,
            database_url=f"sqlite+aiosqlite:///{folder}/lanxun.db",
            photo_store=f"file://{folder}/photos",
            district=DISTRICT,
            http_port=0,
        )
        self._watch, self._stop, self._task = watch, asyncio.Event(), None

    async def begin(self) -> None:
        self._stop = asyncio.Event()
        ready = asyncio.Event()
        self._task = asyncio.create_task(
            serve(self.settings, self._watch, self._stop, lambda _port: ready.set())
        )
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            self._task.result()

    async def end(self) -> None:
        self._stop.set()
        if self._task:
            await self._task

    async def restart(self) -> None:
        await self.end()
        await self.begin()


@pytest.fixture
async def sandbox() -> AsyncIterator[Running]:
    running = await start(0)
    yield running
    await running.stop()


async def set_up(talk: Talk, client: Client, bot: Bot, now: datetime) -> tuple[Cast, dict[str, str]]:
    """The people and groups of a talk, as members and bound groups; who has no role has an invitation."""
    cast, facts = Cast(), {"today": f"{MORNING:%Y%m%d}"}
    district = load_district(DISTRICT)
    codes = {town.name: town.code for town in district.towns}
    db = Database(bot.settings.database_url)
    await asyncio.to_thread(upgrade, bot.settings.database_url)
    await db.start()

    async def job(tx: Tx) -> None:
        sites.save(tx, read_sites(DISTRICT / "sites.csv", district))
        for at, (name, role, town) in enumerate(talk.people):
            cast.people[name] = 1001 + at
            if role in ROLES:
                post = Post(ROLES[role], codes.get(town), None if role != "局委" else town)
                await people.join(tx, Person(1001 + at, name, "zh", post, now), None)
            elif role == "待加入":
                code, _ = make_invitation(tx, now, Post(Role.PATROL, codes[town]))
                facts["code"] = code
        for at, (name, town, _members) in enumerate(talk.groups):
            cast.groups[name] = -1001 - at
            if town:
                chat = Chat(-1001 - at, "supergroup", name, None, None, "member")
                chats.bind(tx, chat, codes.get(town, "district"), by=1001, at=now, thread_id=None)

    await db.write(job)
    await db.stop()
    for name, person in cast.people.items():
        await client.person(name, person, started=True)
    for name, _town, members in talk.groups:
        await client.group(name, [cast.people[member] for member in members], id=cast.groups[name])
    return cast, facts


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.talk")), ids=lambda path: path.stem)
async def test_the_conversation_goes_as_written(path: Path, sandbox: Running, tmp_path: Path) -> None:
    await perform(read(path), sandbox, tmp_path)


async def test_a_talk_that_is_not_true_fails(sandbox: Running, tmp_path: Path) -> None:
    talk = Talk(
        "wrong", [("张三", "巡查员", "花园口镇")], [], [(1, "张三", ">", "帮助"), (2, "张三", "<", "月亮")]
    )
    with pytest.raises(TalkFailed, match="line 2"):
        await perform(talk, sandbox, tmp_path, patience=1.0)


async def perform(talk: Talk, sandbox: Running, folder: Path, patience: float = 8.0) -> None:
    watch = Watch()
    bot = Bot(sandbox, folder, watch)
    async with Client(sandbox.url) as client:
        await client.advance((MORNING - datetime.now(UTC)).total_seconds())
        cast, facts = await set_up(talk, client, bot, watch.now())
        await bot.begin()
        try:
            await play(talk, Stage(client, cast, bot.restart, watch.advance, facts, patience))
        finally:
            await bot.end()
