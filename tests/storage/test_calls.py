"""Calls and what carries them: who has to be looked at, what was dealt with, and what can still be taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from domain.message import Message
from domain.push import Push
from domain.ticket import State
from storage import calls, findings, outbox, slots
from storage.calls import CallState, Carried
from storage.findings import Findings
from storage.schema import outbox as pushes
from storage.schema import slots as slot_rows
from storage.tx import Tx
from tests.support.desk import GROUP, LI, NOW, fresh_db, owed
from tests.support.tickets import a_ticket, filed

MINUTE = timedelta(minutes=1)
ONE, TWO = "HJ20261123-0001", "HJ20261123-0002"


@pytest.fixture
async def db(tmp_path):
    async with fresh_db(tmp_path) as made:
        yield made


async def write(db, act):
    async def job(tx: Tx):
        return act(tx)

    await db.write(job)


async def read(db, ask, *args):
    async with db.read() as c:
        return await ask(c, *args)


def carry(tx, *carried):
    """Owe the pushes and write down what they carry."""
    for one in carried:
        push = Push(
            key=one.push_key, chat_id=one.chat_id, due_at=NOW, expires_at=NOW + MINUTE, message=Message("x")
        )
        outbox.owe(tx, push, NOW)
        calls.carry(tx, one)
        calls.keep(tx, one.call_key, one.number, at=NOW, state=CallState.CALLED)


LIST = (
    Carried("one", GROUP, "list", ONE, "owner"),
    Carried("two", GROUP, "list", TWO, "owner"),
)
SINGLE = Carried("one", LI, "single", ONE, "owner")


async def test_candidates_are_open_and_due_the_longest_waiting_first(db):
    await filed(
        db,
        a_ticket(1, next_action_at=NOW),
        a_ticket(2, next_action_at=NOW - MINUTE),
        a_ticket(3, next_action_at=NOW + MINUTE),
        a_ticket(4, next_action_at=NOW, state=State.CLOSED),
    )
    assert [ticket.sequence for ticket in await read(db, calls.candidates, NOW, 9)] == [2, 1]
    assert [ticket.sequence for ticket in await read(db, calls.candidates, NOW, 1)] == [2]


async def test_what_was_made_is_found_by_number_and_may_change_its_state(db):
    await write(db, lambda tx: calls.keep(tx, "one", ONE, at=NOW, state=CallState.HELD))
    assert await read(db, calls.made, [ONE, TWO]) == {ONE: {"one": CallState.HELD}, TWO: {}}
    await write(db, lambda tx: calls.keep(tx, "one", ONE, at=NOW, state=CallState.CALLED))
    assert (await read(db, calls.made, [ONE]))[ONE] == {"one": CallState.CALLED}


async def test_what_waits_about_a_ticket_is_taken_back_with_all_that_it_carries(db):
    await write(db, lambda tx: carry(tx, *LIST, SINGLE))
    found = await read(db, calls.not_yet_sent, ONE)
    assert set(found) == {*LIST, SINGLE}
    await write(db, lambda tx: calls.take_back(tx, found))
    assert {row.state for row in await owed(db)} == {"cancelled"}
    assert await read(db, calls.made, [ONE, TWO]) == {ONE: {}, TWO: {}}
    assert await read(db, calls.told, ["one", "two"]) == {}


@pytest.mark.parametrize(
    ("state", "still_here"), [("waiting", 1), ("parked", 1), ("sending", 0), ("sent", 0), ("failed", 0)]
)
async def test_only_what_is_not_on_its_way_can_be_taken_back(db, state, still_here):
    await write(db, lambda tx: carry(tx, SINGLE))
    await db.write(lambda tx: tx.c.execute(update(pushes).values(state=state)))
    assert len(await read(db, calls.not_yet_sent, ONE)) == still_here
    await write(db, lambda tx: calls.take_back(tx, [SINGLE]))
    assert [row.state for row in await owed(db)] == ["cancelled" if still_here else state]


async def test_a_chat_has_been_told_of_a_call_whatever_carried_it(db):
    await write(db, lambda tx: carry(tx, *LIST, SINGLE))
    assert await read(db, calls.told, ["one"]) == {("one", GROUP): True, ("one", LI): True}
    assert await read(db, calls.carried_by, ["single"]) == [SINGLE]


@pytest.mark.parametrize(("state", "arrived"), [("failed", False), ("expired", False), ("sent", True)])
async def test_it_is_known_whom_a_call_has_not_reached(db, state, arrived):
    await write(db, lambda tx: carry(tx, SINGLE))
    await db.write(lambda tx: tx.c.execute(update(pushes).values(state=state)))
    assert list((await read(db, calls.told, ["one"])).values()) == [arrived]


async def test_a_slot_is_taken_once(db):
    day = date(2026, 11, 23)
    assert await read(db, slots.last, "digest") is None
    await write(db, lambda tx: slots.done(tx, "digest", day, NOW))
    await write(db, lambda tx: slots.skipped(tx, "digest", day, NOW, "too late"))
    async with db.read() as c:
        (row,) = (await c.execute(slot_rows.select())).all()
    assert (row.state, row.note) == ("done", None)
    assert await read(db, slots.last, "digest") == day


async def test_the_last_findings_come_back_as_they_were(db):
    assert await read(db, findings.last) is None
    found = Findings(NOW, (ONE,), (TWO,), {GROUP: 2})
    await write(db, lambda tx: findings.keep(tx, Findings(NOW - MINUTE)))
    await write(db, lambda tx: findings.keep(tx, found))
    assert await read(db, findings.last) == found
    assert found.undelivered == 2
