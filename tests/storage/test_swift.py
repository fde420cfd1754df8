"""The writer's connection: waiting for another process or for the disk never stops the loop."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import text

from storage.db import Database
from storage.errors import StorageDown

pytestmark = pytest.mark.sqlite


@pytest.fixture
async def db(tmp_path):
    opened = Database(f"sqlite+aiosqlite:///{tmp_path}/swift.db", busy_seconds=0.3)
    await opened.start()
    yield opened
    await opened.stop()


async def test_the_loop_goes_on_while_another_process_holds_the_lock(db, tmp_path):
    await db.write(lambda tx: tx.c.execute(text("CREATE TABLE t (n)")))
    other = sqlite3.connect(tmp_path / "swift.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(db.write(lambda tx: tx.c.execute(text("INSERT INTO t VALUES (1)"))))
    ticks = 0
    while not writing.done():
        await asyncio.sleep(0.01)
        ticks += 1
    other.close()
    with pytest.raises(StorageDown):
        await writing
    assert ticks > 10


async def test_statements_inside_a_transaction_run_at_once(db):
    threads: list[int] = []

    async def job(tx):
        raw = (await tx.c.get_raw_connection()).driver_connection
        await raw.create_function("whereabouts", 0, lambda: threads.append(threading.get_ident()) or 1)
        await tx.c.execute(text("SELECT whereabouts()"))

    await db.write(job)
    assert threads == [threading.get_ident()]


async def test_a_failed_transaction_leaves_the_connection_good(db):
    with pytest.raises(StorageDown):
        await db.write(lambda tx: tx.c.execute(text("SELECT * FROM nowhere")))
    assert await db.write(lambda tx: tx.c.scalar(text("SELECT 7"))) == 7
