"""What was measured: one row of values at one place, and the day that the rows of a place make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.air_days import HOURS, SCALE, DayAir, area_day, day_of_hours
from domain.air_editions import Pollutant
from domain.air_rules import AirRules, Gap


class PlaceKind(StrEnum):
    STATION = "station"
    TOWN = "town"


Place = tuple[PlaceKind, str]
"""What kind of place, and its code."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Values in thousandths of µg/m³, CO of mg/m³; ``hour`` is the label 1 to 24, None for a daily mean.

    A held one waits for somebody's word that it is right, and counts nowhere until then.
    """

    place: Place
    day: date
    hour: int | None
    values: Mapping[Pollutant, int]
    never: frozenset[Pollutant] = frozenset()
    is_held: bool = False

    @property
    def key(self) -> tuple[Place, date, int | None]:
        return self.place, self.day, self.hour


@dataclass(frozen=True, slots=True)
class Row:
    """A reading and the row of the table where it stood, the header being 1."""

    number: int
    reading: Reading


def town_days(readings: Iterable[Reading], towns: Iterable[str], rules: AirRules) -> dict[str, DayAir | Gap]:
    """The air of each town on the one day of these readings: its own rows, else the mean of its monitors."""
    by_place: dict[Place, list[Reading]] = {}
    for reading in readings:
        by_place.setdefault(reading.place, []).append(reading)
    monitors = {
        each.code: place_day(by_place.pop((PlaceKind.STATION, each.code), ()), rules, each.never)
        for each in rules.monitors
    }
    serving: dict[str, list[str]] = {}
    for monitor in rules.monitors:
        for town in monitor.towns:
            serving.setdefault(town, []).append(monitor.code)
    made: dict[tuple[str, ...], DayAir | Gap] = {}  # many towns may share their monitors
    days: dict[str, DayAir | Gap] = {}
    for town in towns:
        own, codes = by_place.get((PlaceKind.TOWN, town)), tuple(serving.get(town, ()))
        if own is None and codes not in made:
            area = area_day([monitors[code] for code in codes], rules.validity.station_percent)
            made[codes] = _or_gap(area)
        days[town] = made[codes] if own is None else _or_gap(place_day(own, rules))
    return days


def _or_gap(day: DayAir) -> DayAir | Gap:
    """A day without any value is its gap."""
    return day if day.values else next(iter(day.gaps.values()), Gap.NO_DATA)


def place_day(
    readings: Sequence[Reading], rules: AirRules, never: frozenset[Pollutant] = frozenset()
) -> DayAir:
    """The day of one place; a daily row counts before its hours, and what only held rows have is held."""
    good = [reading for reading in readings if not reading.is_held]
    held = {one for reading in readings if reading.is_held for one in reading.values}
    never = never.union(*(reading.never for reading in readings))
    daily = next((reading for reading in good if reading.hour is None), None)
    if daily is not None:
        values = {one: Fraction(value, SCALE) for one, value in daily.values.items()}
        return DayAir(values, never=never.difference(values))
    hours: dict[Pollutant, list[int | None]] = {}
    for reading in good:
        for one, value in reading.values.items():
            hours.setdefault(one, [None] * HOURS)[(reading.hour or 1) - 1] = value
    day = day_of_hours(hours, fewest=rules.validity.hours, never=never.difference(hours))
    return DayAir(day.values, {**day.gaps, **dict.fromkeys(held - day.values.keys(), Gap.HELD)}, day.never)
