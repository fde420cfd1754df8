"""The outbox loop from end to end: what reaches the wire, in which order, how often."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.dispatcher import Dispatcher
from domain import delivery as d
from domain.delivery import Claimed, Outcome
from domain.limits import Rates
from domain.message import Message
from domain.push import Act, Answer, Push, PushClass
from storage import outbox
from storage.db import Database
from storage.errors import StorageDown
from storage.tx import Tx
from tests.support.desk import fresh_db
from tests.support.wire import Rig, Wire, gateway, page, refusal, reset, wire


@pytest.fixture
async def db(tmp_path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as opened:
        yield opened


@pytest.fixture
async def bot_api() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made


@pytest.fixture
async def rig(db: Database, bot_api: Wire) -> AsyncIterator[Rig]:
    async with gateway(bot_api.url) as out:
        yield Rig(db, out)


@dataclass(slots=True)
class Told:
    """A sender that does what it is told: the next outcome, or Sent."""

    outcomes: list[Outcome] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    authorized: bool = True
    seconds: float = 0.0
    at_once: int = 0
    most_at_once: int = 0

    async def send(self, claimed: Claimed) -> Outcome:
        self.seen.append(claimed.push.key)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        return self.outcomes.pop(0) if self.outcomes else d.Sent(len(self.seen))

    async def is_authorized(self) -> bool:
        return self.authorized


async def test_what_is_owed_arrives_once_and_in_order(rig, bot_api):
    await rig.owe(*(rig.push(f"{chat}-{n}", chat) for n in range(4) for chat in (1, 2)))
    await rig.deliver(rig.dispatcher())
    assert [text for text in bot_api.texts if text[0] == "1"] == [f"1-{n}" for n in range(4)]
    assert len(bot_api.calls) == 8
    assert set((await rig.states()).values()) == {"sent"}


async def test_a_push_taken_back_while_it_waits_is_not_sent(rig, bot_api):
    await rig.owe(rig.push("late", subject="s", due_at=rig.now + timedelta(seconds=60)))
    await rig.write(lambda tx: outbox.cancel(tx, "s"))
    rig.later(61)
    await rig.deliver(rig.dispatcher())
    assert bot_api.calls == []


async def test_a_nudge_is_quicker_than_the_clock(rig, bot_api):
    dispatcher = rig.dispatcher()
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0.1)
    await rig.owe(rig.push("a"))
    dispatcher.nudge()
    await asyncio.sleep(0.12)
    assert bot_api.texts == ["a"]
    dispatcher.stop()
    await running


async def test_order_survives_a_retry(rig, bot_api):
    bot_api.script = [page(403)]
    await rig.owe(rig.push("a"), rig.push("b"))
    await rig.deliver(rig.dispatcher())
    assert bot_api.texts == ["a"]
    rig.later(5)
    await rig.deliver(rig.dispatcher())
    assert bot_api.texts == ["a", "a", "b"]


async def test_t32_a_reset_is_repeated_once_with_its_label(rig, bot_api):
    bot_api.script = [reset]
    await rig.owe(rig.push("a"))
    await rig.deliver(rig.dispatcher())
    rig.later(10)
    await rig.deliver(rig.dispatcher())
    assert bot_api.texts == ["a", "REPEAT 1\na"]
    (row,) = await rig.rows()
    assert (row["state"], row["attempts"], row["reason"]) == ("sent", 2, "repeat 1")


async def test_t32_a_secret_is_never_repeated(rig, bot_api):
    bot_api.script = [reset]
    await rig.owe(rig.push("a", push_class=PushClass.ONCE))
    await rig.deliver(rig.dispatcher())
    rig.later(100)
    await rig.deliver(rig.dispatcher())
    assert len(bot_api.calls) == 1
    assert await rig.states() == {"a": "unknown"}


async def test_t04_broken_markup_is_sent_as_plain_text_once(rig, bot_api):
    bot_api.script = [refusal(400, "Bad Request: can't parse entities: Unsupported start tag")]
    await rig.owe(rig.push("a", message=Message("<b>5 &lt; 6</b>")))
    await rig.deliver(rig.dispatcher())
    assert bot_api.texts == ["<b>5 &lt; 6</b>", "5 < 6"]
    assert await rig.states() == {"a": "sent"}


async def test_t06_a_card_that_was_deleted_is_issued_anew(rig, bot_api):
    bot_api.script = [None, refusal(400, "Bad Request: message to edit not found")]
    await rig.owe(rig.push("card"), rig.push("fix", act=Act.EDIT, target_key="card"))
    await rig.deliver(rig.dispatcher())
    await rig.owe(rig.push("fix 2", act=Act.EDIT, target_key="card"))
    await rig.deliver(rig.dispatcher())
    assert [method for method, _ in bot_api.calls] == [
        "sendMessage",
        "editMessageText",
        "sendMessage",
        "editMessageText",
    ]
    assert bot_api.calls[-1][1]["message_id"] == 102


async def test_t02_a_push_follows_its_chat_to_the_new_id(rig, bot_api):
    moved = refusal(
        400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1005
    )
    bot_api.script = [moved]
    await rig.owe(rig.push("a", -5), rig.push("b", -5))
    await rig.deliver(rig.dispatcher())
    assert [(params["chat_id"], params["text"]) for _, params in bot_api.calls] == [
        (-5, "a"),
        (-1005, "a"),
        (-1005, "b"),
    ]


async def test_t24_only_the_chat_that_was_told_to_wait_waits(rig, bot_api):
    bot_api.script = [refusal(429, "Too Many Requests: retry after 35", retry_after=35)]
    await rig.owe(rig.push("a", -5), rig.push("b", 9))
    await rig.deliver(rig.dispatcher())
    await rig.owe(rig.push("c", 9))
    await rig.deliver(rig.dispatcher())
    assert sorted(bot_api.texts) == ["a", "b", "c"]
    rig.later(36)
    await rig.deliver(rig.dispatcher())
    assert bot_api.texts[-1] == "a"


@pytest.mark.parametrize(
    "description", ["Bad Request: chat not found", "Bad Request: FROZEN_METHOD_INVALID"], ids=["t01", "t16"]
)
async def test_t01_a_final_refusal_is_told_to_the_office_and_others_go_on(rig, bot_api, description):
    bot_api.script = [refusal(400, description)]
    await rig.owe(rig.push("a", -5, push_class=PushClass.CRITICAL), rig.push("b", 9))
    await rig.deliver(rig.dispatcher())
    assert rig.missed == [("a", description)]
    assert await rig.states() == {"a": "failed", "b": "sent"}
    assert len(bot_api.calls) == 2


async def test_t17_a_refused_token_silences_all_and_keeps_what_is_owed(db):
    told = Told([d.Unauthorized("Unauthorized")], authorized=False)
    rig = Rig(db, told)
    dispatcher = rig.dispatcher()
    await rig.owe(rig.push("a"))
    await rig.deliver(dispatcher)
    await rig.owe(rig.push("b"))
    assert not dispatcher.stats.is_authorized
    assert told.seen == ["a"]
    assert await rig.states() == {"a": "waiting", "b": "waiting"}
    await rig.deliver(rig.dispatcher())
    assert told.seen == ["a", "a", "b"]


async def test_t28_while_nobody_answers_one_push_at_a_time_goes_out_to_ask(db):
    told = Told([d.NotSent("refused")] * 50)
    rig = Rig(db, told)
    dispatcher = rig.dispatcher()
    await rig.owe(*(rig.push(f"first {n}", n) for n in range(1, 6)))
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0.3)
    await rig.owe(*(rig.push(f"then {n}", n) for n in range(10, 30)))
    dispatcher.nudge()
    await asyncio.sleep(0.3)
    assert (len(told.seen), dispatcher.stats.is_reachable) == (5, False)
    await asyncio.sleep(1.2)
    dispatcher.stop()
    await running
    assert len(told.seen) == 6


async def test_p01_what_a_killed_process_had_on_the_wire_is_repeated_with_a_label(rig, bot_api):
    await rig.owe(rig.push("a"), rig.push("b", 8, push_class=PushClass.ONCE))
    killed = asyncio.create_task(rig.dispatcher("dead").run())
    bot_api.seconds = 5
    while len(bot_api.calls) < 2:
        await asyncio.sleep(0.01)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    bot_api.seconds = 0
    await rig.deliver(rig.dispatcher("two"), 0.2)
    rig.later(5)
    await rig.deliver(rig.dispatcher("two"))
    assert bot_api.texts[2:] == ["REPEAT 1\na"]
    assert await rig.states() == {"a": "sent", "b": "unknown"}


async def test_p02_stopping_lets_what_is_on_the_wire_arrive(db):
    rig = Rig(db, Told(seconds=0.3))
    await rig.owe(*(rig.push(f"k{n}", n) for n in range(1, 4)))
    await rig.deliver(rig.dispatcher(), 0.1)
    assert await rig.states() == {"k1": "sent", "k2": "sent", "k3": "sent"}


async def test_no_more_than_the_limit_are_on_the_wire(db):
    told = Told(seconds=0.05)
    rig = Rig(db, told)
    dispatcher = Dispatcher(
        db,
        told,
        now=lambda: rig.now,
        owner="one",
        bot_id=1,
        undelivered=_nobody,
        rates=Rates(per_second=0),
        most_in_flight=5,
    )
    await rig.owe(*(rig.push(f"k{n}", n + 1) for n in range(20)))
    await rig.deliver(dispatcher, 0.8)
    assert (len(told.seen), told.most_at_once) == (20, 5)


async def test_what_was_not_delivered_is_told_before_anybody_can_see_that_it_failed(db):
    told = Told([d.Refused("no")])
    rig, seen = Rig(db, told), []

    async def undelivered(tx: Tx, _push: Push, _reason: str) -> None:
        seen.append(await rig.states())
        outbox.owe(tx, rig.push("told", 8), rig.now)

    dispatcher = Dispatcher(
        db,
        told,
        now=lambda: rig.now,
        owner="one",
        bot_id=1,
        undelivered=undelivered,
        rates=Rates(per_second=0),
    )
    await rig.owe(rig.push("a", push_class=PushClass.CRITICAL))
    await rig.deliver(dispatcher, 0.5)
    assert seen == [{"a": "sending"}]
    assert await rig.states() == {"a": "failed", "told": "sent"}


async def test_the_rates_hold_on_after_a_restart(db):
    rig = Rig(db, told := Told())
    await rig.owe(*(rig.push(f"k{n}", 5) for n in range(5)))
    await rig.deliver(rig.dispatcher(rates=Rates()))
    assert told.seen == ["k0", "k1", "k2"]
    await rig.deliver(rig.dispatcher("two", rates=Rates()), 0.2)
    assert told.seen == ["k0", "k1", "k2"]


async def test_answers_are_not_counted_by_the_rates(db):
    rig = Rig(db, told := Told())
    await rig.owe(*(rig.push(f"k{n}", 5, act=Act.ANSWER, answer=Answer("q")) for n in range(50)))
    await rig.deliver(rig.dispatcher(rates=Rates()))
    assert len(told.seen) == 50


class Flaky(Database):
    """A database that is down for its first writes of the loop."""

    down = 0

    async def write(self, job):
        if self.down:
            self.down -= 1
            raise StorageDown("down")
        return await super().write(job)


async def test_an_end_that_could_not_be_written_down_is_not_forgotten(db):
    flaky = Flaky(str(db.url))
    await flaky.start()
    rig = Rig(flaky, told := Told(seconds=0.2))
    await rig.owe(rig.push("a"))
    running = asyncio.create_task((dispatcher := rig.dispatcher()).run())
    await asyncio.sleep(0.15)
    flaky.down = 1
    await asyncio.sleep(1.5)
    dispatcher.stop()
    await running
    assert (told.seen, await rig.states()) == (["a"], {"a": "sent"})
    await flaky.stop()


async def _nobody(_tx, _push, _reason) -> None:
    return None
