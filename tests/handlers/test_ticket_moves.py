"""What the office does with a ticket, and who hears of it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from cards.catalogue import label
from domain.people import Post, Role
from domain.ticket import AlreadyEnded, NotYours, State
from handlers import tell
from handlers.chat import query, ticket_moves
from handlers.router import route
from handlers.said import Words
from storage import tickets
from storage.schema import chats as chat_rows
from storage.schema import outbox
from storage.tx import Tx
from tests.support.desk import (
    GROUP,
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
from tests.support.tickets import a_ticket, filed, report_of

OTHER_GROUP = GROUP - 1
PRESSES = {**query.PRESSES, **ticket_moves.PRESSES}
NUMBER = "HJ20261123-0007"


@pytest.fixture
async def world(db):
    """A ticket of TOWN with its card in the town's group; WANG serves in the other town."""
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.TOWN_LEADER, OTHER_TOWN), "王五")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await filed(db, a_ticket(7))

    async def bind(tx: Tx) -> None:
        for chat, town in ((GROUP, TOWN), (OTHER_GROUP, OTHER_TOWN)):
            row = {"id": chat, "kind": "group", "title": "示例群", "bound_to": town, "bot_status": "member"}
            tx.insert(chat_rows, row)

    await db.write(bind)
    return db


async def published(db):
    return await handle(db, tell.new_ticket, say(Words("提交"), ZHANG), a_ticket(7))


async def pushed(db, verb, *args, person_id=OFFICER):
    return await press(db, PRESSES, office().sealer(person_id)(verb, NUMBER, *args), person_id)


async def ticket(db):
    async with db.read() as c:
        return (await tickets.by_numbers(c, [NUMBER]))[NUMBER]


def by_chat(rows):
    return {(row.chat_id, row.act): row for row in rows}


async def test_a_new_ticket_is_in_the_towns_group_and_with_its_people(world):
    rows = by_chat(await published(world))
    assert set(rows) == {(GROUP, "send"), (LI, "send")}
    assert rows[GROUP, "send"].key == f"card:{NUMBER}:{GROUP}"
    assert "10:10 前接单 · 11月24日 09:40 前整改" in rows[GROUP, "send"].text
    assert "上报人：张三" in rows[LI, "send"].text


async def test_the_card_of_the_group_holds_no_canary(world):
    card = by_chat(await published(world))[GROUP, "send"]
    shown = str(card.message)
    assert not [word for word in ("张三", str(ZHANG), "裸土没盖", "34.9123", "113.5123") if word in shown]
    assert "34.912000" in shown


async def test_reassigning_moves_cards_notices_and_deadlines(world):
    await published(world)
    rows = by_chat(await pushed(world, "moveto", 1, OTHER_TOWN))
    assert {
        (GROUP, "edit"),
        (OTHER_GROUP, "send"),
        (WANG, "send"),
        (ZHANG, "send"),
        (OFFICER, "edit"),
    } <= set(rows)
    moved = await ticket(world)
    assert (moved.town, moved.version, moved.accept_due_at) == (OTHER_TOWN, 2, NOW + timedelta(minutes=30))
    assert "江山路街道" in rows[ZHANG, "send"].text
    assert "上报人" not in rows[WANG, "send"].text


async def test_the_edit_of_a_card_waits_a_moment_and_names_its_card(world):
    await published(world)
    await pushed(world, "moveto", 1, OTHER_TOWN)
    async with world.read() as c:
        (row,) = (
            await c.execute(outbox.select().where(outbox.c.act == "edit", outbox.c.chat_id == GROUP))
        ).all()
    assert (row.target_key, row.subject) == (f"card:{NUMBER}:{GROUP}", f"card-edit:{NUMBER}:{GROUP}")
    assert row.due_at == NOW + timedelta(seconds=2)


async def test_the_second_of_two_quick_changes_is_the_only_edit(world):
    await published(world)
    for _ in range(2):
        await handle(world, tell.changed, say(Words("x"), ZHANG), a_ticket(7))
    async with world.read() as c:
        rows = (await c.execute(outbox.select().where(outbox.c.act == "edit"))).all()
    assert sorted(row.state for row in rows) == ["cancelled", "waiting"]


async def test_a_usual_reason_rejects_and_everybody_who_reported_hears_it(world):
    async def again(tx: Tx) -> None:
        tickets.report(tx, report_of(a_ticket(7), LI, "again"))

    await world.write(again)
    rows = by_chat(await pushed(world, "because", 1, 2))
    assert (await ticket(world)).state is State.REJECTED
    assert "原因：不属本区" in rows[ZHANG, "send"].text
    assert "原因：不属本区" in rows[LI, "send"].text


async def replied(db, text, message_id):
    """The question for the reason was sent as ``message_id``; the officer replies to message 55."""
    (prompt, *_) = await pushed(db, "refuse", 1)

    async def sent(tx: Tx) -> None:
        await tx.c.execute(update(outbox).where(outbox.c.key == prompt.key).values(message_id=message_id))

    await db.write(sent)
    return await handle(db, route, say(Words(text), OFFICER, reply_to=55))


async def test_a_reply_to_the_question_is_the_reason(world):
    await replied(world, "已由物业处理", 55)
    assert (await ticket(world)).outcome == "已由物业处理"


async def test_a_reply_to_something_else_is_a_question(world):
    (shown, *_) = await replied(world, "7", 54)
    assert f"<b>{NUMBER}</b>" in shown.text
    assert (await ticket(world)).state is State.ASSIGNED


async def test_an_empty_reason_is_refused_and_still_waited_for(world):
    (refused,) = await replied(world, "  ", 55)
    assert refused.text == label("zh", "errors.NeedsReason")
    await handle(world, route, say(Words("已由物业处理"), OFFICER))
    assert (await ticket(world)).outcome == "已由物业处理"


async def test_the_next_words_are_the_reason_too(world):
    await pushed(world, "refuse", 1)
    await handle(world, route, say(Words("已由物业处理"), OFFICER))
    assert (await ticket(world)).outcome == "已由物业处理"


async def test_words_much_later_are_a_question(world):
    await pushed(world, "refuse", 1)
    later = NOW + timedelta(minutes=11)
    (shown, *_) = await handle(world, route, say(Words("7"), OFFICER), now=later)
    assert f"<b>{NUMBER}</b>" in shown.text


@pytest.mark.parametrize("verb", [("move",), ("moveto", OTHER_TOWN), ("refuse",), ("because", 1)])
async def test_a_button_older_than_the_ticket_does_nothing(world, verb):
    name, *more = verb
    await pushed(world, "moveto", 1, OTHER_TOWN)
    before = await ticket(world)
    (note,) = await pushed(world, name, 1, *more)
    assert (note.act, note.note) == ("answer", f"{NUMBER} 刚刚有变化，现在是：已派遣。请看最新的卡片。")
    assert await ticket(world) == before


@pytest.mark.parametrize("person_id", [ZHANG, LI, WANG])
@pytest.mark.parametrize("verb", [("move",), ("moveto", OTHER_TOWN), ("refuse",), ("because", 1)])
async def test_nobody_but_the_office_moves_a_ticket(world, verb, person_id):
    name, *more = verb
    with pytest.raises(NotYours):
        await pushed(world, name, 1, *more, person_id=person_id)
    assert (await ticket(world)).version == 1


async def test_what_has_ended_is_not_moved_again(world):
    await pushed(world, "because", 1, 1)
    with pytest.raises(AlreadyEnded):
        await pushed(world, "moveto", 2, OTHER_TOWN)


async def test_only_the_office_sees_the_buttons_to_move(world):
    async def labels(person_id):
        (shown,) = await handle(world, query.ask, say(Words("7"), person_id), "7")
        return set(shown.buttons)

    assert {"改派镇办", "不予立案"} <= await labels(OFFICER)
    assert not {"改派镇办", "不予立案"} & await labels(LI)


async def test_t11_every_button_fits_the_longest_number(world):
    async def shown(desk) -> None:
        await ticket_moves.ask_town(desk, (NUMBER, "1"))

    (asked,) = await handle(world, shown, say(Words("x"), OFFICER))
    assert len(asked.buttons) == len(office().district.towns) - 1
    assert max(len(button.token) for button in asked.buttons.values()) <= 64
