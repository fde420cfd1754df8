"""The look for what was forgotten, every five minutes, told once a change."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.message import Message
from domain.push import Push
from domain.ticket import State
from handlers.timed.auditor import look
from storage import findings, outbox
from storage.schema import tickets as ticket_rows
from storage.tx import Tx
from tests.support.desk import GROUP, NOW, OFFICE_POST, OFFICER, enrol, owed
from tests.support.tickets import a_ticket, filed

MINUTE = timedelta(minutes=1)
FIRST, SECOND = "HJ20261123-0001", "HJ20261123-0002"


@pytest.fixture
async def world(db):
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await filed(db, a_ticket(1), a_ticket(2), a_ticket(3, state=State.CLOSED))
    await next_action(db, None, NOW + 60 * MINUTE)
    return db


async def next_action(db, number, at):
    async def job(tx: Tx) -> None:
        change = update(ticket_rows).values(next_action_at=at)
        await tx.c.execute(change.where(ticket_rows.c.number == number) if number else change)

    await db.write(job)


async def told(db, at):
    before = {row.key for row in await owed(db)}
    await db.write(lambda tx: look(tx, at))
    return [row.text for row in await owed(db) if row.key not in before]


async def last(db):
    async with db.read() as c:
        return await findings.last(c)


async def test_where_all_is_well_nobody_hears_anything(world):
    assert await told(world, NOW) == []
    assert (await last(world)).what == ((), (), ())


async def test_an_open_ticket_without_a_next_action_is_told_and_gets_one(world):
    await next_action(world, FIRST, None)
    await next_action(world, "HJ20261123-0003", None)  # a closed one needs none
    assert await told(world, NOW) == ["⚠️ 自检发现：\n1 件在办工单缺少下一次提醒（已补上）：HJ20261123-0001"]
    assert (await last(world)).without == (FIRST,)
    assert await told(world, NOW + 5 * MINUTE) == ["✅ 自检恢复正常：提醒和消息均无遗漏。"]


async def test_a_call_that_was_not_made_is_told_once(world):
    await next_action(world, SECOND, NOW - 11 * MINUTE)
    assert "1 件工单到点未提醒：HJ20261123-0002" in (await told(world, NOW))[0]
    assert await told(world, NOW + 5 * MINUTE) == []
    await next_action(world, FIRST, NOW - 11 * MINUTE)
    assert "2 件工单" in (await told(world, NOW + 10 * MINUTE))[0]


async def test_it_looks_every_five_minutes(world):
    await told(world, NOW)
    await next_action(world, FIRST, None)
    assert await told(world, NOW + 5 * MINUTE - timedelta(seconds=1)) == []
    assert len(await told(world, NOW + 5 * MINUTE)) == 1


@pytest.mark.parametrize(
    ("minutes", "state", "count"), [(11, "waiting", 1), (11, "parked", 1), (9, "waiting", 0), (11, "sent", 0)]
)
async def test_a_due_push_that_did_not_go_out_is_told_by_its_chat(world, minutes, state, count):
    due = NOW - minutes * MINUTE

    async def job(tx: Tx) -> None:
        push = Push(key="k", chat_id=GROUP, due_at=due, expires_at=NOW + 60 * MINUTE, message=Message("x"))
        outbox.owe(tx, push, due)
        await tx.flush()
        await tx.c.execute(update(outbox.outbox).values(state=state))

    await world.write(job)
    texts = await told(world, NOW)
    assert [f"1 条消息到点 10 分钟后仍未送达：{GROUP}" in text for text in texts] == [True] * count
    assert (await last(world)).undelivered == count
