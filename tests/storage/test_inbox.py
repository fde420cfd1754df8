"""The inbox: known updates change nothing, lanes keep their order, and everything is accounted for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage import inbox, schema
from storage.db import Database
from storage.inbox import Arrived
from storage.tx import Tx
from tests.support.desk import NOW, fresh_db


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as made:
        yield made


async def keep(db: Database, *updates: tuple[int, int]) -> None:
    async def job(tx: Tx) -> None:
        inbox.keep(tx, [Arrived(1, update_id, lane, b"{}", NOW) for update_id, lane in updates])

    await db.write(job)


async def end(db: Database, update_id: int, state: str = "processed", reason: str | None = None) -> None:
    async def job(tx: Tx) -> None:
        (seq,) = (
            await tx.c.execute(select(schema.inbox.c.seq).where(schema.inbox.c.update_id == update_id))
        ).one()
        inbox.done(tx, seq, state, reason, NOW)

    await db.write(job)


async def heads(db: Database, most: int = 100) -> list[int]:
    return [one.update_id for one in await db.write(lambda tx: inbox.heads(tx, most))]


async def test_each_lane_shows_its_oldest_and_the_next_only_when_that_is_done(db: Database) -> None:
    await keep(db, (5, 1), (3, 1), (9, 2))
    assert await heads(db) == [5, 9]
    await end(db, 5)
    assert await heads(db) == [3, 9]


async def test_a_known_update_changes_nothing_even_when_it_is_done(db: Database) -> None:
    await keep(db, (5, 1))
    await end(db, 5)
    await keep(db, (5, 1), (5, 1))
    assert await heads(db) == []


async def test_no_more_heads_are_given_than_asked_for(db: Database) -> None:
    await keep(db, *((n, n) for n in range(10)))
    assert await heads(db, 3) == [0, 1, 2]


async def test_a_failed_update_stays_and_counts_its_tries(db: Database) -> None:
    await keep(db, (5, 1))
    for tries in range(3):
        (one,) = await db.write(lambda tx: inbox.heads(tx, 1))
        assert one.attempts == tries

        async def job(tx: Tx, seq: int = one.seq) -> None:
            inbox.failed(tx, seq)

        await db.write(job)


async def test_what_waits_and_what_was_set_apart_is_counted(db: Database) -> None:
    await keep(db, (1, 1), (2, 2), (3, 3))
    await end(db, 1)
    await end(db, 2, "quarantined", "strange")
    async with db.read() as c:
        assert await inbox.counts(c) == {"pending": 1, "quarantined": 1}
        assert await inbox.oldest_pending(c) == NOW
        assert list(await inbox.quarantined(c, NOW, timedelta(hours=1))) == [(2, "strange")]


async def test_what_cannot_be_read_is_set_apart_once(db: Database) -> None:
    async def job(tx: Tx) -> None:
        for _ in range(2):
            inbox.refuse(tx, Arrived(1, -7, 0, b"{", NOW), "not JSON")

    await db.write(job)
    assert await heads(db) == []
    async with db.read() as c:
        assert (await inbox.counts(c))["quarantined"] == 1


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=40))
def test_every_update_is_handled_once_and_in_the_order_of_its_lane(
    tmp_path_factory: pytest.TempPathFactory, arrivals: list[tuple[int, int]]
) -> None:
    lanes: dict[int, int] = {}
    for update_id, lane in arrivals:
        lanes.setdefault(update_id, lane)  # the first arrival is the one that counts

    async def handled() -> list[int]:
        async with fresh_db(tmp_path_factory.mktemp("inbox")) as db:
            order: list[int] = []
            for update in arrivals:
                await keep(db, update)
            while found := await heads(db, 2):
                order += found
                for update_id in found:
                    await end(db, update_id)
            return order

    order = asyncio.run(handled())
    assert sorted(order) == sorted(lanes)
    for lane in set(lanes.values()):
        assert [one for one in order if lanes[one] == lane] == [one for one in lanes if lanes[one] == lane]
