"""A ticket's number as people type it: whole or in part, with or without prefix, date and zeros."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

LONGEST_SEQUENCE = 6  # digits


@dataclass(frozen=True, slots=True)
class Wanted:
    """The ticket of this sequence, of this local day where one was said: else the newest day is meant."""

    sequence: int
    day: date | None = None


_SEQUENCE = rf"\d{{1,{LONGEST_SEQUENCE}}}"
_GAP = r"[\s\-\u2010-\u2015_/.#\u7b2c\u65e5\u53f7]+"
_DATED = re.compile(rf"(?:(\d{{4}})[-/.]?)?(\d\d)[-/.]?(\d\d)(?:{_GAP}({_SEQUENCE})|(\d{{4}}))")
_BARE = re.compile(rf"\u7b2c?({_SEQUENCE})[\u53f7\u4ef6]?")


def tidy(text: str) -> str:
    """Full-width, circled and compatibility characters as plain ones."""
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2014", "-").strip()


def read_number(text: str, prefix: str, today: date) -> Wanted | None:
    """The number that the whole text is; a date without its year is the last such day."""
    plain = tidy(text).upper().removeprefix(prefix).strip(" -_#")
    if bare := _BARE.fullmatch(plain):
        return Wanted(int(bare[1]))
    return _dated(_DATED.fullmatch(plain), today)


def find_number(text: str, prefix: str, today: date) -> Wanted | None:
    """The first number within a longer text that carries the district's prefix."""
    for start in (found.end() for found in re.finditer(re.escape(prefix), tidy(text).upper())):
        rest = tidy(text)[start:].lstrip(" -_#")
        if wanted := _dated(_DATED.match(rest), today):
            return wanted
    return None


def last_day(month: int, day: int, today: date, year: int | None = None) -> date | None:
    """That day of that year, else the last one that is not after today; None where there is no such day."""
    for guess in (year,) if year else (today.year, today.year - 1):
        try:
            found = date(guess, month, day)
        except ValueError:
            continue
        if year or found <= today:
            return found
    return None


def _dated(found: re.Match[str] | None, today: date) -> Wanted | None:
    if not found:
        return None
    year, month, day, apart, glued = found.groups()
    at = last_day(int(month), int(day), today, int(year) if year else None)
    return Wanted(int(apart or glued), at) if at else None
