"""Rankings in the chat: sent at their times, once, and shown to whoever asks."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from domain.air_file import AirFile
from domain.errors import Refusal
from domain.people import Post, Role
from domain.push import PushClass
from handlers.chat import rank
from handlers.timed import corrections, rankings
from handlers.timed.turns import TOO_LATE
from storage import air
from storage import rankings as published
from storage.chats import DISTRICT
from storage.schema import chats, outbox, slots
from tests.support.air import reading
from tests.support.desk import (
    GROUP,
    LI,
    OFFICE_POST,
    OFFICER,
    PATROL_POST,
    STRANGER,
    TOWN,
    ZHANG,
    command,
    enrol,
    handle,
    office,
    owed,
    press,
)
from tests.support.ranked_days import DAY, NORMAL, TOWNS

DISTRICT_GROUP = -4002
ZONE = office().district.basics.zone
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AT = datetime(2026, 11, 23, 8, 5, tzinfo=ZONE)


def measured(day, without=()):
    return [
        reading("town", town, day, so2=8, no2=30, co="0.8", o3_8h=80, pm25=pm25, pm10=pm10)
        for town, (pm25, pm10, _) in zip(TOWNS, NORMAL, strict=True)
        if town not in without
    ]


async def bring(db, readings, name="空气.csv"):
    sha256 = f"{len(readings):064x}"
    await db.write(lambda tx: air.take(tx, AirFile(sha256, name, None, AT, len(readings)), readings))


@pytest.fixture
async def world(db):
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四", language="en")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")

    async def job(tx):
        for chat, place in ((GROUP, TOWN), (DISTRICT_GROUP, DISTRICT)):
            row = {"id": chat, "kind": "group", "title": "示例群", "bound_to": place, "bot_status": "member"}
            tx.insert(chats, row)

    await db.write(job)
    return db


async def send(db, at=AT):
    before = {row.key for row in await owed(db)}
    await db.write(lambda tx: rankings.send(tx, office(), at))
    return {row.chat_id: row for row in await owed(db) if row.key not in before}


async def test_each_group_gets_its_own_town_and_the_district_the_whole(world):
    await bring(world, measured(DAY))
    said = await send(world)
    assert said[GROUP].text.splitlines() == [
        "<b>惠济区空气质量日排名 · 2026年11月22日　星期日</b>",
        "花园口镇 <b>第1名</b>（共8个），PM2.5 31、PM10 58，综合指数 2.00。",
        "第一名：花园口镇。 末位：江山路街道。",
    ]
    assert "花园口镇 <b>" not in said[DISTRICT_GROUP].text
    assert said[GROUP].push_class == PushClass.DAILY
    keys = {row.message.pictures[0].sha256 for row in said.values()}
    assert len(keys) == 2
    assert list(said[GROUP].buttons) == ["周排名", "月排名", "列表", "近30天走势"]
    assert list(said[DISTRICT_GROUP].buttons) == ["周排名", "月排名", "列表"]


async def test_a_ranking_is_sent_once_and_kept_as_it_was_published(world):
    await bring(world, measured(DAY))
    assert len(await send(world)) == 2
    assert await send(world, AT + MINUTE) == {}
    async with world.read() as c:
        kept = [one async for one in published.every(c, None, None)]
    assert [(str(one.period), one.version, one.rows[0]["rank"]) for one in kept] == [("2026-11-22", 1, 1)]


async def test_the_groups_are_spread_over_the_time_that_the_district_allows(world):
    await bring(world, measured(DAY))
    await send(world)
    async with world.read() as c:
        dues = set((await c.execute(select(outbox.c.due_at))).scalars())
    jitter = office().district.basics.pushes["daily_ranking"].jitter
    assert len(dues) == 2
    assert all(AT <= due < AT + jitter for due in dues)


async def test_a_town_without_data_is_named_with_the_reason(world):
    await bring(world, measured(DAY, without=(TOWN,)))
    text = (await send(world))[GROUP].text
    assert "花园口镇 未参与排名：没有数据。" in text
    assert "未参与排名：花园口镇（没有数据）" in text


async def test_invented_data_and_a_late_start_are_told(world):
    await bring(world, measured(DAY), name="sample:demo")
    text = (await send(world, AT + HOUR))[GROUP].text
    assert "（补发）" in text
    assert "（示例数据）" in text


async def test_a_day_without_any_data_is_told_to_the_office_and_nobody_else(world):
    await bring(world, measured(DAY - timedelta(days=1)))
    said = await send(world)
    assert set(said) == {OFFICER}
    assert "排名没有发出：空气数据不足" in said[OFFICER].text


async def test_it_is_skipped_when_it_is_too_late_and_the_office_hears_of_it(world):
    await bring(world, measured(DAY) + measured(DAY - timedelta(days=1)))
    await send(world, AT - timedelta(days=1))
    said = await send(world, AT + 5 * HOUR)
    assert GROUP not in said
    told = [row.text for row in await owed(world) if row.chat_id == OFFICER]
    assert any("的日排名没有发出" in text for text in told)
    async with world.read() as c:
        notes = (await c.execute(select(slots.c.note).where(slots.c.state == "skipped"))).scalars().all()
    assert notes == [TOO_LATE]


async def test_a_week_in_which_nobody_has_enough_days_is_told_to_the_office_instead(world):
    await bring(world, measured(DAY))
    await send(world)
    said = await send(world, AT.replace(hour=9, minute=0))
    assert set(said) == {OFFICER}
    assert "第47周" in said[OFFICER].text


async def test_a_district_without_air_data_sends_nothing_at_all(world):
    assert await send(world) == {}


async def test_the_week_is_sent_on_its_weekday(world):
    week = [one for back in range(7) for one in measured(DAY - timedelta(days=back))]
    await bring(world, week)
    said = await send(world, AT.replace(hour=9, minute=0))
    rows = [row for row in await owed(world) if row.key.startswith("ranking:2026-W47:1:")]
    assert {row.chat_id for row in rows} == {GROUP, DISTRICT_GROUP} == set(said) - {OFFICER}
    assert "空气质量周排名" in rows[0].text


@pytest.mark.parametrize(("asked", "head"), [("", "日排名"), ("日", "日排名"), ("2026-11-22", "日排名")])
async def test_whoever_asks_gets_the_newest_day_with_the_own_town(world, asked, head):
    await bring(world, measured(DAY))
    (row,) = await handle(world, rank.ask, command("rank", asked), asked)
    assert head in row.text
    assert "花园口镇 <b>第1名</b>" in row.text
    assert len(row.message.pictures) == 1


async def test_the_answer_is_in_the_language_of_the_asker(world):
    await bring(world, measured(DAY))
    (row,) = await handle(world, rank.ask, command("rank", "", LI), "")
    assert "is <b>No. 1</b> of 8: PM2.5 31" in row.text


async def test_a_group_is_shown_its_own_town_and_the_district_the_whole(world):
    await bring(world, measured(DAY))
    (own,) = await handle(world, rank.ask, command("rank", "", chat_id=GROUP), "")
    (whole,) = await handle(world, rank.ask, command("rank", "", chat_id=DISTRICT_GROUP), "")
    assert "花园口镇 <b>第1名</b>" in own.text
    assert "花园口镇 <b>" not in whole.text


async def test_the_buttons_show_the_other_lengths(world):
    await bring(world, [one for back in range(7) for one in measured(DAY - timedelta(days=back))])
    (row,) = await handle(world, rank.ask, command("rank"), "")
    (week,) = await press(world, rank.PRESSES, row.buttons["周排名"].token)
    assert "空气质量周排名" in week.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-02-30", "请写“排名 日”"),
        ("明天", "请写“排名 日”"),
        ("2026-11-01", "还没有空气数据"),
        ("2026", "还没有空气数据"),
        ("月", "还没有空气数据"),
    ],
)
async def test_a_time_that_is_none_or_has_no_data_is_answered(world, asked, said):
    await bring(world, measured(DAY))
    (row,) = await handle(world, rank.ask, command("rank", asked), asked)
    assert said in row.text


GUXING = "古荥镇 <b>并列第5名</b>"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("古荥 昨天排名", f"日排名 · 2026年11月22日　星期日</b>\n{GUXING}"),
        ("11月22日 古荥镇的排名", f"日排名 · 2026年11月22日　星期日</b>\n{GUXING}"),
        ("全区 第47周 空气质量排名", "空气质量周排名"),
        ("全区 昨天 排名", "星期日</b>\n第一名：花园口镇"),
        ("上周排名", "花园口镇 <b>第1名</b>"),
        ("前天的排名", "2026年11月21日"),
        ("11月排名", "有效天数不足27天"),
        ("12月排名", "2025年12月还没有空气数据"),
        ("13月排名", "请写“排名 日”"),
        ("2月30日排名", "请写“排名 日”"),
    ],
)
async def test_free_words_name_the_time_and_the_town(world, typed, said):
    await bring(world, [one for back in range(7) for one in measured(DAY - timedelta(days=back))])
    (row,) = await handle(world, rank.words, command("rank"), typed)
    assert said in row.text


@pytest.mark.parametrize("typed", ["大河路 超期", "排名" * 20])
async def test_other_words_do_not_ask_for_it(world, typed):
    assert await handle(world, rank.words, command("rank"), typed) == []


async def test_the_trend_is_a_picture_of_thirty_days(world):
    await bring(world, [one for back in range(7) for one in measured(DAY - timedelta(days=back))])
    (row,) = await handle(world, rank.ask, command("rank"), "")
    (shown,) = await press(world, rank.PRESSES, row.buttons["近30天走势"].token)
    assert "近30天" in shown.text
    assert len(shown.message.pictures) == 1


async def test_a_stranger_is_shown_no_ranking(world):
    await bring(world, measured(DAY))
    with pytest.raises(Refusal):
        await handle(world, rank.ask, command("rank", "", STRANGER), "")


async def test_a_ranking_with_too_few_towns_is_held_and_sent_late_when_more_data_come(world):
    district = replace(office().district, air=replace(office().district.air, least_towns=8))
    strict = replace(office(), district=district)
    await bring(world, measured(DAY, without=(TOWNS[0],)))
    await world.write(lambda tx: rankings.send(tx, strict, AT))
    [told] = await owed(world)
    assert (told.chat_id, "没有发出" in told.text) == (OFFICER, True)
    await bring(world, measured(DAY), "补报.csv")
    await world.write(lambda tx: corrections.send(tx, strict, AT + HOUR))
    late = {row.chat_id: row.text for row in await owed(world) if row.key != told.key}
    assert set(late) == {GROUP, DISTRICT_GROUP}
    assert all("（补发）" in text for text in late.values())
