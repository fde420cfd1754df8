"""The assessment of work in the chat, in the ranking of the week, and as money that is proposed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.air_editions import PM10
from domain.consequence import MONEY, Kind, Stand
from domain.period import Length, period_of
from domain.ticket import State
from handlers.access import NotAllowed
from handlers.chat import assessment, rank, sand
from handlers.timed import assessments, rankings
from storage import consequences
from storage import rankings as published
from tests.handlers.test_rank import ZONE, bring, measured, world  # noqa: F401 - the same groups and people
from tests.support.desk import (
    GROUP,
    LI,
    OFFICER,
    OTHER_TOWN,
    TOWN,
    ZHANG,
    command,
    handle,
    office,
    owed,
    press,
)
from tests.support.ranked_days import DAY
from tests.support.tickets import a_ticket, filed

DISTRICT_GROUP = -4002
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = MONDAY - 5 * A_DAY
PRESSES = {**assessment.PRESSES, **rank.PRESSES, **sand.PRESSES}


async def week_of(db):
    days = [DAY - n * A_DAY for n in range(7)]
    await bring(db, [one for day in days for one in measured(day)])


async def worked(db):
    """In TOWN one ticket in time and one late, in OTHER_TOWN one that is still open."""
    good = {
        "state": State.FIXED,
        "assigned_at": WEDNESDAY,
        "accepted_at": WEDNESDAY,
        "fixed_at": WEDNESDAY + 6 * HOUR,
    }
    late = {**good, "accepted_at": WEDNESDAY + HOUR, "fixed_at": WEDNESDAY + 30 * HOUR}
    still = {"state": State.ACCEPTED, "town": OTHER_TOWN, "assigned_at": WEDNESDAY, "accepted_at": WEDNESDAY}
    await filed(
        db,
        a_ticket(1, at=WEDNESDAY, **good, bureau="housing"),
        a_ticket(2, at=WEDNESDAY, **late, bureau="housing"),
        a_ticket(3, at=WEDNESDAY, **still),
    )


async def ask(db, words="", person=LI, now=MONDAY, **more):
    return await handle(db, assessment.ask, command("work", words, person, **more), words, now=now)


async def test_the_work_of_the_last_week_is_told_of_every_town(world):  # noqa: F811
    await worked(world)
    [said] = await ask(world, person=OFFICER)
    lines = said.text.splitlines()
    assert (
        lines[0]
        == "<b>惠济区工作考核 · 镇（街道） · 2026年第47周（11月16日—11月22日）</b>（满分100，办法 2026-1）"
    )
    assert (
        "7. <b>花园口镇</b> 98.5分：发现2，按时接单1/2，按时整改1/2，超期0，反弹0，平均18.0小时，回头看0"
        in lines
    )
    assert any(
        line.startswith("8. <b>江山路街道</b> 98.0分：发现1，按时接单1/1，按时整改0/1，超期1")
        for line in lines
    )
    assert lines[1].startswith("1. <b>新城街道</b> 100.0分")
    table = said.message.table
    assert (len(table.rows), table.header[2], table.rows[-1][1]) == (8, "得分", "江山路街道")


async def test_a_unit_sees_for_which_ticket_every_point_was_taken(world):  # noqa: F811
    await worked(world)
    [said] = await ask(world)
    [why] = await press(world, PRESSES, said.buttons["Huayuankou Town: points"].token, LI, now=MONDAY)
    number = "HJ20261118-0002"
    assert "Accepted late HJ20261118-0002 −0.5" in why.text
    assert "Fixed late HJ20261118-0002 −1" in why.text
    assert list(why.buttons) == [number]


async def test_bureaus_are_judged_by_their_own_sectors(world):  # noqa: F811
    await worked(world)
    [said] = await ask(world, person=OFFICER)
    [other] = await press(world, PRESSES, said.buttons["牵头局委"].token, OFFICER, now=MONDAY)
    assert "<b>住建局</b> 98.5分：发现2" in other.text
    assert "住建局 扣分" in other.buttons


async def test_only_the_office_gets_the_list_of_members_and_only_in_private(world):  # noqa: F811
    await worked(world)
    [said] = await ask(world, person=OFFICER)
    token = said.buttons["巡查员"]
    [listed] = await press(world, PRESSES, token.token, OFFICER, now=MONDAY)
    assert "1. 张三（花园口镇）：发现3，有效3，回头看0" in listed.text
    [to_staff] = await ask(world, person=LI)
    assert "Members" not in to_staff.buttons
    [in_group] = await ask(world, person=OFFICER, chat_id=GROUP)
    assert "巡查员" not in in_group.buttons
    assert "张三" not in in_group.text
    with pytest.raises(NotAllowed):
        await handle(world, assessment.members, command("work", "", LI), ("2026-W47",), now=MONDAY)


@pytest.mark.parametrize("words", ["明年", "2026", "13月"])
async def test_a_time_that_is_none_is_answered_with_what_can_be_asked(world, words):  # noqa: F811
    [said] = await ask(world, words, person=OFFICER)
    assert said.text.startswith("请写“考核 周”")


async def test_a_month_without_tickets_is_told(world):  # noqa: F811
    [said] = await ask(world, "2026-09", person=OFFICER)
    assert said.text == "2026年9月没有工单，暂无考核。"


async def publish(db, now=MONDAY):
    before = {row.key for row in await owed(db)}
    await db.write(lambda tx: rankings.send(tx, office(), now))
    return {row.chat_id: row for row in await owed(db) if row.key not in before and "W47" in row.key}


async def test_the_week_joins_air_and_work_and_stays_as_it_was_published(world):  # noqa: F811
    await worked(world)
    await week_of(world)
    said = await publish(world)
    assert (
        "花园口镇 <b>第1名</b>（共8个），综合得分 99.40（工作 98.5），PM2.5 31、PM10 58。" in said[GROUP].text
    )
    async with world.read() as c:
        kept = await published.latest(c, period_of(Length.WEEK, DAY))
    rows = {row["town"]: row for row in kept.rows}
    assert (rows[TOWN]["score"], rows[TOWN]["work"], rows[TOWN]["index"]) == ("99.40", "98.5", "2.00")
    await filed(world, *(a_ticket(n, at=WEDNESDAY, state=State.ACCEPTED) for n in range(10, 20)))
    [asked] = await handle(
        world, rank.ask, command("rank", "week", OFFICER), "花园口镇 week", now=MONDAY + HOUR
    )
    assert "综合得分 99.40（工作 98.5）" in asked.text


async def test_without_any_ticket_the_air_alone_decides_the_order(world):  # noqa: F811
    await week_of(world)
    said = await publish(world)
    assert "综合得分 100.00（工作 100.0）" in said[GROUP].text


async def test_money_is_proposed_to_the_office_for_both_ends_and_decided_by_nobody_yet(world):  # noqa: F811
    await week_of(world)
    said = await publish(world)
    assert "奖励 · 花园口镇 · 待确认" in said[OFFICER].text
    assert "扣款 · 江山路街道 · 待确认" in said[OFFICER].text
    async with world.read() as c:
        found = await consequences.of_period(c, MONEY, "2026-W47")
    assert {(one.kind, one.town, str(one.yuan), one.stand) for one in found} == {
        (Kind.REWARD, TOWN, "10000", Stand.PROPOSED),
        (Kind.PENALTY, OTHER_TOWN, "10000", Stand.PROPOSED),
    }


async def mark_sand(db, words="2026-11-18", now=MONDAY + HOUR):
    [asked] = await handle(db, sand.ask, command("sand", words, OFFICER), words, now=now)
    return asked


async def test_a_day_of_sand_is_left_out_of_the_week_and_the_groups_get_the_correction(world):  # noqa: F811
    days = [DAY - n * A_DAY for n in range(7)]
    dusty = DAY - 4 * A_DAY
    rows = [one for day in days for one in measured(day) if day != dusty]
    await bring(world, rows)
    await bring(world, [sandy(one) for one in measured(dusty)], "沙尘.csv")
    first = await publish(world)
    asked = await mark_sand(world)
    assert "未标为沙尘日" in asked.text
    before = len(await owed(world))
    await press(world, PRESSES, asked.buttons["标为沙尘日"].token, OFFICER, now=MONDAY + HOUR)
    after = (await owed(world))[before:]
    corrected = [row for row in after if row.chat_id == GROUP and "更正" in row.text]
    assert "PM10 58" in corrected[0].text
    assert "PM10 58" not in first[GROUP].text
    [again] = [await mark_sand(world, now=MONDAY + 2 * HOUR)]
    assert list(again.buttons) == ["取消标记"]


def sandy(reading):
    return replace(reading, values={**reading.values, PM10: reading.values[PM10] * 6})


@pytest.mark.parametrize("words", ["", "2026-11-23", "2026-12-01", "2026-W47", "乱写"])
async def test_only_a_day_that_has_passed_can_be_marked(world, words):  # noqa: F811
    asked = await mark_sand(world, words)
    assert asked.text.startswith("请写日期")


async def test_the_assessments_of_the_month_go_to_the_district_once(world):  # noqa: F811
    await worked(world)
    second = datetime(2026, 12, 2, 10, 0, tzinfo=ZONE)
    for at in (second, second + HOUR):
        await world.write(lambda tx, at=at: assessments.send(tx, office(), at))
    sent = [row for row in await owed(world) if row.key.startswith("assessment:")]
    assert [(row.chat_id, row.text.split(" · ")[1]) for row in sent] == [
        (DISTRICT_GROUP, "镇（街道）"),
        (DISTRICT_GROUP, "牵头局委"),
    ]
    assert "张三" not in "".join(row.text for row in sent)


async def test_the_ranking_is_shown_as_a_table(world):  # noqa: F811
    await week_of(world)
    said = await publish(world)
    [shown] = await press(world, PRESSES, said[GROUP].buttons["列表"].token, ZHANG, chat_id=GROUP, now=MONDAY)
    assert shown.message.table.header == ("名次", "镇（街道）", "PM2.5", "PM10", "工作", "得分", "变化")
    assert shown.message.table.rows[0][:2] == ("1", "花园口镇")


async def test_the_buttons_of_another_length_show_the_last_one_that_is_over(world):  # noqa: F811
    await worked(world)
    [said] = await ask(world, "2026-W47", person=OFFICER)
    [month] = await press(world, PRESSES, said.buttons["上月"].token, OFFICER, now=MONDAY)
    assert month.text == "2026年10月没有工单，暂无考核。"
    [week] = await press(world, PRESSES, said.buttons["上周"].token, OFFICER, now=MONDAY)
    assert week.text == said.text
