"""Weeks, months and years: means, percentiles, good days, sand, the switch of editions, and the figures of 2017."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.air_days import DayAir
from domain.air_editions import CO, EDITIONS, O3_8H, PM10, PM25, SO2
from domain.air_periods import DayRecord, GoodDays, day_aqi, summary, year_on_year
from domain.air_rules import AirRules, Gap
from domain.exact import mean, rounded
from domain.period import read_period, year_until
from tests.support.air import air

OLD, NEW, FINAL = EDITIONS
RULES = AirRules()
WEEK, MONTH = read_period("2026-W47"), read_period("2026-11")


def records(period, airs, sand=()):
    return [DayRecord(day, each, day in sand) for day, each in zip(period, airs, strict=False)]


def test_a_week_is_the_mean_of_its_days_rounded_once():
    pm25 = [Fraction(one, 2) for one in (61, 61, 61, 61, 62, 63, 64)]
    found = summary(WEEK, records(WEEK, [air(one, 58) for one in pm25]), RULES)
    assert found.values[PM25] == mean(pm25)
    assert (found.printed[PM25], str(found.index)) == (31, "2.00")
    assert mean([rounded(one) for one in pm25]) != found.values[PM25]


@pytest.mark.parametrize(("days", "gaps"), [(5, set()), (4, {Gap.TOO_FEW_DAYS}), (0, {Gap.NO_DATA})])
def test_a_week_needs_five_days(days, gaps):
    found = summary(WEEK, records(WEEK, [air(30, 60)] * days), RULES)
    assert (set(found.gaps.values()), found.index is None) == (gaps, days < 5)


def test_days_outside_the_period_do_not_count():
    early = DayRecord(date(2026, 11, 15), air(300, 600))
    assert summary(WEEK, [early, *records(WEEK, [air(30, 60)] * 7)], RULES).printed[PM25] == 30


def test_a_month_has_the_95th_of_co_and_the_90th_of_ozone():
    days = [air(30, 60, co=Fraction(one, 10), o3_8h=one) for one in range(1, 31)]
    found = summary(MONTH, records(MONTH, days), RULES)
    assert (found.values[CO], found.values[O3_8H]) == (Fraction("2.855"), Fraction("27.1"))
    assert (str(found.printed[CO]), found.printed[O3_8H], found.values[SO2]) == ("2.9", 27, 8)


def test_the_decimals_of_a_period_are_a_setting():
    rules = AirRules(places={**RULES.places, PM25: 1})
    found = summary(WEEK, records(WEEK, [air(Fraction("30.25"), 60)] * 7), rules)
    assert (str(found.printed[PM25]), str(found.index)) == ("30.2", "2.01")


def test_sand_is_left_out_of_the_means_of_particles_and_keeps_its_good_days():
    days = [air(30, 60)] * 6 + [air(300, 900, o3_8h=90)]
    sandy = summary(WEEK, records(WEEK, days, {date(2026, 11, 22)}), RULES)
    assert (sandy.printed[PM25], sandy.printed[PM10], sandy.values[O3_8H]) == (30, 60, Fraction(570, 7))
    assert sandy.good_days == GoodDays(6, 7)
    assert summary(WEEK, records(WEEK, days), RULES).printed[PM10] == 180


def test_a_sand_day_may_be_judged_without_its_particles():
    record = DayRecord(date(2026, 4, 1), air(300, 900), is_sand=True)
    assert (day_aqi(record, NEW).value, day_aqi(record, NEW, keeps_sand=False).published) == (500, "40")


def test_a_week_of_sand_alone_has_no_particles_to_rank():
    found = summary(WEEK, records(WEEK, [air(300, 900)] * 7, set(WEEK)), RULES)
    assert (found.gaps[PM25], found.index) == (Gap.TOO_FEW_DAYS, None)


def test_days_without_an_aqi_count_neither_as_good_nor_as_valid():
    holes = [air(30, 60), air(61, 60), air(30, None), air(200, None), DayAir({})]
    found = summary(WEEK, records(WEEK, holes), RULES).good_days
    assert (found, str(found.rate)) == (GoodDays(1, 3), "33.3")
    assert GoodDays(0, 0).rate is None


def test_a_week_over_the_switch_is_judged_by_one_edition_and_says_so():
    week = read_period("2026-W09")
    found = summary(week, records(week, [air(70, 110)] * 7), RULES)
    assert (found.edition, found.is_mixed, found.good_days) == (NEW, True, GoodDays(0, 7))
    assert not summary(WEEK, records(WEEK, [air(70, 110)] * 7), RULES).is_mixed


def year(day, pm25, pm10):
    period = year_until(day)
    return period, [DayRecord(each, air(pm25, pm10)) for each in period]


def test_a_year_before_the_switch_compares_when_it_is_made_by_the_new_edition():
    now = summary(*year(date(2026, 11, 22), 60, 120), RULES)
    earlier, days = year(date(2025, 11, 22), 70, 120)
    assert not year_on_year(now, summary(earlier, days, RULES)).is_comparable
    assert year_on_year(now, summary(earlier, days, RULES)).good_days.change is None
    again = year_on_year(now, summary(earlier, days, RULES, now.edition))
    assert (again.is_comparable, again.good_days.change, again.index.change) == (True, 326, Decimal("-5.9"))
    assert again.values[PM25].change == Decimal("-14.3")


def seed_year(end, *, pm25, pm10, good, polluted):
    """Good days and polluted ones by turns, with PM10 and PM2.5 of which the year's means round to the figures."""
    days = list(year_until(end))
    bad = [(number * (len(days) - good)) // len(days) for number in range(len(days) + 1)]
    kinds = [bad[number + 1] > bad[number] for number in range(len(days))]
    clean = (Fraction(pm25 * len(days) - polluted * sum(kinds), good)), pm10 - 20
    dirty = polluted, pm10 + Fraction(20 * good, sum(kinds))
    return [DayRecord(day, air(*(dirty if kind else clean))) for day, kind in zip(days, kinds, strict=True)]


def test_the_figures_of_2017_come_out_of_days_made_for_them():
    """Until 10 December: PM10 121 (-4.7 %), PM2.5 65 (-9.7 %), 185 good days (+39)."""
    end, before = date(2017, 12, 10), date(2016, 12, 10)
    now = summary(year_until(end), seed_year(end, pm25=65, pm10=121, good=185, polluted=80), RULES)
    base = summary(year_until(before), seed_year(before, pm25=72, pm10=127, good=146, polluted=80), RULES)
    found = year_on_year(now, base)
    assert [str(found.values[PM10].now), str(found.values[PM10].change)] == ["121", "-4.7"]
    assert [str(found.values[PM25].now), str(found.values[PM25].change)] == ["65", "-9.7"]
    assert (found.good_days.now, found.good_days.change, str(now.good_days.rate)) == (185, 39, "53.8")


def test_with_one_good_day_less_the_figures_of_2017_do_not_come_out():
    end = date(2017, 12, 10)
    days = seed_year(end, pm25=65, pm10=121, good=184, polluted=80)
    assert summary(year_until(end), days, RULES).good_days == GoodDays(184, 344)
