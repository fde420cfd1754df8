"""Working time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar, Span, add_working, working_between

CHINA, BERLIN, SANTIAGO = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/Santiago")
WEEK = frozenset(range(7))
OFFICE_HOURS = (Span(time(8, 30), time(12)), Span(time(14), time(17, 30)))
OFFICE = Calendar(
    CHINA,
    frozenset(range(5)),
    OFFICE_HOURS,
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)
WHOLE_DAY = (Span(time(0), time(0)),)
NIGHT = Calendar(CHINA, frozenset({4}), (Span(time(20), time(6)),))


def always(zone):
    return Calendar(zone, WEEK, WHOLE_DAY)


def at(text, zone=CHINA):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T09:00", 0, "2026-11-23T09:00"),
        ("2026-11-23T07:00", 0, "2026-11-23T08:30"),
        ("2026-11-23T09:00", 60, "2026-11-23T10:00"),
        ("2026-11-23T11:30", 30, "2026-11-23T12:00"),
        ("2026-11-23T11:30", 31, "2026-11-23T14:01"),
        ("2026-11-23T12:30", 10, "2026-11-23T14:10"),
        ("2026-11-27T17:00", 60, "2026-11-30T09:00"),
        ("2026-11-28T10:00", 420, "2026-11-30T17:30"),
        ("2026-09-18T17:00", 60, "2026-09-20T09:00"),
        ("2026-09-30T17:00", 60, "2026-10-08T09:00"),
        ("2026-10-09T17:00", 60, "2026-10-10T09:00"),
    ],
)
def test_office_minutes_skip_nights_weekends_and_holidays(start, minutes, end):
    assert add_working(at(start), minutes, OFFICE) == at(end)


def test_a_night_span_runs_past_midnight_into_a_free_day():
    assert add_working(at("2026-11-28T01:00"), 60, NIGHT) == at("2026-11-28T02:00")
    assert add_working(at("2026-11-28T05:30"), 60, NIGHT) == at("2026-12-04T20:30")


@pytest.mark.parametrize(
    ("zone", "start"),
    [(BERLIN, "2026-03-29T01:30"), (BERLIN, "2026-10-25T01:30"), (SANTIAGO, "2026-09-05T23:30")],
)
def test_around_the_clock_an_hour_is_an_hour_when_clocks_change(zone, start):
    begun = at(start, zone)
    for minutes in (30, 60, 1440):
        assert add_working(begun, minutes, always(zone)) == begun.astimezone(UTC) + timedelta(minutes=minutes)


def test_a_day_that_loses_an_hour_has_less_working_time():
    calendar = Calendar(BERLIN, WEEK, (Span(time(1), time(5)),))
    assert add_working(at("2026-03-29T00:00", BERLIN), 181, calendar) == at("2026-03-30T01:01", BERLIN)


def test_the_answer_is_in_utc():
    assert add_working(at("2026-11-23T09:00"), 1, OFFICE).tzinfo is UTC


@given(
    st.integers(0, 730 * 1440).map(lambda minutes: at("2026-01-01T00:00", UTC) + timedelta(minutes=minutes)),
    st.integers(1, 20_000),
    st.sampled_from([OFFICE, NIGHT, always(BERLIN), Calendar(BERLIN, frozenset(range(5)), OFFICE_HOURS)]),
)
def test_the_time_between_is_the_time_that_was_added(start, minutes, calendar):
    end = add_working(start, minutes, calendar)
    assert working_between(start, end, calendar) == timedelta(minutes=minutes)
    assert end <= add_working(start, minutes + 1, calendar)


def test_nothing_lies_between_an_end_and_a_later_start():
    assert working_between(at("2026-11-24T09:00"), at("2026-11-23T09:00"), OFFICE) == timedelta(0)


def test_naive_moments_and_negative_minutes_are_refused():
    with pytest.raises(ValueError, match="zone"):
        add_working(at("2026-11-23T09:00", None), 1, OFFICE)
    with pytest.raises(ValueError, match="negative"):
        add_working(at("2026-11-23T09:00"), -1, OFFICE)


@pytest.mark.parametrize(
    ("weekdays", "spans"),
    [
        (WEEK, ()),
        (frozenset(), WHOLE_DAY),
        (frozenset({7}), WHOLE_DAY),
        (WEEK, (Span(time(8), time(12)), Span(time(11), time(13)))),
        (WEEK, (Span(time(14), time(17)), Span(time(8), time(12)))),
        (WEEK, (Span(time(22), time(6)), Span(time(23), time(23, 30)))),
        (WEEK, (Span(time(8), time(12)), Span(time(20), time(9)))),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(weekdays, spans):
    with pytest.raises(ValueError, match="span"):
        Calendar(CHINA, weekdays, spans)


@pytest.mark.parametrize(
    ("clock", "inside"),
    [(time(22), True), (time(23, 59), True), (time(6, 59), True), (time(7), False), (time(12), False)],
)
def test_quiet_hours_reach_past_midnight(clock, inside):
    assert (clock in Span(time(22), time(7))) is inside
    assert clock in WHOLE_DAY[0]


def test_only_a_calendar_without_a_gap_is_always_open():
    assert always(CHINA).always_open
    assert not OFFICE.always_open
    assert not Calendar(CHINA, WEEK, WHOLE_DAY, holidays=frozenset({date(2026, 1, 1)})).always_open
