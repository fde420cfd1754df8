"""Air as tests have it: days of one place out of printed numbers, and the rules that they follow."""

from fractions import Fraction

from domain.air_days import SCALE, DayAir
from domain.air_editions import CO, NO2, O3_8H, PM10, PM25, SO2, Pollutant
from domain.air_reading import PlaceKind, Reading
from domain.air_rules import AirRules, Monitor

GASES = {SO2: 8, NO2: 20, CO: Fraction(1, 2), O3_8H: 80}
TOWNS = ("410108001", "410108002", "410108003")
RULES = AirRules(
    monitors=(
        Monitor(code="a1", name="示例一站", name_en="A1", towns=TOWNS[:1]),
        Monitor(code="a2", name="示例二站", name_en="A2", towns=TOWNS[:1]),
        Monitor(code="b", name="示例三站", name_en="B", towns=TOWNS[1:2], never=frozenset({SO2})),
    )
)


def air(pm25, pm10, **others):
    """All six, of which those that are None are missing."""
    values = GASES | {PM25: pm25, PM10: pm10} | {Pollutant(one): value for one, value in others.items()}
    return DayAir({one: Fraction(value) for one, value in values.items() if value is not None})


def reading(kind, code, day, hour=None, *, never=(), is_held=False, **values):
    scaled = {Pollutant(one): int(Fraction(value) * SCALE) for one, value in values.items()}
    return Reading((PlaceKind(kind), code), day, hour, scaled, frozenset(never), is_held)
