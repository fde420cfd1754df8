"""Migrations: up, down and up again, twice at once, and nothing half done."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.damage import damage
from storage.db import Database
from storage.errors import StorageDown, StorageRefused
from storage.migrate import differences, downgrade, exists, newest, revision, upgrade

pytestmark = pytest.mark.sqlite


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/deep/lanxun.db"


def tables(url: str) -> set[str]:
    with sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as c:
        return {name for (name,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def state(url: str) -> tuple[str | None, list[str]]:
    db = Database(url)
    async with db.read() as c:
        found = await revision(c), await differences(c)
    await db.stop()
    return found


def test_the_newest_revision_is_what_the_code_expects(url):
    assert not exists(url)
    upgrade(url)
    assert exists(url)
    assert asyncio.run(state(url)) == (newest(), [])


def test_a_column_that_only_the_database_has_is_seen(url):
    upgrade(url)
    with sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as c:
        c.execute("ALTER TABLE tickets ADD COLUMN odd TEXT")
    assert "odd" in asyncio.run(state(url))[1][0]


def test_up_down_and_up_again(url):
    upgrade(url)
    full = tables(url)
    downgrade(url, "base")
    assert tables(url) == {"alembic_version"}
    upgrade(url)
    assert tables(url) == full > {"tickets", "outbox"}


def test_a_second_time_nothing_happens_to_what_is_there(url):
    upgrade(url)
    with sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as c:
        c.execute("INSERT INTO facts VALUES ('button_key', 'kept')")
    upgrade(url)
    with sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as c:
        assert c.execute("SELECT value FROM facts").fetchall() == [("kept",)]


def test_s10_two_starters_at_once_both_find_it_done(url):
    start = [sys.executable, "-c", f"from storage.migrate import upgrade; upgrade({url!r})"]
    starters = [subprocess.Popen(start, cwd=Path(__file__).parents[2]) for _ in range(2)]
    assert [starter.wait(60) for starter in starters] == [0, 0]
    assert asyncio.run(state(url)) == (newest(), [])


def test_s10_a_migration_that_breaks_in_the_middle_leaves_nothing(url):
    path = Path(url.removeprefix("sqlite+aiosqlite:///"))
    path.parent.mkdir()
    with sqlite3.connect(path) as c:
        c.execute("CREATE TABLE tickets (number TEXT)")  # stands in the way of one of the last statements
    with pytest.raises(StorageDown):
        upgrade(url)
    assert tables(url) == {"tickets"}


def test_a_database_of_a_newer_program_is_refused_in_one_sentence(url):
    upgrade(url)
    with sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as c:
        c.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageRefused, match="9999"):
        upgrade(url)


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(url):
    path = Path(url.removeprefix("sqlite+aiosqlite:///"))
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StorageDown, match="not a database"):
        upgrade(url)
    assert path.read_bytes() == b"this is no database" * 100


async def test_s05_a_broken_page_is_found(url):
    await asyncio.to_thread(upgrade, url)
    path = Path(url.removeprefix("sqlite+aiosqlite:///"))
    db = Database(url)
    async with db.read() as c:
        assert await damage(c) is None
    await db.stop()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    async with db.read() as c:
        assert await damage(c)
    await db.stop()
