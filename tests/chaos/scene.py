"""Where a run takes place: a district in a hurry, its members and groups, and the settings of its bot."""

import asyncio
import re
import shutil
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.district_files import load_district
from domain.people import Person, Post, Role
from storage import chats, people
from storage.chats import Chat
from storage.db import Database
from storage.migrate import upgrade
from storage.tx import Tx
from tests.chaos.telegram import SECRET, TOKEN
from tests.support.databases import url_of

DISTRICT = Path("districts/huiji")
FIRST_REPORTER, MOST_PEOPLE = 1001, 200
SINCE = datetime(2025, 1, 1, tzinfo=UTC)  # everybody has been here for long
FIRST_STAFF, FIRST_GROUP = 3001, -2001
BUREAUS = ("housing", "urban_management", "environment")
ACCEPT_MINUTES, FIX_MINUTES = 2, 5
DEADLINES = """
[daily]
at = "00:10"
levels = ["office"]
[assign]
within = "2m"
calendar = "duty"
at = ["office"]
after = [{ wait = "2m", levels = ["office"] }]
[accept]
before = ["1m"]
at = ["owner"]
after = [
    { wait = "1m", levels = ["owner", "leader"] },
    { wait = "2m", levels = ["bureau"] },
    { wait = "3m", levels = ["office"] },
]
[fix]
before = ["2m", "1m"]
at = ["owner", "leader"]
after = [
    { wait = "1m", levels = ["owner", "leader"] },
    { wait = "2m", levels = ["owner", "bureau"] },
    { wait = "4m", levels = ["owner", "leader", "office"] },
]
[review]
within = "3m"
calendar = "duty"
before = ["1m"]
at = ["owner", "office"]
after = [{ wait = "2m", levels = ["owner", "office"] }]
[extension]
most_days = 7
[digest]
single_messages = 3
[relapse]
percent = 50
[stricter.orange]
percent = 75
[urgent]
sources = ["night", "leader"]
control_levels = ["orange"]
"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the staff; ``group`` is the chat of their town, where it has one."""

    id: int
    post: Post
    group: int | None = None

    @property
    def is_deaf(self) -> bool:
        """Whether Telegram refuses what is sent to them: every second town's leader."""
        return self.post.role is Role.TOWN_LEADER and self.group is None


def hasty_district(folder: Path) -> Path:
    """The real district with limits of minutes: deadlines come, and are missed, while people work."""
    copy = folder / "huiji"
    shutil.copytree(DISTRICT, copy)
    (copy / "deadlines.toml").write_text(DEADLINES, "utf-8")
    _rewrite(
        copy / "after.toml",
        (r"(\[look_back\][^\[]*)days = \[[^\]]*\](.*\n)at = \"09:00\"", r'\1days = [1]\2at = "00:01"'),
        (r'(\[orders\][^"]*at = )"09:00"', r'\1"00:02"'),
    )
    _rewrite(
        copy / "categories.toml",
        (r"accept_minutes = \d+", f"accept_minutes = {ACCEPT_MINUTES}"),
        (r"fix_minutes = \d+", f"fix_minutes = {FIX_MINUTES}"),
        (r'calendar = "\w+"', 'calendar = "duty"'),
    )
    _rewrite(
        copy / "district.toml",
        (r'(\[quiet\][^\n]*\n)from = "22:00"\nuntil = "07:00"', r'\1from = "04:00"\nuntil = "05:00"'),
        (r'(\[push.morning_digest\]\n)at = "07:30"', r'\1at = "00:03"'),
        (r'(\[push.evening_list\]\n)at = "19:30"', r'\1at = "23:59"'),
    )
    return copy


def _rewrite(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in changes:
        text, times = re.subn(old, new, text)
        if not times:
            raise ValueError(f"{file.name} has nothing like {old}")
    file.write_text(text, "utf-8")


def staff() -> list[Member]:
    """Everybody who works on tickets: four in each town, some bureaus, inspectors and the office."""
    posts: list[tuple[Post, int | None]] = []
    for n, town in enumerate(load_district(DISTRICT).towns):
        group = FIRST_GROUP - n // 2 if n % 2 == 0 else None
        posts += [
            (Post(role, town.code), group)
            for role in (Role.TOWN_STAFF, Role.GRID_LEAD, Role.TOWN_LEADER, Role.PATROL)
        ]
    posts += [(Post(Role.BUREAU_STAFF, None, code), None) for code in BUREAUS]
    posts += [(Post(role), None) for role in (Role.INSPECTOR, Role.OFFICE) for _ in range(2)]
    return [Member(FIRST_STAFF + n, post, group) for n, (post, group) in enumerate(posts)]


async def prepare(folder: Path) -> None:
    """A database with members who may report, the staff, and a group for every second town."""
    url = database(folder)
    towns = [town.code for town in load_district(DISTRICT).towns]
    await asyncio.to_thread(upgrade, url)
    db = Database(url)
    await db.start()

    async def job(tx: Tx) -> None:
        for id_ in range(FIRST_REPORTER, FIRST_REPORTER + MOST_PEOPLE):
            # without a town: nobody who is in the midst of a report is asked to look back at another
            await people.join(tx, Person(id_, "张三", "zh", Post(Role.PATROL), SINCE), None)
        for one in staff():
            await people.join(tx, Person(one.id, f"李四{one.id}", "zh", one.post, SINCE), None)
        for n, town in enumerate(towns[::2]):
            chat = Chat(FIRST_GROUP - n, "supergroup", "示例群", None, None, "member")
            chats.bind(tx, chat, town, by=FIRST_REPORTER, at=SINCE, thread_id=None)

    await db.write(job)
    await db.stop()


def settings_of(folder: Path, *, webhook: bool = False) -> dict[str, Any]:
    """Without limits of rate: the Telegram is ours."""
    hook = {"intake": "webhook", "webhook_url": "https://telegram.invalid/", "webhook_secret": SECRET}
    return {
        "telegram_token": TOKEN,
        "database_url": database(folder),
        "photo_store": f"file://{folder}/photos",
        "district": str(DISTRICT),
        "http_port": _free_port() if webhook else 0,
        "sends_per_second": 0,
        **(hook if webhook else {}),
    }


def database(folder: Path) -> str:
    return url_of(folder)


def _free_port() -> int:
    """A port that stays the same from life to life: Telegram knows it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
