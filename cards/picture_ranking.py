"""The picture of a ranking of the day, the week or the month, and its printed bulletin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cards.picture import Sheet, sheet
from cards.picture_map import sketch
from cards.picture_parts import ABSENT, Origin, items, marks, notes, period, say, short_name
from domain.geo import Cell

GRADES = range(1, 7)
_BARE = "NA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A town's line; ``place`` is None for one that is measured outside the ranking, as the district itself.

    ``cells`` are printed values in the order of the ranking's ``columns``; ``change`` counts places gained,
    None where there was none before; ``grade`` is the class from 1 to 6, None where the rules forbid one.
    """

    town: str
    name: str
    place: int | None
    cells: tuple[str, ...]
    score: str
    shared: bool = False
    change: int | None = None
    aqi: str = _BARE
    grade: int | None = None
    primary: tuple[str, ...] = ()
    tail: str = ""
    tail_note: str = ""
    streak: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """``why`` names a sentence ``why_…`` of the catalogue, which may say ``need``."""

    town: str
    name: str
    why: str
    need: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """``kind`` is day, week or month; ``own`` the code of the town that the picture is for, if any.

    ``columns`` are keys of the catalogue (pm25, pm10, work …); ``score_head`` is index or score.
    ``remarks`` stand above the table, as what a correction changed.
    """

    kind: str
    district: str
    first: date
    last: date
    rows: Sequence[Line]
    unranked: Sequence[LeftOut]
    origin: Origin
    columns: tuple[str, ...] = ("pm25", "pm10")
    score_head: str = "index"
    own: str | None = None
    whole: Line | None = None
    cells: Sequence[Cell] = ()
    remarks: tuple[str, ...] = ()


def ranking_sheet(language: str, board: Board) -> Sheet:
    """For the chat."""
    return sheet("ranking.typ", values(language, board))


def values(language: str, board: Board) -> dict[str, object]:
    origin = board.origin
    has_grades = board.kind == "day"
    return {
        "lang": language,
        "title": say(language, f"title_{board.kind}", district=board.district),
        "emblem": say(language, "emblem"),
        "subtitle": period(language, board.kind, board.first, board.last),
        "marks": marks(language, origin),
        "hero": _hero(language, board),
        "remarks": board.remarks,
        "heads": _heads(language, board),
        "graded": has_grades,
        "rows": [_row(language, board, one) for one in board.rows],
        "unranked_head": say(language, "unranked", count=len(board.unranked)),
        "unranked": [_unranked(language, board, one) for one in board.unranked],
        "map": sketch(board.cells, lambda town: _on_map(board, town)),
        "map_note": say(language, "not_borders"),
        "map_head": say(language, "map_of_classes" if has_grades else "map_of_places"),
        "legend": _legend(language, board) if has_grades else [],
        "best": say(language, "best"),
        "last": say(language, "last"),
        "whole": _whole(language, board),
        "notes": notes(language, origin, board.score_head),
    }


def _heads(language: str, board: Board) -> dict[str, object]:
    return {
        "town": say(language, "head_town"),
        "cells": [say(language, f"head_{column}") for column in board.columns],
        "score": say(language, f"head_{board.score_head}"),
        "tail": say(language, f"head_tail_{board.kind}"),
        "unit": say(language, "unit"),
    }


def _row(language: str, board: Board, one: Line) -> dict[str, object]:
    top = max((Decimal(row.score) for row in board.rows), default=Decimal(1))
    return {
        "place": one.place,
        "shared": say(language, "shared") if one.shared else "",
        "change": one.change,
        "name": short_name(language, one.name),
        "under": "" if one.town == board.own else streak(language, board.kind, one.streak),
        "cells": [cell or ABSENT for cell in one.cells],
        "score": one.score,
        "share": float(Decimal(one.score) / top) if top else 0.0,
        "grade": one.grade,
        "grade_words": say(language, f"grade_{one.grade}") if one.grade else ABSENT,
        "aqi": _aqi(one),
        "tail": one.tail,
        "tail_note": one.tail_note,
        "own": one.town == board.own,
    }


def _aqi(one: Line) -> str:
    if one.aqi in ("", _BARE):
        return f"AQI {_BARE}"
    return f"{one.aqi} {items(one.primary)}".strip()


def streak(language: str, kind: str, count: int) -> str:
    """For how many periods running it has been first; nothing below two."""
    return say(language, f"streak_{kind}", count=count) if count > 1 else ""


def _unranked(language: str, board: Board, one: LeftOut) -> dict[str, object]:
    return {
        "name": short_name(language, one.name),
        "why": _why(language, one),
        "own": one.town == board.own,
    }


def _hero(language: str, board: Board) -> dict[str, object] | None:
    """The town that the picture is for, or the whole district."""
    own = next((one for one in board.rows if one.town == board.own), None)
    shown = own or (board.whole if board.own is None else None)
    if shown is None:
        return next((_left_out(language, one) for one in board.unranked if one.town == board.own), None)
    of = say(language, "place_of", place=shown.place, count=len(board.rows)) if shown.place else ""
    shown_columns = [
        (say(language, f"head_{column}"), cell)
        for column, cell in zip(board.columns, shown.cells, strict=True)
        if column != "work"
    ]
    head = say(language, f"head_{board.score_head}")
    return {
        "place": shown.place,
        "name": shown.name,
        "of": say(language, "shared_place", of=of) if shown.shared else of,
        "change": shown.change,
        "change_note": "" if shown.change is None else say(language, f"against_{board.kind}"),
        "streak": streak(language, board.kind, shown.streak),
        "figures": [
            *([[head, shown.score]] if shown.score else []),
            *([name, cell or ABSENT] for name, cell in shown_columns),
        ],
        "why": "",
    }


def _left_out(language: str, one: LeftOut) -> dict[str, object]:
    """The own town is told first that it is not ranked, and why."""
    why = say(language, "left_out", why=_why(language, one))
    return {
        "place": None,
        "name": one.name,
        "of": "",
        "change": None,
        "streak": "",
        "figures": [],
        "why": why,
    }


def _why(language: str, one: LeftOut) -> str:
    return say(language, f"why_{one.why}", need=one.need)


def _whole(language: str, board: Board) -> list[str]:
    """The district's own numbers, where the top of the picture speaks of a town."""
    whole = board.whole
    if whole is None or board.own is None:
        return []
    figures = [
        f"{say(language, f'head_{column}')} {cell or ABSENT}"
        for column, cell in zip(board.columns, whole.cells, strict=True)
        if cell or column != "work"
    ]
    score = [f"{say(language, f'head_{board.score_head}')} {whole.score}"] if whole.score else []
    return [whole.name, *figures, *score]


def _on_map(board: Board, town: str) -> dict[str, object]:
    one = next((row for row in board.rows if row.town == town), None)
    last = max((row.place or 1 for row in board.rows), default=1)
    return {
        "place": one.place if one else None,
        "grade": one.grade if one and board.kind == "day" else None,
        "share": ((one.place or 1) - 1) / max(last - 1, 1) if one else None,
        "own": town == board.own,
    }


def _legend(language: str, board: Board) -> list[list[object]]:
    """The classes that occur, each with its number of towns."""
    found = [one.grade for one in board.rows]
    return [
        [grade, say(language, f"grade_{grade}"), found.count(grade)] for grade in GRADES if grade in found
    ]
