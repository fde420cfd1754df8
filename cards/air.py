"""Air data that the office brings: what a table would change, and what became of it."""

from collections.abc import Iterator, Sequence
from datetime import date

from cards.catalogue import Html, label, say
from cards.picture_parts import period
from cards.ticketing import Ticketing
from cards.when import stamp
from domain.air_cells import Flaw
from domain.air_days import SCALE
from domain.air_file import AirFile
from domain.air_reading import PlaceKind, Reading
from domain.air_table import AirTable
from domain.message import Button, Message, Style

MOST_SHOWN = 8
ITEMS = {
    "so2": "SO2",
    "no2": "NO2",
    "co": "CO",
    "o3": "O3",
    "o3_1h": "O3",
    "o3_8h": "O3-8h",
    "pm10": "PM10",
    "pm25": "PM2.5",
}


def reading(view: Ticketing, name: str) -> Message:
    return Message(_say(view, "reading", name=name))


def unread(view: Ticketing, why: str, name: str) -> Message:
    """``why`` is too_big, too_long, unfetched or unreadable."""
    return Message(_say(view, why, name=name))


def brought_before(view: Ticketing, file: AirFile) -> Message:
    at = stamp(view.language, file.at, view.zone)
    return Message(_say(view, f"before_{file.stand}", at=at))


def nothing_new(view: Ticketing, count: int) -> Message:
    return Message(_say(view, "nothing_new", count=count))


def faults(view: Ticketing, name: str, flaws: Sequence[Flaw]) -> Message:
    """Nothing is taken; a line for each cell that is wrong."""
    return Message(_lines([_say(view, "faults", name=name, count=len(flaws)), *_flaws(view, flaws)]))


def preview(view: Ticketing, paper: str, name: str, table: AirTable) -> Message:
    """What would be new and what would change; what is doubtful is asked, and who is missing is named."""
    lines = [_say(view, "preview", name=name, days=_days(view, table)), _counts(view, table)]
    lines += _differences(view, table)
    if table.questions:
        lines += [_say(view, "doubts"), *_flaws(view, table.questions)]
    if table.absent:
        lines.append(_say(view, "absent", towns=_absent(view, table)))
    if table.changed:
        lines.append(_say(view, "needs_two"))
    return Message(_lines(lines), buttons=_buttons(view, paper, table))


def taken(view: Ticketing, table: AirTable) -> Message:
    held = sum(row.reading.is_held for row in table.new)
    lines = [_say(view, "taken", days=_days(view, table), count=len(table.new))]
    return Message(_lines([*lines, *([_say(view, "held", count=held)] if held else [])]))


def waits(view: Ticketing, others: int) -> Message:
    return Message(_say(view, "waits" if others else "waits_for_nobody"))


def given_up(view: Ticketing) -> Message:
    return Message(_say(view, "given_up"))


def ask_a_second(view: Ticketing, paper: str, name: str, by: str, table: AirTable) -> Message:
    """To another member of the office: the differences, to agree with or not."""
    lines = [_say(view, "second", name=name, by=by, days=_days(view, table)), _counts(view, table)]
    lines += _differences(view, table)
    buttons = (
        Button(_label(view, "agree"), view.seal("airyes", paper), style=Style.SUCCESS),
        Button(_label(view, "disagree"), view.seal("airback", paper), style=Style.DANGER),
    )
    return Message(_lines(lines), buttons=(buttons,))


def let_go(view: Ticketing, name: str) -> Message:
    """Nobody answered the preview."""
    return Message(_say(view, "let_go", name=name))


def judged(view: Ticketing, how: str, name: str) -> Message:
    return Message(_say(view, how, name=name))


def judged_told(view: Ticketing, how: str, name: str, by: str) -> Message:
    return Message(_say(view, f"{how}_told", name=name, by=by))


def _buttons(view: Ticketing, paper: str, table: AirTable) -> tuple[tuple[Button, ...], ...]:
    verb = "correct" if table.changed else "take"
    sure = Button(_label(view, f"{verb}_sure"), view.seal("airtake", paper, "sure"), style=Style.SUCCESS)
    held = Button(_label(view, f"{verb}_held"), view.seal("airtake", paper, "held"))
    plain = Button(_label(view, verb), view.seal("airtake", paper, "held"), style=Style.SUCCESS)
    no = Button(_label(view, "no"), view.seal("airno", paper))
    return ((sure,), (held, no)) if table.questions else ((plain, no),)


def _counts(view: Ticketing, table: AirTable) -> Html:
    parts = [("new", len(table.new)), ("changed", len(table.changed)), ("same", table.same)]
    between = _label(view, "between")
    return Html(between.join(_say(view, f"count_{one}", count=count) for one, count in parts if count))


def _differences(view: Ticketing, table: AirTable) -> list[Html]:
    said = [one for before, row in table.changed for one in _changes(view, before, row.reading)]
    more = len(said) - MOST_SHOWN
    return said[:MOST_SHOWN] + ([_say(view, "more", count=more)] if more > 0 else [])


def _changes(view: Ticketing, before: Reading, after: Reading) -> Iterator[Html]:
    for one in sorted(before.values.keys() | after.values.keys()):
        old, new = before.values.get(one), after.values.get(one)
        if old != new:
            hour = "" if after.hour is None else _label(view, "hour", hour=after.hour)
            place, when = _place(view, after), day_of(view.language, after.day) + hour
            yield _say(
                view,
                "change",
                place=place,
                when=when,
                item=item_name(one.value),
                old=amount(old),
                new=amount(new),
            )


def _flaws(view: Ticketing, flaws: Sequence[Flaw]) -> list[Html]:
    said = [
        _say(
            view,
            "flaw",
            row=flaw.row,
            column=_column(view, flaw.column),
            value=flaw.value or _label(view, "empty"),
            why=_label(view, f"why_{flaw.why}", hint=flaw.hint),
        )
        for flaw in flaws[:MOST_SHOWN]
    ]
    more = len(flaws) - MOST_SHOWN
    return said + ([_say(view, "more", count=more)] if more > 0 else [])


def _column(view: Ticketing, column: str) -> str:
    key = f"air.column_{column}"
    return label(view.language, key) if column in {"date", "hour", "station", "town"} else item_name(column)


def sand_ask(view: Ticketing, day: date, *, is_sand: bool) -> Message:
    """How a day stands, and the button that changes it."""
    key = "unmark" if is_sand else "mark"
    state = label(view.language, "air.sand_is" if is_sand else "air.sand_is_not")
    text = say(view.language, "air.sand_ask", day=period(view.language, "day", day, day), state=state)
    change = Button(label(view.language, f"air.sand_{key}"), view.seal("sand", day.isoformat(), key))
    return Message(text, ((change,),))


def sand_done(view: Ticketing, day: date, pushes: int, *, is_sand: bool) -> Message:
    """What was marked, and how many corrected rankings follow."""
    key = "air.sand_marked" if is_sand else "air.sand_unmarked"
    again = label(view.language, "air.sand_again", count=pushes) if pushes else ""
    return Message(say(view.language, key, day=period(view.language, "day", day, day), again=again))


def sand_which(view: Ticketing) -> Message:
    """The day is none that can be marked."""
    return Message(say(view.language, "air.sand_which"))


def item_name(column: str) -> str:
    """The name of a measured item, else the text that stood in the header."""
    return ITEMS.get(column, column)


def _absent(view: Ticketing, table: AirTable) -> str:
    shown = [f"{day_of(view.language, day)} {view.town(town)}" for day, town in table.absent[:MOST_SHOWN]]
    more = len(table.absent) - MOST_SHOWN
    left = [_label(view, "more", count=more)] if more > 0 else []
    return _label(view, "between").join([*shown, *left])


def _place(view: Ticketing, one: Reading) -> str:
    kind, code = one.place
    if kind is PlaceKind.TOWN:
        return view.town(code)
    found = next((each for each in view.district.air.monitors if each.code == code), None)
    names = (found.name, found.name_en) if found else (code, code)
    return names[view.language != "zh"]


def _days(view: Ticketing, table: AirTable) -> str:
    days = sorted({row.reading.day for row in table.rows})
    ends = dict.fromkeys((days[0], days[-1]))
    return "—".join(day_of(view.language, day) for day in ends)


def day_of(language: str, day: date) -> str:
    return label(language, "when.date", month=day.month, day=day.day)


def amount(value: int | None) -> str:
    """Thousandths as they are written; a missing one is a dash."""
    if value is None:
        return "—"
    whole, rest = divmod(value, SCALE)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def _lines(lines: Sequence[Html]) -> Html:
    return Html("\n".join(lines))


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"air.{key}", **values)


def _label(view: Ticketing, key: str, **values: object) -> str:
    return label(view.language, f"air.{key}", **values)
