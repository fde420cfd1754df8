"""The digests of the day: once a date, made up for when late, told when missed, and true to their lists."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.people import Post, Role
from domain.slot import turns
from domain.ticket import State
from handlers.chat import query
from handlers.timed import digest
from storage.chats import DISTRICT, DUTY
from storage.schema import chats as chat_rows
from storage.schema import outbox, slots
from storage.tx import Tx
from tests.support.desk import (
    GROUP,
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    OTHER_TOWN,
    TOWN,
    enrol,
    office,
    owed,
    press,
)
from tests.support.tickets import a_ticket, filed

DISTRICT_GROUP, DUTY_CHAT = -4002, -4009
ZONE = office().district.basics.zone
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


AT = local("2026-11-24T07:30")


@pytest.fixture
async def world(db):
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")

    async def job(tx: Tx) -> None:
        for chat, place in ((GROUP, TOWN), (DISTRICT_GROUP, DISTRICT), (DUTY_CHAT, DUTY)):
            tx.insert(
                chat_rows,
                {"id": chat, "kind": "group", "title": "示例群", "bound_to": place, "bot_status": "member"},
            )

    await db.write(job)
    return db


async def send(db, at, which=digest.morning):
    before = {row.key for row in await owed(db)}
    await db.write(lambda tx: which(tx, office(), at))
    return {row.chat_id: row for row in await owed(db) if row.key not in before}


def some():
    """Two found yesterday, one of them overdue; one fixed and one closed yesterday; one of another town due today."""
    old = NOW - 5 * DAY
    return (
        a_ticket(1),
        a_ticket(2, fix_due_at=NOW + HOUR),
        a_ticket(3, at=old, state=State.FIXED, fixed_at=NOW),
        a_ticket(4, at=old, state=State.CLOSED, fixed_at=old + HOUR, closed_at=NOW),
        a_ticket(5, town=OTHER_TOWN, state=State.ACCEPTED, fix_due_at=local("2026-11-24T18:00")),
    )


async def test_the_morning_of_a_town_and_of_the_district(world):
    await filed(world, *some())
    said = await send(world, AT)
    assert said[GROUP].text.splitlines() == [
        "🌅 <b>花园口镇</b> 早报 · 11月24日",
        "昨日发现 <b>2</b> 件",
        "昨日整改 <b>1</b> 件",
        "昨日销号 <b>1</b> 件",
        "超期 <b>2</b> 件",
        "今日到期 <b>1</b> 件",
        "值班：李四",
    ]
    assert list(said[GROUP].buttons) == ["发现 2", "整改 1", "销号 1", "超期 2", "到期 1"]
    assert "<b>全区</b>" in said[DISTRICT_GROUP].text
    assert "昨日发现 <b>3</b> 件" in said[DISTRICT_GROUP].text
    assert set(said) == {GROUP, DISTRICT_GROUP}


@pytest.mark.parametrize("chat", [GROUP, DISTRICT_GROUP])
async def test_every_button_shows_as_many_as_it_says(world, chat):
    await filed(world, *some())
    said = await send(world, AT)
    for label, button in said[chat].buttons.items():
        listed = await press(world, query.PRESSES, button.token, OFFICER, chat_id=chat, now=AT)
        (shown,) = [row for row in listed if row.act == "send"]
        assert shown.text.count("HJ2026") == int(label.split()[1])


async def test_the_evening_list_is_for_the_duty_chat(world):
    await filed(world, *some())
    said = await send(world, local("2026-11-23T19:30"), digest.evening)
    assert list(said) == [DUTY_CHAT]
    assert "🌙 <b>全区</b> 夜班清单 · 11月23日" in said[DUTY_CHAT].text
    assert "明日到期 <b>2</b> 件" in said[DUTY_CHAT].text
    assert "待核查 <b>1</b> 件" in said[DUTY_CHAT].text


async def test_what_did_not_arrive_yesterday_is_counted(world):
    await filed(world, *some())
    await send(world, AT - DAY)

    async def failed(tx: Tx) -> None:
        await tx.c.execute(update(outbox).where(outbox.c.chat_id == GROUP).values(state="failed"))

    await world.write(failed)
    said = await send(world, AT)
    assert "昨日未送达消息 <b>1</b> 条" in said[GROUP].text
    assert "昨日未送达消息 <b>1</b> 条" in said[DISTRICT_GROUP].text


async def test_it_is_said_once_a_day_whatever_the_clock_does(world):
    assert await send(world, AT - timedelta(seconds=1)) == {}
    assert set(await send(world, AT)) == {GROUP, DISTRICT_GROUP}
    for at in (AT, AT + MINUTE, AT - HOUR, AT + HOUR, AT + 10 * HOUR):
        assert await send(world, at) == {}
    assert set(await send(world, AT + DAY)) == {GROUP, DISTRICT_GROUP}


async def test_p13_a_late_one_says_that_it_is_late(world):
    await send(world, AT - DAY)
    assert (await send(world, AT + HOUR))[GROUP].text.startswith("【补发】🌅")


async def test_one_that_is_too_late_is_skipped_and_the_office_told_once(world):
    await send(world, AT - DAY)
    said = await send(world, AT + 2 * DAY + 5 * HOUR)
    assert list(said) == [OFFICER]
    assert said[OFFICER].text.startswith("⚠️ 11月24日 11月25日 11月26日 的早报没有发出：")
    assert await send(world, AT + 2 * DAY + 6 * HOUR) == {}
    async with world.read() as c:
        rows = (await c.execute(select(slots.c.local_date, slots.c.state).order_by(slots.c.local_date))).all()
    assert [row.state for row in rows] == ["done", "skipped", "skipped", "skipped"]


async def test_nothing_is_skipped_before_the_first_day(world):
    assert await send(world, AT + 5 * HOUR) == {}


TIMES = office().district.basics.pushes["morning_digest"]


@pytest.mark.parametrize(
    ("on", "last", "days"),
    [
        ("day", date(2026, 12, 28), [29, 30, 31]),
        ("thu", date(2026, 12, 20), [24, 31]),
        ("28", date(2026, 11, 30), [28]),
        ("day", date(2027, 1, 5), []),
        ("day", None, [31]),
    ],
)
def test_the_turns_of_a_slot(on, last, days):
    found = turns(replace(TIMES, on=on), ZONE, local("2026-12-31T08:00"), last)
    assert [turn.day.day for turn in found] == days
    assert [turn.missed for turn in found] == [turn.day.day != 31 for turn in found]
