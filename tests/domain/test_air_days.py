"""From hours to the day of a monitor, and from monitors to the day of a town."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.air_days import DayAir, area_day, day_and_label, day_mean, day_of_hours, ozone_eight_hours
from domain.air_editions import NO2, O3_1H, O3_8H, PM10, PM25, SO2
from domain.air_reading import town_days
from domain.air_rules import Gap
from domain.exact import mean, rounded
from tests.support.air import RULES, TOWNS, reading

DAY = date(2026, 11, 22)
A, B, C = TOWNS


def hours(*values, rest=None):
    """Of 24, in whole units."""
    return [None if value is None else value * 1000 for value in (*values, *[rest] * (24 - len(values)))]


def naive_ozone(values):
    """The rule word for word, slowly."""
    windows = [[one for one in values[end - 8 : end] if one is not None] for end in range(8, 25)]
    means = [Fraction(sum(window), len(window) * 1000) for window in windows if len(window) >= 6]
    if not means or (len(means) < 14 and rounded(max(means)) <= 160):
        return None
    return max(means)


@pytest.mark.parametrize(
    ("day", "hour", "found"),
    [(DAY, 1, (DAY, 1)), (DAY, 24, (DAY, 24)), (DAY, 0, (date(2026, 11, 21), 24))],
)
def test_the_label_of_midnight_belongs_to_the_day_before(day, hour, found):
    assert day_and_label(day, hour) == found


@pytest.mark.parametrize("hour", [-1, 25])
def test_a_day_has_no_other_hours(hour):
    with pytest.raises(ValueError, match="0 to 24"):
        day_and_label(DAY, hour)


def test_a_day_is_valid_with_twenty_hours():
    assert day_mean(hours(*[30] * 19, 31)) == Fraction(601, 20)
    assert day_mean(hours(*[30] * 19)) is None
    assert day_mean(hours()) is None


def test_ozone_is_the_highest_eight_hours_of_the_day():
    assert ozone_eight_hours(hours(*[50] * 10, *[154] * 8, rest=60)) == 154


def test_ozone_with_thirteen_windows_counts_only_above_the_limit():
    lost = [None] * 5
    assert ozone_eight_hours(hours(*lost, rest=100)) == 100
    assert ozone_eight_hours(hours(*lost, None, rest=160)) is None
    assert ozone_eight_hours(hours(*lost, None, rest=161)) == 161
    assert ozone_eight_hours(hours()) is None


@given(st.lists(st.none() | st.integers(0, 400_000), min_size=24, max_size=24))
def test_ozone_is_what_the_words_of_the_rule_give(values):
    assert ozone_eight_hours(values) == naive_ozone(values)


@given(st.lists(st.integers(0, 400_000), min_size=20, max_size=24))
def test_a_day_is_rounded_once_and_from_all_its_digits(values):
    found = day_mean([*values, *[None] * (24 - len(values))])
    assert found == Fraction(sum(values), 1000 * len(values))


def test_rounding_before_the_mean_would_give_another_day():
    values = [Fraction(1, 2), Fraction(1, 2), Fraction(1)]
    assert (rounded(mean(values)), rounded(mean([rounded(one) for one in values]))) == (1, 0)


def test_the_day_of_a_monitor_says_what_had_too_few_hours():
    found = day_of_hours({PM25: hours(rest=30), PM10: hours(*[50] * 5), NO2: hours(), O3_1H: hours(rest=70)})
    assert dict(found.values) == {PM25: 30, O3_8H: 70, O3_1H: 70}
    assert dict(found.gaps) == {PM10: Gap.TOO_FEW_HOURS}


def station(pm25=None, *, never=()):
    return DayAir({} if pm25 is None else {PM25: Fraction(pm25)}, never=frozenset(never))


def test_an_area_is_the_mean_of_its_monitors_with_three_quarters_of_them():
    assert area_day([station(30), station(31), station(33), station()]).values[PM25] == Fraction(94, 3)
    thin = area_day([station(30), station(31), station()])
    assert (dict(thin.values), thin.gaps[PM25]) == ({}, Gap.TOO_FEW_STATIONS)


def test_a_monitor_that_never_measures_it_does_not_count_against_the_area():
    found = area_day([station(30), station(never=[PM25, SO2]), station(never=[SO2])], percent=50)
    assert found.values[PM25] == 30
    both = area_day([station(30, never=[SO2]), station(32, never=[SO2])])
    assert (both.values[PM25], both.never) == (31, {SO2})


def days(*readings):
    return town_days(readings, TOWNS, RULES)


def test_a_town_is_its_own_row_or_the_mean_of_its_monitors():
    found = days(
        reading("station", "a1", DAY, pm25=30),
        reading("station", "a2", DAY, pm25=33),
        reading("station", "b", DAY, pm25=50),
        reading("town", B, DAY, pm25=40),
    )
    assert (found[A].values[PM25], found[B].values[PM25], found[C]) == (Fraction(63, 2), 40, Gap.NO_DATA)


def test_hours_make_the_day_of_a_town_and_a_daily_row_counts_before_them():
    by_hour = [reading("station", "b", DAY, hour, pm25=hour) for hour in range(1, 25)]
    assert days(*by_hour)[B].values == {PM25: Fraction(25, 2)}
    assert days(*by_hour)[B].never == {SO2}
    assert days(*by_hour, reading("station", "b", DAY, pm25=9))[B].values == {PM25: 9}


def test_why_a_town_has_no_day_is_told():
    few = [reading("station", "b", DAY, hour, pm25=30) for hour in range(1, 20)]
    found = days(*few, reading("town", C, DAY, pm25=0, is_held=True), reading("station", "a1", DAY, pm25=30))
    assert found == {A: Gap.TOO_FEW_STATIONS, B: Gap.TOO_FEW_HOURS, C: Gap.HELD}
