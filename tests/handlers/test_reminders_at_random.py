"""Anybody moves any ticket at any time while it is called and the channel fails: each call is heard once or not at all.

Never an open ticket without a next action, never a reminder sent that is not true any more, none forgotten, none twice.
"""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, update

from domain.delivery import Later, NotSent, Outcome, Parked, Refused, Sent, Unknown, Unreachable
from domain.ticket import Source
from handlers.chat.report_submit import deadlines_of
from handlers.clocks import retime
from handlers.timed.calls import call_due
from handlers.timed.recall import recall
from storage.db import Database
from storage.errors import TakenAlready
from storage.schema import call_pushes, calls, metadata, tickets
from tests.support.databases import url_of
from tests.support.desk import NOW, TOWN, office
from tests.support.examples import examples
from tests.support.moving import MOVES
from tests.support.reminding import CAST, EVERYBODY, LI, TOWN_NAMES, WANG, Life, enrolled
from tests.support.tickets import a_ticket, filed

pytestmark = pytest.mark.simulation


VERBS = tuple(MOVES)
ACTS = ("move", "move", "move", "tick", "tick", "tick", "send", "send", "land", "both", "deliver", "return")
MINUTES = (0, 0, 0, 0, 1, 1, 10, 15, 20, 30, 60, 120, 480, 1320, 1440, -10, -60)
OUTCOMES: tuple[Outcome, ...] = (
    *(Sent(1), Sent(2), Sent(3)),
    *(Later(30.0), NotSent("silence"), Unknown("cut off"), Refused("too odd"), Unreachable("blocked")),
    Parked("no rights"),
)
Step = tuple[int, int, int, int, int]
"""Which act, on which ticket, which verb or outcome, by whom, and after which wait."""
STEPS = st.tuples(
    st.integers(0, len(ACTS) - 1),
    st.integers(0, 4),
    st.integers(0, len(VERBS) - 1),
    st.integers(0, len(EVERYBODY) - 1),
    st.integers(0, len(MINUTES) - 1),
)
BEGINNINGS = st.tuples(st.integers(1, 5), st.booleans(), st.sampled_from((1, 9, 14)))
"""How many tickets, whether there is a duty chat, and at which hour of UTC it begins."""


@pytest.fixture
async def db(tmp_path):
    made = Database(url_of(tmp_path))
    if made.is_sqlite:
        event.listen(made.writer.sync_engine, "connect", _hasten)
    await made.start()
    async with made.writer.begin() as c:
        await c.run_sync(metadata.create_all)
    await enrolled(made)
    yield made
    await made.stop()


def _hasten(connection, _record):
    """Nobody pulls the plug here."""
    connection.isolation_level = None
    connection.cursor().execute("PRAGMA synchronous=OFF")


async def lived(db, beginning, steps: Sequence[Step], **spoilt) -> list[str]:
    """The faults of a life; at its end the channel is well again, and everything is delivered."""
    life, numbers = await begun(db, beginning, spoilt)
    for step in steps:
        await act(life, numbers, step)
    await ended(life)
    return life.faults


async def begun(db, beginning, spoilt):
    """A life and its tickets; every second one is of a source that is called at night too."""
    count, has_duty, hour = beginning
    parts = {"retime": retime, "call_due": call_due, "recall": recall} | spoilt
    life = Life(db, NOW.replace(hour=hour), has_duty, **parts)
    await life.begin()
    every = []
    for at in range(1, count + 1):
        source = (Source.PATROL, Source.CITY)[at % 2]
        limits = deadlines_of(office().district, "bare_earth", source, life.now)
        due = {"accept_due_at": limits.accept_due_at, "fix_due_at": limits.fix_due_at}
        more = {
            "assigned_at": life.now,
            "unit": TOWN_NAMES[TOWN],
            "bureau": "housing",
            "source": source,
            **due,
        }
        every.append(a_ticket(at, at=life.now, **more))
    await filed(life.db, *every)
    return life, [ticket.number for ticket in every]


async def act(life, numbers, step: Step):
    what, which, verb, who, wait = step
    life.passes(MINUTES[wait])
    outcome = OUTCOMES[(verb + who) % len(OUTCOMES)]
    move = partial(life.move, numbers[which % len(numbers)], VERBS[verb], who)
    match ACTS[what]:
        case "move":
            await move()
        case "tick":
            await life.tick()
        case "send":
            await life.go_out(1 + who)
        case "land":
            await life.land(outcome)
        case "both":
            others = (partial(life.tick, judged=False), partial(life.land, outcome))
            await together(*((move, *others) if who % 2 else (*others, move)))
        case "deliver":
            await delivered(life)
        case "return":
            await life.come_back()


async def together(*jobs):
    """In one transaction; who finds a ticket taken comes again."""
    results = await asyncio.gather(*(job() for job in jobs), return_exceptions=True)
    for job, result in zip(jobs, results, strict=True):
        if isinstance(result, TakenAlready):
            await job()
        elif isinstance(result, BaseException):
            raise result


async def delivered(life):
    """All that may go out arrives."""
    await life.go_out(99)
    while life.on_wire:
        while life.on_wire:
            await life.land(Sent(1))
        await life.go_out(99)


async def ended(life):
    """What is due is called and arrives; nothing is left that waits for no reason."""
    await life.come_back()
    life.now = life.latest
    life.passes(1440)
    for _ in range(3):
        await life.tick()
        life.passes(2)
        await delivered(life)
    await life.rest()


@examples(100)
@given(BEGINNINGS, st.lists(STEPS, max_size=30))
async def test_each_call_is_heard_once_and_none_that_does_not_hold(db, beginning, steps):
    assert await lived(db, beginning, steps) == []


def at_random(seed: int):
    """A long life, in which rejecting is rare."""
    dice = random.Random(seed)
    likely = [1 if verb == "reject" else 20 for verb in VERBS]

    def step():
        verb = dice.choices(range(len(VERBS)), likely)[0]
        return (
            dice.randrange(len(ACTS)),
            dice.randrange(5),
            verb,
            dice.randrange(len(EVERYBODY)),
            dice.randrange(len(MINUTES)),
        )

    return (5, bool(seed % 2), (1, 9, 14)[seed % 3]), [step() for _ in range(60)]


@pytest.mark.parametrize("seed", range(5))
async def test_a_long_life_has_no_fault_either(db, seed):
    assert await lived(db, *at_random(seed)) == []


async def nothing(*_):
    """What does not do its work."""


async def takes_all_back(tx, ticket, now):
    """Forgets what was sent already."""
    await retime(tx, ticket, now)
    await tx.flush()
    await tx.c.execute(delete(calls).where(calls.c.number == ticket.number))
    await tx.c.execute(delete(call_pushes).where(call_pushes.c.number == ticket.number))


async def forgets(tx, at, now):
    """Calls, and does not remember one of them."""
    count = await call_due(tx, at, now)
    await tx.flush()
    first = select(func.min(calls.c.key)).scalar_subquery()
    await tx.c.execute(delete(calls).where(calls.c.key == first))
    return count


async def looks_late(tx, at, now):
    """Calls, and comes back a day later."""
    count = await call_due(tx, at, now)
    await tx.flush()
    later = update(tickets).where(tickets.c.next_action_at > now)
    await tx.c.execute(later.values(next_action_at=now + timedelta(days=1)))
    return count


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        ({"retime": nothing}, "sent though it does not hold"),
        ({"call_due": forgets}, "forgotten"),
        ({"call_due": looks_late}, "looked at too late"),
        ({"call_due": nothing}, "forgotten"),
    ],
)
async def test_what_goes_wrong_is_found(db, spoilt, fault):
    found = [one for seed in range(4) for one in await lived(db, *at_random(seed), **spoilt)]
    assert [one for one in found if one.startswith(fault)]


@pytest.mark.parametrize(("spoilt", "count"), [({}, 0), ({"recall": nothing}, 2)])
async def test_what_came_back_from_the_wire_is_not_sent_when_its_ticket_has_moved(db, spoilt, count):
    life, (number,) = await begun(db, (1, False, 1), spoilt)
    life.passes(20)
    await life.tick()
    await life.go_out(9)
    await life.move(number, "accept", EVERYBODY.index(CAST[LI]))
    for _ in range(2):
        await life.land(NotSent("silence"))
    life.passes(2)
    await life.go_out(9)
    assert len(life.faults) == count


@pytest.mark.parametrize(("spoilt", "count"), [({}, 0), ({"retime": takes_all_back}, 2)])
async def test_what_was_heard_is_not_said_again_after_a_move_that_changes_no_deadline(db, spoilt, count):
    life, (number,) = await begun(db, (1, False, 1), spoilt)
    life.passes(20)
    await life.tick()
    await delivered(life)
    await life.move(number, "ask_extension", EVERYBODY.index(CAST[WANG]))
    await life.tick()
    await delivered(life)
    assert len({one for one in life.faults if one.startswith("said twice")}) == count
