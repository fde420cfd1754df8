"""What the talks leave in the audit log: who was told who reported, who was invited and let in, which group is whose."""

import json

import pytest

from domain.audit import Head
from domain.people import Post, Role
from handlers import tell
from handlers.access import NotAllowed
from handlers.chat import groups, joining, query
from handlers.said import Words
from storage import audit, tickets
from storage.db import Database
from tests.support.desk import (
    GROUP,
    LI,
    OFFICE_POST,
    OFFICER,
    PATROL_POST,
    STRANGER,
    TOWN,
    WANG,
    ZHANG,
    enrol,
    handle,
    make_desk,
    office,
    press,
    say,
)
from tests.support.tickets import a_ticket, filed

NUMBER = "HJ20261123-0007"
PRESSES = {**query.PRESSES, **joining.PRESSES, **groups.PRESSES}


@pytest.fixture
async def world(db):
    """A ticket of TOWN, reported by ZHANG; LI may know who reported it, WANG may not."""
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.TOWN_LEADER, TOWN), "王五")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await filed(db, a_ticket(7), a_ticket(8))
    return db


async def noted(db: Database, action: str) -> list[tuple[int | None, str, dict[str, object]]]:
    """Actor, subject and details of the entries of one kind, in a log that is whole."""
    async with db.read() as c:
        assert isinstance(await audit.checked(c), Head)
        rows = await c.exec_driver_sql("select action, actor, subject, details from audit order by seq")
        return [(row[1], row[2], json.loads(row[3])) for row in rows if row[0] == action]


def button(verb: str, *args: object, chat: int) -> str:
    return office().sealer(chat)(verb, *args)


@pytest.mark.parametrize(("person", "seen"), [(ZHANG, []), (WANG, []), (LI, [LI]), (OFFICER, [OFFICER])])
@pytest.mark.parametrize("verb", ["see", "past"])
async def test_who_sees_who_reported_is_written_down_and_nobody_else(verb, person, seen, world):
    await press(world, PRESSES, button(verb, NUMBER, chat=person), person)
    assert await noted(world, "reporter_seen") == [(one, NUMBER, {}) for one in seen]


async def test_an_answer_with_a_card_is_written_down_like_a_press(world):
    await handle(world, query.ask, say(Words("7号"), OFFICER), "HJ20261123-0007")
    assert await noted(world, "reporter_seen") == [(OFFICER, NUMBER, {})]


@pytest.mark.parametrize(("words", "seen"), [("张三", 2), ("花园口镇", 0)])
async def test_to_search_for_somebodys_reports_is_to_learn_who_reported_them(words, seen, world):
    await handle(world, query.ask, say(Words(words), OFFICER), words)
    assert len(await noted(world, "reporter_seen")) == seen


async def test_a_notice_with_the_reporters_name_is_written_down_once(world):
    async def job(tx):
        desk = await make_desk(tx, say(Words("x"), ZHANG))
        await tell.new_ticket(desk, (await tickets.by_numbers(tx.c, [NUMBER]))[NUMBER])

    await world.write(job)
    assert await noted(world, "reporter_seen") == [(None, NUMBER, {"told": [LI]})]


async def test_an_invitation_and_the_post_that_it_gives_are_written_down(world):
    await press(world, PRESSES, button("inv", "patrol", chat=LI), LI)
    ((actor, code_hash, details),) = await noted(world, "invited")
    assert (actor, details["role"], details["town"]) == (LI, "patrol", TOWN)
    before = len(await noted(world, "post_given"))
    await press(world, PRESSES, button("join", code_hash, chat=STRANGER), STRANGER)
    assert [row[:2] for row in (await noted(world, "post_given"))[before:]] == [(LI, str(STRANGER))]


async def test_a_refused_press_leaves_nothing(world):
    with pytest.raises(NotAllowed):
        await press(world, PRESSES, button("inv", "office", chat=ZHANG), ZHANG)
    assert await noted(world, "invited") == []


async def test_a_binding_is_written_down_with_who_confirmed_it(world):
    await press(world, PRESSES, button("bind", TOWN, chat=GROUP), OFFICER, chat_id=GROUP)
    assert [row[:2] for row in await noted(world, "group_bound")] == [(OFFICER, str(GROUP))]


async def test_opening_a_ticket_is_its_first_move(world):
    assert [(row[0], row[1]) for row in await noted(world, "ticket_moved")] == [
        (ZHANG, NUMBER),
        (ZHANG, "HJ20261123-0008"),
    ]
