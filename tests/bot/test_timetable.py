"""The loop of the clock: a job that fails is told, and keeps no other from its turn."""

from datetime import UTC, datetime

import pytest

from bot.timetable import Timetable
from storage.errors import StorageDown
from tests.support.desk import fresh_db

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path):
    async with fresh_db(tmp_path) as one:
        yield one


class Clock:
    def now(self) -> datetime:
        return NOW


def timetable(db, beats, **jobs):
    return Timetable(db=db, clock=Clock(), jobs=jobs, beat=lambda: beats.append("beat"), told=lambda: None)


def job(ran, name, error=None):
    async def run(_tx, _now):
        ran.append(name)
        if error:
            raise error
        return 0

    return run


async def test_a_job_that_fails_keeps_no_other_from_its_turn_and_is_named(db):
    ran, beats = [], []
    jobs = {"first": job(ran, "first", KeyError("score")), "second": job(ran, "second")}
    with pytest.raises(ExceptionGroup) as told:
        await timetable(db, beats, **jobs).tick()
    assert (ran, beats) == (["first", "second"], [])
    assert told.value.exceptions[0].__notes__ == ["timed job: first"]


async def test_without_the_database_none_is_tried_after_the_first(db):
    ran = []
    jobs = {"first": job(ran, "first", StorageDown("away")), "second": job(ran, "second")}
    with pytest.raises(StorageDown):
        await timetable(db, [], **jobs).tick()
    assert ran == ["first"]


async def test_a_tick_in_which_all_went_well_is_told_to_the_health(db):
    ran, beats = [], []
    await timetable(db, beats, first=job(ran, "first")).tick()
    assert (ran, beats) == (["first"], ["beat"])
