"""The printed notice of a ranking, as a PDF on A4."""

from dataclasses import dataclass, replace

from cards.picture import Sheet, sheet
from cards.picture_parts import ABSENT, items, period, say, short_day
from cards.picture_ranking import Board, Line, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """``paragraphs`` are the office's own, below the table; ``signature`` is who issues it."""

    board: Board
    number: int
    signature: str
    paragraphs: tuple[str, ...] = ()


def bulletin_sheet(language: str, bulletin: Bulletin) -> Sheet:
    """To be drawn as PDF."""
    board = replace(bulletin.board, own=None)  # it goes to everybody
    made = board.origin.made_at.astimezone(board.origin.zone).date()
    more = {
        "title": say(language, f"bulletin_{board.kind}", district=board.district),
        "number": say(language, "bulletin_number", number=bulletin.number),
        "signature": bulletin.signature,
        "date": say(language, "full_date", year=made.year, rest=short_day(language, made)),
        "opening": _opening(language, board),
        "paragraphs": bulletin.paragraphs,
        "columns": _columns(language, board),
        "lines": [_line(language, board, one) for one in board.rows],
    }
    return sheet("bulletin.typ", values(language, board) | more)


def _opening(language: str, board: Board) -> list[str]:
    span = period(language, board.kind, board.first, board.last)
    said = [say(language, "to_towns"), say(language, "bulletin_open", period=span)]
    for key, place in (
        ("bulletin_first", 1),
        ("bulletin_last", max((r.place or 0 for r in board.rows), default=0)),
    ):
        names = [one.name for one in board.rows if one.place == place]
        if names:
            said.append(say(language, key, names=say(language, "between").join(names)))
    return said


def _columns(language: str, board: Board) -> list[str]:
    heads = [
        "head_place",
        "head_town",
        *(f"head_{column}" for column in board.columns),
        f"head_{board.score_head}",
    ]
    last = ["head_aqi", "head_class", "head_primary"] if board.kind == "day" else [f"head_tail_{board.kind}"]
    return [say(language, head) for head in (*heads, "head_change", *last)]


def _line(language: str, board: Board, one: Line) -> list[str]:
    place = f"{one.place}{say(language, 'shared_short') if one.shared else ''}"
    grade = say(language, f"grade_{one.grade}") if one.grade else ABSENT
    last = [one.aqi, grade, items(one.primary) or ABSENT] if board.kind == "day" else [one.tail or ABSENT]
    return [
        place,
        one.name,
        *(cell or ABSENT for cell in one.cells),
        one.score,
        _change(language, one.change),
        *last,
    ]


def _change(language: str, change: int | None) -> str:
    if change is None:
        return ABSENT
    key = "rose" if change > 0 else "fell" if change < 0 else "even"
    return say(language, key, count=abs(change))
