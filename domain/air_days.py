"""The air of one day: out of 24 hours at a monitor, and out of the monitors of an area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from types import MappingProxyType

from domain.air_editions import ALL, O3_1H, O3_8H, Pollutant
from domain.air_rules import Gap
from domain.exact import half_even, mean

Hours = Sequence[int | None]
"""24 values, those of the labels 1 to 24, in thousandths of the unit; None where there is none."""

SCALE = 1000
HOURS = 24
_WINDOW = 8
_FEWEST_OF_WINDOW = 6
_FEWEST_WINDOWS = 14
_O3_LIMIT = 160
_SHARED = 168  # 6, 7 and 8 divide it: means of so many hours are compared as whole numbers


@dataclass(frozen=True, slots=True)
class DayAir:
    """Unrounded means by pollutant, and why others are not there; ``never`` are those that nobody measures here."""

    values: Mapping[Pollutant, Fraction]
    gaps: Mapping[Pollutant, Gap] = field(default_factory=lambda: MappingProxyType({}))
    never: frozenset[Pollutant] = frozenset()

    def without(self, pollutants: frozenset[Pollutant]) -> "DayAir":
        """As if these were never measured here, which is how a sand day is judged without its particles."""
        kept = {each: value for each, value in self.values.items() if each not in pollutants}
        return DayAir(kept, self.gaps, self.never | pollutants)


def day_and_label(day: date, hour: int) -> tuple[date, int]:
    """The day to which the hour that ends at this label belongs: 0:00 ends the day before.

    Raises ValueError for an hour that is not 0 to 24.
    """
    if not 0 <= hour <= HOURS:
        raise ValueError("an hour from 0 to 24")
    return (day, hour) if hour else (day - timedelta(days=1), HOURS)


def day_mean(hours: Hours, fewest: int = 20) -> Fraction | None:
    """GB 3095-2026 table 4: valid with 20 hours."""
    there = [value for value in hours if value is not None]
    return Fraction(sum(there), SCALE * len(there)) if len(there) >= max(fewest, 1) else None


def ozone_eight_hours(hours: Hours) -> Fraction | None:
    """The highest mean of eight hours that end at 8 to 24: HJ 663, 6.1.2.

    Valid with 14 of the 17 windows, or with fewer when the highest, rounded, is above the limit.
    """
    sums = list(accumulate((value or 0 for value in hours), initial=0))
    counts = list(accumulate((value is not None for value in hours), initial=0))
    highest, windows = -1, 0
    for end in range(_WINDOW, HOURS + 1):
        count = counts[end] - counts[end - _WINDOW]
        if count >= _FEWEST_OF_WINDOW:
            windows += 1
            highest = max(highest, (sums[end] - sums[end - _WINDOW]) * (_SHARED // count))
    if windows >= _FEWEST_WINDOWS or half_even(highest, _SHARED * SCALE) > _O3_LIMIT:
        return Fraction(highest, _SHARED * SCALE)
    return None


def day_of_hours(
    hours: Mapping[Pollutant, Hours], *, fewest: int = 20, never: frozenset[Pollutant] = frozenset()
) -> DayAir:
    """The day of one monitor; O3 becomes its highest hour and its highest eight hours."""
    values: dict[Pollutant, Fraction] = {}
    gaps: dict[Pollutant, Gap] = {}
    for pollutant, measured in hours.items():
        found = _day_values(pollutant, measured, fewest)
        values |= {each: value for each, value in found.items() if value is not None}
        gaps |= {
            each: Gap.TOO_FEW_HOURS
            for each, value in found.items()
            if value is None and measured.count(None) < HOURS
        }
    return DayAir(values, gaps, never | ({O3_8H} if O3_1H in never else frozenset()))


def _day_values(pollutant: Pollutant, hours: Hours, fewest: int) -> dict[Pollutant, Fraction | None]:
    if pollutant is not O3_1H:
        return {pollutant: day_mean(hours, fewest)}
    there = [value for value in hours if value is not None]
    highest = Fraction(max(there), SCALE) if len(there) >= fewest else None
    return {O3_8H: ozone_eight_hours(hours), O3_1H: highest}


def area_day(monitors: Sequence[DayAir], percent: int = 75) -> DayAir:
    """The mean of concentrations, never of indices; valid with that share of the monitors that measure it."""
    if len(monitors) == 1:
        return monitors[0]
    values: dict[Pollutant, Fraction] = {}
    gaps: dict[Pollutant, Gap] = {}
    never: set[Pollutant] = set()
    for pollutant in ALL:
        measuring = [each for each in monitors if pollutant not in each.never]
        there = [each.values[pollutant] for each in measuring if pollutant in each.values]
        if not measuring:
            never.add(pollutant)
        elif there and len(there) * 100 >= percent * len(measuring):
            values[pollutant] = there[0] if len(there) == 1 else mean(there)
        else:
            gaps |= _gap(pollutant, measuring, some=bool(there))
    return DayAir(values, gaps, frozenset(never) if monitors else frozenset())


def _gap(pollutant: Pollutant, monitors: Sequence[DayAir], *, some: bool) -> dict[Pollutant, Gap]:
    told = [each.gaps[pollutant] for each in monitors if pollutant in each.gaps]
    if told:
        return {pollutant: told[0]}
    return {pollutant: Gap.TOO_FEW_STATIONS} if some else {}
