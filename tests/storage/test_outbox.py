"""What is owed, taken back, claimed in order and settled."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain import delivery as d
from domain.delivery import after
from domain.message import Button, Message, Picture, Style, Table
from domain.push import Act, Answer, PushClass
from storage import outbox
from storage.outbox_claim import claim, expire, give_back, recent, stale
from storage.outbox_settle import freeze, moved, settle, upload_of
from storage.schema import chats, people
from tests.support.desk import fresh_db
from tests.support.wire import START, Rig


@pytest.fixture
async def rig(tmp_path) -> AsyncIterator[Rig]:
    async with fresh_db(tmp_path) as db:
        yield Rig(db, None)


async def claimed(rig: Rig, owner: str = "one", most: int = 99, pick=lambda _one: True):
    until = rig.now + timedelta(seconds=30)
    return await rig.db.write(lambda tx: claim(tx, rig.now, owner, until=until, most=most, pick=pick))


async def keys(rig: Rig, **more) -> list[str]:
    return [one.push.key for one in await claimed(rig, **more)]


async def ended(rig: Rig, claims, outcome: d.Outcome, owner: str = "one") -> None:
    settlements = [after(one, outcome, rig.now, 0) for one in claims]
    await rig.write(lambda tx: settle(tx, settlements, owner, bot_id=1, now=rig.now))


async def test_a_push_comes_back_as_it_was_owed(rig):
    button = Button("通过", token="t", style=Style.DANGER)
    message = Message(
        "<b>x</b>",
        ((button,),),
        (Picture(sha256="a"),),
        Table(("h",), (("c",),)),
        "place",
        3,
        4,
        Message("plain"),
    )
    owed = [
        rig.push("a", 1, message=message, thread_id=5, target_key="none", act=Act.EDIT),
        rig.push("b", 2, message=None, act=Act.ANSWER, answer=Answer("q", "t", alert=True)),
        rig.push(
            "c", 3, message=None, act=Act.REACT, reaction="👍", message_id=8, push_class=PushClass.CRITICAL
        ),
    ]
    await rig.owe(*owed)
    assert {one.push.key: one.push for one in await claimed(rig)} == {push.key: push for push in owed}


async def test_the_same_key_is_owed_once(rig):
    await rig.owe(rig.push("a"), rig.push("a", message=Message("other")))
    await rig.owe(rig.push("a"))
    assert len(await rig.rows()) == 1


async def test_a_newer_push_of_a_subject_replaces_the_waiting_one(rig):
    await rig.owe(rig.push("a", subject="s"))
    await rig.owe(rig.push("b", subject="s"), rig.push("c", subject="s"), rig.push("d", subject="other"))
    assert await rig.states() == {"a": "cancelled", "b": "cancelled", "c": "waiting", "d": "waiting"}


async def test_owing_the_waiting_one_again_does_not_cancel_it(rig):
    await rig.owe(rig.push("a", subject="s"))
    await rig.owe(rig.push("a", subject="s"))
    assert await rig.states() == {"a": "waiting"}


async def test_what_was_owed_before_is_taken_back_and_what_comes_after_stays(rig):
    def job(tx):
        outbox.owe(tx, rig.push("other"), rig.now)
        outbox.owe(tx, rig.push("before", subject="s"), rig.now)
        outbox.cancel(tx, "s")
        outbox.owe(tx, rig.push("after", subject="s"), rig.now)

    await rig.write(job)
    assert await rig.states() == {"other": "waiting", "before": "cancelled", "after": "waiting"}


async def test_what_is_on_its_way_is_not_taken_back(rig):
    await rig.owe(rig.push("a", subject="s"))
    await claimed(rig)
    await rig.write(lambda tx: outbox.cancel(tx, "s"))
    assert await rig.states() == {"a": "sending"}


async def test_a_chat_has_one_push_on_its_way_and_the_order_stays(rig):
    await rig.owe(*(rig.push(key, chat) for key, chat in [("a1", 1), ("a2", 1), ("b1", 2)]))
    first = await claimed(rig)
    assert [one.push.key for one in first] == ["a1", "b1"]
    assert await keys(rig) == []
    await ended(rig, first, d.Sent(1))
    assert await keys(rig) == ["a2"]


async def test_replies_go_before_the_daily_push(rig):
    daily = [rig.push(f"d{n}", 1, push_class=PushClass.DAILY) for n in range(3)]
    await rig.owe(*daily, rig.push("reply", 1), rig.push("deadline", 2, push_class=PushClass.CRITICAL))
    assert await keys(rig) == ["reply", "deadline"]


async def test_answers_pass_beside_the_queue_of_their_chat(rig):
    await rig.owe(rig.push("a", 1))
    await claimed(rig)
    await rig.write(lambda tx: freeze(tx, 1, rig.now + timedelta(hours=1)))
    await rig.owe(
        rig.push("b", 1), *(rig.push(f"q{n}", 1, act=Act.ANSWER, answer=Answer("q")) for n in range(2))
    )
    assert await keys(rig) == ["q0", "q1"]


async def test_what_is_not_due_or_too_late_stays(rig):
    await rig.owe(
        rig.push("early", 1, due_at=rig.now + timedelta(seconds=5)), rig.push("late", 2, expires_at=rig.now)
    )
    assert await keys(rig) == []
    rig.later(6)
    assert await keys(rig) == ["early"]


async def test_an_edit_never_overtakes_what_it_edits(rig):
    await rig.owe(
        rig.push("card", 1, push_class=PushClass.DAILY), rig.push("fix", 1, act=Act.EDIT, target_key="card")
    )
    card = await claimed(rig)
    assert [one.push.key for one in card] == ["card"]
    await ended(rig, card, d.Sent(55))
    (fix,) = await claimed(rig)
    assert (fix.push.key, fix.message_id) == ("fix", 55)


async def test_an_edit_of_what_failed_becomes_a_message_that_later_edits_find(rig):
    await rig.owe(rig.push("card", 1), rig.push("e1", 1, act=Act.EDIT, target_key="card"))
    await ended(rig, await claimed(rig), d.Refused("x"))
    (edit,) = await claimed(rig)
    assert edit.message_id is None
    await ended(rig, [edit], d.Sent(77))
    await rig.owe(rig.push("e2", 1, act=Act.EDIT, target_key="card"))
    (later,) = await claimed(rig)
    assert later.message_id == 77


async def test_t06_a_message_that_is_gone_is_sent_anew_once(rig):
    await rig.owe(rig.push("card", 1), rig.push("e1", 1, act=Act.EDIT, target_key="card"))
    await ended(rig, await claimed(rig), d.Sent(55))
    await ended(rig, await claimed(rig), d.Gone("message to edit not found"))
    (again,) = await claimed(rig)
    assert (again.push.key, again.message_id) == ("e1", None)


async def test_t24_a_freeze_holds_one_chat_and_outlives_the_process(rig):
    await rig.owe(
        rig.push("a", 1, expires_at=rig.now + timedelta(days=1)), rig.push("a2", 1), rig.push("b", 2)
    )
    a, b = await claimed(rig)
    await ended(rig, [a], d.Later(3600))
    await ended(rig, [b], d.Sent(1))
    await rig.owe(rig.push("b2", 2))
    assert await keys(rig, owner="two") == ["b2"]
    rig.later(3599)
    assert await keys(rig, owner="two") == []
    rig.later(1)
    assert await keys(rig, owner="two") == ["a"]


async def test_t24_the_frozen_one_goes_first_when_the_freeze_ends(rig):
    await rig.owe(rig.push("a", 1), rig.push("a2", 1))
    await ended(rig, await claimed(rig), d.Later(35))
    rig.later(35)
    assert await keys(rig) == ["a"]


async def test_t02_a_moved_chat_takes_its_pushes_and_its_binding_along(rig):
    row = {"id": -5, "kind": "group", "title": "群", "bound_to": "410108100", "bot_status": "member"}
    await rig.write(lambda tx: tx.insert(chats, row))
    await rig.owe(rig.push("a", -5), rig.push("b", -5))
    await ended(rig, await claimed(rig), d.Moved(-1005))
    await rig.write(lambda tx: moved(tx, -5, -1005))
    assert [one.push.chat_id for one in await claimed(rig)] == [-1005]
    async with rig.db.read() as c:
        found = (await c.execute(chats.select())).one()
    assert (found.id, found.bound_to) == (-1005, "410108100")


async def test_t10_a_chat_without_rights_parks_all_and_resumes_in_order(rig):
    row = {"id": -5, "kind": "supergroup", "title": "群", "bot_status": "member"}
    await rig.write(lambda tx: tx.insert(chats, row))
    await rig.owe(rig.push("a", -5), rig.push("b", -5), rig.push("c", -6))
    await ended(rig, (await claimed(rig))[:1], d.Parked("not enough rights"))
    assert await rig.states() == {"a": "parked", "b": "parked", "c": "sending"}
    await rig.write(lambda tx: outbox.resume(tx, -5))
    assert await keys(rig) == ["a"]
    async with rig.db.read() as c:
        assert await c.scalar(chats.select().with_only_columns(chats.c.bot_status)) == "restricted"


async def test_t18_a_person_who_blocked_the_bot_is_marked(rig):
    row = {"id": 7, "name": "张三", "language": "zh", "joined_at": START}
    await rig.write(lambda tx: tx.insert(people, row))
    await rig.owe(rig.push("a", 7))
    await ended(rig, await claimed(rig), d.Unreachable("blocked"))
    async with rig.db.read() as c:
        assert (await c.execute(people.select())).one().unreachable_at == START


async def test_a_row_that_another_took_over_is_left_alone(rig):
    await rig.owe(rig.push("a"))
    mine = await claimed(rig, owner="zombie")
    await rig.db.write(lambda tx: stale(tx, "two"))
    await ended(rig, mine, d.Sent(1), owner="zombie")
    assert await rig.states() == {"a": "sending"}


async def test_what_another_process_left_is_taken_over_once(rig):
    await rig.owe(rig.push("a"))
    await claimed(rig, owner="dead")
    assert len(await rig.db.write(lambda tx: stale(tx, "two"))) == 1
    assert await rig.db.write(lambda tx: stale(tx, "two")) == []


async def test_what_was_leased_without_learning_of_it_waits_again(rig):
    await rig.owe(rig.push("a", 7), rig.push("b", 8))
    known, _ = await claimed(rig)
    await rig.db.write(lambda tx: give_back(tx, "one", {known.seq}))
    assert await rig.states() == {"a": "sending", "b": "waiting"}
    assert [one.attempts for one in await claimed(rig)] == [1]


async def test_what_comes_too_late_ends_and_the_office_hears_of_what_matters(rig):
    soon = rig.now + timedelta(seconds=1)
    await rig.owe(
        rig.push("a", expires_at=soon), rig.push("b", expires_at=soon, push_class=PushClass.CRITICAL)
    )
    rig.later(1)
    missed = await rig.db.write(lambda tx: expire(tx, rig.now))
    assert [push.key for push in missed] == ["b"]
    assert set((await rig.states()).values()) == {"expired"}


async def test_the_rates_turn_some_away_and_others_go(rig):
    await rig.owe(*(rig.push(f"k{chat}", chat) for chat in range(1, 6)))
    assert await keys(rig, pick=lambda one: one.chat_id % 2 == 0) == ["k2", "k4"]
    assert await keys(rig, most=1) == ["k1"]


async def test_sends_of_the_last_minute_are_remembered(rig):
    await rig.owe(rig.push("a", -1, push_class=PushClass.DAILY), rig.push("b", 2, act=Act.EDIT, message_id=4))
    await ended(rig, await claimed(rig), d.Sent(1))
    async with rig.db.read() as c:
        found = await recent(c, rig.now - timedelta(seconds=60))
    assert {(one.chat_id, one.is_bulk, one.counted) for one, _ in found} == {
        (-1, True, True),
        (2, False, False),
    }


async def test_an_uploaded_picture_is_known_to_its_bot_only(rig):
    await rig.owe(rig.push("a"))
    await ended(rig, await claimed(rig), d.Sent(1, uploads=(("sha", "file"),)))
    async with rig.db.read() as c:
        assert [await upload_of(c, "sha", bot) for bot in (1, 2)] == ["file", None]


async def test_health_sees_how_long_the_oldest_waits(rig):
    async with rig.db.read() as c:
        assert await outbox.oldest_wait(c, rig.now) == timedelta(0)
    await rig.owe(rig.push("a"))
    async with rig.db.read() as c:
        assert await outbox.oldest_wait(c, rig.now + timedelta(seconds=9)) == timedelta(seconds=9)
        assert await outbox.message_of(c, "a") is None


async def test_a_secret_is_not_kept_after_it_was_sent(rig):
    await rig.owe(rig.push("a", push_class=PushClass.ONCE, message=Message("t.me/bot?start=code")))
    await rig.owe(rig.push("b", chat_id=2, message=Message("an ordinary reply")))
    await ended(rig, await claimed(rig), d.Sent(7))
    kept = {row["key"]: str(row["payload"]) for row in await rig.rows()}
    assert "code" not in kept["a"]
    assert "ordinary" in kept["b"]


async def test_a_secret_that_came_too_late_is_not_kept_either(rig):
    await rig.owe(rig.push("a", push_class=PushClass.ONCE, message=Message("t.me/bot?start=code")))
    await rig.owe(rig.push("b", push_class=PushClass.DAILY, message=Message("an ordinary ranking")))
    late = await rig.db.write(lambda tx: expire(tx, rig.now + timedelta(days=9)))
    kept = {row["key"]: str(row["payload"]) for row in await rig.rows()}
    assert "code" not in kept["a"]
    assert "ordinary" in kept["b"]
    assert [push.key for push in late] == ["b"]
