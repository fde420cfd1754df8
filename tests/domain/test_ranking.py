"""Places, shared and missing; what changed; runs."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.air_days import DayAir
from domain.air_editions import EDITIONS, PM10, PM25
from domain.air_periods import DayRecord, summary
from domain.air_rules import AirRules, Gap
from domain.period import Length, period_of, read_period
from domain.ranking import day_ranking, in_a_row, period_ranking, places, ranks_of
from tests.support.air import GASES, air

RULES = AirRules()
DAY = read_period("2026-11-22")


def decimals(*texts):
    return [text and Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("values", "ranks"),
    [
        (
            ("4.81", "4.92", "5.10", "4.92", "4.60", None, "4.77", "4.92"),
            [3, 4, 7, 4, 1, None, 2, 4],
        ),
        (("1", "2", "3", "3", "4"), [1, 2, 3, 3, 5]),
        (("2.0", "2.00"), [1, 1]),
        ((None, None), [None, None]),
        ((), []),
    ],
)
def test_places_are_shared_and_the_next_are_left_out(values, ranks):
    assert places(decimals(*values)) == ranks


VALUES = st.lists(st.none() | st.decimals(0, 9, places=1), max_size=30)


@given(VALUES)
def test_a_place_is_one_more_than_the_number_of_better_ones(values):
    there = [value for value in values if value is not None]
    expected = [None if value is None else 1 + sum(one < value for one in there) for value in values]
    assert places(values) == expected


def ranked(airs, previous=None):
    records = {
        town: each if isinstance(each, Gap) else DayRecord(DAY.first, each) for town, each in airs.items()
    }
    return day_ranking(DAY, records, RULES, previous)


TABLE = {
    "huayuankou": air(31, 58),
    "guxing": air(31, 58),
    "dahe": air(25, 70),
    "liuzhai": air(30, None),
    "xincheng": Gap.NO_DATA,
    "changxing": Gap.HELD,
}


def test_a_day_is_ranked_by_the_two_items_and_each_particle_alone():
    rows = {row.standing.place: row for row in ranked(TABLE).rows}
    assert [(name, row.rank, row.of[PM25], row.of[PM10]) for name, row in rows.items()][:4] == [
        ("dahe", 1, 1, 3),
        ("guxing", 1, 3, 1),
        ("huayuankou", 1, 3, 1),
        ("changxing", None, None, None),
    ]
    assert str(rows["huayuankou"].standing.index) == "2.00"
    assert rows["liuzhai"].of[PM25] == 2


def test_who_is_not_ranked_stands_at_the_end_with_the_reason_and_never_as_zero():
    missing = {row.standing.place: row.standing.reason for row in ranked(TABLE).rows if row.rank is None}
    assert missing == {"liuzhai": Gap.MISSING, "xincheng": Gap.NO_DATA, "changxing": Gap.HELD}
    assert all(row.standing.index is None for row in ranked(TABLE).rows[3:])
    assert ranked(TABLE).rows[-1].standing.aqi.published == "NA"


@given(st.randoms())
def test_the_order_of_the_rows_changes_nothing(chance: random.Random):
    shuffled = list(TABLE.items())
    chance.shuffle(shuffled)
    assert ranked(dict(shuffled)) == ranked(TABLE)


def test_too_few_hours_are_the_reason_where_they_are_it():
    thin = DayAir(air(30, None).values, {PM10: Gap.TOO_FEW_HOURS})
    assert ranked({"a": thin}).rows[0].standing.reason is Gap.TOO_FEW_HOURS


def test_equal_printed_values_share_a_place_whatever_their_digits():
    rows = ranked({"a": air("30.4", 60), "b": air("29.6", 60), "c": air("30.6", 60)}).rows
    assert [row.rank for row in rows] == [1, 1, 3]


def test_places_won_and_lost_are_told_against_the_ranking_before():
    rows = ranked(TABLE, {"dahe": 3, "guxing": 1, "huayuankou": None, "liuzhai": 2}).rows
    changes = {row.standing.place: row.change for row in rows}
    none = dict.fromkeys(("huayuankou", "liuzhai", "xincheng", "changxing"))
    assert changes == {"dahe": 2, "guxing": 0, **none}


@pytest.mark.parametrize(
    ("ranks", "place", "run"),
    [
        ([1, 1, 1, 1, 1, 1, 2, 1], 1, 6),
        ([1, None, 1], 1, 1),
        ([2, 1], 1, 0),
        ([2, 2, 2, 2, 1], 2, 4),
        ([], 1, 0),
    ],
)
def test_a_run_ends_with_the_first_period_in_another_place(ranks, place, run):
    assert in_a_row(ranks, place) == run


def week_of(monday, best):
    week = period_of(Length.WEEK, monday)
    pm25 = {"dangxiao": 50 + 10 * (not best), "yanchang": 55, "gangli": 58}
    made = {
        place: summary(week, [DayRecord(day, air(value, 100)) for day in week], RULES)
        for place, value in pm25.items()
    }
    return period_ranking(made, RULES)


def test_six_weeks_in_first_place_come_out_of_days_made_for_them():
    """The seventh week back another one was first."""
    monday = date(2017, 12, 4)
    weeks = [week_of(monday - timedelta(weeks=back), best=back < 6) for back in range(8)]
    assert in_a_row([ranks_of(week)["dangxiao"] for week in weeks]) == 6
    assert weeks[0].edition == 2012


def test_a_month_is_ranked_by_six_items_and_a_week_by_two():
    for text, index in (("2017-11", "2.97"), ("2017-W47", "1.71")):
        period = read_period(text)
        records = [DayRecord(day, DayAir(air(31, 58).values)) for day in period]
        row = period_ranking({"a": summary(period, records, RULES)}, RULES).rows[0]
        assert str(row.standing.index) == index
    assert set(GASES) | {PM25, PM10} == set(row.standing.printed)


def test_summaries_by_different_editions_are_not_ranked_together():
    week = read_period("2026-W09")
    days = [DayRecord(day, air(30, 60)) for day in week]
    mixed = {"a": summary(week, days, RULES), "b": summary(week, days, RULES, EDITIONS[0])}
    assert period_ranking({"a": mixed["a"]}, RULES).is_mixed
    with pytest.raises(ValueError, match="one edition"):
        period_ranking(mixed, RULES)


def test_the_class_of_a_week_is_that_of_its_printed_means():
    week = read_period("2026-W47")
    days = [DayRecord(day, air(61, 100)) for day in week]
    standing = period_ranking({"a": summary(week, days, RULES)}, RULES).rows[0].standing
    assert (standing.aqi.published, int(standing.aqi.level), standing.aqi.primary) == ("101", 3, (PM25,))
