"""The periods of rankings."""

from datetime import date

import pytest

from domain.air_rules import Validity
from domain.period import Length, period_of, read_period, year_until


@pytest.mark.parametrize(
    ("text", "length", "first", "last"),
    [
        ("2026-11-22", Length.DAY, "2026-11-22", "2026-11-22"),
        ("2026-W47", Length.WEEK, "2026-11-16", "2026-11-22"),
        ("2026-W01", Length.WEEK, "2025-12-29", "2026-01-04"),
        ("2026-W53", Length.WEEK, "2026-12-28", "2027-01-03"),
        ("2028-02", Length.MONTH, "2028-02-01", "2028-02-29"),
        ("2026", Length.YEAR, "2026-01-01", "2026-12-31"),
    ],
)
def test_p11_a_period_is_read_and_written_alike(text, length, first, last):
    period = read_period(text)
    assert (period.length, period.first, period.last) == (
        length,
        date.fromisoformat(first),
        date.fromisoformat(last),
    )
    assert str(period) == text
    assert [next(iter(period)), len(list(period))] == [period.first, len(period)]


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-30", "2026-W54", "2025-W53", "2026-W00", "2026-13", "2026-00", "2026-11-00", "26-11"],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_period(text)


@pytest.mark.parametrize(
    ("text", "before", "earlier"),
    [
        ("2026-03-01", "2026-02-28", "2025-03-01"),
        ("2028-02-29", "2028-02-28", "2027-02-28"),
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2026-W53", "2026-W52", "2025-W52"),
        ("2026-01", "2025-12", "2025-01"),
        ("2026", "2025", "2025"),
    ],
)
def test_a_period_knows_the_one_before_and_that_of_last_year(text, before, earlier):
    assert (str(read_period(text).before()), str(read_period(text).year_before())) == (before, earlier)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (read_period("2026-11-22"), 1),
        (read_period("2026-W47"), 5),
        (read_period("2026-11"), 27),
        (read_period("2026-02"), 25),
        (read_period("2026"), 324),
        (read_period("2028"), 324),
        (year_until(date(2017, 12, 10)), 306),
    ],
)
def test_a_period_needs_so_many_valid_days(period, days):
    assert Validity().days_of(period) == days


def test_a_year_so_far_compares_with_the_same_part_of_last_year():
    assert year_until(date(2028, 2, 29)).year_before() == year_until(date(2027, 2, 28))
    assert period_of(Length.DAY, date(2026, 1, 1)) == read_period("2026-01-01")
