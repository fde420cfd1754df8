"""The intake: whatever arrives is kept exactly once, in the lane of its chat, before anybody is told."""

import sqlite3
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from bot.intake import NO_LANE, Intake, lane_of
from storage.errors import StorageDown
from storage.schema import inbox
from tests.support.databases import rows
from tests.support.desk import GROUP, ZHANG
from tests.support.post import BOT_ID, HandClock, message, mill, photo, press

CALLER = {"id": 8, "is_bot": False, "first_name": "张三"}


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (message(1, text="x"), ZHANG),
        (message(1, chat=GROUP, text="x"), GROUP),
        (message(1, kind="edited_message", text="x"), ZHANG),
        (press(1, "x"), ZHANG),
        (press(1, "x", chat=GROUP), GROUP),
        ({"update_id": 1, "callback_query": {"id": "q", "from": CALLER}}, 8),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": GROUP}, "from": CALLER}}, GROUP),
        ({"update_id": 1, "poll": {"id": "x"}}, NO_LANE),
        ({"update_id": 1, "message": {"chat": {"id": "x"}}}, NO_LANE),
        ({"update_id": 1, "message": {"chat": {"id": 2**80}}}, NO_LANE),
        ({"update_id": 1, "message": [1]}, NO_LANE),
    ],
)
def test_the_lane_is_the_chat_else_the_sender(update: dict[str, Any], lane: int) -> None:
    assert lane_of(update) == lane


async def test_what_is_kept_is_what_came_byte_for_byte(tmp_path: Path) -> None:
    body = b'{ "update_id" : 7,  "message": {"chat": {"id": 5}}, "\\u4e2d": "\xe4\xb8\xad" }'
    async with mill(tmp_path) as at:
        await at.take(body)
        rows = await at.rows(select(inbox.c.update_id, inbox.c.lane, inbox.c.body, inbox.c.state))
    assert [tuple(row) for row in rows] == [(7, 5, body, "pending")]


async def test_a_batch_with_known_and_unreadable_updates_keeps_the_others(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        await at.take(photo(1, "f"))
        await at.take(photo(1, "f"), b"{", b"{", photo(2, "g"))
        assert await at.states() == {"pending": 2, "quarantined": 1}


async def test_the_same_id_of_another_bot_is_another_update(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        other = Intake(at.db, HandClock(), BOT_ID + 1, lambda: None)
        await at.take(photo(1, "f"))
        await other.keep([orjson.dumps(photo(1, "f"))])
        assert await at.states() == {"pending": 2}


async def test_workers_are_told_after_the_commit_and_not_before(tmp_path: Path) -> None:
    seen: list[int] = []

    def arrived() -> None:
        seen.extend(number for (number,) in rows(tmp_path, "select count(*) from inbox"))

    async with mill(tmp_path) as at:
        await Intake(at.db, HandClock(), BOT_ID, arrived).keep([orjson.dumps(photo(1, "f"))])
    assert seen == [1]


@pytest.mark.sqlite
async def test_s04_while_the_database_is_locked_the_intake_refuses_and_tells_nobody(tmp_path: Path) -> None:
    told: list[int] = []
    async with mill(tmp_path) as at:
        intake = Intake(at.db, HandClock(), BOT_ID, lambda: told.append(1))
        other = sqlite3.connect(tmp_path / "lanxun.db", isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(StorageDown):
            await intake.keep([orjson.dumps(photo(1, "f"))])
        other.execute("rollback")
        other.close()
        assert (told, await at.states()) == ([], {})
        await intake.keep([orjson.dumps(photo(1, "f"))])
        assert (told, await at.states()) == ([1], {"pending": 1})
