"""The AQI of an hour or a day, the composite index, and changes from year to year."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from math import lcm
from types import MappingProxyType

from domain.air_editions import ALL, ITEMS, LEVELS, PARTICLES, PLACES, SIX, Column, Edition, Kind, Pollutant
from domain.exact import Exact, ceiling, half_even, rounded, shifted

GOOD_ENOUGH = 100  # a day up to it is a good day; above it the air is polluted
FULLY_GOOD = 50  # up to it nothing is a primary pollutant
NOT_PUBLISHED = "NA"
Colour = tuple[int, int, int]


class Level(IntEnum):
    """The six classes: HJ 633-2026, table 2, and their colours."""

    EXCELLENT = 1
    GOOD = 2
    LIGHT = 3
    MODERATE = 4
    HEAVY = 5
    SEVERE = 6

    @property
    def colour(self) -> Colour:
        return _COLOURS[self - 1]


_COLOURS: tuple[Colour, ...] = (
    (0, 228, 0),
    (255, 255, 0),
    (255, 126, 0),
    (255, 0, 0),
    (153, 0, 76),
    (126, 0, 35),
)
_HIGHEST = (50, 100, 150, 200, 300)  # of each class but the last
SIX_ITEMS: Mapping[Pollutant, int] = MappingProxyType(dict.fromkeys(SIX, 1))
TWO_ITEMS: Mapping[Pollutant, int] = MappingProxyType(dict.fromkeys(sorted(PARTICLES), 1))


@dataclass(frozen=True, slots=True)
class Aqi:
    """``value`` is what the data give; only ``published`` says whether the standard lets it be shown.

    ``missing`` lists what should have been there; what a place never measures is not missing.
    """

    edition: int
    value: int | None
    level: Level | None
    primary: tuple[Pollutant, ...]
    exceeding: tuple[Pollutant, ...]
    iaqi: Mapping[Pollutant, int]
    missing: tuple[Pollutant, ...]
    is_public: bool

    @property
    def published(self) -> str:
        return str(self.value) if self.is_public else NOT_PUBLISHED


def aqi(
    edition: Edition,
    kind: Kind,
    values: Mapping[Pollutant, Exact],
    never: Collection[Pollutant] = (),
) -> Aqi:
    """The AQI of concentrations, which are rounded here and nowhere before. Raises ValueError for a negative one."""
    iaqi = dict(_indices(edition.columns[kind], values))
    worst = max(1, *iaqi.values()) if iaqi else None
    missing = tuple(each for each in ITEMS[kind] if each not in values and each not in never)
    over = (each for each, index in iaqi.items() if index > GOOD_ENOUGH)
    polluted = worst is not None and worst > FULLY_GOOD
    return Aqi(
        edition=edition.year,
        value=worst,
        level=None if worst is None else level_of(worst),
        primary=tuple(each for each, index in iaqi.items() if polluted and index == worst),
        exceeding=tuple(over) if edition.names_exceeding else (),
        iaqi=iaqi,
        missing=missing,
        is_public=worst is not None and _may_publish(edition, kind, worst, missing),
    )


def _may_publish(edition: Edition, kind: Kind, worst: int, missing: Collection[Pollutant]) -> bool:
    if edition.needs_all:
        return not missing or worst > GOOD_ENOUGH
    # The standard of 2012 is silent; the national platform left an hour without PM10 and PM2.5 blank.
    return kind is Kind.DAY or not PARTICLES.issubset(missing)


def _indices(
    columns: Mapping[Pollutant, Column], values: Mapping[Pollutant, Exact]
) -> Iterable[tuple[Pollutant, int]]:
    for pollutant in ALL:
        if pollutant in columns and pollutant in values:
            index = iaqi(columns[pollutant], units(pollutant, values[pollutant]))
            if index is not None:
                yield pollutant, index


def units(pollutant: Pollutant, value: Exact) -> int:
    """The rounded concentration, counted in its last printed place."""
    numerator, denominator = value.as_integer_ratio()
    if numerator < 0:
        raise ValueError(f"a concentration of {pollutant} below zero")
    return half_even(numerator * 10 ** PLACES[pollutant], denominator)


def iaqi(column: Column, concentration: int) -> int | None:
    """The index of a rounded concentration, always rounded up: HJ 633-2026, 4.2.6."""
    if concentration <= 0:
        return 0
    points = column.points
    above = bisect_left(points, concentration)
    if above == len(points):
        return column.beyond
    low, high = points[above - 1], points[above]
    start, end = LEVELS[above - 1], LEVELS[above]
    return start + ceiling((end - start) * (concentration - low), high - low)


def level_of(value: int) -> Level:
    return Level(bisect_left(_HIGHEST, value) + 1)


def composite(
    edition: Edition, printed: Mapping[Pollutant, Decimal], weights: Mapping[Pollutant, int], places: int = 2
) -> Decimal | None:
    """The sum of printed concentration over limit, rounded once; None where a weighted pollutant is missing."""
    shared = lcm(*edition.limits.values())
    total = Decimal(0)
    for pollutant, weight in weights.items():
        if weight:
            value = printed.get(pollutant)
            if value is None:
                return None
            total += value * (weight * (shared // edition.limits[pollutant]))
    numerator, denominator = total.as_integer_ratio()
    return shifted(half_even(numerator * 10**places, denominator * shared), places)


def change_percent(now: Decimal, base: Decimal | None) -> Decimal | None:
    """The change of a printed value against a printed one, in per cent; below zero the air is better."""
    return rounded(Fraction(now - base) / Fraction(base) * 100, 1) if base else None
