"""When a closed ticket is looked at again, and who is asked."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.lookback import LookBackRules, dates, whom
from domain.people import Role
from domain.ticket import Outcome, State
from tests.support.moving import GRID, OTHER_STAFF, PATROL, STAFF, TOWN, person, standing

ZONE = ZoneInfo("Asia/Shanghai")
RULES = LookBackRules(days=(7, 30, 90), at=time(9), patience=timedelta(days=2))
CLOSED = standing(State.CLOSED)
SECOND = person(20, Role.PATROL, TOWN)


def test_it_is_looked_at_on_the_districts_days_in_the_morning():
    found = [(days, f"{at.astimezone(ZONE):%m-%d %H:%M}") for days, at in dates(CLOSED, RULES, ZONE)]
    assert found == [(7, "11-30 09:00"), (30, "12-23 09:00"), (90, "02-21 09:00")]


def test_the_day_of_closing_is_the_districts_own():
    late = standing(State.CLOSED, closed_at=datetime(2026, 11, 23, 23, 30, tzinfo=ZONE))
    assert [at.astimezone(ZONE).day for _, at in dates(late, RULES, ZONE)] == [30, 23, 21]


@pytest.mark.parametrize(
    "ticket",
    [
        *(standing(State.CLOSED, outcome=one.value) for one in (Outcome.UNFOUNDED, Outcome.DUPLICATE)),
        *(standing(state) for state in State if state is not State.CLOSED),
    ],
)
def test_where_no_work_was_done_nobody_looks(ticket):
    assert dates(ticket, RULES, ZONE) == ()


def test_the_reporter_is_asked_first_then_who_has_least_to_look_at_then_the_office():
    people = [SECOND, GRID, PATROL]
    assert whom(CLOSED, people, [], {PATROL.id: 9}) == PATROL
    assert whom(CLOSED, people, [PATROL.id], {SECOND.id: 1, GRID.id: 2}) == SECOND
    assert whom(CLOSED, people, [PATROL.id], {SECOND.id: 2}) == GRID
    assert whom(CLOSED, people, [PATROL.id, GRID.id], {}) is None


def test_nobody_is_asked_about_the_own_work_or_that_of_another_town():
    fixed = standing(State.CLOSED, fixed_by=PATROL.id)
    assert whom(fixed, [PATROL], [], {}) is None
    assert whom(fixed, [STAFF, OTHER_STAFF, person(21, Role.PATROL, "t2")], [], {}) is None
    assert whom(CLOSED, [PATROL], [], {}) == PATROL
