"""How one district measures and ranks its air: validity, weights, decimals, monitors. The defaults are the standards'."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from domain.air import SIX_ITEMS, TWO_ITEMS
from domain.air_editions import PLACES, Pollutant
from domain.period import Length, Period

Weights = Mapping[Pollutant, int]


class Gap(StrEnum):
    """Why a value is not there, and so why a place is not ranked."""

    NO_DATA = "no_data"
    HELD = "held"
    TOO_FEW_HOURS = "too_few_hours"
    TOO_FEW_STATIONS = "too_few_stations"
    TOO_FEW_DAYS = "too_few_days"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """GB 3095-2026 table 4 and HJ 663; the days of a week are the district's own choice."""

    hours: int = 20
    station_percent: int = 75
    week_days: int = 5
    month_days: int = 27
    february_days: int = 25
    year_days: int = 324

    def days_of(self, period: Period) -> int:
        """So many valid days make a period valid; a year that still runs needs its share."""
        if period.length is Length.DAY:
            return 1
        if period.length is Length.WEEK:
            return self.week_days
        if period.length is Length.MONTH:
            return self.february_days if period.first.month == 2 else self.month_days  # noqa: PLR2004 - February
        return -(-self.year_days * min(len(period), 365) // 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """An instrument; ``towns`` are those in whose means it counts, ``never`` what it never measures."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    never: frozenset[Pollutant] = frozenset()

    @property
    def all_names(self) -> tuple[str, ...]:
        return self.name, *self.aliases


@dataclass(frozen=True, slots=True, kw_only=True)
class AirRules:
    """``places`` are the decimals of means of weeks and longer; a day is rounded as for its AQI.

    On a sand day the particles are left out of means; ``sand_keeps_aqi`` leaves its AQI as it was measured.
    A stored value is not corrected any more when it is older than ``cut_off``. A ranking with fewer than
    ``least_towns`` ranked waits for more data.
    """

    validity: Validity = Validity()
    day_weights: Weights = field(default_factory=lambda: TWO_ITEMS)
    week_weights: Weights = field(default_factory=lambda: TWO_ITEMS)
    month_weights: Weights = field(default_factory=lambda: SIX_ITEMS)
    places: Mapping[Pollutant, int] = field(default_factory=lambda: PLACES)
    index_places: int = 2
    sand_keeps_aqi: bool = True
    cut_off: timedelta = timedelta(days=60)
    least_towns: int = 1
    monitors: tuple[Monitor, ...] = ()

    def weights(self, length: Length) -> Weights:
        return {Length.DAY: self.day_weights, Length.WEEK: self.week_weights}.get(length, self.month_weights)
