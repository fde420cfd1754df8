"""Exports: the fields of the contract, local days, and no formula in any cell."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.exports import PEOPLE_COLUMNS, PUSH_COLUMNS, TICKET_COLUMNS, Exporter, What, open_sheet
from bot.sheets import Format, flat
from domain.message import Message
from domain.moves import open_ticket
from domain.people import Post, Role
from domain.push import Push
from domain.ticket import Event, Evidence, Move, Outcome, Source, State, Ticket, Verb
from storage import outbox, tickets
from storage.db import Database
from storage.schema import photos
from storage.tx import Tx
from tests.support.desk import TOWN, enrol, fresh_db, office

AT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # midnight: the first moment of the 23rd in Zhengzhou
LATE = datetime(2030, 1, 1, tzinfo=UTC)
FIRST = Ticket(
    "HJ20261123-0001",
    date(2026, 11, 23),
    1,
    "dust",
    "=1+1",
    Source.PATROL,
    Evidence.PIN,
    1001,
    AT,
    1,
    town=TOWN,
    lat=-0.5,
    lng=113.5,
)
PHOTO = {
    "id": "d:u",
    "draft_id": "d",
    "number": FIRST.number,
    "kind": "before",
    "position": 1,
    "file_id": "f",
    "as_file": False,
    "forwarded": False,
    "person_id": 1001,
    "chat_id": 1001,
    "received_at": AT,
    "state": "stored",
    "attempts": 1,
    "next_try_at": AT,
    "sha256": "a" * 64,
    "bytes": 7,
}


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as opened:

        async def job(tx: Tx) -> None:
            tickets.add(tx, open_ticket(FIRST))
            moved = replace(FIRST, state=State.ASSIGNED, fix_due_at=AT + timedelta(hours=8))
            event = Event(FIRST.number, AT, None, State.REPORTED, State.ASSIGNED, TOWN, Verb.ASSIGN, TOWN)
            tickets.save(tx, Move(moved, (event,)))
            tx.insert(photos, PHOTO)
            for number in range(2, 4):
                later = replace(FIRST, number=f"HJ20261123-000{number}", sequence=number)
                tickets.add(tx, open_ticket(later))

        await opened.write(job)
        yield opened


async def written(db: Database, what: What, form: Format, out: Path, **days: date | None) -> int:
    exporter = Exporter(db, office().district, LATE)
    with open_sheet(what, form, out) as sheet:
        return await exporter.write(what, sheet, **{"since": None, "until": None, **days})


async def test_a_ticket_is_one_json_object_with_the_fields_of_the_contract(db, tmp_path):
    assert await written(db, What.TICKETS, Format.JSON, tmp_path / "out") == 3
    ticket, *others = map(json.loads, (tmp_path / "out").read_text("utf-8").splitlines())
    assert tuple(ticket) == TICKET_COLUMNS
    assert (ticket["town"], ticket["state"], ticket["overdue"], ticket["unit"]) == (
        "花园口镇",
        "assigned",
        True,
        None,
    )
    assert ticket["reported_at"] == "2026-11-23T00:00:00+08:00"
    assert ticket["photos"] == [{"sha256": "a" * 64, "kind": "before", "bytes": 7}]
    fields = ("at", "by", "from", "to", "note", "move", "unit")
    assert [tuple(event) for event in ticket["history"]] == [fields] * 2
    assert (ticket["history"][1]["from"], ticket["history"][1]["move"]) == ("reported", "assign")
    assert [(one["photos"], len(one["history"])) for one in others] == [([], 1)] * 2


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 3),
        (None, date(2026, 11, 22), 0),
        (date(2026, 11, 24), None, 0),
    ],
)
async def test_days_are_local_days_and_both_ends_belong_to_them(since, until, count, db, tmp_path):
    assert await written(db, What.TICKETS, Format.JSON, tmp_path / "out", since=since, until=until) == count


async def test_what_was_done_is_told_as_a_number_with_its_unit(db, tmp_path):
    async def job(tx: Tx) -> None:
        for sequence, quantity in ((1, "11000"), (2, "2.5")):
            done = replace(FIRST, number=f"HJ20261123-000{sequence}", sequence=sequence, quantity_unit="吨")
            tickets.save(
                tx, Move(replace(done, quantity=Decimal(quantity), outcome=Outcome.BANNED.value), ())
            )

    await db.write(job)
    await written(db, What.TICKETS, Format.JSON, tmp_path / "out")
    first, second, third = map(json.loads, (tmp_path / "out").read_text("utf-8").splitlines())
    assert [one["quantity"] for one in (first, second, third)] == [11000, 2.5, None]
    assert (first["quantity_unit"], first["outcome"], third["on_the_spot"]) == ("吨", "banned", False)


async def test_csv_opens_in_a_spreadsheet_and_calculates_nothing(db, tmp_path):
    await written(db, What.TICKETS, Format.CSV, tmp_path / "out")
    content = (tmp_path / "out").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    first, *_ = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (first["description"], first["lat"]) == ("'=1+1", "-0.5")
    assert first["photos"] == f"{'a' * 64} before 7"


async def test_a_workbook_has_the_same_rows(db, tmp_path):
    await written(db, What.TICKETS, Format.XLSX, tmp_path / "out")
    header, first, *_ = CalamineWorkbook.from_path(tmp_path / "out").get_sheet_by_index(0).to_python()
    row = dict(zip(header, first, strict=True))
    assert (row["number"], row["description"], row["lat"]) == (FIRST.number, "'=1+1", -0.5)


async def test_more_tickets_than_one_page_come_each_once_and_in_order(db, tmp_path):
    async def job(tx: Tx) -> None:
        for n in range(4, 1104):
            tickets.add(
                tx, open_ticket(replace(FIRST, number=f"HJ20261123-{n:04d}", sequence=n, description="x"))
            )

    await db.write(job)
    await written(db, What.TICKETS, Format.JSON, tmp_path / "out")
    numbers = [json.loads(line)["number"] for line in (tmp_path / "out").read_text().splitlines()]
    assert numbers == [f"HJ20261123-{n:04d}" for n in range(1, 1104)]


async def test_a_push_is_told_with_its_state(db, tmp_path):
    async def job(tx: Tx) -> None:
        outbox.owe(tx, Push("k", -5, AT, LATE, message=Message("hello")), AT)

    await db.write(job)
    await written(db, What.PUSHES, Format.JSON, tmp_path / "out")
    push = json.loads((tmp_path / "out").read_text())
    assert tuple(push) == PUSH_COLUMNS
    assert (push["class"], push["state"], push["message_id"]) == ("reply", "waiting", None)


async def test_people_are_told_with_their_posts(db, tmp_path):
    await enrol(db, 7, Post(Role.PATROL, TOWN), "李四")
    await written(db, What.PEOPLE, Format.JSON, tmp_path / "out")
    person = json.loads((tmp_path / "out").read_text())
    assert tuple(person) == PEOPLE_COLUMNS
    assert (person["id"], person["name"], person["role"], person["town"]) == (7, "李四", "patrol", "花园口镇")


def broken_off(out: Path) -> None:
    with open_sheet(What.PEOPLE, Format.CSV, out):
        raise LookupError


def test_an_export_that_breaks_off_leaves_the_old_file(tmp_path):
    (tmp_path / "out").write_text("old")
    with pytest.raises(LookupError):
        broken_off(tmp_path / "out")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("out", "old")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_text_that_could_be_a_formula_is_marked_as_text(start):
    assert flat(f"{start}cmd") == f"'{start}cmd"


@pytest.mark.parametrize("value", [-1, -0.5, 0, True, None, "a=b", ""])
def test_numbers_and_other_text_stay_as_they_are(value):
    assert flat(value) is value
