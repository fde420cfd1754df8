"""Air data: what is kept of what somebody brought, in every version."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.air_editions import PM25
from domain.air_file import AirFile, Stand
from domain.period import read_period
from storage import air, rankings
from storage.errors import TakenAlready
from storage.rankings import Published
from storage.schema import air_readings
from tests.support.air import TOWNS, reading
from tests.support.desk import NOW, fresh_db

DAY = date(2026, 11, 22)
ONE, OTHER = "1" * 64, "2" * 64


@pytest.fixture
async def db(tmp_path):
    async with fresh_db(tmp_path) as made:
        yield made


def file(sha256=ONE, name="空气.csv", rows=1):
    return AirFile(sha256, name, 7, NOW, rows)


def town(pm25, day=DAY, **more):
    return reading("town", TOWNS[0], day, pm25=pm25, **more)


async def take(db, *readings, sha256=ONE, name="空气.csv"):
    await db.write(lambda tx: air.take(tx, file(sha256, name), readings))


async def kept(db, first=DAY, last=DAY):
    async with db.read() as c:
        return await air.of_days(c, first, last)


async def test_what_was_taken_is_read_again_as_it_was_brought(db):
    hour = reading("station", "a1", DAY, 24, pm25="70.5", never=(), is_held=True)
    await take(db, town(31, never={PM25}), hour)
    assert sorted(await kept(db), key=str) == sorted([town(31, never={PM25}), hour], key=str)
    assert await kept(db, DAY + timedelta(days=1), DAY + timedelta(days=9)) == []


async def test_a_correction_is_the_next_version_and_the_first_one_stays(db):
    await take(db, town(31))
    await take(db, town(35), sha256=OTHER)
    assert await kept(db) == [town(35)]
    async with db.read() as c:
        rows = (await c.execute(select(air_readings).order_by(air_readings.c.version))).all()
    assert [(row.version, row.vals, row.newest, row.file) for row in rows] == [
        (1, {"pm25": 31000}, False, ONE),
        (2, {"pm25": 35000}, True, OTHER),
    ]


async def test_the_same_values_brought_again_make_no_version(db):
    await take(db, town(31))
    await take(db, town(31), sha256=OTHER)
    async with db.read() as c:
        assert len((await c.execute(select(air_readings))).all()) == 1


async def test_two_files_taken_at_once_are_taken_one_after_the_other(db):
    async def both(tx):
        await air.take(tx, file(), [town(31)])
        await air.take(tx, file(OTHER), [town(35)])

    with pytest.raises(TakenAlready):
        await db.write(both)


async def test_a_file_waits_until_a_second_person_has_confirmed_it(db):
    await take(db, town(31))

    async def wait(tx):
        air.wait(tx, file(OTHER), [town(35)])

    await db.write(wait)
    assert await kept(db) == [town(31)]
    async with db.read() as c:
        assert [one.sha256 for one in await air.waiting(c)] == [OTHER]
        assert await air.waiting_rows(c, OTHER) == (town(35),)
    assert await db.write(lambda tx: air.confirm(tx, file(OTHER), 8, NOW)) == (town(35),)
    assert await kept(db) == [town(35)]
    async with db.read() as c:
        judged = await air.file_of(c, OTHER)
        assert await air.waiting(c) == []
        assert await air.waiting_rows(c, OTHER) == ()
    assert judged is not None
    assert (judged.stand, judged.judged_by, judged.judged_at) == (Stand.TAKEN, 8, NOW)


async def test_a_file_that_was_refused_changes_nothing(db):
    async def wait(tx):
        air.wait(tx, file(), [town(35)])

    async def refuse(tx):
        air.refuse(tx, file(), 8, NOW)

    await db.write(wait)
    await db.write(refuse)
    assert await kept(db) == []
    async with db.read() as c:
        assert (await air.file_of(c, ONE)).stand is Stand.REFUSED


async def test_invented_values_are_known_by_their_file(db):
    await take(db, town(31), name="sample:40 days")
    await take(db, town(31, day=DAY + timedelta(days=1)), sha256=OTHER)
    async with db.read() as c:
        assert await air.has_sample(c, DAY, DAY)
        assert not await air.has_sample(c, DAY + timedelta(days=1), DAY + timedelta(days=1))
        assert await air.latest_day(c) == DAY + timedelta(days=1)


async def test_a_day_of_sand_is_marked_and_unmarked(db):
    async def mark(tx, *, is_sand):
        air.mark_sand(tx, DAY, 7, NOW, is_sand=is_sand)

    async def marked():
        async with db.read() as c:
            return await air.sand(c, DAY, DAY)

    await db.write(lambda tx: mark(tx, is_sand=True))
    await db.write(lambda tx: mark(tx, is_sand=True))
    assert await marked() == {DAY}
    await db.write(lambda tx: mark(tx, is_sand=False))
    assert await marked() == frozenset()


async def test_a_published_ranking_is_kept_in_every_version(db):
    week, month = read_period("2026-W47"), read_period("2026-11")

    async def publish(tx):
        rankings.publish(tx, Published(week, 1, 2026, NOW, ({"town": "a", "rank": 1},)))
        rankings.publish(tx, Published(week, 2, 2026, NOW, ({"town": "a", "rank": 2},)))
        rankings.publish(tx, Published(month, 1, 2026, NOW, ()))

    await db.write(publish)
    async with db.read() as c:
        assert (await rankings.latest(c, week)).rows == ({"town": "a", "rank": 2},)
        assert (await rankings.version(c, week, 1)).rows == ({"town": "a", "rank": 1},)
        assert await rankings.latest(c, read_period("2026-W48")) is None
        assert await rankings.holding(c, DAY, DAY) == [week, month]
        assert await rankings.holding(c, date(2026, 12, 1), date(2026, 12, 1)) == []
        assert [one.version async for one in rankings.every(c, DAY, None)] == []
        assert [one.version async for one in rankings.every(c, None, DAY)] == [1, 1, 2]
