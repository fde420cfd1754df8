"""The editions of the air standards: breakpoints, limits and the days from which they hold.

2012: HJ 633-2012 table 1, GB 3095-2012. 2026: HJ 633-2026 table 3 and GB 3095-2026, in force from 2026-03-01, with
transition limits to the end of 2030 and the final ones from 2031-01-01.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Pollutant(StrEnum):
    """In µg/m³, CO in mg/m³."""

    SO2 = "so2"
    NO2 = "no2"
    CO = "co"
    O3_1H = "o3_1h"
    O3_8H = "o3_8h"
    PM10 = "pm10"
    PM25 = "pm25"


class Kind(StrEnum):
    HOUR = "hour"
    DAY = "day"


SO2, NO2, CO, O3_1H, O3_8H, PM10, PM25 = ALL = tuple(Pollutant)
PARTICLES = frozenset({PM10, PM25})
SIX = (SO2, NO2, CO, O3_8H, PM10, PM25)
ITEMS: Mapping[Kind, tuple[Pollutant, ...]] = MappingProxyType(
    {Kind.DAY: SIX, Kind.HOUR: (SO2, NO2, CO, O3_1H, PM10, PM25)}
)
PLACES: Mapping[Pollutant, int] = MappingProxyType({each: int(each is CO) for each in Pollutant})
"""Decimals to which a concentration is rounded before its index: HJ 633-2026, 4.2.2."""

LEVELS = (0, 50, 100, 150, 200, 300, 400, 500)
WORST = LEVELS[-1]


@dataclass(frozen=True, slots=True)
class Column:
    """Breakpoints in units of the last printed place, so CO in tenths; ``beyond`` is the index above the last.

    Where ``beyond`` is None the pollutant has no index there, and another column speaks for it.
    """

    points: tuple[int, ...]
    beyond: int | None = WORST


Columns = Mapping[Pollutant, Column]


@dataclass(frozen=True, slots=True)
class Edition:
    """``limits`` are those of the composite index: of the year, for CO of the day, for O3 of eight hours."""

    year: int
    since: date
    columns: Mapping[Kind, Columns]
    limits: Mapping[Pollutant, int]
    needs_all: bool
    """Incomplete data give a published AQI only above 100: HJ 633-2026, 5.3.1."""
    names_exceeding: bool
    """The edition knows exceeding pollutants: HJ 633-2012, 7.2; struck out in 2026."""


_SO2_DAY = (0, 50, 150, 475, 800, 1600, 2100, 2620)
_SO2_HOUR = (0, 150, 500, 650, 800)
_O3_EIGHT = (0, 100, 160, 215, 265, 800)
_O3_HOUR = Column((0, 160, 200, 300, 400, 800, 1000, 1200))
_NO2_DAY = Column((0, 40, 80, 180, 280, 565, 750, 940))
_NO2_HOUR = Column((0, 100, 200, 700, 1200, 2340, 3090, 3840))
_CO_DAY = Column((0, 20, 40, 140, 240, 360, 480, 600))
_CO_HOUR = Column((0, 50, 100, 350, 600, 900, 1200, 1500))


def _particles(pm10: int, pm25: int) -> dict[Pollutant, Column]:
    """Both columns by their points at an index of 100, all in which the editions differ."""
    return {
        PM10: Column((0, 50, pm10, 250, 350, 420, 500, 600)),
        PM25: Column((0, 35, pm25, 115, 150, 250, 350, 500)),
    }


def _columns(day: dict[Pollutant, Column], hour: dict[Pollutant, Column]) -> Mapping[Kind, Columns]:
    day = {SO2: Column(_SO2_DAY), NO2: _NO2_DAY, CO: _CO_DAY} | day
    hour = {NO2: _NO2_HOUR, CO: _CO_HOUR, O3_1H: _O3_HOUR} | hour
    return MappingProxyType({Kind.DAY: MappingProxyType(day), Kind.HOUR: MappingProxyType(hour)})


def _limits(so2: int, no2: int, pm10: int, pm25: int) -> Mapping[Pollutant, int]:
    return MappingProxyType({SO2: so2, NO2: no2, CO: 4, O3_8H: 160, PM10: pm10, PM25: pm25})


_PM_2012, _PM_2026 = _particles(150, 75), _particles(120, 60)
_COLUMNS_2012 = _columns(
    # Above 800 neither has an index in 2012: the 24 hours of SO2 and the hour of O3 speak instead (table 1, notes).
    day={O3_8H: Column(_O3_EIGHT, None), O3_1H: _O3_HOUR, **_PM_2012},
    hour={SO2: Column(_SO2_HOUR, None), **_PM_2012},
)
_COLUMNS_2026 = _columns(
    day={O3_8H: Column(_O3_EIGHT, 300), **_PM_2026}, hour={SO2: Column(_SO2_HOUR, 200), **_PM_2026}
)

EDITIONS = (
    Edition(2012, date.min, _COLUMNS_2012, _limits(60, 40, 70, 35), needs_all=False, names_exceeding=True),
    Edition(
        2026, date(2026, 3, 1), _COLUMNS_2026, _limits(60, 40, 60, 30), needs_all=True, names_exceeding=False
    ),
    Edition(
        2026, date(2031, 1, 1), _COLUMNS_2026, _limits(20, 30, 50, 25), needs_all=True, names_exceeding=False
    ),
)


def edition_of(day: date, year: int | None = None) -> Edition:
    """The edition in force on that day of the data; ``year`` asks for another one.

    The edition of 2026 has then the limits of that day, or its first. Raises ValueError for an edition that is not.
    """
    named = [each for each in EDITIONS if year in (None, each.year)]
    if not named:
        raise ValueError(f"an edition of {', '.join(map(str, sorted({each.year for each in EDITIONS})))}")
    return next((each for each in reversed(named) if each.since <= day), named[0])
