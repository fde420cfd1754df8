"""When the clocks of a ticket are called; times of the tables are minutes from its assignment at 09:40."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deadline import Clock, Level, calls, due, is_urgent, key, next_at, quiet_until
from domain.district import Limits
from domain.district_parse import read_district
from domain.ticket import OPEN, Source, State
from tests.support.district_text import FILES, faults_of, with_change
from tests.support.moving import HOUR, NOW, standing

DISTRICT = read_district(FILES)
RULES = DISTRICT.calls
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OWNER, LEADER, BUREAU, OFFICE = ((level,) for level in Level)


def ticket(state=State.ASSIGNED, **more):
    """Assigned now, to be accepted within 30 minutes and fixed within 12 hours."""
    clocks = {"assigned_at": NOW, "accept_due_at": NOW + 30 * MINUTE, "fix_due_at": NOW + 12 * HOUR}
    return standing(state, **clocks | more)


def called(one, clock, now=NOW):
    """The minutes from now, the step and the levels of a clock's calls."""
    return [
        ((call.at - NOW) // MINUTE, call.step, call.levels)
        for call in calls(one, RULES, now)
        if call.clock is clock
    ]


ACCEPT = [(20, 0, OWNER), (30, 1, OWNER), (60, 2, OWNER + LEADER), (150, 3, OFFICE)]
FIX = [(600, 1, OWNER), (720, 2, OWNER), (840, 3, LEADER), (2160, 4, BUREAU + OFFICE)]


@pytest.mark.parametrize(
    ("one", "clock", "expected"),
    [
        (ticket(), Clock.ACCEPT, [*ACCEPT, (1370, 1001, OFFICE)]),
        (ticket(), Clock.FIX, [*FIX, (2810, 1002, OFFICE)]),
        (ticket(State.ACCEPTED), Clock.ACCEPT, []),
        (ticket(State.ACCEPTED), Clock.FIX, [*FIX, (2810, 1002, OFFICE)]),
        (ticket(accept_due_at=NOW + 10 * MINUTE), Clock.ACCEPT, [(10, 1, OWNER), (40, 2, OWNER + LEADER), (130, 3, OFFICE), (1370, 1001, OFFICE)]),
        (ticket(level="red"), Clock.ACCEPT, [(20, 0, OWNER), (30, 1, OWNER), (45, 2, OWNER + LEADER), (90, 3, OFFICE), (1370, 1001, OFFICE)]),
        (ticket(State.FIXED, fixed_at=NOW), Clock.FIX, []),
        (standing(State.REPORTED, reported_at=NOW), Clock.ASSIGN, [(30, 0, OFFICE), (150, 1, OFFICE), (1370, 1001, OFFICE)]),
        (standing(State.REPORTED, returned_at=NOW + HOUR), Clock.ASSIGN, [(90, 0, OFFICE), (210, 1, OFFICE), (1370, 1001, OFFICE)]),
        (standing(State.SUSPENDED, suspended_until=NOW + DAY), Clock.SUSPENDED, [(1440, 0, OWNER), (2810, 1001, OFFICE)]),
        (ticket(State.SUSPENDED), Clock.FIX, []),
        (standing(State.CLOSED), Clock.FIX, []),
        (standing(State.REJECTED), Clock.ASSIGN, []),
    ],
)  # fmt: skip
def test_each_clock_is_called_in_its_steps(one, clock, expected):
    assert called(one, clock) == expected


def test_what_is_fixed_is_looked_at_within_working_hours():
    fixed = ticket(
        State.FIXED, fixed_at=NOW
    )  # Monday 09:40; Tuesday is closed, an office day has eight hours
    assert called(fixed, Clock.VERIFY)[0] == (2 * 1440, 0, OWNER + OFFICE)


def test_a_deadline_that_is_missing_leaves_no_open_ticket_without_a_clock():
    assert called(ticket(fix_due_at=None, accept_due_at=None), Clock.ASSIGN)


def test_calls_fall_on_whole_minutes_the_warning_before_and_the_rest_after():
    odd = ticket(accept_due_at=NOW + 30 * MINUTE + timedelta(seconds=7))
    assert [minutes for minutes, *_ in called(odd, Clock.ACCEPT)][:3] == [20, 31, 61]
    assert all(call.at.second == 0 for call in calls(odd, RULES, NOW))


def test_the_daily_call_comes_back_every_day():
    days = [called(ticket(), Clock.FIX, NOW + at * DAY)[-2:] for at in (3, 4, 400)]
    assert [[step for _, step, _ in two] for two in days] == [[1003, 1004], [1004, 1005], [1400, 1401]]
    later = called(ticket(), Clock.FIX, NOW + 4 * DAY - 2 * HOUR)[-2:]  # 07:40: not yet time of the day
    assert [step for _, step, _ in later] == [1003, 1004]


def test_what_was_called_is_not_due_again_and_a_moved_deadline_is():
    one = ticket()
    every, at = calls(one, RULES, NOW), NOW + 25 * MINUTE
    (first,) = due(every, at, one.number, ())
    assert due(every, at, one.number, {key(one.number, first)}) == ()
    later = replace(one, accept_due_at=NOW + 31 * MINUTE)
    (moved,) = due(calls(later, RULES, NOW), at, one.number, {key(one.number, first)})
    assert moved.step == first.step


def test_the_next_call_is_the_first_that_was_not_made():
    one = ticket()
    every = calls(one, RULES, NOW)
    assert next_at(every, one.number, ()) == NOW + 20 * MINUTE
    assert next_at(every, one.number, {key(one.number, every[0])}) == NOW + 30 * MINUTE
    assert next_at((), one.number, ()) is None


def test_the_key_names_ticket_clock_deadline_and_step():
    one = ticket()
    (first, *_) = calls(one, RULES, NOW)
    assert key(one.number, first) == f"HJ20261123-0007:accept:{int(one.accept_due_at.timestamp())}:0"


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("21:59", None),
        ("22:00", "2026-11-24T07:00"),
        ("23:30", "2026-11-24T07:00"),
        ("03:00", "2026-11-23T07:00"),
        ("07:00", None),
    ],
)
def test_quiet_hours_end_in_the_morning(now, until):
    at = datetime.fromisoformat(f"2026-11-23T{now}").replace(tzinfo=RULES.zone)
    ends = quiet_until(at.astimezone(UTC), RULES)
    assert ends == (until and datetime.fromisoformat(until).replace(tzinfo=RULES.zone))


def test_a_source_or_a_control_level_makes_urgent():
    urgent = [ticket(), ticket(source=Source.LEADER), ticket(level="red"), ticket(level="yellow")]
    assert [is_urgent(one, RULES) for one in urgent] == [False, True, True, False]


@pytest.mark.parametrize(
    ("source", "level", "relapses", "limits"),
    [
        (Source.PATROL, None, 0, Limits(30, 300, "office")),
        (Source.PATROL, "red", 0, Limits(15, 150, "office")),
        (Source.PATROL, None, 1, Limits(15, 150, "office")),
        (Source.LEADER, "red", 2, Limits(5, 38, "duty")),
    ],
)
def test_control_level_and_relapses_leave_less_time(source, level, relapses, limits):
    assert DISTRICT.limits_for("dust", source, level, relapses) == limits


@given(
    state=st.sampled_from(sorted(OPEN)),
    minutes=st.integers(-10_000, 600_000),
    gone=st.sets(st.sampled_from(["fix_due_at", "accept_due_at", "assigned_at", "fixed_at"])),
)
def test_an_open_ticket_always_has_a_call_to_come(state, minutes, gone):
    now = NOW + minutes * MINUTE
    one = standing(state, **dict.fromkeys(gone))
    every = calls(one, RULES, now)
    made = {key(one.number, call) for call in every if call.at <= now}
    ahead = next_at(every, one.number, made)
    assert ahead is not None
    assert now < ahead
    assert len({key(one.number, call) for call in every}) == len(every)


@pytest.mark.parametrize(
    ("old", "new", "place", "expected"),
    [
        ('within = "30m"', 'within = "30"', "assign.within", "'30m', '2h' or '3d'"),
        ('before = ["10m"]', "before = [10]", "accept.before", "a list of texts"),
        ('["24h", "2h"]', '["2h", "24h"]', "fix.before", "the longest first"),
        ('levels = ["owner", "leader"]', 'levels = ["boss"]', "accept.after[1].levels", "owner, leader"),
        ('wait = "30m"', 'wait = "3h"', "accept.after", "each later than the one before"),
        ('at = ["owner"]\n', "", "accept.at", "a list of texts"),
        ('at = "08:30"', 'at = "8:30"', "daily.at", "00:00"),
        ('calendar = "office"', 'calendar = "offcie"', "review.calendar", "one of duty, office"),
        ("percent = 50", "percent = 500", "relapse.percent", "from 10 to 100"),
        ('sources = ["leader"]', 'sources = ["boss"]', "urgent.sources", "patrol"),
        ("single_messages = 3", "single_message = 3", "digest.single_message", "one of single_messages"),
        ("[extension]", "[extensions]", "extension", "a table"),
    ],
)
def test_a_fault_names_file_key_and_what_was_expected(old, new, place, expected):
    faults = faults_of(with_change("deadlines.toml", old, new))
    assert ("deadlines.toml", place) in {(fault.file, fault.key) for fault in faults}
    assert expected in "\n".join(map(str, faults))
