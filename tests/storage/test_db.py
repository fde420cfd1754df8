"""The one writer: what is ready together is committed together, and only the guilty job fails."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.db import Database
from storage.errors import StorageDown, StorageError, StorageRefused
from storage.schema import facts
from storage.tx import Tx
from tests.support.databases import rows
from tests.support.desk import fresh_db


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as made:
        yield made


def adds(name: str, value: Any = "x") -> Any:
    async def job(tx: Tx) -> str:
        tx.insert(facts, {"name": name, "value": value})
        return name

    return job


async def names(db: Database) -> list[str]:
    async with db.read() as c:
        return list((await c.execute(select(facts.c.name).order_by(facts.c.name))).scalars())


async def test_a_write_returns_its_result_after_the_commit(db: Database, tmp_path: Path) -> None:
    assert await db.write(adds("a")) == "a"
    assert rows(tmp_path, "select name from facts") == [("a",)]


async def test_jobs_that_are_ready_together_share_a_transaction(db: Database) -> None:
    seen: list[object] = []

    async def job(tx: Tx) -> None:
        seen.append(tx)

    await asyncio.gather(*(db.write(job) for _ in range(5)))
    assert len({id(tx) for tx in seen}) == 1


async def test_a_job_that_raises_loses_its_own_writes_only(db: Database) -> None:
    async def falls(tx: Tx) -> None:
        await adds("lost")(tx)
        raise LookupError("of its own")

    results = await asyncio.gather(
        db.write(adds("a")), db.write(falls), db.write(adds("b")), return_exceptions=True
    )
    assert [type(one) for one in results] == [str, LookupError, str]
    assert await names(db) == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, StorageRefused),
        (object(), StorageError),
        pytest.param(2**80, OverflowError, marks=pytest.mark.sqlite),
    ],
)
async def test_a_value_that_is_refused_fails_its_own_job_and_the_writer_goes_on(
    db: Database, value: object, error: type[Exception]
) -> None:
    jobs = db.write(adds("a")), db.write(adds("wrong", value)), db.write(adds("b"))
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(results[1], error)
    assert await names(db) == ["a", "b"]
    assert await asyncio.wait_for(db.write(adds("c")), 2) == "c"


async def test_a_double_key_fails_the_second_and_not_the_first(db: Database) -> None:
    results = await asyncio.gather(db.write(adds("a")), db.write(adds("a")), return_exceptions=True)
    assert results[0] == "a"
    assert isinstance(results[1], StorageRefused)


async def test_a_caller_that_gave_up_does_not_stop_the_writer(db: Database) -> None:
    async def slow(tx: Tx) -> None:
        await asyncio.sleep(0.05)
        await adds("slow")(tx)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(db.write(slow), 0.01)
    assert await db.write(adds("next")) == "next"
    assert await names(db) == ["next", "slow"]


async def test_stopping_waits_for_what_was_asked_for(tmp_path: Path) -> None:
    async with fresh_db(tmp_path) as db:
        writes = [asyncio.create_task(db.write(adds(str(n)))) for n in range(20)]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    assert rows(tmp_path, "select count(*) from facts") == [(20,)]


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(StorageError):
        async with db.read() as c:
            await c.execute(facts.insert().values(name="a", value="x"))


@pytest.mark.sqlite
async def test_a_write_lock_held_elsewhere_is_waited_for_and_then_named_down(tmp_path: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/lanxun.db", busy_seconds=0.1)
    await db.start()
    await db.write(lambda tx: tx.c.run_sync(facts.metadata.create_all))
    other = sqlite3.connect(tmp_path / "lanxun.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StorageDown):
        await db.write(adds("a"))
    other.execute("rollback")
    other.close()
    assert await db.write(adds("b")) == "b"
    await db.stop()


@pytest.mark.sqlite
async def test_every_commit_is_synced_and_nothing_is_written_in_a_deferred_transaction(db: Database) -> None:
    async def pragmas(tx: Tx) -> tuple[Any, Any]:
        mode = await tx.c.exec_driver_sql("PRAGMA journal_mode")
        sync = await tx.c.exec_driver_sql("PRAGMA synchronous")
        return mode.scalar(), sync.scalar()

    assert await db.write(pragmas) == ("wal", 2)
