"""The chain of the audit log: what follows what, and which row is the first that is broken."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.audit import START, Deed, Entry, Fault, Head, Row, Why, chained, follow, moment

AT = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)
OTHERS = {"seq": 9, "actor": None, "subject": "2", "prev_hash": "f" * 64, "hash": "f" * 64}


def entry(number: int, **details: object) -> Entry:
    return Entry(AT + timedelta(seconds=number), 1001, Deed.POST_GIVEN, "77", {"number": number, **details})


@pytest.fixture
def rows() -> list[Row]:
    return chained(Head(), [entry(n) for n in range(1, 7)])


def test_every_row_carries_the_hash_of_the_one_before_it(rows):
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.prev_hash for row in rows] == [START, *(row.hash for row in rows[:-1])]
    assert len({row.hash for row in rows}) == 6


def test_a_chain_made_in_two_parts_is_the_same_chain(rows):
    first = chained(Head(), [entry(1), entry(2)])
    rest = chained(Head(2, first[-1].hash), [entry(n) for n in range(3, 7)])
    assert first + rest == rows


def test_the_same_moment_and_the_same_details_are_written_the_same_way():
    local = AT.astimezone(timezone(timedelta(hours=8)))
    assert moment(local) == moment(AT) == "2026-11-23T01:40:00.000000+00:00"
    one, other = Entry(AT, None, "x", "y", {"a": 1, "b": 2}), Entry(local, None, "x", "y", {"b": 2, "a": 1})
    assert chained(Head(), [one]) == chained(Head(), [other])


def test_a_sound_chain_is_followed_to_its_end(rows):
    assert follow(Head(), rows) == Head(6, rows[-1].hash)
    assert follow(Head(), []) == Head()


@pytest.mark.parametrize("name", [field.name for field in fields(Row)])
def test_a_change_of_any_field_is_found_in_its_row(name, rows):
    rows[3] = replace(rows[3], **{name: OTHERS.get(name, "changed")})
    assert follow(Head(), rows) == Fault(9 if name == "seq" else 4, Why.CHANGED)


@pytest.mark.parametrize("value", [b"\xff", 1.5, "77"])
def test_what_no_program_of_ours_would_write_is_a_change_like_any_other(value, rows):
    rows[1] = replace(rows[1], actor=value)
    assert follow(Head(), rows) == Fault(2, Why.CHANGED)


def test_a_row_that_was_taken_out_is_missed(rows):
    assert follow(Head(), rows[:2] + rows[3:]) == Fault(3, Why.MISSING)
    assert follow(Head(), rows[1:]) == Fault(1, Why.MISSING)


def test_rows_that_changed_places_are_found(rows):
    swapped = [rows[0], replace(rows[2], seq=2), replace(rows[1], seq=3), *rows[3:]]
    assert follow(Head(), swapped) == Fault(2, Why.CHANGED)


def test_a_row_that_was_written_anew_with_its_hash_is_found_in_the_next(rows):
    forged = chained(Head(2, rows[1].hash), [entry(3, forged=True)])
    assert follow(Head(), [*rows[:2], *forged, *rows[3:]]) == Fault(4, Why.UNLINKED)


def test_a_row_before_the_first_is_found(rows):
    before = chained(Head(-1), [entry(0)])
    assert before[0].seq == 0
    assert follow(Head(), before + rows) == Fault(0, Why.UNLINKED)
