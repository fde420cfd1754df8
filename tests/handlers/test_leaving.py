"""Somebody's posts end in the midst of something: it stops there, in one plain sentence, and nothing is half done."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from cards.catalogue import label
from domain.people import Person, Post, Role
from domain.ticket import State
from storage import people, schema
from tests.support.desk import (
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    OTHER_TOWN,
    PATROL_POST,
    TOWN,
    ZHANG,
    enrol,
    office,
    owed,
)
from tests.support.post import message, mill, photo, pin, press
from tests.support.tickets import a_ticket, filed

NUMBER = "HJ20261123-0007"
STAFF_POST = Post(Role.TOWN_STAFF, TOWN)


@pytest.fixture
async def at(tmp_path):
    """ZHANG patrols, LI works for the town that has accepted a ticket, OFFICER serves in the office."""
    async with mill(tmp_path) as at:
        await enrol(at.db, LI, STAFF_POST, "李四")
        await enrol(at.db, OFFICER, OFFICE_POST, "赵六")
        await filed(at.db, a_ticket(7, state=State.ACCEPTED, assignee_id=LI, accepted_at=NOW))
        yield at


async def said(at, *updates):
    """What is owed in answer to these updates."""
    before = {row.key for row in await owed(at.db)}
    await at.take(*updates)
    await at.work()
    return [row for row in await owed(at.db) if row.key not in before and row.state != "cancelled"]


async def leave(at, person, post_id=None):
    return await at.db.write(lambda tx: people.end_posts(tx, person, post_id, at=NOW, by=OFFICER))


async def join_again(at, person, post):
    await at.db.write(lambda tx: people.join(tx, Person(person, "张三", "zh", post, NOW), OFFICER))


async def begin_report(at):
    await said(at, photo(1, "f1"), pin(2))
    await said(at, press(3, await at.button("dcat")))
    return await at.button("dsubmit")


async def begin_proof(at):
    seal = office().sealer(LI)
    await said(at, press(1, seal("fix", NUMBER, 1), person=LI), photo(2, "f2", person=LI))
    await said(at, message(3, person=LI, text="3 处"))
    return await at.button("wsubmit", LI)


async def begin_question(at):
    await said(at, press(1, office().sealer(OFFICER)("refuse", NUMBER, 1), person=OFFICER))
    return office().sealer(OFFICER)("because", NUMBER, 1, 1)


async def begin_order(at):
    await said(at, message(1, person=OFFICER, text="/order 媒体 裸土 11月30日 花园口镇"))
    return await at.button("ordsubmit", OFFICER)


BEGUN = [(begin_report, ZHANG), (begin_proof, LI), (begin_question, OFFICER), (begin_order, OFFICER)]
WHATEVER = (
    *(
        {"text": "/cancel"},
        {"text": "/report"},
        {"text": "/mine"},
        {"text": "/todo"},
        {"text": "/order 裸土"},
    ),
    *({"text": "取消"}, {"text": "还有一句说明"}, {"text": "7"}),
    {"photo": [{"file_id": "f9", "file_unique_id": "f9", "width": 640, "height": 480}]},
    {"location": {"latitude": 34.9, "longitude": 113.67}},
    {"text": "改过的说明", "kind": "edited_message", "message_id": 1},
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
)
LEFT_OPEN = """select (select count(*) from drafts where state = 'open') + (select count(*) from works where state = 'open')
    + (select count(*) from order_drafts where state = 'open') + (select count(*) from asked)"""


async def left_open(at):
    return (await at.rows(text(LEFT_OPEN)))[0][0]


async def tickets_now(at):
    columns = schema.tickets.c
    return [tuple(row) for row in await at.rows(select(columns.number, columns.version, columns.state))]


@pytest.mark.parametrize(("begin", "person"), BEGUN)
async def test_u14_what_was_begun_is_closed_and_its_button_does_nothing(at, begin, person):
    token = await begin(at)
    assert await left_open(at) == 1
    await leave(at, person)
    assert await left_open(at) == 0
    before = await tickets_now(at)
    (answer,) = await said(at, press(50, token, person=person))
    assert (answer.act, answer.note) == ("answer", label("zh", "errors.NotAMember"))
    assert await tickets_now(at) == before


@pytest.mark.parametrize(("begin", "person"), BEGUN)
async def test_u14_the_same_button_works_for_who_was_not_revoked(at, begin, person):
    token = await begin(at)
    before = await tickets_now(at)
    await said(at, press(50, token, person=person))
    assert await tickets_now(at) != before


@pytest.mark.parametrize(("begin", "person"), BEGUN)
async def test_u14_whatever_else_is_sent_has_one_answer_that_says_whom_to_ask(at, begin, person):
    await begin(at)
    await leave(at, person)
    before = await tickets_now(at)
    for n, content in enumerate(WHATEVER):
        (answer,) = await said(at, message(50 + n, person=person, **content))
        assert "邀请链接" in answer.text
        assert "区攻坚办" in answer.text
    assert (await left_open(at), await tickets_now(at)) == (0, before)


@pytest.mark.parametrize(("begin", "person"), [*BEGUN[:2], BEGUN[3]])
async def test_u14_photos_that_were_shown_to_nobody_are_dropped(at, begin, person):
    await begin(at)
    await leave(at, person)
    states = await at.rows(select(schema.photos.c.state))
    assert {row[0] for row in states} <= {"dropped"}


async def test_u14_who_joins_again_begins_anew(at):
    token = await begin_report(at)
    await leave(at, ZHANG)
    await join_again(at, ZHANG, replace(PATROL_POST, town=OTHER_TOWN))
    (answer,) = await said(at, press(50, token))
    assert answer.note == label("zh", "report.gone")
    (asked,) = await said(at, photo(51, "f9"))
    assert "📍" in asked.text or "位置" in asked.text
    assert len(await tickets_now(at)) == 1


async def test_u14_who_keeps_another_post_keeps_the_proof_and_loses_the_right(at):
    token = await begin_proof(at)
    (post,) = await at.db.write(lambda tx: people.posts_of(tx.c, LI))
    await join_again(at, LI, replace(PATROL_POST, town=OTHER_TOWN))
    await leave(at, LI, post.id)
    assert await left_open(at) == 1
    (answer,) = await said(at, press(50, token, person=LI))
    assert answer.note == label("zh", "errors.NotYours")
    assert await tickets_now(at) == [(NUMBER, 1, "accepted")]


@pytest.mark.parametrize("revoked_first", [True, False])
async def test_u14_in_the_midst_of_a_press_it_counts_or_it_is_refused_but_never_half(at, revoked_first):
    token = office().sealer(LI)("nowhy", NUMBER, 1, 1)
    await at.take(press(50, token, person=LI))
    if revoked_first:
        await leave(at, LI)
        await at.work()
    else:
        await asyncio.gather(at.work(), leave(at, LI))
    rows = [row for row in await owed(at.db) if row.key == "answer:q50"]
    assert len(rows) == 1
    (_, version, state) = (await tickets_now(at))[0]
    refused = rows[0].note == label("zh", "errors.NotAMember")
    assert (version, state) == ((1, "accepted") if refused else (2, "reported"))
    assert refused or not revoked_first
