"""The theatre in which talks are played: the real bot in this process, a clock that can be moved, people and groups."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.assembly import serve
from bot.clock import SystemClock
from bot.district_files import load_district
from bot.imports import read_sites
from bot.settings import Settings
from domain.district import District
from domain.people import Person, Post, Role
from handlers.chat.joining import make_invitation
from sandbox.app import Running
from sandbox.client import Client
from sandbox.world import DEFAULT_TOKEN
from storage import chats, people, sites
from storage.chats import DISTRICT as DISTRICT_ROOM
from storage.chats import DUTY, Chat
from storage.db import Database
from storage.migrate import upgrade
from storage.tx import Tx
from tests.support.databases import url_of
from tests.support.doing import play
from tests.support.talk import PATIENCE_SECONDS, Cast, Player, Stage, Talk

DISTRICT = Path(__file__).parents[2] / "districts" / "huiji"
ROLES = {
    "巡查员": Role.PATROL,
    "网格长": Role.GRID_LEAD,
    "镇办人员": Role.TOWN_STAFF,
    "镇办领导": Role.TOWN_LEADER,
    "局委": Role.BUREAU_STAFF,
    "督导组": Role.INSPECTOR,
    "攻坚办": Role.OFFICE,
}
MORNING = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)  # 09:40 in Zhengzhou, a Monday
ZONE = ZoneInfo("Asia/Shanghai")
FIRST_PERSON, FIRST_GROUP = 1001, -1001


class Watch:
    """A clock that begins on a Monday morning, runs, and can be moved on."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._began = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        ran = timedelta(seconds=asyncio.get_running_loop().time() - self._began)
        return MORNING + ran + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


class Bot:
    """The real bot in this process, on a database file; it can be ended and started again."""

    def __init__(self, sandbox: Running, folder: Path, district: Path, watch: Watch) -> None:
        self.settings = Settings(
            _env_file=None,
            telegram_token=DEFAULT_TOKEN,
            telegram_api_url=sandbox.url,
            database_url=url_of(folder),
            photo_store=f"file://{folder}/photos",
            district=district,
            http_port=0,
            sends_per_second=0,  # like a Bot API server of one's own: nobody waits for the pace of Telegram
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


def hasty_district(folder: Path) -> Path:
    """The real district, but an album settles in one second instead of two."""
    copy = folder / "huiji"
    shutil.copytree(DISTRICT, copy)
    numbers = copy / "district.toml"
    slow = numbers.read_text("utf-8")
    hasty = slow.replace("album_settle_seconds = 2", "album_settle_seconds = 1")
    assert hasty != slow
    numbers.write_text(hasty, "utf-8")
    return copy


async def perform(talk: Talk, sandbox: Running, folder: Path, patience: float = PATIENCE_SECONDS) -> None:
    """Play one talk from an empty stage; raises TalkFailed."""
    watch = Watch()
    bot = Bot(sandbox, folder, hasty_district(folder), watch)
    async with Client(sandbox.url) as client:
        await client.advance((MORNING - SystemClock().now()).total_seconds())

        async def advance(seconds: float) -> None:
            watch.advance(seconds)
            await client.advance(seconds)

        cast, facts = await set_up(talk, client, bot)
        stage = Stage(
            client, cast, bot.restart, advance, lambda: watch.now().astimezone(ZONE), facts, patience
        )
        await bot.begin()
        try:
            await play(talk, stage)
        finally:
            await bot.end()


async def set_up(talk: Talk, client: Client, bot: Bot) -> tuple[Cast, dict[str, str]]:
    """The people and groups of a talk, as members and bound groups, and the invitations of who still has to join."""
    cast = Cast(
        {player.name: FIRST_PERSON + at for at, player in enumerate(talk.people)},
        {room.name: FIRST_GROUP - at for at, room in enumerate(talk.groups)},
    )
    facts = {"today": f"{MORNING:%Y%m%d}"} | await _fill(talk, cast, bot.settings)
    for player in talk.people:
        is_new = player.role in {"待加入", "外人"}
        person = cast.people[player.name]
        await client.person(player.name, person, started=not is_new, language_code=player.language)
    for room in talk.groups:
        members = [cast.people[member] for member in room.members]
        await client.group(room.name, members, id=cast.groups[room.name], type=room.kind)
    return cast, facts


async def _fill(talk: Talk, cast: Cast, settings: Settings) -> dict[str, str]:
    district = load_district(settings.district)
    await asyncio.to_thread(upgrade, settings.database_url)
    db = Database(settings.database_url)
    await db.start()

    async def job(tx: Tx) -> dict[str, str]:
        sites.save(tx, read_sites(settings.district / "sites.csv", district))
        codes = [await _enter(tx, district, player, cast.people[player.name]) for player in talk.people]
        for room in talk.groups:
            if room.town:
                chat = Chat(cast.groups[room.name], room.kind, room.name, None, None, "member")
                place = DUTY if room.town == "值班" else _code(district, room.town) or DISTRICT_ROOM
                chats.bind(tx, chat, place, by=FIRST_PERSON, at=MORNING, thread_id=None)
        return {f"code:{player.name}": code for player, code in zip(talk.people, codes, strict=True) if code}

    invitations = await db.write(job)
    await db.stop()
    return invitations


async def _enter(tx: Tx, district: District, player: Player, person_id: int) -> str | None:
    """A member, or the code of somebody who has an invitation only."""
    town = _code(district, player.town)
    if player.role == "待加入":
        return make_invitation(tx, MORNING, Post(Role.PATROL, town))[0]
    if player.role in ROLES:
        role = ROLES[player.role]
        unit = next((one.code for one in district.bureaus if one.name == player.town), None)
        post = Post(role, town, unit if role is Role.BUREAU_STAFF else None)
        await people.join(tx, Person(person_id, player.name, player.language[:2], post, MORNING), None)
    return None


def _code(district: District, town: str) -> str | None:
    return next((one.code for one in district.towns if one.name == town), None)
