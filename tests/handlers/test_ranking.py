"""The ranking of a period out of the database, and the picture that is drawn of it when it is sent."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.drawing import Drawing
from bot.picture_source import PictureSource
from domain.air_file import AirFile
from domain.air_rules import Gap
from domain.period import read_period
from handlers.drawn import drawn
from handlers.ranking import ranking_of, sheet_of
from storage import air, rankings
from storage.photo_store import PhotoStore
from storage.rankings import Published
from storage.tx import Tx
from tests.support.air import reading
from tests.support.desk import NOW, fresh_db
from tests.support.ranked_days import DAY, HUAYUANKOU, NORMAL, TOWNS, district

DAYS = timedelta(days=1)
FIRST = HUAYUANKOU  # of NORMAL
TODAY = read_period(str(DAY))


@pytest.fixture
async def db(tmp_path):
    async with fresh_db(tmp_path) as made:
        yield made


def measured(day, values=NORMAL, without=()):
    """The two particles of every town, as the office brings them for a day."""
    return [
        reading("town", town, day, pm25=pm25, pm10=pm10)
        for town, (pm25, pm10, _) in zip(TOWNS, values, strict=True)
        if town not in without
    ]


async def bring(db, *days, name="空气.csv"):
    readings = [one for day in days for one in day]
    sha256 = f"{hash(str(readings)):064x}"[-64:]
    await db.write(lambda tx: air.take(tx, AirFile(sha256, name, 7, NOW, len(readings)), readings))


async def made(db, period=TODAY):
    async with db.read() as c:
        return await ranking_of(Tx(c), district(), period, NOW)


def ranks(one):
    return {row.standing.place: row.rank for row in one.ranking.rows}


async def test_the_day_is_ranked_by_the_printed_index(db):
    await bring(db, measured(DAY))
    found = await made(db)
    best = found.rows[0]
    assert best == {
        "town": FIRST,
        "rank": 1,
        "pm25": "31",
        "pm10": "58",
        "index": "2.00",
        "aqi": "NA",
        "primary": [],
        "class": None,
        "change": None,
        "reason": None,
    }
    assert sorted(ranks(found).values()) == [1, 2, 3, 4, 5, 5, 7, 8]
    assert (found.version, found.at, found.is_sample) == (1, None, False)


async def test_who_gained_a_place_since_yesterday_is_told(db):
    swapped = (*NORMAL[:5], NORMAL[6], NORMAL[5], NORMAL[7])
    await bring(db, measured(DAY - DAYS, swapped), measured(DAY))
    changes = {row["town"]: row["change"] for row in (await made(db)).rows}
    assert (changes[FIRST], changes[TOWNS[5]]) == (1, -1)
    assert set(changes.values()) == {1, -1, 0}


async def test_a_town_without_data_is_listed_with_the_reason_and_never_ranked(db):
    await bring(db, measured(DAY, without=(TOWNS[2],)))
    found = await made(db)
    last = found.ranking.rows[-1]
    assert (last.standing.place, last.rank, last.standing.reason) == (TOWNS[2], None, Gap.NO_DATA)
    assert found.rows[-1]["reason"] == "no_data"
    assert not found.is_empty
    assert (await made(db, TODAY.before())).is_empty


async def test_whoever_stays_first_has_a_run_that_ends_where_it_was_not(db):
    worse = ((20, 40, 0), *NORMAL[1:])
    days = [measured(DAY - n * DAYS, worse if n == 3 else NORMAL) for n in range(5)]
    await bring(db, *days)
    assert (await made(db)).streaks == {FIRST: 3}


async def test_a_week_needs_its_valid_days_and_tells_the_good_ones(db):
    week = read_period("2026-W47")
    full = [
        reading("town", town, day, so2=8, no2=30, co="0.7", o3_8h=80, pm25=pm25, pm10=pm10)
        for day in week
        for town, (pm25, pm10, _) in zip(TOWNS, NORMAL, strict=True)
        if town != TOWNS[0] or day < date(2026, 11, 20)
    ]
    await bring(db, full)
    found = await made(db, week)
    assert found.ranking.rows[-1].standing.reason is Gap.TOO_FEW_DAYS
    assert (found.good_days[FIRST].good, found.good_days[FIRST].valid) == (7, 7)
    assert found.whole is not None
    assert found.whole.index is not None


async def test_a_correction_of_what_was_published_is_the_next_version(db):
    await bring(db, measured(DAY))
    rows = (await made(db)).rows

    async def publish(tx):
        rankings.publish(tx, Published(TODAY, 1, 2026, NOW, rows))

    await db.write(publish)
    assert ((await made(db)).version, (await made(db)).at) == (1, NOW)
    await bring(db, [reading("town", FIRST, DAY, pm25=61, pm10=158)])
    again = await made(db)
    assert (again.version, again.at) == (2, None)
    assert ranks(again)[FIRST] != 1


async def test_sample_data_are_told_on_the_picture(db):
    await bring(db, measured(DAY), name="sample:one day")
    found = await made(db)
    assert found.is_sample
    assert "示例数据" in sheet_of(found, district(), "zh", NOW).values


async def test_a_picture_is_kept_as_what_to_draw_and_drawn_once_when_it_is_sent(db, tmp_path):
    await bring(db, measured(DAY))
    sheet = sheet_of(await made(db), district(), "zh", NOW, own=FIRST)

    async def owe(tx):
        return drawn(tx, sheet, NOW), drawn(tx, sheet, NOW)

    one, same = await db.write(owe)
    assert one == same
    store, drawing = PhotoStore.open(f"file://{tmp_path}/photos"), Drawing()
    source = PictureSource(db, store, drawing, 1)
    png = await source.bytes_of(one.sha256)
    assert Image.open(BytesIO(png)).size[0] == 800
    assert await source.bytes_of("0" * 64) is None
    await drawing.close()
    store.close()
