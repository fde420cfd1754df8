"""Exact numbers and their one rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exact import ceiling, half_even, mean, number, percentile, rounded

P90 = [88, 95, 101, 110, 120, 131, 140, 152, 160, 171]
EXACT = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6)


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        ("28.175", 2, "28.18"),
        ("28.165", 2, "28.16"),
        ("28.350", 1, "28.4"),
        ("28.250", 1, "28.2"),
        ("28.2501", 1, "28.3"),
        ("15.4546", 0, "15"),
        ("-2.5", 0, "-2"),
        ("-28.2501", 1, "-28.3"),
        ("4", 1, "4.0"),
    ],
)
def test_rounding_is_that_of_gb_t_8170(value, places, printed):
    assert str(rounded(Decimal(value), places)) == printed


@given(EXACT, st.integers(0, 3))
def test_the_sign_is_set_aside(value, places):
    assert rounded(-value, places) == -rounded(value, places)


@given(EXACT, st.integers(0, 3))
def test_rounding_goes_to_the_nearest(value, places):
    assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)


@given(EXACT)
def test_a_fraction_and_its_quotient_round_alike(value):
    assert rounded(value) == half_even(3 * value.numerator, 3 * value.denominator)


def test_what_is_rounded_twice_is_another_number():
    assert (rounded(rounded(Decimal("15.4546"), 1)), rounded(Decimal("15.4546"))) == (16, 15)


def test_a_percentile_lies_between_its_neighbours_in_proportion():
    assert percentile(P90, 90) == Fraction("161.1")
    assert percentile(list(reversed(P90)), 90) == Fraction("161.1")
    assert (percentile([7], 95), percentile(P90, 0), percentile(P90, 100)) == (7, 88, 171)


@pytest.mark.parametrize(("values", "percent"), [([], 90), ([1], 101), ([1], -1)])
def test_a_percentile_of_nothing_or_beyond_is_refused(values, percent):
    with pytest.raises(ValueError, match="at least one value"):
        percentile(values, percent)


def test_a_mean_is_exact():
    assert mean([Decimal("0.1"), Decimal("0.2"), 1]) == Fraction(13, 30)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "NaN", "1234567", "inf", "1.", "١", "0x1", "1" * 99])
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(ValueError, match="a number like"):
        number(text)


def test_a_plain_number_keeps_its_digits():
    assert (str(number("0.70")), ceiling(7, 2), ceiling(-7, 2)) == ("0.70", 4, -3)
