"""The worker with the real reader, the real handlers and a real database: each update counts exactly once."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from handlers.desk import Desk
from handlers.router import route
from storage import schema
from storage.schema import photos, tickets
from tests.support.desk import GROUP, NOW, PATROL_POST, TOWN, WANG, ZHANG, enrol
from tests.support.post import HandClock, Json, Mill, message, mill, photo, pin, press

DATE = int(NOW.timestamp())
LANES = 128


async def report(at: Mill, first: int = 1, files: tuple[str, ...] = ("f1",), **album: str) -> str:
    """A whole report as one person makes it; gives the button that submitted it."""
    await at.take(*(photo(first + n, name, **album) for n, name in enumerate(files)), pin(first + 50))
    await at.work()
    await at.take(press(first + 51, await at.button("dcat")))
    await at.work()
    token = await at.button("dsubmit")
    await at.take(press(first + 52, token))
    await at.work()
    return token


async def numbers(at: Mill) -> list[str]:
    return [row[0] for row in await at.rows(select(tickets.c.number))]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(order=st.permutations([1, 1, 1, 2, 2, 3, 4, 4, 5]))
def test_an_update_that_comes_three_times_counts_once(order: list[int]) -> None:
    updates = {n: message(n, person=ZHANG + n, text="/help") for n in range(1, 6)}

    async def deliver() -> None:
        with TemporaryDirectory() as folder:
            async with mill(Path(folder)) as at:
                for n in order:
                    await at.take(updates[n])
                    if n % 2:
                        await at.work()
                await at.work()
                assert await at.states() == {"processed": 5}
                assert len(await at.owed()) == 5

    asyncio.run(deliver())


@settings(max_examples=50, deadline=None, derandomize=True)
@given(order=st.permutations([0, 0, 0, 1, 1, 2]))
def test_a_press_that_comes_again_makes_no_second_ticket(order: list[int]) -> None:
    """Three updates of one press (Telegram sends a press anew under a new id), each delivered again."""

    async def deliver() -> None:
        with TemporaryDirectory() as folder:
            async with mill(Path(folder)) as at:
                token = await report(at)
                presses = [press(200 + n, token, query="q53") for n in range(3)]
                for n in order:
                    await at.take(presses[n])
                await at.work()
                assert len(await numbers(at)) == 1
                assert (await at.owed()).count("answer:q53") == 1

    asyncio.run(deliver())


async def test_ten_photos_of_one_album_make_one_ticket_though_one_is_late_and_after_a_restart(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    async with mill(tmp_path, clock=clock) as at:
        files = tuple(f"f{n}" for n in range(9))
        await at.take(*(photo(1 + n, name, album="a") for n, name in enumerate(files)))
        await at.work()
    clock.later(12)
    async with mill(tmp_path, clock=clock, fresh=False) as at:
        await report(at, 100, ("f9",), album="a")
        found = await at.rows(select(tickets.c.number, tickets.c.photo_count))
        assert [row[1] for row in found] == [10]
        of_ticket = select(photos.c.file_id).where(photos.c.number == found[0][0])
        assert len(await at.rows(of_ticket)) == 10


async def test_a_photo_of_an_album_that_comes_after_submitting_belongs_to_its_ticket(tmp_path: Path) -> None:
    clock = HandClock()
    async with mill(tmp_path, clock=clock) as at:
        await report(at, 1, ("f1", "f2"), album="a")
    clock.later(12)
    async with mill(tmp_path, clock=clock, fresh=False) as at:
        await at.take(photo(90, "f3", album="a"))
        await at.work()
        rows = await at.rows(select(photos.c.number))
        assert [row[0] for row in rows] == await numbers(at) * 3


async def test_a_press_that_overtakes_its_message_is_answered(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        await at.take(press(2, "dcat.unknown.site_dust.xxxxxxxx"), photo(1, "f1"))
        await at.work()
        assert await at.states() == {"processed": 2}
        assert "answer:q2" in await at.owed()


async def test_an_edit_before_its_original_leaves_one_draft_with_the_photo(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        edit = photo(2, "f1", kind="edited_message", caption="更正", message_id=1, edit_date=DATE)
        await at.take(edit, photo(1, "f1", caption="原来"))
        await at.work()
        assert await at.states() == {"processed": 2}
        assert len(await at.rows(select(schema.drafts.c.id))) == 1


async def test_two_people_in_one_group_are_both_answered(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        await enrol(at.db, WANG, PATROL_POST)
        await at.take(
            *(message(n, person=who, chat=GROUP, text=f"/bind {TOWN}") for n, who in ((1, ZHANG), (2, WANG)))
        )
        await at.work()
        assert [key.rsplit(":", 2)[1] for key in await at.owed()] == ["1", "2"]


POISON: tuple[Json | bytes, ...] = (
    {"update_id": 2, "message": {"message_id": "x"}},
    {"update_id": 2, "message": None},
    message(2, person=ZHANG) | {"message": {"message_id": 2, "date": DATE, "from": {"id": ZHANG}}},
    message(2, text=5),
    message(2, text="x", date="yesterday"),
    message(2, text="x", date=10**30),
    {
        "update_id": 2,
        "message": {
            "message_id": 1,
            "date": DATE,
            "chat": {"id": ZHANG, "type": "private"},
            "from": {"id": [1], "is_bot": False, "first_name": "x"},
            "text": "x",
        },
    },
    {
        "update_id": 2,
        "message": {
            "message_id": 1,
            "date": DATE,
            "chat": {"id": ZHANG, "type": "private"},
            "from": {"id": 2**80, "is_bot": False, "first_name": "x"},
            "text": "x",
        },
    },
    {
        "update_id": 2,
        "message": {
            "message_id": 2**80,
            "date": DATE,
            "chat": {"id": ZHANG, "type": "private"},
            "from": {"id": ZHANG, "is_bot": False, "first_name": "x"},
            "text": "x",
        },
    },
    {
        "update_id": 2,
        "message": {
            "message_id": 1,
            "date": DATE,
            "chat": {"id": ZHANG, "type": "private"},
            "from": {"id": ZHANG, "is_bot": False, "first_name": {"x": 1}},
            "text": "x",
        },
    },
    photo(2, "f", media_group_id=[1]),
    pin(2, lat="north"),  # type: ignore[arg-type]
    b"not json",
    b'{"update_id":1e400}',
    b'{"update_id":' + b"[" * 100_000,
)


@pytest.mark.parametrize("poison", POISON)
async def test_a_strange_update_stops_nobody_behind_it(tmp_path: Path, poison: Json | bytes) -> None:
    async with mill(tmp_path) as at:
        await at.take(message(1, text="/help"))
        await at.take(poison)
        await at.take(message(3, text="/help"))
        await asyncio.wait_for(at.work(), 5)
        assert await at.states() in ({"processed": 2, "quarantined": 1}, {"processed": 2, "ignored": 1})
        assert {"say:1001:1:1", "say:1001:3:1"} <= set(await at.owed())


async def test_a_handler_that_fails_three_times_says_sorry_once_and_lets_the_others_go_on(
    tmp_path: Path,
) -> None:
    tries: list[int] = []

    async def falls(desk: Desk) -> None:
        if desk.said.person_id == WANG:
            tries.append(desk.said.update_id)
            desk.say_nothing  # noqa: B018  # an AttributeError, as a slip in a handler makes it
        await route(desk)

    async with mill(tmp_path, routed=falls) as at:
        await at.take(message(1, person=WANG, text="/help"), message(2, text="/help"))
        await at.work()
        assert tries == [1, 1, 1]
        assert await at.states() == {"processed": 1, "quarantined": 1}
        assert await at.owed() == ["say:1001:2:1", f"say:{WANG}:1:1"]


async def test_what_a_failed_handler_wrote_is_gone(tmp_path: Path) -> None:
    async def falls(desk: Desk) -> None:
        await route(desk)
        raise ZeroDivisionError

    async with mill(tmp_path, routed=falls) as at:
        await at.take(photo(1, "f1"))
        await at.work()
        assert await at.rows(select(photos.c.id)) == []
        assert len(await at.owed()) == 1


async def test_a_write_that_the_database_refuses_costs_only_its_own_update(tmp_path: Path) -> None:
    async def refused(desk: Desk) -> None:
        await route(desk)
        if desk.said.update_id == 2:
            desk.tx.insert(schema.facts, {"name": "x", "value": None})

    async with mill(tmp_path, routed=refused) as at:
        await at.take(*(message(n, person=ZHANG + n, text="/help") for n in (1, 2, 3)))
        await at.work()
        assert await at.states() == {"processed": 2, "quarantined": 1}


@pytest.mark.parametrize("wrong", [{"name": "x", "value": object()}, {"name": "x", "value": 2**80}])
async def test_a_value_that_no_database_can_hold_costs_only_its_own_update(
    tmp_path: Path, wrong: Json
) -> None:
    async def slips(desk: Desk) -> None:
        await route(desk)
        if desk.said.update_id == 2:
            desk.tx.insert(schema.facts, wrong)

    async with mill(tmp_path, routed=slips) as at:
        await at.take(*(message(n, person=ZHANG + n, text="/help") for n in (1, 2, 3)))
        await asyncio.wait_for(at.work(), 5)
        assert await at.states() == {"processed": 2, "quarantined": 1}


async def test_an_unknown_update_that_is_older_than_a_day_is_set_apart(tmp_path: Path) -> None:
    clock = HandClock()
    clock.later(7 * 86_400)
    async with mill(tmp_path, clock=clock) as at:
        await at.take(message(1, text="/help"))
        await at.work()
        assert await at.states() == {"quarantined": 1}


async def test_an_update_that_waited_in_the_inbox_for_days_is_dealt_with(tmp_path: Path) -> None:
    clock = HandClock()
    async with mill(tmp_path, clock=clock) as at:
        await at.take(message(1, text="/help"))
        clock.later(3 * 86_400)
        await at.work()
        assert await at.states() == {"processed": 1}


async def test_ids_that_begin_again_lower_are_new_updates(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        await at.take(message(900_000_000, text="/help"), message(17, text="/help"))
        await at.work()
        assert await at.states() == {"processed": 2}


async def test_updates_of_one_chat_are_dealt_with_in_the_order_of_their_coming(tmp_path: Path) -> None:
    seen: list[int] = []

    async def remember(desk: Desk) -> None:
        seen.append(desk.said.update_id)

    async with mill(tmp_path, routed=remember) as at:
        await at.take(*(message(n, text="x") for n in (5, 3, 9, 1)))
        await at.work()
    assert seen == [5, 3, 9, 1]
