"""Updates as Telegram sends them, and the bot's own way from the intake to the rows, without a network."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.incoming import Reader
from bot.intake import Intake
from bot.worker import Worker
from handlers.desk import Office
from handlers.router import route
from storage import schema
from storage.db import Database
from storage.schema import metadata
from tests.support.databases import url_of
from tests.support.desk import NOW, PATROL_POST, ZHANG, enrol, office

BOT_ID = 100001
BOT_NAME = "lanxun_bot"
SPOT = (34.9004, 113.6702)
Json = dict[str, Any]


@dataclass(slots=True)
class HandClock:
    """A clock that is moved by hand."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def later(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def message(
    update_id: int, *, person: int = ZHANG, chat: int | None = None, at: datetime = NOW, **content: Any
) -> Json:
    """One message; its id is the update's."""
    kind = content.pop("kind", "message")
    where = chat if chat is not None else person
    of = {"id": where, "type": "private" if where > 0 else "supergroup", "title": "示例群"}
    plain = {
        "message_id": content.pop("message_id", update_id),
        "date": int(at.timestamp()),
        "chat": of,
        "from": _user(person),
    }
    return {"update_id": update_id, kind: plain | content}


def photo(update_id: int, name: str, *, album: str | None = None, **more: Any) -> Json:
    size = {"file_id": name, "file_unique_id": name, "width": 640, "height": 480, "file_size": 900}
    return message(update_id, photo=[size], **({"media_group_id": album} if album else {}), **more)


def pin(update_id: int, lat: float = SPOT[0], lng: float = SPOT[1], **more: Any) -> Json:
    return message(update_id, location={"latitude": lat, "longitude": lng}, **more)


def press(
    update_id: int,
    data: str,
    *,
    person: int = ZHANG,
    chat: int | None = None,
    under: int = 7,
    query: str | None = None,
) -> Json:
    where = chat if chat is not None else person
    of = {"id": where, "type": "private" if where > 0 else "supergroup", "title": "示例群"}
    card = {"message_id": under, "date": int(NOW.timestamp()), "chat": of}
    made = {
        "id": query or f"q{update_id}",
        "from": _user(person),
        "chat_instance": "1",
        "data": data,
        "message": card,
    }
    return {"update_id": update_id, "callback_query": made}


def _user(person: int) -> Json:
    return {"id": person, "is_bot": False, "first_name": "张三", "language_code": "zh"}


@dataclass(slots=True)
class Mill:
    """The bot between the intake and the rows. ``take`` keeps updates, ``work`` deals with everything that waits."""

    db: Database
    clock: HandClock
    intake: Intake
    worker: Callable[[], Worker]

    async def take(self, *updates: Json | bytes) -> None:
        await self.intake.keep(
            [one if isinstance(one, bytes) else json.dumps(one).encode() for one in updates]
        )

    async def work(self) -> None:
        """Let a worker deal with everything that waits, then end it; raises what the worker falls over."""
        worker = self.worker()
        running = asyncio.create_task(worker.run())
        while await self.pending() and not running.done():
            await asyncio.sleep(0.001)
        worker.stop()
        await running

    async def pending(self) -> int:
        return (await self.states()).get("pending", 0)

    async def states(self) -> dict[str, int]:
        found = await self.rows(select(schema.inbox.c.state, func.count()).group_by(schema.inbox.c.state))
        return {row[0]: row[1] for row in found}

    async def rows(self, query: Any) -> list[Any]:
        async with self.db.read() as c:
            return list(await c.execute(query))

    async def owed(self) -> list[str]:
        """The keys of what was owed in answer, leaving aside what was replaced while it waited."""
        left = select(schema.outbox.c.key).where(schema.outbox.c.state != "cancelled")
        return [row[0] for row in await self.rows(left.order_by(schema.outbox.c.key))]

    async def button(self, verb: str, person: int = ZHANG) -> str:
        """The newest button with this verb that was shown to somebody."""
        shown = select(schema.outbox.c.payload).where(schema.outbox.c.chat_id == person)
        for (payload,) in await self.rows(shown.order_by(schema.outbox.c.seq.desc())):
            for line in payload.get("message", {}).get("buttons", []):
                for one in line:
                    if (one["token"] or "").startswith(verb + "."):
                        return str(one["token"])
        raise AssertionError(f"no button {verb}")


@asynccontextmanager
async def mill(
    folder: Path,
    *,
    clock: HandClock | None = None,
    at: Office | None = None,
    routed: Any = route,
    fresh: bool = True,
) -> AsyncIterator[Mill]:
    """A new process on the database of ``folder``; ``fresh`` makes its tables and its first member."""
    clock = clock or HandClock()
    db = Database(url_of(folder), busy_seconds=0.2)
    await db.start()
    if fresh:
        async with db.writer.begin() as c:
            await c.run_sync(metadata.create_all)
        await enrol(db, ZHANG, PATROL_POST)
    office_ = at or replace(office(), new_id=lambda: f"{random.randrange(1 << 40):010x}")
    reader = Reader(BOT_ID, BOT_NAME)
    worker = partial(
        Worker, db=db, clock=clock, reader=reader, office=office_, route=routed, worked=lambda: None
    )
    try:
        with capture_logs():  # drawing tracebacks costs seconds
            yield Mill(db, clock, Intake(db, clock, BOT_ID, lambda: None), worker)
    finally:
        await db.stop()
