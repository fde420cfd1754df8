"""Tickets: numbers without gaps, history that only grows, and what stands near by."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.moves import assign, open_ticket
from domain.nearby import Box
from domain.ticket import Deadlines, Event, Evidence, Move, Number, Outcome, Source, State, Ticket, Verb
from storage import tickets
from storage.db import Database
from storage.errors import StorageRefused
from storage.schema import ticket_grams
from storage.schema import tickets as rows
from storage.tickets import Report
from storage.tx import Tx
from tests.support.desk import LI, NOW, TOWN, ZHANG, fresh_db

DAY = date(2026, 11, 23)
AROUND = Box(south=34.89, north=34.91, west=113.66, east=113.68)


def ticket(sequence: int = 1, **more: Any) -> Ticket:
    plain = Ticket(
        number=str(Number("HJ", DAY, sequence)),
        day=DAY,
        sequence=sequence,
        category="site_dust",
        description="围挡外有土",
        source=Source.PATROL,
        evidence=Evidence.PIN,
        reporter_id=ZHANG,
        reported_at=NOW,
        photo_count=2,
        town=TOWN,
        lat=34.9,
        lng=113.67,
    )
    return replace(plain, **more)


def report(of: Ticket, draft_id: str, person: int = ZHANG, minutes: int = 0) -> Report:
    return Report(
        draft_id, of.number, person, person, "zh", NOW + timedelta(minutes=minutes), "土", None, None
    )


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as made:
        yield made


async def write(db: Database, act: Callable[[Tx], Any]) -> None:
    async def job(tx: Tx) -> None:
        act(tx)

    await db.write(job)


async def add(db: Database, *made: Ticket) -> None:
    await write(db, lambda tx: [tickets.add(tx, open_ticket(one)) for one in made])


async def one_of(db: Database, number: str) -> Ticket:
    async with db.read() as c:
        return (await tickets.by_numbers(c, [number]))[number]


async def test_a_ticket_comes_back_as_it_was_opened(db: Database) -> None:
    made = ticket(site="示例工地", bureau="city_management", source_document="示例〔2026〕1号")
    await add(db, made)
    assert await one_of(db, made.number) == open_ticket(made).ticket


async def test_a_number_is_never_given_twice_and_none_is_left_out(db: Database) -> None:
    async def job(tx: Tx) -> int:
        return await tickets.next_sequence(tx, "HJ", DAY)

    given = await asyncio.gather(*(db.write(job) for _ in range(50)))
    assert sorted(given) == list(range(1, 51))
    assert await db.write(lambda tx: tickets.next_sequence(tx, "HJ", DAY + timedelta(days=1))) == 1


async def test_the_same_ticket_twice_is_refused(db: Database) -> None:
    await add(db, ticket())
    with pytest.raises(StorageRefused):
        await add(db, ticket())


async def test_a_move_is_saved_with_its_line_of_history(db: Database) -> None:
    made = ticket()
    deadlines = Deadlines(NOW + timedelta(minutes=30), NOW + timedelta(hours=4))
    opened = open_ticket(made)
    moved = assign(opened.ticket, town=TOWN, unit="示例镇", deadlines=deadlines, at=NOW, by=None)
    await write(db, lambda tx: tickets.add(tx, opened))
    await write(db, lambda tx: tickets.save(tx, moved))
    assert await one_of(db, made.number) == moved.ticket
    async with db.read() as c:
        events = await tickets.events_of(c, made.number)
    assert [(one.before, one.after) for one in events] == [
        (None, State.REPORTED),
        (State.REPORTED, State.ASSIGNED),
    ]


async def test_more_photos_are_counted(db: Database) -> None:
    await add(db, ticket())
    await write(
        db,
        lambda tx: [tickets.more_photos(tx, ticket().number, 1), tickets.more_photos(tx, ticket().number, 2)],
    )
    assert (await one_of(db, ticket().number)).photo_count == 5


@pytest.mark.parametrize("photos_first", [True, False])
async def test_photos_that_come_in_the_transaction_of_a_move_are_counted(
    db: Database, *, photos_first: bool
) -> None:
    await add(db, ticket())
    moved = Move(replace(ticket(), state=State.ASSIGNED), ())
    acts = [lambda tx: tickets.more_photos(tx, ticket().number, 3), lambda tx: tickets.save(tx, moved)]
    await write(db, lambda tx: [act(tx) for act in (acts if photos_first else acts[::-1])])
    found = await one_of(db, ticket().number)
    assert (found.photo_count, found.state) == (5, State.ASSIGNED)


@pytest.mark.parametrize(
    ("other", "found_near"),
    [
        ({}, 1),
        ({"lat": 34.92}, 0),
        ({"category": "rubble"}, 0),
        ({"reported_at": NOW - timedelta(hours=13)}, 0),
        ({"lat": None, "lng": None}, 0),
    ],
)
async def test_what_is_near_is_open_fresh_and_of_the_same_kind(
    db: Database, other: dict[str, Any], found_near: int
) -> None:
    await add(db, ticket(**other))
    async with db.read() as c:
        found = await tickets.near(c, "site_dust", AROUND, NOW - timedelta(hours=12))
    assert len(found) == found_near


async def test_a_ticket_that_has_ended_is_not_near(db: Database) -> None:
    ended = replace(ticket(), state=State.CLOSED)
    await write(
        db, lambda tx: tickets.add(tx, Move(ended, (Event(ended.number, NOW, None, None, State.CLOSED, ""),)))
    )
    async with db.read() as c:
        assert await tickets.near(c, "site_dust", AROUND, NOW - timedelta(hours=12)) == []


async def test_reporters_are_listed_in_the_order_of_their_reports_each_draft_once(db: Database) -> None:
    made = ticket()
    await add(db, made)
    for one in (report(made, "d2", LI, 5), report(made, "d1"), report(made, "d1")):
        await write(db, lambda tx, one=one: tickets.report(tx, one))
    async with db.read() as c:
        assert [one.draft_id for one in await tickets.reports_of(c, made.number)] == ["d1", "d2"]


async def test_what_a_person_reports_most_comes_first(db: Database) -> None:
    kinds = ["rubble", "site_dust", "rubble", "bare_earth", "rubble", "site_dust"]
    await add(db, *(ticket(n, category=kind) for n, kind in enumerate(kinds, 1)), ticket(9, reporter_id=LI))
    async with db.read() as c:
        assert await tickets.usual_categories(c, ZHANG, 2) == ["rubble", "site_dust"]


async def test_its_words_can_be_searched_by_two_characters(db: Database) -> None:
    await add(db, ticket(site="示例工地"))
    async with db.read() as c:
        found = set((await c.execute(select(ticket_grams.c.gram))).scalars())
    assert {"示例", "例工", "围挡", "有土"} <= found


@pytest.mark.parametrize(
    ("text", "grams"), [("", set()), ("土", {"土"}), ("AB c", {"ab", "c"}), ("围挡，外", {"围挡", "外"})]
)
def test_grams_stay_inside_words(text: str, grams: set[str]) -> None:
    assert tickets.grams(text) == grams


FULL = {
    "version": 9,
    "state": State.SUSPENDED,
    "suspended_from": State.ACCEPTED,
    "suspended_reason": "雨雪",
    "suspended_at": NOW,
    "suspended_until": NOW + timedelta(days=2),
    "returned_at": NOW,
    "closed_at": NOW,
    "fixed_at": NOW,
    "fixed_by": 2**40,
    "fixed_unit": TOWN,
    "quantity_unit": "平方米",
    "on_the_spot": True,
    "quantity": Decimal("11000.125"),
    "doubts": ("far", "no_place"),
    "extended": 1,
    "extension_by": LI,
    "extension_until": NOW + timedelta(days=3),
    "extension_reason": "停工",
    "relapses": 2,
    "level": "red",
    "site_id": "s1",
    "site": "示例工地",
    "bureau": "housing",
    "unit": "示例镇",
    "assignee_id": LI,
    "source_document": "示例文号",
    "assigned_at": NOW,
    "accept_due_at": NOW,
    "accepted_at": NOW,
    "fix_due_at": NOW,
    "reopened": 1,
    "outcome": Outcome.BANNED.value,
    "next_action_at": NOW,
}


def test_the_full_ticket_leaves_no_field_as_it_was() -> None:
    plain, full = ticket(), replace(ticket(), **FULL)
    same = {field.name for field in fields(Ticket) if getattr(plain, field.name) == getattr(full, field.name)}
    assert same == {
        *("number", "day", "sequence", "category", "description", "source", "evidence", "reporter_id"),
        *("reported_at", "photo_count", "town", "lat", "lng"),
    }


async def test_every_field_of_a_ticket_and_its_history_comes_back_as_it_was(db: Database) -> None:
    full, plain = replace(ticket(), **FULL), ticket()
    event = Event(plain.number, NOW, LI, State.REPORTED, State.SUSPENDED, "雨雪", Verb.SUSPEND, TOWN)
    await write(db, lambda tx: tickets.add(tx, Move(plain, ())))
    for made in (full, plain):
        await write(db, lambda tx, made=made: tickets.save(tx, Move(made, (event,))))
        assert await one_of(db, made.number) == made
    async with db.read() as c:
        assert set(await tickets.events_of(c, plain.number)) == {event}


async def test_doubts_and_the_next_look_are_noted_without_a_move(db: Database) -> None:
    await add(db, ticket())
    await write(db, lambda tx: tickets.doubt(tx, ticket().number, ("late",)))
    await write(db, lambda tx: tickets.look_again(tx, ticket().number, NOW + timedelta(hours=1)))
    found = await one_of(db, ticket().number)
    assert (found.doubts, found.next_action_at, found.version) == (("late",), NOW + timedelta(hours=1), 1)


async def test_quantities_are_added_up_exactly_in_the_database(db: Database) -> None:
    await add(db, *(ticket(n, quantity=Decimal("0.1"), quantity_unit="吨") for n in range(1, 4)))
    async with db.read() as c:
        assert (await c.execute(select(func.sum(rows.c.quantity)))).scalar_one() == Decimal("0.3")
