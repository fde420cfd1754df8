"""One running instance: the second waits and says for whom, and takes over when the first is gone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from storage.db import Database
from storage.instance import Instance, LeaseLost
from storage.schema import instances
from tests.support.desk import fresh_db


@dataclass
class HandClock:
    at: datetime = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def instance(
    db: Database, clock: HandClock, owner: str, *, gone: str = "", renew_seconds: float = 4
) -> Instance:
    return Instance(db, clock.now, owner, gone.__eq__, renew_seconds=renew_seconds)


async def fence(db: Database) -> int:
    async with db.read() as c:
        return (await c.execute(select(instances.c.fence))).scalar_one()


def acquiring(one: Instance, stop: asyncio.Event | None = None) -> asyncio.Task[None]:
    return asyncio.create_task(one.acquire(stop or asyncio.Event()))


async def test_a_second_instance_waits_and_says_once_who_holds_it(db, clock):
    await acquiring(instance(db, clock, "one:1"))
    with structlog.testing.capture_logs() as logs:
        waiting = acquiring(instance(db, clock, "two:2"))
        done, _ = await asyncio.wait({waiting}, timeout=1.5)
    waiting.cancel()
    assert not done
    assert [line["holder"] for line in logs] == ["one:1"]


@pytest.mark.sqlite  # time cannot be moved on for a server
async def test_it_takes_over_within_thirty_seconds_of_a_death_with_a_new_fence(db, clock):
    await acquiring(instance(db, clock, "one:1"))
    assert await fence(db) == 1
    clock.at += timedelta(seconds=29)
    await asyncio.wait_for(acquiring(instance(db, clock, "two:2")), 3)
    assert await fence(db) == 2


async def test_one_that_was_killed_on_the_same_host_is_not_waited_for(db, clock):
    await acquiring(instance(db, clock, "one:1"))
    await asyncio.wait_for(acquiring(instance(db, clock, "two:2", gone="one:1")), 1)
    assert await fence(db) == 2


async def test_after_a_release_the_next_is_let_in_at_once(db, clock):
    first = instance(db, clock, "one:1")
    await acquiring(first)
    await first.release()
    await asyncio.wait_for(acquiring(instance(db, clock, "two:2")), 3)
    assert await fence(db) >= 1


async def test_releasing_what_another_holds_changes_nothing(db, clock):
    await acquiring(instance(db, clock, "one:1"))
    await instance(db, clock, "two:2").release()
    assert await fence(db) == 1


async def test_who_waits_can_be_stopped(db, clock):
    await acquiring(instance(db, clock, "one:1"))
    stop = asyncio.Event()
    stop.set()
    await asyncio.wait_for(acquiring(instance(db, clock, "two:2"), stop), 1)
    assert await fence(db) == 1


@pytest.mark.sqlite  # time cannot be moved on for a server
async def test_one_that_slept_too_long_learns_that_another_took_over(db, clock):
    first = instance(db, clock, "one:1", renew_seconds=0.01)
    await acquiring(first)
    clock.at += timedelta(minutes=5)
    await acquiring(instance(db, clock, "two:2"))
    with pytest.raises(LeaseLost, match="two:2"):
        await asyncio.wait_for(first.keep(), 3)


@pytest.mark.sqlite  # time cannot be moved on for a server
async def test_a_renewed_lease_lives_on(db, clock):
    first = instance(db, clock, "one:1", renew_seconds=0.01)
    await acquiring(first)
    clock.at += timedelta(seconds=14)
    keeping = asyncio.create_task(first.keep())
    await asyncio.sleep(0.2)
    clock.at += timedelta(seconds=14)
    waiting = acquiring(instance(db, clock, "two:2"))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    keeping.cancel()
    waiting.cancel()
    assert not done
    assert await fence(db) == 1


async def test_p06_what_a_paused_process_writes_after_it_was_replaced_is_refused(db, clock):
    first = instance(db, clock, "one:1")
    await acquiring(first)
    await db.write(first.check)
    await acquiring(instance(db, clock, "two:2", gone="one:1"))
    with pytest.raises(LeaseLost, match="two:2"):
        await db.write(first.check)


async def test_p06_nobody_sends_by_a_lease_that_was_not_renewed_in_time(db, clock, monkeypatch):
    first = instance(db, clock, "one:1")
    assert not first.is_fresh
    await acquiring(first)
    assert first.is_fresh
    loop = asyncio.get_running_loop()
    later = loop.time() + 15
    monkeypatch.setattr(loop, "time", lambda: later)
    assert not first.is_fresh
