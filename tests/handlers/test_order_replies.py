"""Orders under way: their answers, closing them, reminders, the list and the count."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.order import NeedsReply
from domain.people import Post, Role
from domain.ticket import NotYours, Outcome, State
from handlers import following, moving, router
from handlers.access import NotAllowed
from handlers.chat import order_replies
from handlers.said import Command, PhotoSent, Words
from handlers.timed.orders import remind_due
from storage import orders, tickets
from tests.handlers.test_orders import (
    CLERK,
    LINE,
    NUMBER,
    PDF,
    order,
    registered,
    said,
    tap,
    text,
)
from tests.support.desk import (
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    OTHER_TOWN,
    PATROL_POST,
    TOWN,
    WANG,
    ZHANG,
    enrol,
    handle,
    office,
    owed,
    press,
    say,
)
from tests.support.moving import INSPECTOR, made
from tests.support.tickets import ZONE

BOTH = LINE.replace("花园口镇", "花园口镇 住建局")


@pytest.fixture
async def world(db):
    """An order for a town and a bureau."""
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.TOWN_STAFF, OTHER_TOWN), "王五")
    await enrol(db, CLERK, Post(Role.BUREAU_STAFF, None, "housing"), "周八")
    await registered(db, BOTH)
    return db


async def pushed(db, verb, who, now=NOW):
    return await press(db, router.PRESSES, office().sealer(who)(verb, NUMBER), who, now=now)


async def replied(db, who, *papers, now=NOW):
    await pushed(db, "ordreply", who, now)
    return [row for paper in papers or (PDF,) for row in await said(db, paper, who, now)]


async def closed(db, at=NOW, **more):
    async with db.read() as c:
        ticket = (await tickets.by_numbers(c, [NUMBER]))[NUMBER]
    fixed = replace(ticket, state=State.FIXED, fixed_at=at, fixed_by=LI, fixed_unit=TOWN)
    move = made("verify_close", fixed, by=INSPECTOR, at=at, **{"outcome": Outcome.RECTIFIED} | more)

    async def close(desk):
        await moving.made(desk, move)

    return await handle(db, close, say(Words("核查"), OFFICER), now=at)


async def test_an_answer_is_kept_for_its_unit_and_the_office_hears_what_is_still_missing(world):
    rows = await replied(world, LI)
    heard = {row.chat_id: row.text for row in rows}
    assert "已收到 <b>HJ20261123-0001</b> 的回复件（花园口镇）。还差：住建局" in heard[LI]
    assert "花园口镇已上传回复件" in heard[OFFICER]
    rows = await replied(world, CLERK)
    assert "回复件已齐" in next(row.text for row in rows if row.chat_id == CLERK)
    async with world.read() as c:
        assert {one.unit for one in await orders.replies_of(c, NUMBER)} == {"housing", TOWN}
        assert (await tickets.events_of(c, NUMBER))[-1].note == "上传回复件（住建局）"


async def test_the_office_answers_for_all(world):
    rows = await replied(world, OFFICER)
    assert "（区攻坚办）。回复件已齐" in text(rows)


async def test_pages_of_an_album_are_one_answer_and_a_later_photo_is_a_report(world):
    pages = [PhotoSent(f"f{at}", f"u{at}", album="a") for at in range(3)]
    rows = await replied(world, LI, *pages)
    assert len([row for row in rows if row.chat_id == LI]) == 1
    async with world.read() as c:
        assert len(await orders.papers_of(c, NUMBER)) == 3
    assert "地点" in (await said(world, PhotoSent("f9", "u9"), LI))[0].text


@pytest.mark.parametrize("who", [WANG, ZHANG])
async def test_who_is_not_of_its_units_neither_sees_nor_answers_it(world, who):
    assert (await pushed(world, "ordsee", who))[0].note.startswith("没有查到")
    refused = await handle(world, asking_reply, say(Words("x"), who))
    assert refused == []


async def asking_reply(desk):
    with pytest.raises(NotYours):
        await order_replies.ask_reply(desk, (NUMBER,))


async def test_the_card_says_who_has_answered(world):
    await replied(world, LI)
    card = (await pushed(world, "ordsee", CLERK))[0]
    assert "花园口镇（已回复）、住建局（未回复）" in card.text
    assert {"上传回复件", "查看工单"} == set(card.buttons)


async def test_without_its_answer_it_is_not_closed(world):
    with pytest.raises(NeedsReply) as refused:
        await closed(world)
    assert refused.value.facts == {"units": "花园口镇、住建局"}
    await replied(world, LI)
    await replied(world, CLERK)
    await closed(world)
    async with world.read() as c:
        assert (await tickets.by_numbers(c, [NUMBER]))[NUMBER].state is State.CLOSED


async def test_a_duplicate_needs_no_answer_of_its_own(world):
    await closed(world, outcome=Outcome.DUPLICATE)


def at(day, hour=9, month=11):
    return datetime(2026, month, day, hour, tzinfo=ZONE)


async def reminded(db, now):
    before = {row.key for row in await owed(db)}
    await db.write(lambda tx: remind_due(tx, office(), now))
    return {row.chat_id: row for row in await owed(db) if row.key not in before}


async def test_three_days_one_day_and_none_before_the_end_its_units_and_the_office_hear_it_once(world):
    assert await reminded(world, at(27, 8)) == {}
    first = await reminded(world, at(27))
    assert set(first) == {LI, CLERK, OFFICER}
    assert "还有 <b>3 天</b>到期：11月30日 23:59。还差：花园口镇、住建局。" in first[LI].text
    assert {row.push_class for row in first.values()} == {"critical"}
    assert await reminded(world, at(27, 10)) == {}
    assert "1 天" in (await reminded(world, at(29)))[CLERK].text
    assert "今天到期" in (await reminded(world, at(30)))[OFFICER].text
    assert await reminded(world, at(1, month=12)) == {}


async def test_after_a_day_off_only_the_newest_is_said(world):
    assert "1 天" in (await reminded(world, at(29, 20)))[LI].text
    assert await reminded(world, at(29, 21)) == {}


async def test_what_has_ended_is_not_called_to_mind_and_what_waits_is_taken_back(world):
    await reminded(world, at(27))
    await replied(world, OFFICER, now=at(27, 10))
    await closed(world, at(27, 11))
    rows = [row for row in await owed(world) if row.key.startswith("order-remind:")]
    assert {row.state for row in rows} == {"cancelled"}
    assert await reminded(world, at(29)) == {}


async def test_what_is_reopened_is_called_to_mind_again(world):
    await replied(world, OFFICER)
    await closed(world)
    async with world.read() as c:
        ticket = (await tickets.by_numbers(c, [NUMBER]))[NUMBER]
    move = made("reopen", ticket, by=INSPECTOR)
    await world.write(lambda tx: following.follow(tx, office(), move, NOW))
    assert set(await reminded(world, at(29))) == {LI, CLERK, OFFICER}


async def test_the_list_shows_each_what_is_theirs(world):
    await registered(world, "媒体 江山路街道 11月25日前 道路积尘")
    mine = (await said(world, Command("orders", ""), OFFICER))[0].text
    assert mine.startswith("📌 在办的上级交办 2 件：\n1. <b>HJ20261123-0002</b> 媒体")
    assert "1 件" in (await said(world, Command("orders", ""), LI))[0].text
    assert "HJ20261123-0002" in (await order(world, "", WANG))[0].text
    assert "没有" in (await said(world, Command("orders", ""), ZHANG))[0].text


async def count(db, argument, who=OFFICER, now=NOW):
    return (await said(db, Command("count", argument), who, now))[0].text


async def test_the_count_is_that_of_the_newspaper_by_level_and_period(world):
    await replied(world, OFFICER)
    await closed(world, NOW + timedelta(days=1))
    await registered(world, "媒体 江山路街道 11月25日前 道路积尘")
    assert await count(world, "交办 11月") == (
        "<b>11月1日—11月30日 上级交办</b>\n"
        "市交办：1 件，办结 1 件（按期 1 件），已回复 1 件\n"
        "媒体：1 件，办结 0 件（按期 0 件），已回复 0 件\n"
        "共办理交办件 <b>2</b> 件，办结 1 件（按期 1 件），已回复 1 件。"
    )
    assert await count(world, "交办 10月") == "10月1日—10月31日 没有登记上级交办。"
    assert "共办理交办件 <b>2</b> 件" in await count(world, "交办")
    assert "统计什么" in await count(world, "11月")


async def test_only_who_sees_the_whole_district_counts(world):
    await handle(world, refused_count, say(Words("x"), LI))


async def refused_count(desk):
    with pytest.raises(NotAllowed):
        await order_replies.count(desk, "交办")


async def test_what_came_in_the_last_minute_of_a_month_is_of_that_month(world):
    late = datetime(2026, 11, 30, 23, 59, tzinfo=ZONE)
    await tap(world, await order(world, "媒体 江山路街道 12月5日前 积尘", now=late), "登记", now=late)
    assert "<b>2</b> 件" in await count(world, "交办 11月", now=late + timedelta(hours=9))
    assert "没有登记" in await count(world, "交办 12月", now=late + timedelta(hours=9))
