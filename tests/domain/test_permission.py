"""The matrix of permissions against a file that was written by hand, cell by cell.

Its cells hold the letters of the cases that are allowed: o the own ticket · s somebody else's in the same town (or of
the same bureau) · x another town's and bureau's · n no ticket at all; "-" is none. Nobody revoked has any right.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from domain.permission import TABLE, Action, may, unit_of
from domain.ticket import State
from tests.support.moving import (
    BUREAU_STAFF,
    GRID,
    INSPECTOR,
    LEADER,
    OFFICER,
    OTHER_BUREAU,
    OTHER_TOWN,
    PATROL,
    STAFF,
    TOWN_INSPECTOR,
    standing,
)

NOBODY = 99
PEOPLE = {
    "patrol": PATROL,
    "grid_lead": GRID,
    "town_staff": STAFF,
    "town_leader": LEADER,
    "bureau_staff": BUREAU_STAFF,
    "inspector": INSPECTOR,
    "inspector_of_town": TOWN_INSPECTOR,
    "office": OFFICER,
}
SAME = standing(State.ACCEPTED, reporter_id=NOBODY, assignee_id=NOBODY)
OTHER = replace(SAME, town=OTHER_TOWN, bureau=OTHER_BUREAU)
EXPECTED = {
    Action(row.pop("action")): row
    for row in csv.DictReader((Path(__file__).parent / "permission.csv").read_text("utf-8").splitlines())
}


def cases(person):
    """The cases of the file by their letters, and what nobody may."""
    own = replace(SAME, reporter_id=person.id, assignee_id=person.id)
    yield from {"o": (person, own), "s": (person, SAME), "x": (person, OTHER), "n": (person, None)}.items()
    yield "r", (None, own)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_may_what_the_file_says_and_nothing_else(action, name):
    allowed = [letter for letter, (who, ticket) in cases(PEOPLE[name]) if may(who, action, ticket)]
    assert ("".join(allowed) or "-") == EXPECTED[action][name]


def test_the_file_and_the_table_name_every_action_and_every_person():
    assert set(EXPECTED) == set(Action) == set(TABLE)
    assert {frozenset(row) for row in EXPECTED.values()} == {frozenset(PEOPLE)}


@pytest.mark.parametrize(
    ("person", "action", "allowed"),
    [
        (PATROL, Action.SEE, True),  # reported elsewhere, still the own report
        (PATROL, Action.FIX, False),
        (STAFF, Action.FIX, False),
        (BUREAU_STAFF, Action.FIX, False),
    ],
)
def test_a_ticket_that_went_to_another_town_is_seen_but_not_worked_on(person, action, allowed):
    assert may(person, action, replace(OTHER, reporter_id=person.id, assignee_id=person.id)) is allowed


def test_a_post_without_a_place_reaches_nothing():
    nowhere = replace(SAME, town=None, bureau=None)
    for person in (GRID, STAFF, BUREAU_STAFF):
        lost = replace(person, post=replace(person.post, town=None, unit=None))
        assert not may(lost, Action.ACCEPT, nowhere)


def test_a_person_works_for_a_town_a_bureau_or_the_district():
    assert [unit_of(one) for one in (STAFF, BUREAU_STAFF, OFFICER)] == ["t1", "housing", None]
