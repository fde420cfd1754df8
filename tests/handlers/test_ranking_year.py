"""A year of rankings on an injected clock: each once to each group, or skipped in so many words, whatever happens.

2032 has a leap day and an ISO week 53. The process is started again every day, is down over some turns, the clock
jumps by an hour both ways, and of some days there are no data.
"""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from domain.air_file import AirFile
from domain.period import period_of
from domain.slot import turns
from handlers.timed import rankings
from storage import air
from storage.chats import DISTRICT
from storage.schema import chats as chat_rows
from storage.schema import outbox, slots
from tests.support.air import reading
from tests.support.desk import GROUP, OFFICE_POST, OFFICER, TOWN, enrol, fresh_db, office
from tests.support.ranked_days import TOWNS

pytestmark = pytest.mark.simulation


ZONE, PUSHES = office().district.basics.zone, office().district.basics.pushes
DAYS = [date(2032, 1, 1) + timedelta(days=at) for at in range(366)]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DISTRICT_GROUP = -4002
EMPTY = {date(2032, 2, 28), date(2032, 7, 1), *(date(2032, 9, 6) + DAY * at for at in range(7))}
DOWN = [  # over the leap day's ranking, for days, over a Monday, and over the turn of a month
    (datetime(2032, 2, 29, 7, tzinfo=ZONE), datetime(2032, 2, 29, 13, tzinfo=ZONE)),
    (datetime(2032, 8, 3, 5, tzinfo=ZONE), datetime(2032, 8, 6, 12, tzinfo=ZONE)),
    (datetime(2032, 11, 8, 8, tzinfo=ZONE), datetime(2032, 11, 8, 20, tzinfo=ZONE)),
    (datetime(2032, 12, 2, 9, tzinfo=ZONE), datetime(2032, 12, 2, 10, tzinfo=ZONE)),
]


def ticks():
    """When somebody looks, in the order of looking: with the clock set back and forth, and never while it is down."""
    found = []
    for day in DAYS:
        for hour, minute in (
            (0, 5),
            (7, 59),
            (8, 4),
            (8, 5),
            (8, 6),
            (9, 0),
            (9, 30),
            (9, 31),
            (14, 0),
            (23, 50),
        ):
            now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
            shaken = [now, now - HOUR, now] if day.day == 17 else [now]
            found += [one.astimezone(UTC) for one in shaken if not any(a <= one < b for a, b in DOWN)]
    return found


def measured():
    chance = Random(2032)
    for day in [date(2031, 12, 1) + DAY * at for at in range(397)]:
        if day not in EMPTY:
            for town in TOWNS:
                pm25 = chance.randint(20, 90)
                yield reading("town", town, day, so2=8, no2=30, co="0.8", o3_8h=80, pm25=pm25, pm10=pm25 + 40)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """What was kept in the year: the turns with their state, and the keys of what was owed."""
    return asyncio.run(played(tmp_path_factory.mktemp("year")))


async def played(folder):
    async with fresh_db(folder) as db:
        await enrol(db, OFFICER, OFFICE_POST, "赵六")

        async def job(tx):
            for chat, place in ((GROUP, TOWN), (DISTRICT_GROUP, DISTRICT)):
                row = {
                    "id": chat,
                    "kind": "group",
                    "title": "示例群",
                    "bound_to": place,
                    "bot_status": "member",
                }
                tx.insert(chat_rows, row)
            rows = list(measured())
            await air.take(
                tx, AirFile("0" * 64, "年.csv", None, datetime(2032, 1, 1, tzinfo=UTC), len(rows)), rows
            )

        await db.write(job)
        for now in ticks():
            await db.write(lambda tx, now=now: rankings.send(tx, office(), now))
        async with db.read() as c:
            turned = (await c.execute(select(slots.c.job, slots.c.local_date, slots.c.state))).all()
            return turned, list((await c.execute(select(outbox.c.key))).scalars())


def expected():
    """By hand of the ticks alone: for each job and date whether it is sent or missed."""
    last, found = {}, {}
    for now in ticks():
        for job in rankings.JOBS:
            for turn in turns(PUSHES[job], ZONE, now, last.get(job)):
                found[job, turn.day] = turn.missed
                last[job] = turn.day
    return found


def test_every_turn_of_the_year_is_dealt_with_once_as_sent_or_as_skipped(year):
    found = {(job, day): state for job, day, state in year[0]}
    daily = [day for job, day in found if job == "daily_ranking"]
    assert sorted(daily) == DAYS
    mondays, seconds = [one for one in DAYS if one.weekday() == 0], [one for one in DAYS if one.day == 2]
    assert sorted(day for job, day in found if job == "weekly_ranking") == mondays
    assert sorted(day for job, day in found if job == "monthly_ranking") == seconds
    assert {key: state == "skipped" for key, state in found.items()} == expected()
    assert Counter(found.values())["skipped"] == 7


def left_over(pushes, turned):
    """What is owed beyond one push a group for each turn that was sent, or lacking from it."""
    wanted = []
    for (job, day), missed in turned.items():
        period = period_of(rankings.JOBS[job], day).before()
        if (
            not missed
            and not (job == "daily_ranking" and period.first in EMPTY)
            and str(period) != "2032-W37"
        ):
            wanted += [f"ranking:{period}:1:{chat}" for chat in (GROUP, DISTRICT_GROUP)]
    sent = [key for key in pushes if key.startswith("ranking:") and not key.endswith(f":none:{OFFICER}")]
    return (Counter(sent) - Counter(wanted)) + (Counter(wanted) - Counter(sent))


def test_every_group_gets_each_ranking_once(year):
    pushes = year[1]
    unranked = {"ranking:2032-09:1", "ranking:2032-02:1"}
    odd = left_over(pushes, expected())
    assert {
        key.rsplit(":", 1)[0] for key in odd
    } <= unranked  # too few days in a month with a week without data


def test_where_nobody_can_be_ranked_the_office_hears_of_it(year):
    pushes = set(year[1])
    days = {f"ranking:{day}:none:{OFFICER}" for day in EMPTY - {date(2032, 2, 28)}}  # whose turn was missed
    assert days <= pushes
    assert f"ranking:2032-W37:none:{OFFICER}" in pushes


def test_a_ranking_that_is_sent_twice_or_not_at_all_is_seen(year):
    pushes = year[1]
    sent = next(key for key in pushes if key == f"ranking:2032-05-05:1:{GROUP}")
    assert left_over([*pushes, sent], expected())[sent] == 1
    assert left_over([key for key in pushes if key != sent], expected())[sent] == 1
