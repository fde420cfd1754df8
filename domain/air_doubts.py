"""Values that are impossible or hardly possible and yet may have been measured: somebody has to say so."""

from collections.abc import Iterator, Sequence
from datetime import date

from domain.air_cells import ITEMS, Flaw, Why
from domain.air_days import SCALE
from domain.air_editions import CO, NO2, O3_1H, O3_8H, PM10, PM25, SO2, Pollutant
from domain.air_reading import Place, Row

_COLUMNS = {pollutant: column for column, pollutant in ITEMS.items()}
_HIGH = {SO2: 2620, NO2: 1000, CO: 60, O3_1H: 800, O3_8H: 800, PM10: 2000, PM25: 1000}


def doubts(rows: Sequence[Row], fewest_hours: int) -> Iterator[Flaw]:
    """In no order; a day of zeros has at least so many hours."""
    yield from _zeros(rows, fewest_hours)
    for row in rows:
        values = row.reading.values
        if PM10 in values and values.get(PM25, 0) > values[PM10]:
            yield _doubt(row, PM25, Why.PM25_ABOVE_PM10)
        for pollutant, value in values.items():
            if value >= _HIGH[pollutant] * SCALE:
                why = Why.LIKE_MICROGRAMS if pollutant is CO else Why.VERY_HIGH
                yield _doubt(row, pollutant, why)
            elif pollutant is not CO and 0 < value < SCALE:
                yield _doubt(row, pollutant, Why.LIKE_MILLIGRAMS)


def _zeros(rows: Sequence[Row], fewest: int) -> Iterator[Flaw]:
    """A day of zeros: a daily mean of zero, or hours enough for a day and all of them zero."""
    days: dict[tuple[Place, date, Pollutant], list[Row]] = {}
    for row in rows:
        for pollutant in row.reading.values:
            days.setdefault((row.reading.place, row.reading.day, pollutant), []).append(row)
    for (_, _, pollutant), of_day in days.items():
        whole = len(of_day) >= fewest or of_day[0].reading.hour is None
        if whole and not any(row.reading.values[pollutant] for row in of_day):
            yield from (_doubt(row, pollutant, Why.ZERO_ALL_DAY) for row in of_day)


def _doubt(row: Row, pollutant: Pollutant, why: Why) -> Flaw:
    whole, rest = divmod(row.reading.values[pollutant], SCALE)
    text = f"{whole}.{rest:03}".rstrip("0").rstrip(".")
    return Flaw(row.number, _COLUMNS[pollutant], text, why)
