"""Looking back at what was closed: who is asked when, what they show, and what comes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.lookback import Stand
from domain.people import Post, Role
from domain.ticket import NotYours, Outcome, OwnWork, State, Verb
from handlers import following, moving
from handlers.chat import lookback
from handlers.said import PhotoSent, PlaceSent, Words
from handlers.timed.lookbacks import ask_due, settle
from storage import lookbacks, tickets
from storage.schema import lookbacks as rows
from storage.schema import photos
from tests.support.desk import (
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    PATROL_POST,
    TOWN,
    WANG,
    ZHANG,
    enrol,
    handle,
    office,
    owed,
    press,
    say,
)
from tests.support.moving import OFFICER as WORKER
from tests.support.moving import made
from tests.support.tickets import a_ticket, filed

DAY = timedelta(days=1)
FIRST = NOW + 7 * DAY
NUMBER = "HJ20261123-0007"
HERE = PlaceSent(34.912345, 113.512345, "pin")
SHOT = PhotoSent("f1", "u1")
CLOSED = {
    "state": State.CLOSED,
    "closed_at": NOW,
    "fixed_at": NOW,
    "fixed_by": LI,
    "outcome": Outcome.RECTIFIED.value,
    "unit": "花园口镇",
    "bureau": "housing",
}


@pytest.fixture
async def world(db):
    """ZHANG has reported what LI has fixed and the office has closed; WANG is the town's grid lead."""
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.GRID_LEAD, TOWN), "王五")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await close(db, a_ticket(7, **CLOSED))
    return db


async def close(db, ticket):
    before = replace(ticket, state=State.FIXED, closed_at=None, outcome=None)
    await filed(db, ticket)
    officer = replace(WORKER, id=OFFICER)
    move = made("verify_close", before, by=officer, outcome=Outcome(ticket.outcome))
    await db.write(lambda tx: following.follow(tx, office(), move, NOW))


async def ask(db, now):
    return await db.write(lambda tx: ask_due(tx, office(), now))


async def kept(db):
    async with db.read() as c:
        found = await c.execute(select(rows).order_by(rows.c.days, rows.c.id))
        return found.mappings().all()


async def asked_of(db, now=FIRST):
    """Whom a round asks."""
    before = {row.key for row in await owed(db)}
    await ask(db, now)
    return {row.chat_id: row for row in await owed(db) if row.key not in before and row.state == "waiting"}


async def pushed(db, verb, who=ZHANG, now=FIRST, which=None):
    which = which or (await kept(db))[0]["id"]
    return await press(db, lookback.PRESSES, office().sealer(who)(verb, which), who, now=now)


async def sent(db, content, who=ZHANG, now=FIRST):
    return await handle(db, lookback.takes, say(content, who), content, now=now)


async def ticket(db):
    async with db.read() as c:
        return (await tickets.by_numbers(c, [NUMBER]))[NUMBER]


async def test_closing_makes_the_days_on_which_it_is_looked_at(world):
    assert [(row["days"], row["state"]) for row in await kept(world)] == [
        (7, "waiting"),
        (30, "waiting"),
        (90, "waiting"),
    ]


async def test_the_reporter_is_asked_in_the_morning_once_with_both_answers(world):
    assert await asked_of(world, FIRST - timedelta(hours=1)) == {}
    found = await asked_of(world)
    assert set(found) == {ZHANG}
    assert "回头看</b> · <b>HJ20261123-0007</b>（销号后第 7 天）" in found[ZHANG].text
    assert {"没有反弹", "又反弹了"} < set(found[ZHANG].buttons)
    assert await asked_of(world, FIRST + DAY) == {}


async def test_in_the_quiet_hours_nobody_is_asked(world):
    midnight = FIRST + timedelta(hours=14)
    assert await asked_of(world, midnight) == {}
    assert set(await asked_of(world, midnight + timedelta(hours=10))) == {ZHANG}


async def test_without_an_answer_for_two_days_the_next_is_asked_and_then_the_office(world):
    assert set(await asked_of(world)) == {ZHANG}
    assert set(await asked_of(world, FIRST + 2 * DAY)) == {WANG}
    assert set(await asked_of(world, FIRST + 4 * DAY)) == {OFFICER}
    assert set(await asked_of(world, FIRST + 6 * DAY)) == {OFFICER}  # until somebody answers
    assert (await kept(world))[0]["asked"] == (str(ZHANG), str(WANG), str(OFFICER))


async def test_a_photo_and_the_place_answer_it_in_either_order(world):
    await asked_of(world)
    assert "拍一张照片" in (await pushed(world, "lbclear"))[0].text
    assert "再发一次现场位置" in (await sent(world, SHOT))[0].text
    done = await sent(world, HERE)
    assert "没有反弹。谢谢。\n下次回头看：12月23日 09:00" in done[0].text
    assert (await kept(world))[0]["state"] == Stand.CLEAR
    async with world.read() as c:
        assert [event.note for event in await tickets.events_of(c, NUMBER)][-1] == "回头看第 7 天：没有反弹"
        assert (await c.execute(select(photos.c.kind, photos.c.number))).all() == [("again", None)]


async def test_the_place_may_come_first_or_be_left_out(world):
    await asked_of(world)
    await pushed(world, "lbclear")
    assert "再发一张现场照片" in (await sent(world, HERE))[0].text
    assert "没有反弹" in (await sent(world, SHOT))[0].text


async def test_who_cannot_tell_the_place_submits_without_and_the_office_hears_of_it(world):
    await asked_of(world)
    await pushed(world, "lbclear")
    asked = (await sent(world, SHOT))[0]
    button = asked.buttons["发不了位置，就这样提交"].token
    done = await press(world, lookback.PRESSES, button, ZHANG, now=FIRST)
    assert "没有反弹" in done[0].text
    assert await settled(world) == {OFFICER: "没有位置"}


async def settled(db, now=FIRST + timedelta(hours=1), **photo):
    """What the office hears when the photos have been fetched."""
    values = {"state": "stored", "sha256": "a" * 64, **photo}

    async def fetched(tx):
        await tx.c.execute(update(photos).values(values))

    await db.write(fetched)
    before = {row.key for row in await owed(db)}
    await db.write(lambda tx: settle(tx, office(), now))
    return {row.chat_id: row.text.split("：")[-1] for row in await owed(db) if row.key not in before}


@pytest.mark.parametrize(
    ("place", "photo", "doubt"),
    [
        (HERE, {}, None),
        (PlaceSent(34.93, 113.512345, "pin"), {}, "离现场太远"),
        (HERE, {"taken_at": FIRST - 3 * DAY}, "拍摄时间太早"),
        (HERE, {"warnings": [{"kind": "used_before"}]}, "像用过的照片"),
    ],
)
async def test_what_is_doubtful_in_the_photo_is_told_to_the_office_once(world, place, photo, doubt):
    await asked_of(world)
    await pushed(world, "lbclear")
    await sent(world, place)
    await sent(world, SHOT)
    assert await settled(world, **photo) == ({OFFICER: doubt} if doubt else {})
    assert await settled(world, **photo) == {}


async def test_a_picture_that_comes_as_a_file_tells_its_place_itself(world):
    await asked_of(world)
    await pushed(world, "lbclear")
    picture = PhotoSent("f1", "u1", as_file=True, media_type="image/jpeg")
    assert "没有反弹" in (await sent(world, picture))[0].text
    assert await settled(world, exif_lat=34.912345, exif_lng=113.512345) == {}


async def test_a_document_is_no_photo_of_the_place(world):
    await asked_of(world)
    await pushed(world, "lbclear")
    paper = PhotoSent("f1", "u1", as_file=True, media_type="application/pdf")
    assert "这里需要照片" in (await sent(world, paper))[0].text


async def test_the_rest_of_an_album_belongs_to_the_answer(world):
    await asked_of(world)
    await pushed(world, "lbclear")
    await sent(world, HERE)
    await sent(world, PhotoSent("f1", "u1", album="a"))
    await sent(world, PhotoSent("f2", "u2", album="a"))
    async with world.read() as c:
        assert len((await c.execute(select(photos))).all()) == 2


async def test_a_photo_that_answers_nothing_is_a_reports(world):
    await asked_of(world)
    assert await taken(world, SHOT) is False
    await pushed(world, "lbclear")
    assert await taken(world, SHOT, now=FIRST + timedelta(hours=3)) is False
    assert await taken(world, Words("裸土")) is False
    assert await taken(world, SHOT) is True


async def taken(db, content, now=FIRST):
    found = []

    async def take(desk):
        found.append(await lookback.takes(desk, content))

    await handle(db, take, say(content, ZHANG), now=now)
    return found[0]


async def test_what_is_back_is_reopened_with_half_the_time_and_the_other_days_are_off(world):
    await asked_of(world)
    rows_before = await pushed(world, "lbback")
    now = await ticket(world)
    assert (now.state, now.relapses, now.reopened) == (State.ASSIGNED, 1, 1)
    whole = office().district.limits_for("bare_earth", now.source).fix_minutes
    assert now.fix_due_at - FIRST == timedelta(minutes=whole / 2)
    assert [row["state"] for row in await kept(world)] == ["relapsed", "cancelled", "cancelled"]
    assert {row.chat_id for row in rows_before if row.act != "answer"} >= {ZHANG, LI, OFFICER}
    async with world.read() as c:
        last = (await tickets.events_of(c, NUMBER))[-1]
    assert (last.move, last.note) == (Verb.RELAPSE, "回头看第 7 天发现反弹")


async def test_a_photo_of_what_is_back_goes_on_the_ticket(world):
    await asked_of(world)
    await pushed(world, "lbback")
    assert "照片已附到" in (await sent(world, SHOT))[0].text
    assert (await ticket(world)).photo_count == 2


async def test_the_next_closing_makes_new_days(world):
    await asked_of(world)
    await pushed(world, "lbback")
    again = replace(await ticket(world), **CLOSED | {"closed_at": FIRST})
    move = replace(
        made("verify_close", replace(again, state=State.FIXED), by=replace(WORKER, id=OFFICER)), ticket=again
    )
    await world.write(lambda tx: following.follow(tx, office(), move, FIRST))
    assert sorted(row["state"] for row in await kept(world)).count("waiting") == 3


async def test_what_was_reopened_before_the_message_left_is_not_asked(world):
    await asked_of(world)
    now = await ticket(world)
    move = made("reopen", now, by=replace(WORKER, id=OFFICER))

    async def reopen(desk):
        await moving.made(desk, move)

    await handle(world, reopen, say(Words("重开"), OFFICER))
    asks = [row for row in await owed(world) if row.key.startswith("lookback:")]
    assert [row.state for row in asks] == ["cancelled"]
    late = await pushed(world, "lbclear")
    assert late[0].note == "这次回头看已经有结果，或工单已重新办理。"
    assert await asked_of(world, FIRST + 2 * DAY) == {}


@pytest.mark.parametrize("verb", ["lbclear", "lbback"])
async def test_only_who_may_look_back_answers_and_nobody_about_the_own_work(world, verb):
    await asked_of(world)
    with pytest.raises(NotYours):
        await pushed(world, verb, LI)
    await enrol(world, LI, Post(Role.GRID_LEAD, TOWN), "李四")
    with pytest.raises((OwnWork, NotYours)):
        await pushed(world, verb, LI)


async def test_a_second_answer_is_told_that_there_is_one(world):
    await asked_of(world)
    await pushed(world, "lbback")
    assert (await pushed(world, "lbback"))[0].note == "这次回头看已经有结果，或工单已重新办理。"
    assert (await ticket(world)).relapses == 1


async def test_many_at_once_are_one_list_whose_numbers_lead_to_each(world):
    for sequence in range(20, 25):
        await close(world, a_ticket(sequence, **CLOSED))
    found = await asked_of(world)
    assert "有 6 件工单等您回头看" in found[ZHANG].text
    one = await press(world, lookback.PRESSES, found[ZHANG].buttons["6"].token, ZHANG, now=FIRST)
    assert "HJ20261123" in one[0].text
    mine = await handle(world, lookback.listed, say(Words("回头看"), ZHANG), now=FIRST)
    assert "有 6 件工单等您回头看" in mine[0].text
    none = await handle(world, lookback.listed, say(Words("回头看"), WANG), now=FIRST)
    assert none[0].text == "现在没有等您回头看的工单。"


async def test_one_person_is_not_asked_about_everything(world):
    for sequence in range(20, 24):
        await close(world, a_ticket(sequence, **CLOSED | {"reporter_id": OFFICER}))
    found = await asked_of(world)
    assert set(found) == {ZHANG, WANG}


async def test_one_look_back_that_was_read_is_the_one_that_was_kept(world):
    async with world.read() as c:
        one = await lookbacks.by_id(c, (await kept(world))[0]["id"])
    assert (one.number, one.days, one.state, one.asked) == (NUMBER, 7, Stand.WAITING, ())
