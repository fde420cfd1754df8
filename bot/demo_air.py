"""Invented air data for the demonstration: plausible, the same in every run, and marked as a sample on every picture."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from math import sin
from random import Random

from domain.air_days import SCALE
from domain.air_editions import CO, NO2, O3_8H, PM10, PM25, SO2, Pollutant
from domain.air_file import SAMPLE, AirFile
from domain.air_reading import PlaceKind, Reading
from domain.district import District
from storage import air
from storage.tx import Tx

DAYS = 40
LEAST = 8


async def bring(tx: Tx, district: District, until: date, now: datetime, days: int = DAYS) -> None:
    """Keep the sample of this many days up to ``until``; what is there already stays."""
    name = f"{SAMPLE}{until} ({days})"
    key = sha256(name.encode()).hexdigest()
    if await air.file_of(tx.c, key):
        return
    wanted = [until - timedelta(days=back) for back in range(days)]
    readings = [_reading(town.code, day) for day in wanted for town in district.towns]
    await air.take(tx, AirFile(key, name, None, now, len(readings)), readings)


def _reading(town: str, day: date) -> Reading:
    chance, lasting = Random(f"{town} {day}"), Random(town)
    common = 52 + 24 * sin(day.toordinal() / 2.3) + 12 * sin(day.toordinal() / 5.1)
    pm25 = max(LEAST, round(common + lasting.uniform(-7, 7) + chance.gauss(0, 5)))
    values: dict[Pollutant, int] = {
        SO2: chance.randint(6, 12) * SCALE,
        NO2: chance.randint(24, 52) * SCALE,
        CO: chance.randint(5, 12) * SCALE // 10,
        O3_8H: chance.randint(40, 110) * SCALE,
        PM10: round(pm25 * 1.5 + chance.uniform(12, 34)) * SCALE,
        PM25: pm25 * SCALE,
    }
    return Reading((PlaceKind.TOWN, town), day, None, values)
