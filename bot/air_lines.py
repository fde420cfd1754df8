"""The calculator of air quality: one question, as a line of JSON brings it, and its answer."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cards.catalogue import label
from domain.air import SIX_ITEMS, aqi, change_percent, composite
from domain.air_days import HOURS, SCALE, ozone_eight_hours
from domain.air_editions import ALL, PLACES, SIX, Edition, Kind, Pollutant, edition_of
from domain.exact import number, percentile, rounded
from domain.ranking import places

Line = Mapping[str, Any]
LONGEST = 30  # digits that a number may have when it is written out
EXACT_PLACES = 6


def answer_line(text: str) -> dict[str, Any]:
    """The answer to one line; raises ValueError for a line that is no question, with a sentence that says why."""
    try:
        line = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"one JSON object a line: {error}") from None
    if not isinstance(line, dict):
        raise ValueError("one JSON object a line")  # noqa: TRY004 - the line is wrong, not the program
    ask = ASKS.get(str(line.get("kind")))
    if ask is None:
        raise ValueError(f"kind: one of {', '.join(ASKS)}")
    return ask(line)


def _aqi(line: Line) -> dict[str, Any]:
    _only(line, ("kind", "date", "edition", *ALL))
    kind, edition = Kind(line["kind"]), _edition(line)
    values = {one: value for one in ALL if (value := _value(line, one)) is not None}
    found = aqi(edition, kind, values)
    level = found.level if found.is_public else None
    return {
        "edition": found.edition,
        "aqi": found.value,
        "class": label("zh", f"picture.grade_{int(level)}") if level else None,
        "primary": [one.value for one in found.primary if found.is_public],
        "iaqi": {one.value: index for one, index in found.iaqi.items()},
        "published": found.published,
    }


def _index(line: Line) -> dict[str, Any]:
    _only(line, ("kind", "date", "edition", *SIX))
    edition = _edition(line)
    printed = {one: rounded(v, PLACES[one]) for one in SIX if (v := _value(line, one)) is not None}
    found = composite(edition, printed, SIX_ITEMS)
    return {"edition": edition.year, "index": None if found is None else str(found)}


def _rank(line: Line) -> dict[str, Any]:
    _only(line, ("kind", "values"))
    return {"ranks": places([_number("values", one) for one in _list(line, "values")])}


def _change(line: Line) -> dict[str, Any]:
    _only(line, ("kind", "now", "base"))
    now, base = _number("now", line.get("now")), _number("base", line.get("base"))
    if now is None:
        raise ValueError("now: a number")
    found = change_percent(now, base)
    return {"percent": None if found is None else str(found or abs(found))}


def _o3_8h(line: Line) -> dict[str, Any]:
    _only(line, ("kind", "hours"))
    hours = [_number("hours", one) for one in _list(line, "hours")]
    if len(hours) != HOURS:
        raise ValueError(f"hours: {HOURS} values or nulls, not {len(hours)}")
    if any(one is not None and one * SCALE != int(one * SCALE) for one in hours):
        raise ValueError("hours: at most three decimals")
    found = ozone_eight_hours([None if one is None else int(one * SCALE) for one in hours])
    return {"o3_8h": None if found is None else str(rounded(found))}


def _percentile(line: Line) -> dict[str, Any]:
    _only(line, ("kind", "p", "values"))
    percent = _number("p", line.get("p"))
    if percent is None or percent != int(percent) or percent > 100:  # noqa: PLR2004 - a hundred per cent
        raise ValueError("p: a whole number from 0 to 100")
    values = [_number("values", one) for one in _list(line, "values")]
    there = [one for one in values if one is not None]
    if not there:
        raise ValueError("values: at least one number")
    return {"value": f"{rounded(percentile(there, int(percent)), EXACT_PLACES).normalize():f}"}


ASKS: Mapping[str, Callable[[Line], dict[str, Any]]] = {
    "day": _aqi,
    "hour": _aqi,
    "index": _index,
    "rank": _rank,
    "change": _change,
    "o3_8h": _o3_8h,
    "percentile": _percentile,
}


def _only(line: Line, known: Collection[str]) -> None:
    unknown = [name for name in line if name not in known]
    if unknown:
        raise ValueError(f"unknown: {', '.join(map(repr, unknown))}; known: {', '.join(known)}")


def _edition(line: Line) -> Edition:
    """The one that is asked for, or else that of the date."""
    wished, day = line.get("edition"), line.get("date")
    year = None if wished is None else _number("edition", wished)
    if year is not None and year != int(year):
        raise ValueError("edition: 2012 or 2026")
    if day is None and year is None:
        raise ValueError("date: a date like 2026-11-22, or an edition")
    try:
        on = date.min if day is None else date.fromisoformat(day)
    except (TypeError, ValueError):
        raise ValueError(f"date: a date like 2026-11-22, not {day!r}") from None
    return edition_of(on, None if year is None else int(year))


def _value(line: Line, pollutant: Pollutant) -> Decimal | None:
    return _number(pollutant.value, line.get(pollutant.value))


def _list(line: Line, name: str) -> list[Any]:
    values = line.get(name)
    if not isinstance(values, list):
        raise ValueError(f"{name}: a list of numbers and nulls")  # noqa: TRY004 - the line is wrong, not the program
    return values


def _number(name: str, value: object) -> Decimal | None:
    """A number or the text of one, never by way of a float."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        if abs(value.adjusted()) + len(value.as_tuple().digits) > LONGEST:
            raise ValueError(f"{name}: a number of this world, not {value}")
        value = f"{value:f}"
    if not isinstance(value, str):
        raise ValueError(f"{name}: a number, not {value!r}")  # noqa: TRY004 - the line is wrong, not the program
    try:
        return number(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")
