"""The disk is full, read-only or gone under the database: nothing is acknowledged that is not kept, and it goes on."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.intake import Intake
from storage.db import Database
from storage.errors import StorageDown
from storage.inbox import _HEADS
from storage.schema import metadata
from storage.types import UtcTime
from tests.support.desk import NOW
from tests.support.post import BOT_ID, HandClock, Json, Mill, message, mill

LONG = "长" * 4000


def pages(db: Database, most: int) -> Any:
    async def job(tx: Any) -> int:
        return int((await tx.c.execute(text(f"PRAGMA max_page_count = {most}"))).scalar_one())

    return db.write(job)


async def _until_refused(at: Mill, updates: list[Json]) -> int:
    for kept, update in enumerate(updates):
        try:
            await at.take(update)
        except StorageDown as error:
            assert "full" in str(error)  # noqa: PT017 - how many were taken before is what is asked
            return kept
    return len(updates)


@pytest.mark.sqlite
async def test_s01_on_a_full_disk_nothing_is_acknowledged_and_afterwards_all_is_taken(tmp_path: Path) -> None:
    updates: list[Json] = [message(n, text=LONG) for n in range(1, 60)]
    async with mill(tmp_path) as at:
        used = await pages(at.db, 1)  # as few as there are
        await pages(at.db, used + 20)
        kept = await _until_refused(at, updates)
        assert 0 < kept < len(updates)
        assert (await at.states())["pending"] == kept
        await pages(at.db, 1_000_000)
        await at.take(*updates)
        await at.work()
        assert sum((await at.states()).values()) == len(updates)
        assert (await at.rows(text("PRAGMA integrity_check")))[0][0] == "ok"


@pytest.mark.sqlite
async def test_s03_a_file_that_may_only_be_read_is_a_passing_fault_and_still_read(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        await at.take(message(1, text="/help"))
    db = Database(f"sqlite+aiosqlite:///file:{tmp_path}/lanxun.db?mode=ro&uri=true")
    await db.start()
    with pytest.raises(StorageDown, match="readonly"):
        await Intake(db, HandClock(), BOT_ID, lambda: None).keep([b'{"update_id":2}'])
    async with db.read() as c:
        assert (await c.execute(text("select count(*) from inbox"))).scalar_one() == 1
    await db.stop()


@pytest.mark.sqlite
async def test_s18_the_next_updates_are_found_by_an_index_however_many_are_done(tmp_path: Path) -> None:
    async with mill(tmp_path) as at, at.db.read() as c:
        asked = _HEADS.limit(9).compile(c.sync_engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in await c.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert any("ix_inbox_state_lane_seq" in line for line in plan)
    assert not [line for line in plan if line.startswith("SCAN inbox") and "INDEX" not in line]


async def test_t38_a_hundred_updates_of_half_a_megabyte_are_all_kept(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        await at.take(*(message(n, text="x" * 500_000) for n in range(1, 101)))
        assert await at.states() == {"pending": 100}
        await at.work()
        assert (await at.states()).get("pending", 0) == 0


def test_p12_a_time_without_a_zone_is_refused_by_every_column() -> None:
    with pytest.raises(ValueError, match="naive"):
        UtcTime().process_bind_param(NOW.replace(tzinfo=None), metadata)  # type: ignore[arg-type]
    times = [one for table in metadata.tables.values() for one in table.columns if one.name.endswith("_at")]
    assert len(times) > 20
    assert {type(one.type) for one in times} == {UtcTime}


def test_s09_the_test_command_runs_on_both_databases() -> None:
    recipe = Path("Makefile").read_text("utf-8").split("\ntest:")[1].split("\n\n")[0]
    assert recipe.count("pytest") == 2
    assert "--postgres" in recipe
