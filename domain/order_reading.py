"""What a line about an order says: its level, the number of its document, its last day, and what is to be done."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.ticket import Source

MOST_DOCUMENT = 60
_DOCUMENT = re.compile(
    r"([\u4e00-\u9fffA-Za-z]{1,15})\s*[〔\[（(【﹝]\s*(\d{4})\s*[〕\]）)】﹞]\s*第?\s*(\d{1,5})\s*号"
)
_BEFORE = r"\s*(?:之前|以前|前)?"
_PLAIN = re.compile(r"(?<!\d)(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})/(\d{1,2}))(?!\d)" + _BEFORE)
_WITHIN = re.compile(r"(?<!\d)(\d{1,3})\s*(?:[天日]\s*[之以]?内|days?\b)")
_TOKEN = re.compile(r"[^\s,，。;；、:：]+")
_EDGES = " \t\n,，。;；、:：-—"
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWords:
    """The words of the languages: those that stand alone for a level, and months with the pattern of a date.

    ``dates`` has the groups year, month and day.
    """

    levels: Mapping[str, Source]
    months: Mapping[str, int]
    dates: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was understood; ``rest`` is what is to be done. ``passed`` is a last day that has passed already."""

    source: Source | None = None
    document: str | None = None
    due: date | None = None
    passed: date | None = None
    rest: str = ""


def hear(text: str, words: OrderWords, today: date) -> Heard:
    """Whatever is not understood stays in ``rest``."""
    document, text = _document(text)
    day, text = _day(text, words, today)
    source, text = _level(text, words)
    is_past = day is not None and day < today
    return Heard(
        source=source,
        document=document,
        due=None if is_past else day,
        passed=day if is_past else None,
        rest=" ".join(text.split()).strip(_EDGES),
    )


def as_document(text: str) -> str:
    """The number of a document as it is compared, also where it has an unusual form."""
    return _document(text)[0] or " ".join(text.split())[:MOST_DOCUMENT]


def _document(text: str) -> tuple[str | None, str]:
    found = _DOCUMENT.search(text)
    if found is None:
        return None, text
    return f"{found[1]}〔{found[2]}〕{int(found[3])}号", _without(text, found)


def _day(text: str, words: OrderWords, today: date) -> tuple[date | None, str]:
    if found := _PLAIN.search(text):
        year, month, day = (found[1], found[2], found[3]) if found[1] else (None, found[4], found[5])
        return _date(year, int(month), int(day), today), _without(text, found)
    if (found := words.dates.search(text)) and found["day"]:
        end = re.compile(_BEFORE).match(text, found.end())
        rest = f"{text[: found.start()]} {text[end.end() if end else found.end() :]}"
        return _date(found["year"], words.months[found["month"].lower()], int(found["day"]), today), rest
    if found := _WITHIN.search(text):
        return today + timedelta(days=int(found[1])), _without(text, found)
    return None, text


def _date(year: str | None, month: int, day: int, today: date) -> date | None:
    """A day without a year is the next one, unless it has passed not long ago."""
    try:
        found = date(int(year) if year else today.year, month, day)
        if year is None and today - found > _HALF_A_YEAR:
            return found.replace(year=found.year + 1)
    except ValueError:
        return None
    return found


def _level(text: str, words: OrderWords) -> tuple[Source | None, str]:
    for found in _TOKEN.finditer(text):
        if source := words.levels.get(found[0].lower()):
            return source, _without(text, found)
    return None, text


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
