"""Exact arithmetic: fractions to the end, and there one rounding by GB/T 8170, half to even."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

Exact = int | Decimal | Fraction
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,12})?")


def half_even(numerator: int, denominator: int) -> int:
    """The whole number next to the quotient; of two equally near ones the even one. The denominator is positive."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))


def rounded(value: Exact, places: int = 0) -> Decimal:
    """The printed value. Print last: what was rounded is never rounded again."""
    numerator, denominator = value.as_integer_ratio()
    return shifted(half_even(numerator * 10**places, denominator), places)


def shifted(number: int, places: int) -> Decimal:
    """So many units of the last printed place."""
    return Decimal(number).scaleb(-places) if places else Decimal(number)


def ceiling(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def mean(values: Sequence[Exact]) -> Fraction:
    """Raises ZeroDivisionError for no values at all."""
    ratios = [value.as_integer_ratio() for value in values]
    shared = lcm(*(denominator for _, denominator in ratios))  # adding fractions one by one reduces every sum
    return Fraction(sum(part * (shared // whole) for part, whole in ratios), shared * len(ratios))


def percentile(values: Sequence[Exact], percent: int) -> Fraction:
    """The value at place 1 + (n - 1) * percent / 100, between two neighbours in proportion.

    HJ 663-2013, annex A. Raises ValueError for no values and for a percent that is not 0 to 100.
    """
    if not values or not 0 <= percent <= 100:  # noqa: PLR2004 - a hundred per cent
        raise ValueError("at least one value, and a percent from 0 to 100")
    ordered = sorted(Fraction(value) for value in values)
    below, share = divmod((len(ordered) - 1) * percent, 100)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * Fraction(share, 100)


def number(text: str) -> Decimal:
    """A number from 0 to 999999 with at most 12 decimals; raises ValueError for everything else."""
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise ValueError(f"a number like 35 or 0.7, not {text!r}")
    return Decimal(text)
