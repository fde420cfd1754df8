"""Consequences in the chat: proposed once, decided by two, seen by few, and never told to a group."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from domain.people import Post, Role
from domain.ticket import Outcome, State
from handlers import router
from handlers.said import ChatKind, Press, Words
from handlers.timed.consequences import propose
from storage import consequences
from storage.schema import audit
from storage.schema import chats as chat_rows
from tests.support.desk import (
    GROUP,
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    PATROL_POST,
    TOWN,
    WANG,
    ZHANG,
    command,
    enrol,
    handle,
    office,
    owed,
    say,
)
from tests.support.tickets import a_ticket, filed

_presses = count(1)
SECOND, DAY = 1005, timedelta(days=1)
LATE = {"state": State.ACCEPTED, "fix_due_at": NOW - 4 * DAY, "accepted_at": NOW - 5 * DAY, "assignee_id": LI}


@pytest.fixture
async def world(db):
    """Two of the office, a leader, one of the town's staff and a patrol; the town's group is bound."""
    posts = {
        OFFICER: OFFICE_POST,
        SECOND: OFFICE_POST,
        WANG: Post(Role.TOWN_LEADER, TOWN),
        LI: Post(Role.TOWN_STAFF, TOWN),
        ZHANG: PATROL_POST,
    }
    for one, post in posts.items():
        await enrol(db, one, post)
    row = {"id": GROUP, "kind": "group", "title": "示例群", "bound_to": TOWN, "bot_status": "member"}

    async def bind(tx):
        tx.insert(chat_rows, row)

    await db.write(bind)
    return db


async def look(db, now=NOW):
    return await db.write(lambda tx: propose(tx, office(), now))


async def one_waiting(db):
    async with db.read() as c:
        return (await consequences.waiting(c))[0]


async def decide(db, verb, person, one=None):
    """Press a button of the card through the router, which answers what is refused."""
    one = one or await one_waiting(db)
    token = office().sealer(person)(verb, one.id, one.version)
    return await handle(db, router.route, say(Press(f"q{next(_presses)}", token, 7), person))


async def typed(db, person, text):
    return await handle(db, router.route, say(Words(text), person))


async def test_the_rules_propose_each_thing_once_and_tell_the_office_alone(world):
    tickets = [a_ticket(at, site_id="s1", site="示例工地", **LATE) for at in (1, 2, 3)]
    stopped = a_ticket(4, state=State.CLOSED, closed_at=NOW - DAY, outcome=Outcome.STOPPED.value)
    await filed(world, *tickets, stopped)
    assert await look(world) == 5  # three late, one site, one stopped
    assert await look(world) == 0
    assert await look(world, NOW + DAY) == 0
    told = await owed(world)
    assert {row.chat_id for row in told} == {OFFICER, SECOND}
    assert "建议处置 <b>5</b> 件" in told[0].text
    assert "黑名单 · 花园口镇 · 示例工地 · 待确认" in told[0].text


async def test_nothing_is_proposed_before_the_hour_of_the_district(world):
    await filed(world, a_ticket(1, **LATE))
    assert await look(world, NOW - timedelta(minutes=11)) == 0
    assert await look(world) == 1


async def test_five_missed_deadlines_of_a_town_make_a_talk(world):
    fixed = {"state": State.FIXED, "fix_due_at": NOW - DAY, "fixed_at": NOW - DAY / 2}
    await filed(world, *(a_ticket(at, **fixed) for at in range(1, 5)))
    assert await look(world) == 0
    await filed(world, a_ticket(5, **fixed))
    assert await look(world, NOW + DAY) == 1
    assert (await one_waiting(world)).kind == "talk"


async def test_costs_then_two_people_put_substitute_work_in_force_and_the_leader_hears_of_it(world):
    await filed(world, a_ticket(1, **LATE))
    await look(world)
    refused = await decide(world, "csconfirm", OFFICER)
    assert "请先填写费用" in refused[0].note
    await decide(world, "cscosts", OFFICER)
    assert "一行一项" in (await typed(world, OFFICER, "防尘网"))[0].text
    costed = await typed(world, OFFICER, "防尘网 3500\n人工 800")
    assert "合计 <b>4,300.00</b> 元" in costed[0].text
    await decide(world, "csconfirm", OFFICER)
    again = await decide(world, "csconfirm", OFFICER)
    assert "须由另一位同志" in again[0].note
    done = await decide(world, "csconfirm", SECOND)
    leader = next(row for row in done if row.chat_id == WANG)
    assert "<b>有偿整改</b> · 已生效" in leader.text
    assert "确认" not in leader.buttons
    shown = await typed(world, OFFICER, "问责")
    assert "扣减工作经费：花园口镇 <b>4,300.00</b> 元" in shown[0].text


async def test_an_old_button_does_nothing_and_shows_how_it_stands_now(world):
    await typed(world, OFFICER, "问责 约谈 花园口镇 连续三周超期")
    old = await one_waiting(world)
    await decide(world, "csconfirm", SECOND)
    again = await decide(world, "csconfirm", SECOND, old)
    assert "刚刚有变化" in again[0].note
    assert "已生效" in again[1].text


async def test_refusing_asks_why_and_keeps_the_reason(world):
    await filed(world, a_ticket(1, **LATE))
    await look(world)
    assert "为什么不采纳" in (await decide(world, "csrefuse", OFFICER))[0].text
    assert "已在施工" in (await typed(world, OFFICER, "已在施工"))[0].text
    async with world.read() as c:
        assert await consequences.waiting(c) == []


async def test_one_that_is_registered_by_hand_has_the_first_confirmation(world):
    shown = await typed(world, OFFICER, "问责 约谈 花园口镇 连续三周超期")
    assert "<b>约谈</b> · 待第二人确认" in shown[0].text
    one = await one_waiting(world)
    assert (one.town, one.confirmed_by, one.reason) == (TOWN, OFFICER, "连续三周超期")
    assert {row.chat_id for row in shown} == {OFFICER, SECOND}


@pytest.mark.parametrize("text", ["问责 约谈", "问责 表扬 花园口镇 很好", "问责 花园口镇"])
async def test_what_cannot_be_registered_is_told_how(world, text):
    assert "请这样登记" in (await typed(world, OFFICER, text))[0].text


@pytest.mark.parametrize("person", [ZHANG, LI])
async def test_patrols_and_staff_see_nothing_of_it(world, person):
    assert "没有这个权限" in (await typed(world, person, "问责"))[0].text
    await typed(world, OFFICER, "问责 约谈 花园口镇 超期")
    for verb in ("cssee", "csconfirm", "csrefuse"):
        answers = [row.note for row in await decide(world, verb, person) if row.note]
        assert answers == ["没有找到，或者不在您的权限内。"]


async def test_a_leader_sees_the_own_town_only_once_it_is_in_force(world):
    await typed(world, OFFICER, "问责 约谈 花园口镇 超期")
    assert "约谈" not in (await typed(world, WANG, "问责"))[0].text
    await decide(world, "csconfirm", SECOND)
    shown = (await typed(world, WANG, "问责"))[0].text
    assert "1. 约谈 · 花园口镇 · 已生效" in shown
    assert "登记" not in shown


async def test_a_group_hears_nothing_and_gets_no_answer_but_to_write_in_private(world):
    await typed(world, OFFICER, "问责 约谈 花园口镇 超期")
    await decide(world, "csconfirm", SECOND)
    assert GROUP not in {row.chat_id for row in await owed(world)}
    asked = await handle(
        world,
        router.route,
        command("consequences", person_id=OFFICER, chat_id=GROUP, chat_kind=ChatKind.GROUP),
    )
    assert [row.text for row in asked] == ["请私聊我办理。"]


async def test_every_step_is_in_the_audit_log(world):
    await typed(world, OFFICER, "问责 约谈 花园口镇 超期")
    await decide(world, "csconfirm", SECOND)
    async with world.read() as c:
        found = await c.execute(
            select(audit.c.actor, audit.c.details)
            .where(audit.c.action == "consequence")
            .order_by(audit.c.seq)
        )
        steps = [(row.actor, '"in_force"' in row.details) for row in found]
    assert steps == [(OFFICER, False), (SECOND, True)]
