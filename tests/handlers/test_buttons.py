"""Buttons that are old, copied, forwarded, altered or pressed again: each press is answered, and does nothing more."""

import pytest
from sqlalchemy import select

from cards.catalogue import label
from domain.people import Post, Role
from domain.ticket import State
from storage import chats, schema
from storage.chats import Chat
from tests.support.desk import (
    GROUP,
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    TOWN,
    WANG,
    ZHANG,
    enrol,
    office,
    owed,
)
from tests.support.post import mill, press
from tests.support.tickets import a_ticket, filed

NUMBER = "HJ20261123-0007"
OTHER_GROUP = GROUP - 1
UNKNOWN = label("zh", "errors.unknown_button")
LATER = int(NOW.timestamp()) + 30 * 3600
# every button of a move that carries the version of its ticket, in a state in which it may be pressed
MOVES = {
    State.ASSIGNED: [
        *(("accept",), ("not_ours",), ("nowhy", 1), ("hand_over",), ("handto", WANG), ("fix",)),
        *(("ask_extension",), ("moretill", 1), ("morewhy", 1, LATER)),
        *(("move",), ("moveto", "410108003"), ("refuse",), ("because", 1)),
        *(("suspend",), ("stoptill", 3), ("stopwhy", 1, LATER)),
    ],
    State.FIXED: [("verify_close",), ("outcome", "rectified"), ("send_back",), ("backwhy", 1)],
    State.CLOSED: [("reopen",), ("openwhy", 1)],
}


@pytest.fixture
async def at(tmp_path):
    """LI and WANG work for the town, OFFICER in the office; two groups of the town have cards."""
    async with mill(tmp_path) as at:
        for person, name in ((LI, "李四"), (WANG, "王五")):
            await enrol(at.db, person, Post(Role.TOWN_STAFF, TOWN), name)
        await enrol(at.db, OFFICER, OFFICE_POST, "赵六")

        async def bind(tx):
            for group in (GROUP, OTHER_GROUP):
                room = Chat(group, "supergroup", "示例群", None, None, "member")
                chats.bind(tx, room, TOWN, by=OFFICER, at=NOW, thread_id=None)

        await at.db.write(bind)
        yield at


def token(chat, verb, *args):
    return office().sealer(chat)(verb, NUMBER, *args)


async def pressed(at, *presses):
    """How each was answered, in order, and what else came of them."""
    before = {row.key for row in await owed(at.db)}
    await at.take(*presses)
    await at.work()
    new = [row for row in await owed(at.db) if row.key not in before]
    answers = {row.key: row.note for row in new if row.act == "answer"}
    queries = [f"answer:{one['callback_query']['id']}" for one in presses]
    assert set(answers) == set(queries)
    return [answers[key] for key in queries], [row for row in new if row.act != "answer"]


async def state(at):
    (row,) = await at.rows(select(schema.tickets.c.state, schema.tickets.c.version))
    return tuple(row)


async def test_u17_no_character_of_a_button_can_be_altered(at):
    await filed(at.db, a_ticket(7))
    good = token(LI, "accept", 1)
    others = [chr(ord(letter) ^ 1) for letter in good]
    altered = [good[:n] + other + good[n + 1 :] for n, other in enumerate(others)]
    altered += [good[:-1], good + "A", good.upper(), "", "."]
    answers, rest = await pressed(at, *(press(n, one, person=LI) for n, one in enumerate(altered, 1)))
    assert (set(answers), rest, await state(at)) == ({UNKNOWN}, [], ("assigned", 1))
    await pressed(at, press(900, good, person=LI))
    assert await state(at) == ("accepted", 2)


@pytest.mark.parametrize(
    ("made_for", "used_in", "by"),
    [(LI, WANG, WANG), (LI, GROUP, LI), (GROUP, LI, LI), (GROUP, OTHER_GROUP, LI)],
    ids=["copied by a colleague", "taken to a group", "taken from a group", "forwarded to another group"],
)
async def test_u17_a_button_works_only_in_the_chat_for_which_it_was_made(at, made_for, used_in, by):
    await filed(at.db, a_ticket(7))
    data = token(made_for, "accept", 1)
    answers, rest = await pressed(at, press(1, data, person=by, chat=used_in))
    assert (answers, rest, await state(at)) == ([UNKNOWN], [], ("assigned", 1))
    await pressed(at, press(2, data, person=LI, chat=made_for))
    assert await state(at) == ("accepted", 2)


@pytest.mark.parametrize("person", [ZHANG, 4242], ids=["a patrol", "somebody who has not joined"])
async def test_u17_the_wrong_person_under_the_card_of_a_group_is_told_so_and_nobody_else_hears_it(at, person):
    await filed(at.db, a_ticket(7))
    (answer,), rest = await pressed(at, press(1, token(GROUP, "accept", 1), person=person, chat=GROUP))
    assert answer in {label("zh", "errors.NotYours"), label("zh", "errors.NotAMember")}
    assert (rest, await state(at)) == ([], ("assigned", 1))


@pytest.mark.parametrize(("stands", "verb"), [(kind, one) for kind, every in MOVES.items() for one in every])
async def test_u17_a_button_from_before_the_last_change_says_how_it_stands_now(at, stands, verb):
    await filed(at.db, a_ticket(7, state=stands, version=3, fixed_at=NOW, assignee_id=WANG))
    person = LI if verb in MOVES[State.ASSIGNED][:9] else OFFICER
    name, *more = verb
    (answer,), rest = await pressed(at, press(1, token(person, name, 2, *more), person=person))
    assert NUMBER in answer
    assert label("zh", f"ticket.state_{stands.value}") in answer
    assert (rest, await state(at)) == ([], (stands.value, 3))


async def test_u17_the_loser_of_a_race_for_a_ticket_is_told_who_has_it(at):
    await filed(at.db, a_ticket(7))
    presses = [press(n, token(who, "accept", 1), person=who) for n, who in ((1, WANG), (2, LI))]
    (_, second), _ = await pressed(at, *presses)
    assert "王五" in second
    assert await state(at) == ("accepted", 2)


@pytest.mark.parametrize("times", [3, 5])
async def test_u17_pressed_again_and_again_it_counts_once_and_each_press_is_answered(at, times):
    await filed(at.db, a_ticket(7))
    data = token(GROUP, "accept", 1)
    answers, _ = await pressed(at, *(press(n, data, person=LI, chat=GROUP) for n in range(1, times + 1)))
    assert all(answers[1:])
    assert await state(at) == ("accepted", 2)
    moves = await at.rows(select(schema.history.c.move).where(schema.history.c.move == "accept"))
    assert len(moves) == 1


async def test_u17_a_press_that_the_client_sends_anew_has_one_answer_and_one_effect(at):
    await filed(at.db, a_ticket(7))
    data = token(LI, "accept", 1)
    await pressed(at, *(press(n, data, person=LI, query="q9") for n in (1, 2, 3)))
    assert await state(at) == ("accepted", 2)


async def test_u17_a_card_so_old_that_the_channel_has_forgotten_its_day_is_answered(at):
    await filed(at.db, a_ticket(7, version=3))
    old = press(1, token(LI, "accept", 1), person=LI)
    old["callback_query"]["message"]["date"] = 0  # what an inaccessible message says
    (answer,), _ = await pressed(at, old)
    assert NUMBER in answer
    assert await state(at) == ("assigned", 3)


async def test_a_button_of_a_verb_that_nobody_knows_any_more_is_answered(at):
    await filed(at.db, a_ticket(7))
    answers, rest = await pressed(at, press(1, token(LI, "gone_long_ago", 1), person=LI))
    assert (answers, rest) == ([UNKNOWN], [])
