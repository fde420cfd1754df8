"""Drives handlers as the worker does: a real database, the real district, and what was owed at the end."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.district_files import load_district
from domain.geo import Fence
from domain.guess import Guesser
from domain.message import Button, Message
from domain.name_spans import Towns
from domain.name_text import Named, read_lexicon
from domain.people import Person, Post, Role
from domain.sites import SiteBook
from handlers.desk import Desk, Office
from handlers.said import ChatKind, Command, Content, Press, Said, Speaker
from storage import busy, chats, drafts, people
from storage.db import Database
from storage.push_json import answer_of, message_of
from storage.schema import metadata, outbox
from storage.tx import Tx
from tests.support.databases import url_of

FOLDER = Path(__file__).parents[2] / "districts" / "huiji"
NOW = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)  # 09:40 in Zhengzhou
ZHANG, LI, WANG, OFFICER, STRANGER = 1001, 1002, 1003, 1004, 1099
GROUP = -4001
TOWN, OTHER_TOWN = "410108100", "410108003"

Handler = Callable[..., Awaitable[None]]
Presses = Mapping[str, Callable[[Desk, tuple[str, ...]], Awaitable[None]]]
_update_ids = count(1)


@cache
def office() -> Office:
    """The office of the real district, without sites."""
    district = load_district(FOLDER)
    lexicon = read_lexicon((FOLDER / "names.toml").read_text("utf-8"))
    towns = [Named(town.code, town.name, (*town.aliases, *town.former_names)) for town in district.towns]
    ids = count(1)
    book = SiteBook([], lexicon)
    return Office(
        district=district,
        fence=Fence(district.cells, district.basics.border_margin_m),
        towns=Towns(towns, lexicon),
        categories=Guesser(district.categories, lexicon),
        sites=lambda: book,
        button_key=b"k" * 32,
        bot_name="lanxun_bot",
        new_id=lambda: f"id{next(ids)}",
    )


@asynccontextmanager
async def fresh_db(folder: Path) -> AsyncIterator[Database]:
    """An empty database with every table."""
    db = Database(url_of(folder))
    await db.start()
    async with db.writer.begin() as c:
        await c.run_sync(metadata.create_all)
    yield db
    await db.stop()


def say(content: Content, person_id: int = ZHANG, **more: Any) -> Said:
    """Something said in private; ``chat_id=GROUP`` makes it a group's."""
    chat_id = more.pop("chat_id", person_id)
    plain = Said(
        update_id=next(_update_ids),
        chat_id=chat_id,
        chat_kind=ChatKind.PRIVATE if chat_id > 0 else ChatKind.GROUP,
        chat_title="示例群" if chat_id < 0 else "张三",
        person_id=person_id,
        person_name="张三",
        language="zh",
        speaker=Speaker.PERSON,
        at=NOW,
        message_id=next(_update_ids),
        content=content,
    )
    return replace(plain, **more)


def command(name: str, argument: str = "", person_id: int = ZHANG, **more: Any) -> Said:
    return say(Command(name, argument), person_id, **more)


@dataclass(frozen=True, slots=True)
class Owed:
    """One row of the outbox."""

    key: str
    act: str
    push_class: str
    chat_id: int
    state: str
    message: Message | None = None
    note: str | None = None
    subject: str | None = field(default=None)

    @property
    def text(self) -> str:
        return self.message.text if self.message else ""

    @property
    def buttons(self) -> dict[str, Button]:
        rows = self.message.buttons if self.message else ()
        return {button.label: button for row in rows for button in row}


async def make_desk(tx: Tx, said: Said, *, at: Office | None = None, now: datetime = NOW) -> Desk:
    """A desk with what the worker would have loaded for it."""
    members = await people.of(tx.c, [said.person_id])
    rooms = await chats.of(tx.c, [said.chat_id])
    reports = await drafts.open_of(tx.c, [(said.chat_id, said.person_id)])
    return Desk(
        tx=tx,
        now=now,
        office=at or office(),
        said=said,
        person=members.get(said.person_id),
        chat=rooms.get(said.chat_id),
        drafts=reports.get((said.chat_id, said.person_id), []),
        busy=(await busy.of(tx.c, [said.person_id], now)).get(said.person_id, frozenset()),
    )


async def handle(
    db: Database, handler: Handler, said: Said, *args: object, at: Office | None = None, now: datetime = NOW
) -> list[Owed]:
    """Let ``handler(desk, *args)`` deal with what was said, and give what it owed, in order."""
    before = {row.key for row in await owed(db)}

    async def job(tx: Tx) -> None:
        await handler(await make_desk(tx, said, at=at, now=now), *args)

    await db.write(job)
    return [row for row in await owed(db) if row.key not in before]


async def press(
    db: Database, presses: Presses, token: str | None, person_id: int = ZHANG, **more: Any
) -> list[Owed]:
    """Press a button of ours."""
    at, now = more.pop("at", None), more.pop("now", NOW)
    said = say(Press(f"q{next(_update_ids)}", token or "", 7), person_id, **more)
    pressed = (at or office()).sealer(said.chat_id).open(token or "")
    assert pressed is not None, "a button that is not ours"
    return await handle(db, presses[pressed.verb], said, pressed.args, at=at, now=now)


async def owed(db: Database) -> list[Owed]:
    """Everything in the outbox."""
    async with db.read() as c:
        rows = (await c.execute(select(outbox).order_by(outbox.c.seq))).mappings().all()
    return [_owed(row) for row in rows]


async def enrol(db: Database, person_id: int, post: Post, name: str = "张三", language: str = "zh") -> Person:
    """Make somebody a member."""

    async def job(tx: Tx) -> Person:
        return await people.join(tx, Person(person_id, name, language, post, NOW), None)

    return await db.write(job)


OFFICE_POST = Post(Role.OFFICE)
PATROL_POST = Post(Role.PATROL, TOWN)


def _owed(row: Mapping[Any, Any]) -> Owed:
    answer = answer_of(row["payload"])
    return Owed(
        row["key"],
        row["act"],
        row["class"],
        row["chat_id"],
        row["state"],
        message_of(row["payload"]),
        answer.text if answer else None,
        row["subject"],
    )
