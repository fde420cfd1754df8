"""Reminders: each once, to those who must hear it, and none that is not true any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.moves import accept, suspend
from domain.people import Post, Role
from domain.ticket import Source, State
from handlers.clocks import retime
from handlers.timed.calls import call_due
from handlers.timed.undelivered import tell_office
from storage import calls as store
from storage import tickets
from storage.calls import candidates
from storage.chats import DUTY
from storage.errors import TakenAlready
from storage.outbox_claim import claim
from storage.schema import call_pushes, calls, outbox
from storage.schema import chats as chat_rows
from storage.tx import Tx
from tests.support.desk import GROUP, LI, NOW, OFFICE_POST, OFFICER, TOWN, WANG, enrol, fresh_db, office, owed
from tests.support.moving import STAFF
from tests.support.tickets import a_ticket, filed

BUREAU_MAN, DUTY_CHAT = 1005, -4009
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NIGHT = NOW.replace(hour=15, minute=0)  # 23:00 in Zhengzhou
MORNING = NIGHT + 8 * HOUR


@pytest.fixture
async def world(db):
    """A town with its group, its staff LI and its leader WANG; the bureau, the office."""
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.TOWN_LEADER, TOWN), "王五")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await enrol(db, BUREAU_MAN, Post(Role.BUREAU_STAFF, unit="housing"), "钱七")
    await bound(db, GROUP, TOWN)
    return db


async def bound(db, chat, place):
    async def job(tx: Tx) -> None:
        row = {"id": chat, "kind": "group", "title": "示例群", "bound_to": place, "bot_status": "member"}
        tx.insert(chat_rows, row)

    await db.write(job)


def fresh(sequence=7, **more):
    """Assigned now: 30 minutes to accept, a day to fix."""
    at = more.pop("at", NOW)
    return a_ticket(sequence, **{"at": at, "assigned_at": at, "bureau": "housing"} | more)


def taken(sequence=7, **more):
    """Taken up by LI."""
    return fresh(sequence, **{"state": State.ACCEPTED, "accepted_at": NOW, "assignee_id": LI} | more)


async def tick(db, at):
    """What the job at this moment owes, by chat."""
    before = {row.key for row in await owed(db)}
    await db.write(lambda tx: call_due(tx, office(), at))
    return [row for row in await owed(db) if row.key not in before]


async def sent(db, at=NOW):
    """Everything that waits goes out."""

    async def job(tx: Tx) -> None:
        await tx.c.execute(update(outbox).where(outbox.c.state == "waiting").values(state="sent", sent_at=at))

    await db.write(job)


async def through(db, start, until, step=MINUTE):
    """Tick through a span; every message at once delivered. Gives (minutes from NOW, chat, text)."""
    said, at = [], start
    while at <= until:
        said += [((at - NOW) // MINUTE, row.chat_id, row.text) for row in await tick(db, at)]
        await sent(db, at)
        at += step
    return said


async def moved(db, move):
    async def job(tx: Tx) -> None:
        tx.take(f"ticket:{move.ticket.number}")
        tickets.save(tx, move)
        await retime(tx, move.ticket, move.ticket.next_action_at or NOW)

    await db.write(job)


async def states(db):
    return {(row.chat_id, row.key.split(":")[0]): row.state for row in await owed(db)}


async def one(db, number="HJ20261123-0007"):
    async with db.read() as c:
        return (await tickets.by_numbers(c, [number]))[number]


async def li(db):
    return await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")


async def test_nobody_accepts_and_everybody_hears_it_in_turn(world):
    await filed(world, fresh())
    said = await through(world, NOW, NOW + 3 * HOUR)
    assert [(at, chat) for at, chat, _ in said] == [
        *((20, chat) for chat in (GROUP, LI)),
        *((30, chat) for chat in (GROUP, LI)),
        *((45, chat) for chat in (GROUP, LI, WANG)),
        (90, BUREAU_MAN),
        (150, OFFICER),
    ]
    assert (
        said[0][2]
        == "⏰ <b>HJ20261123-0007</b> 距接单时限还有 <b>10 分钟</b>（今天 10:10）。裸露黄土 · 花园口镇 · 示例工地"
    )
    assert "接单时限已到" in said[2][2]
    assert "接单已超时 <b>15 分钟</b>" in said[4][2]


async def test_an_open_ticket_always_has_a_next_action_and_ends_in_a_daily_call(world):
    await filed(world, taken())
    said = await through(world, NOW, NOW + 6 * 24 * HOUR, 30 * MINUTE)
    daily = [(at, chat) for at, chat, text in said if "整改已超期" in text and chat == OFFICER]
    assert [at % 1440 for at, _ in daily[1:]] == [1380] * (len(daily) - 1)  # the first tick from 08:30 on
    assert (await one(world)).next_action_at > NOW + 6 * 24 * HOUR


async def test_a_ticket_that_is_taken_up_is_called_to_its_owner_and_the_group(world):
    await filed(world, taken())
    said = await tick(world, NOW + 22 * HOUR)
    assert {row.chat_id for row in said} == {GROUP, LI}
    assert "距整改期限还有 <b>2 小时</b>" in said[0].text
    assert {row.push_class for row in said} == {"critical"}


async def test_p14_a_restart_at_the_due_second_says_it_once(world, tmp_path):
    await filed(world, fresh())
    at = NOW + 20 * MINUTE
    assert len(await tick(world, at)) == 2
    assert await tick(world, at) == []
    async with fresh_db(tmp_path) as again:  # another process, the same file
        assert await tick(again, at + timedelta(seconds=1)) == []


async def test_of_what_fell_due_while_nobody_ran_only_the_newest_is_said(world):
    await filed(world, fresh())
    said = await tick(world, NOW + 50 * MINUTE)
    assert [row.chat_id for row in said] == [GROUP, LI, WANG]
    assert all("已超时 <b>20 分钟</b>" in row.text for row in said)
    async with world.read() as c:
        rows = (await c.execute(select(calls.c.state, calls.c.reason))).all()
    assert sorted(row.state for row in rows) == ["called", "skipped", "skipped"]


async def test_p09_a_clock_that_jumps_says_nothing_twice(world):
    await filed(world, fresh())
    assert await tick(world, NOW + 30 * MINUTE)
    assert await tick(world, NOW - 30 * MINUTE) == []
    assert await tick(world, NOW + 31 * MINUTE) == []


async def test_p15_what_waits_is_cancelled_when_somebody_accepts(world):
    await filed(world, fresh())
    await tick(world, NOW + 20 * MINUTE)
    await moved(world, accept(await one(world), at=NOW + 21 * MINUTE, by=await li(world)))
    assert set((await states(world)).values()) == {"cancelled"}
    assert await tick(world, NOW + 46 * MINUTE) == []


async def test_what_was_skipped_for_a_call_that_is_taken_back_is_said_instead(world):
    await filed(world, fresh(fix_due_at=NOW + 2 * HOUR + 25 * MINUTE))
    await tick(world, NOW + 31 * MINUTE)  # to accept is due now; that two hours are left was six minutes ago
    await moved(world, accept(await one(world), at=NOW + 31 * MINUTE, by=await li(world)))
    said = await tick(world, NOW + 31 * MINUTE)
    assert {row.chat_id for row in said} == {GROUP, LI}
    assert all("距整改期限还有 <b>1 小时 54 分钟</b>" in row.text for row in said)


async def test_what_is_on_its_way_is_not_taken_back_nor_repeated(world):
    await filed(world, fresh())
    await tick(world, NOW + 20 * MINUTE)

    async def job(tx: Tx) -> None:
        await claim(tx, NOW + 20 * MINUTE, "me", until=NOW + 21 * MINUTE, most=9, pick=lambda _: True)

    await world.write(job)
    await moved(world, replace_due(await one(world), NOW + 40 * MINUTE))
    assert set((await states(world)).values()) == {"sending"}


def replace_due(ticket, accept_due_at):
    """The deadline is moved; a move of no name."""
    move = accept(ticket, at=NOW + 20 * MINUTE, by=replace(STAFF, id=LI, post=Post(Role.TOWN_STAFF, TOWN)))
    return replace(
        move, ticket=replace(move.ticket, state=State.ASSIGNED, accept_due_at=accept_due_at, assignee_id=None)
    )


async def test_a_moved_deadline_is_called_by_its_new_time(world):
    await filed(world, fresh())
    await tick(world, NOW + 20 * MINUTE)
    await moved(world, replace_due(await one(world), NOW + 60 * MINUTE))
    said = await through(world, NOW + 20 * MINUTE, NOW + 60 * MINUTE)
    assert [(at, chat) for at, chat, _ in said] == [(50, GROUP), (50, LI), (60, GROUP), (60, LI)]


async def test_a_closed_ticket_is_called_no_more(world):
    await filed(world, fresh())
    ticket = await one(world)
    await moved(
        world,
        replace(replace_due(ticket, None), ticket=replace(ticket, state=State.CLOSED, next_action_at=None)),
    )
    assert await through(world, NOW, NOW + 3 * HOUR, 10 * MINUTE) == []


async def test_p16_many_deadlines_of_one_minute_are_one_message_a_chat(world):
    await filed(world, *(fresh(at) for at in range(1, 501)))
    said = await tick(world, NOW + 20 * MINUTE)
    assert sorted(row.chat_id for row in said) == [GROUP, LI]
    assert "500 件工单" in said[0].text
    assert said[0].text.count("\n") == 11
    assert len(said[0].text) < 4000
    async with world.read() as c:
        assert len((await c.execute(select(call_pushes).where(call_pushes.c.chat_id == GROUP))).all()) == 500


async def test_seconds_apart_they_are_still_few_messages(world):
    await filed(
        world,
        *(fresh(at, accept_due_at=NOW + timedelta(minutes=30, seconds=at % 60)) for at in range(1, 501)),
    )
    said, at = [], NOW + 20 * MINUTE
    while at <= NOW + 32 * MINUTE:
        said += [row for row in await tick(world, at) if row.chat_id == GROUP]
        at += timedelta(seconds=5)
    assert 0 < len(said) <= 4


async def test_few_deadlines_are_said_one_by_one(world):
    await filed(world, *(fresh(at) for at in range(1, 4)))
    assert len([row for row in await tick(world, NOW + 20 * MINUTE) if row.chat_id == GROUP]) == 3


async def test_a_list_that_waits_is_taken_back_and_the_others_are_called_again_where_they_were_not_heard(
    world,
):
    await filed(world, *(fresh(at) for at in range(1, 11)))
    await tick(world, NOW + 20 * MINUTE)

    async def only_the_group_waits(tx: Tx) -> None:
        await tx.c.execute(update(outbox).where(outbox.c.chat_id == LI).values(state="sent"))

    await world.write(only_the_group_waits)
    await moved(world, accept(await one(world, "HJ20261123-0003"), at=NOW + 21 * MINUTE, by=await li(world)))
    (again,) = await tick(world, NOW + 21 * MINUTE)
    assert again.chat_id == GROUP
    assert "9 件工单" in again.text
    assert "0003" not in again.text
    assert [row.state for row in await owed(world) if row.chat_id == GROUP] == ["cancelled", "waiting"]


async def test_two_of_one_waiting_list_do_not_move_in_one_transaction(world):
    await filed(world, *(fresh(at) for at in range(1, 11)))
    await tick(world, NOW + 20 * MINUTE)

    async def job(tx: Tx) -> None:
        for number in ("HJ20261123-0001", "HJ20261123-0002"):
            tx.take(f"ticket:{number}")
            await retime(tx, await one(world, number), NOW)

    with pytest.raises(TakenAlready):
        await world.write(job)


async def test_a_ticket_that_moves_in_the_same_transaction_is_looked_at_later(world):
    await filed(world, fresh())

    async def job(tx: Tx) -> int:
        tx.take("ticket:HJ20261123-0007")
        return await call_due(tx, office(), NOW + 20 * MINUTE)

    assert await world.write(job) == 0
    assert len(await tick(world, NOW + 20 * MINUTE)) == 2


async def test_in_the_quiet_hours_nobody_is_woken_and_in_the_morning_it_is_said_once(world):
    await filed(world, fresh(at=NIGHT))
    said = await through(world, NIGHT, MORNING + HOUR, 5 * MINUTE)
    assert {at for at, _, _ in said} == {(MORNING - NOW) // MINUTE}
    assert [chat for _, chat, _ in said] == [GROUP, LI, WANG, BUREAU_MAN, OFFICER]


async def test_the_duty_chat_hears_everything_in_the_quiet_hours_and_not_again_in_the_morning(world):
    await bound(world, DUTY_CHAT, DUTY)
    await filed(world, fresh(at=NIGHT))
    said = await through(world, NIGHT, MORNING + HOUR, 5 * MINUTE)
    at_night = [(at, chat) for at, chat, _ in said if at < (MORNING - NOW) // MINUTE]
    assert [(at - (NIGHT - NOW) // MINUTE, chat) for at, chat in at_night] == [
        (minutes, DUTY_CHAT) for minutes in (20, 30, 45, 90, 150)
    ]
    assert [chat for at, chat, _ in said if (at, chat) not in at_night] == [
        GROUP,
        LI,
        WANG,
        BUREAU_MAN,
        OFFICER,
    ]


async def test_what_is_urgent_is_said_at_night(world):
    await filed(world, fresh(at=NIGHT, source=Source.NIGHT))
    assert {row.chat_id for row in await tick(world, NIGHT + 20 * MINUTE)} == {GROUP, LI}


async def test_a_level_without_anybody_is_replaced_by_the_next(db):
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await filed(db, fresh())
    assert [row.chat_id for row in await tick(db, NOW + 20 * MINUTE)] == [OFFICER]


async def test_a_call_that_cannot_be_delivered_goes_to_the_next_level(world):
    await filed(world, taken())
    await tick(world, NOW + 22 * HOUR)
    before = {row.key for row in await owed(world)}

    async def job(tx: Tx) -> None:
        pushes = await claim(tx, NOW + 22 * HOUR, "me", until=NOW + 23 * HOUR, most=9, pick=lambda _: True)
        (to_li,) = [one.push for one in pushes if one.push.chat_id == LI]
        await tell_office(tx, office(), to_li, "bot was blocked", NOW + 22 * HOUR)

    await world.write(job)
    told = {row.chat_id: row for row in await owed(world) if row.key not in before}
    assert set(told) == {OFFICER, WANG}
    assert "距整改期限还有 <b>2 小时</b>" in told[WANG].text


async def test_a_call_that_is_made_anew_goes_above_whoever_it_did_not_reach(world):
    await filed(world, taken())
    await tick(world, NOW + 24 * HOUR)

    async def taken_back(tx: Tx) -> None:
        await tx.c.execute(update(outbox).where(outbox.c.chat_id == WANG).values(state="failed"))
        number = (await one(world)).number
        store.take_back(
            tx, await store.not_yet_sent(tx.c, number)
        )  # another ticket of the same list has moved
        tickets.look_again(tx, number, NOW + 24 * HOUR)

    await world.write(taken_back)
    assert BUREAU_MAN in {row.chat_id for row in await tick(world, NOW + 24 * HOUR + MINUTE)}


async def test_a_suspension_ends_by_itself_and_its_owner_hears_of_it(world):
    await enrol(world, OFFICER, OFFICE_POST, "赵六")
    await filed(world, taken())
    officer = await enrol(world, OFFICER, OFFICE_POST, "赵六")
    until = NOW + 24 * HOUR
    await moved(world, suspend(await one(world), until=until, reason="雨雪", at=NOW + HOUR, by=officer))
    assert await through(world, NOW + HOUR, until - MINUTE, 30 * MINUTE) == []
    said = await tick(world, until)
    assert {row.chat_id for row in said} == {GROUP, LI}
    assert "挂起到期，恢复计时" in said[0].text
    back = await one(world)
    assert (back.state, back.fix_due_at) == (State.ACCEPTED, until + 23 * HOUR)


async def test_suspensions_that_end_together_are_one_message_a_chat(world):
    officer = await enrol(world, OFFICER, OFFICE_POST, "赵六")
    await filed(world, *(taken(at) for at in range(1, 501)))
    until = NOW + 24 * HOUR

    async def job(tx: Tx) -> None:
        for ticket in await candidates(tx.c, NOW, 500):
            tickets.save(tx, suspend(ticket, until=until, reason="雨雪", at=NOW + HOUR, by=officer))

    await world.write(job)
    said = await tick(world, until)
    assert {row.chat_id for row in said} == {GROUP, LI}
    assert len(said) == 2
    assert said[0].text.startswith("▶️ 500 件工单挂起到期，恢复计时：\n1. <b>HJ20261123-0001</b>")
    assert "整改剩 23 小时" in said[0].text


async def test_who_looks_at_a_fix_is_called_within_working_hours(world):
    inspector = 1006
    await enrol(world, inspector, Post(Role.INSPECTOR), "孙八")
    await filed(world, taken(state=State.FIXED, fixed_at=NOW, fixed_by=LI))
    said = await through(world, NOW, NOW + 30 * HOUR, 10 * MINUTE)
    assert {chat for _, chat, _ in said} >= {inspector, OFFICER}
    assert not {chat for _, chat, _ in said} & {GROUP, LI, WANG}


async def test_what_no_town_has_is_called_to_the_office(world):
    await filed(
        world, fresh(state=State.REPORTED, town=None, assigned_at=None, accept_due_at=None, fix_due_at=None)
    )
    assert [row.chat_id for row in await tick(world, NOW + 30 * MINUTE)] == [OFFICER]


async def test_nothing_personal_is_in_a_groups_reminders(world):
    await filed(world, *(taken(at) for at in range(1, 6)))
    shown = "".join(str(row.message) for row in await tick(world, NOW + 22 * HOUR) if row.chat_id == GROUP)
    assert not [word for word in ("张三", "李四", "裸土没盖", "34.9123", "113.5123") if word in shown]
