"""What is said beside the picture of a ranking."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from html import escape

from cards.catalogue import Html, label, say
from cards.picture_parts import period
from cards.picture_ranking import Board, LeftOut, Line
from domain.button import Sealer
from domain.message import Button, Message, Picture, Rows, Table
from domain.period import Length, period_of

LENGTHS = ("day", "week", "month")
Row = Mapping[str, object]


def ranking(
    language: str,
    board: Board,
    picture: Picture,
    seal: Sealer | None = None,
    *,
    late: bool = False,
    differences: Sequence[Html] = (),
) -> Message:
    """One line for the town that it is for, what a correction changed, the ends of the list and who is not ranked.

    With ``seal`` there are buttons for the other lengths of time.
    """
    lines: list[str] = [_head(language, board, late=late), *_own(language, board)]
    lines += [*differences, *_ends(language, board)]
    if board.unranked:
        left = "、" if language == "zh" else "; "
        names = left.join(
            say(language, "ranking.unranked_town", town=one.name, why=_why(language, one))
            for one in board.unranked
        )
        lines.append(say(language, "ranking.unranked") + names)
    return Message("\n".join(lines), buttons=_buttons(language, board, seal), pictures=(picture,))


def table(language: str, board: Board) -> Message:
    """The whole list as a table; line by line where the channel has none."""
    work = ["work"] if "work" in board.columns else []
    heads = ["rank", "town", *work, board.score_head, "change"]
    header = [label(language, f"ranking.column_{head}") for head in heads]
    header[2:2] = ["PM2.5", "PM10"]
    rows = [
        (
            str(one.place),
            one.name,
            *(cell or "—" for cell in one.cells),
            one.score,
            change_mark(one.change).strip(),
        )
        for one in board.rows
    ]
    rows += [("—", one.name, *["—"] * (len(header) - 3), _why(language, one)) for one in board.unranked]
    lines = [_head(language, board, late=False)]
    lines += [escape("  ".join(cell for cell in row if cell)) for row in rows]
    return Message("\n".join(lines), table=Table(tuple(header), tuple(rows)))


def trend(title: str, picture: Picture) -> Message:
    """The last days of a town."""
    return Message(f"<b>{escape(title)}</b>", pictures=(picture,))


def difference(language: str, town: str, before: Row, after: Row) -> Html:
    """What a correction changed of one town; rows as they were published."""
    names = {"rank": "", "pm25": "PM2.5 ", "pm10": "PM10 ", "index": label(language, "ranking.item_index")}
    names["score"] = label(language, "ranking.item_score")
    changes = [
        f"{name}{_shown(language, key, before.get(key))}→{_shown(language, key, after.get(key))}"
        for key, name in names.items()
        if before.get(key) != after.get(key)
    ]
    return say(
        language, "ranking.difference", town=town, changes=label(language, "ranking.between").join(changes)
    )


def corrected(language: str, kind: str, first: date, last: date, version: int) -> Message:
    """In place of the words under an older version."""
    when = period(language, kind, first, last)
    return Message(say(language, "ranking.replaced", period=when, version=version))


def missing(language: str, one: LeftOut, day: date, at: time) -> Message:
    """To a town's group: its data are awaited before the ranking is sent."""
    values = {"town": one.name, "period": period(language, "day", day, day), "why": _why(language, one)}
    return Message(say(language, "ranking.missing", at=f"{at:%H:%M}", **values))


def nothing(language: str, kind: str, first: date, last: date) -> Message:
    """There are no data of that time."""
    return Message(say(language, "ranking.nothing", period=period(language, kind, first, last)))


def which(language: str) -> Message:
    """The time that was asked for is none."""
    return Message(say(language, "ranking.which"))


def no_data(language: str, kind: str, first: date, last: date) -> Message:
    """To the office: the time of the push has come, and there is nothing to rank."""
    return Message(say(language, "ranking.not_sent", period=period(language, kind, first, last)))


def _buttons(language: str, board: Board, seal: Sealer | None) -> Rows:
    if seal is None:
        return ()
    others = [one for one in LENGTHS if one != board.kind]
    lengths = tuple(Button(label(language, f"ranking.button_{one}"), seal("rank", one)) for one in others)
    when = str(period_of(Length(board.kind), board.first))
    more = [Button(label(language, "ranking.button_table"), seal("ranktable", when))]
    if board.kind != "day":
        more.append(Button(label(language, "ranking.button_work"), seal("work", when, "towns")))
    if board.own:
        more.append(Button(label(language, "ranking.button_trend"), seal("trend", board.own)))
    return (lengths, tuple(more))


def _head(language: str, board: Board, *, late: bool) -> str:
    when = period(language, board.kind, board.first, board.last)
    title = say(language, f"ranking.head_{board.kind}", district=board.district, period=when)
    marks = [
        *([label(language, "ranking.late")] if late else []),
        *(
            [label(language, "ranking.corrected", version=board.origin.version)]
            if board.origin.version > 1
            else []
        ),
        *([label(language, "ranking.sample")] if board.origin.sample else []),
    ]
    return f"<b>{title}</b>" + "".join(f" {escape(mark)}" for mark in marks)


def _own(language: str, board: Board) -> list[str]:
    if board.own is None:
        return []
    line = next((one for one in board.rows if one.town == board.own), None)
    if line is not None:
        return [_line(language, board, line)]
    gap = next((one for one in board.unranked if one.town == board.own), None)
    return [say(language, "ranking.own_unranked", town=gap.name, why=_why(language, gap))] if gap else []


def _line(language: str, board: Board, line: Line) -> str:
    sentence = f"ranking.{board.score_head}_shared" if line.shared else f"ranking.{board.score_head}_own"
    pm25, pm10, *work = (cell or "—" for cell in line.cells)
    return say(
        language,
        sentence,
        town=line.name,
        place=line.place,
        count=len(board.rows),
        change=change_mark(line.change),
        pm25=pm25,
        pm10=pm10,
        **{board.score_head: line.score},
        work="".join(work),
    )


def change_mark(change: int | None) -> str:
    """Places won or lost, as an arrow."""
    return "" if not change else f" {'↑' if change > 0 else '↓'}{abs(change)}"


def _ends(language: str, board: Board) -> list[str]:
    if not board.rows:
        return []
    last = max(one.place or 0 for one in board.rows)
    said = []
    for sentence, place in (("ranking.first", 1), ("ranking.last", last)):
        names = "、".join(one.name for one in board.rows if one.place == place)
        said.append(say(language, sentence, towns=names))
    return [" ".join(said if last > 1 else said[:1])]


def _why(language: str, one: LeftOut) -> str:
    return label(language, f"picture.why_{one.why}", need=one.need)


def _shown(language: str, key: str, value: object) -> str:
    if value is None:
        return label(language, "ranking.no_place") if key == "rank" else "—"
    return label(language, "ranking.place", place=value) if key == "rank" else str(value)
