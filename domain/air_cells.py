"""The cells of an air table: its header, dates, hours and concentrations, and what can be wrong with them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.air_days import SCALE
from domain.air_editions import CO, NO2, O3_1H, O3_8H, PM10, PM25, SO2, Pollutant

COLUMNS = {
    "date": ("date", "日期"),
    "hour": ("hour", "小时"),
    "station": ("station", "站点"),
    "town": ("town", "镇办"),
    "so2": ("so2",),
    "no2": ("no2",),
    "co": ("co",),
    "o3": ("o3", "o3_1h"),
    "o3_8h": ("o3_8h", "o3-8h", "o38h"),
    "pm10": ("pm10",),
    "pm25": ("pm25", "pm2.5", "pm2_5"),
}
ITEMS: dict[str, Pollutant] = {
    "so2": SO2,
    "no2": NO2,
    "co": CO,
    "o3": O3_1H,
    "o3_8h": O3_8H,
    "pm10": PM10,
    "pm25": PM25,
}
NOTHING = frozenset({"", "na", "n/a", "—", "-", "--", "——"})
NEVER = "/"
NOT_BELIEVED = 9000  # 9999 and its kin stand for "nothing"; no instrument goes so far
_UNIT = re.compile(r"\((.*)\)\s*$")
_SPELLINGS = {spelling: name for name, spellings in COLUMNS.items() for spelling in spellings}
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月|(\d\d))(\d{1,2})日?(?:[T ]00:00(?::00)?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_HOUR = re.compile(r"(\d{1,2})(?:时|:00(?::00)?)?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_MOST_DIGITS = 24


class Why(StrEnum):
    """What is wrong with a cell, or has to be asked about it. Cards have a sentence for each."""

    UNKNOWN_COLUMN = "unknown_column"
    COLUMN_TWICE = "column_twice"
    COLUMN_MISSING = "column_missing"
    WRONG_UNIT = "wrong_unit"
    BESIDE = "beside"
    NO_ROWS = "no_rows"
    WRONG_O3 = "wrong_o3"
    NOT_A_DATE = "not_a_date"
    SERIAL_DATE = "serial_date"
    FUTURE = "future"
    CUT_OFF = "cut_off"
    NOT_AN_HOUR = "not_an_hour"
    NO_PLACE = "no_place"
    UNKNOWN_PLACE = "unknown_place"
    OTHER_TOWN = "other_town"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    NOT_BELIEVED = "not_believed"
    TOO_FINE = "too_fine"
    DUPLICATE = "duplicate"
    PM25_ABOVE_PM10 = "pm25_above_pm10"
    LIKE_MILLIGRAMS = "like_milligrams"
    LIKE_MICROGRAMS = "like_micrograms"
    ZERO_ALL_DAY = "zero_all_day"
    VERY_HIGH = "very_high"


EXPECTED = {
    Why.UNKNOWN_COLUMN: f"one of the columns {', '.join(COLUMNS)}",
    Why.COLUMN_TWICE: "this column only once",
    Why.COLUMN_MISSING: "this column",
    Why.WRONG_UNIT: "µg/m³, and mg/m³ for co alone",
    Why.BESIDE: "nothing beside the columns",
    Why.NO_ROWS: "at least one row under the header",
    Why.WRONG_O3: "o3 in a table of hours, o3_8h in one of days",
    Why.NOT_A_DATE: "a date of the calendar like 2026-11-22",
    Why.SERIAL_DATE: "a date like 2026-11-22, not a spreadsheet's number",
    Why.FUTURE: "a time that has passed",
    Why.CUT_OFF: "what is stored already, for it is too old to be corrected",
    Why.NOT_AN_HOUR: "an hour from 1 to 24",
    Why.NO_PLACE: "a station or a town",
    Why.UNKNOWN_PLACE: "a station or a town of the district",
    Why.OTHER_TOWN: "the town of the station",
    Why.NOT_A_NUMBER: "a number, nothing, NA or /",
    Why.NEGATIVE: "no concentration below zero",
    Why.NOT_BELIEVED: "a concentration; NA where there is none",
    Why.TOO_FINE: "at most three decimals",
    Why.DUPLICATE: "this place and time only once",
    Why.PM25_ABOVE_PM10: "PM2.5 that is not above PM10",
    Why.LIKE_MILLIGRAMS: "µg/m³; this looks like mg/m³",
    Why.LIKE_MICROGRAMS: "mg/m³; this looks like µg/m³",
    Why.ZERO_ALL_DAY: "no zero through a whole day",
    Why.VERY_HIGH: "a value that this air is known to reach",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One cell; rows are counted as a spreadsheet counts them, the header being 1. ``hint`` is a name or a row."""

    row: int
    column: str
    value: str
    why: Why
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return (
            f"row {self.row}, column {self.column}: expected {EXPECTED[self.why]}{hint}, found {self.value!r}"
        )


class CellError(ValueError):
    """A cell that cannot be taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(EXPECTED[why])
        self.why = why


def column_of(cell: str) -> str | None:
    """The column of a header cell, which may carry a unit in brackets; None for an empty cell.

    Raises CellError for an unknown column, and for one in another unit.
    """
    text = plain(cell)
    if not text:
        return None
    unit = _UNIT.search(text)
    name = _SPELLINGS.get(text[: unit.start()].rstrip() if unit else text)
    if name is None:
        raise CellError(Why.UNKNOWN_COLUMN)
    if unit and name in ITEMS and ("mg" in unit[1]) != (ITEMS[name] is CO):
        raise CellError(Why.WRONG_UNIT)
    return name


def plain(cell: str) -> str:
    """Without the differences that do not count: width, case, spaces around it."""
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def read_date(cell: str) -> date:
    """Raises CellError."""
    text = plain(cell).upper()
    found = _DATE.fullmatch(text)
    if found is None:
        raise CellError(Why.SERIAL_DATE if _SERIAL.fullmatch(text) else Why.NOT_A_DATE)
    year, *months, day = found.groups()
    try:
        return date(int(year), int(next(filter(None, months))), int(day))
    except ValueError:
        raise CellError(Why.NOT_A_DATE) from None


def read_hour(cell: str) -> int:
    """0 to 24, of which 0 ends the day before. Raises CellError."""
    found = _HOUR.fullmatch(plain(cell))
    if found is None or int(found[1]) > 24:  # noqa: PLR2004 - the hours of a day
        raise CellError(Why.NOT_AN_HOUR)
    return int(found[1])


def read_value(cell: str) -> int | None:
    """Thousandths, or None where there is nothing. Raises CellError."""
    text = plain(cell)
    if text in NOTHING:
        return None
    if not _NUMBER.fullmatch(text) or len(text) > _MOST_DIGITS:
        raise CellError(Why.NOT_A_NUMBER)
    value = Decimal(text)
    if value < 0:
        raise CellError(Why.NEGATIVE)
    if value >= NOT_BELIEVED:
        raise CellError(Why.NOT_BELIEVED)
    return thousandths(value)


def thousandths(value: Decimal) -> int:
    """Raises CellError for what is finer."""
    scaled = value * SCALE
    if scaled != int(scaled):
        raise CellError(Why.TOO_FINE)
    return int(scaled)
