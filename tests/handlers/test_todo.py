"""What waits for whom: by role, the longest due first, two taps from being done."""

from datetime import timedelta

import pytest

from cards.catalogue import label
from domain.draft import Draft
from domain.people import Post, Role
from domain.ticket import State
from handlers.chat.todo import PRESSES, todo
from handlers.said import Words
from storage import drafts
from storage.tx import Tx
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
    press,
    say,
)
from tests.support.tickets import a_ticket, filed

INSPECTOR, BUREAU = 1005, 1006
HOUR = timedelta(hours=1)
ASKED = {"extension_until": NOW + 48 * HOUR, "extension_by": LI, "extension_reason": "停工"}
FIXED = {"state": State.FIXED, "fixed_at": NOW - HOUR, "fixed_by": LI, "fixed_unit": TOWN}


@pytest.fixture
async def full(db):
    """One ticket of each kind; 16 is the own work of who became an inspector."""
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.TOWN_LEADER, OTHER_TOWN), "王五")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await enrol(db, INSPECTOR, Post(Role.INSPECTOR), "孙七")
    await enrol(db, BUREAU, Post(Role.BUREAU_STAFF, unit="housing"), "周八")
    await filed(
        db,
        a_ticket(10),
        a_ticket(11, state=State.ACCEPTED, fix_due_at=NOW - HOUR, assignee_id=LI, bureau="housing"),
        a_ticket(12, town=OTHER_TOWN),
        a_ticket(13, state=State.REPORTED, town=None, accept_due_at=None, fix_due_at=None),
        a_ticket(14, state=State.ACCEPTED, assignee_id=LI, **ASKED),
        a_ticket(15, **FIXED),
        a_ticket(16, **FIXED | {"fixed_by": INSPECTOR}),
        a_ticket(17, **FIXED | {"fixed_at": NOW - 30 * HOUR}),
        a_ticket(18, state=State.CLOSED, closed_at=NOW),
        a_ticket(19, state=State.ACCEPTED, assignee_id=ZHANG),
    )
    return db


async def listed(db, person_id):
    (shown,) = await handle(db, todo, say(Words("待办"), person_id), "")
    return shown


def numbers(shown):
    return [int(line.split("</b>")[0][-4:]) for line in shown.text.split("\n") if "</b>" in line]


@pytest.mark.parametrize(
    ("person_id", "expected"),
    [
        (ZHANG, [19]),
        (LI, [11, 10, 14, 19]),
        (WANG, [12]),
        (BUREAU, [11]),
        (INSPECTOR, [17, 15, 14]),
        (OFFICER, [17, 11, 13, 14]),
    ],
)
async def test_everybody_sees_what_waits_for_them_the_longest_due_first(full, person_id, expected):
    assert numbers(await listed(full, person_id)) == expected


async def test_an_extension_does_not_wait_for_who_asked_for_it(full):
    await filed(full, a_ticket(30, state=State.ACCEPTED, **ASKED | {"extension_by": OFFICER}))
    assert 30 not in numbers(await listed(full, OFFICER))
    assert 30 in numbers(await listed(full, INSPECTOR))


async def test_how_much_of_what_is_said_first(full):
    head = (await listed(full, INSPECTOR)).text.split("\n")[0]
    assert head == "待办 3 件：延期待批 1 · 待核查 2"


async def test_the_first_tap_on_finished_work_shows_its_outcomes(full):
    tokens = {name: button.token for name, button in (await listed(full, INSPECTOR)).buttons.items()}
    assert tokens["1"].startswith("verify_close.HJ20261123-0017.")
    assert tokens["3"].startswith("see.HJ20261123-0014.")


async def test_pages_are_turned_and_an_emptied_page_is_the_first(full):
    await filed(full, *(a_ticket(40 + n) for n in range(8)))
    first = await listed(full, LI)
    assert (len(numbers(first)), "▶" in first.buttons) == (8, True)
    (second,) = await press(full, PRESSES, first.buttons["▶"].token, LI)
    assert (second.act, len(numbers(second))) == ("edit", 4)
    (again,) = await press(full, PRESSES, office().sealer(LI)("todo", 9), LI)
    assert numbers(again) == numbers(first)


async def test_todo_of_a_patrol_has_unfinished_reports_and_what_was_sent_back(full):
    await filed(full, a_ticket(20, reopened=1, state=State.ACCEPTED))
    draft = Draft("d1", ZHANG, ZHANG, NOW - timedelta(hours=1), NOW + timedelta(hours=1))

    async def job(tx: Tx) -> None:
        drafts.save(tx, draft)

    await full.write(job)
    (shown,) = await handle(full, todo, say(Words("待办"), ZHANG), "")
    assert "未完成的上报：今天 08:40" in shown.text
    assert "HJ20261123-0020" in shown.text
    assert "0010" not in shown.text


async def test_nothing_to_do_is_said(db):
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    (shown,) = await handle(db, todo, say(Words("待办"), LI), "")
    assert shown.text == label("zh", "todo.nothing")
