"""Tables of air data that the office brings: every row checked, the whole table taken or nothing, doubts asked first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.air_cells import (
    ITEMS,
    NEVER,
    CellError,
    Flaw,
    Why,
    column_of,
    plain,
    read_date,
    read_hour,
    read_value,
)
from domain.air_days import HOURS, day_and_label
from domain.air_doubts import doubts
from domain.air_editions import Pollutant
from domain.air_reading import Place, PlaceKind, Reading, Row
from domain.air_rules import AirRules
from domain.district import Town
from domain.imports import Grid, by_names, folded
from domain.names import likeliest

Key = tuple[Place, date, int | None]
SEPARATORS = ("\t", "，", ",", "；", ";", "|")


@dataclass(frozen=True, slots=True)
class Names:
    """What may stand in the columns of places, by the folded name; ``towns_of`` a monitor where they are known."""

    codes: Mapping[PlaceKind, Mapping[str, str]]
    towns_of: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class AirTable:
    """With any fault there are no rows: nothing may be taken. Rows with a question are held.

    Against what is stored: ``new`` and ``changed`` rows, the latter after what they replace, and how many are the same.
    ``absent`` are the towns without a row on a day of the table that has other towns' rows.
    """

    rows: tuple[Row, ...]
    faults: tuple[Flaw, ...]
    questions: tuple[Flaw, ...]
    new: tuple[Row, ...] = ()
    changed: tuple[tuple[Reading, Row], ...] = ()
    same: int = 0
    absent: tuple[tuple[date, str], ...] = ()

    @property
    def is_known(self) -> bool:
        """The same table was brought before: nothing of it is new."""
        return self.same > 0 and not self.new and not self.changed


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row as text by column."""

    number: int
    texts: Mapping[str, str]

    def flaw(self, column: str, why: Why, hint: str = "") -> Flaw:
        return Flaw(self.number, column, self.texts.get(column, ""), why, hint)


def names_of(towns: Sequence[Town], rules: AirRules) -> Names:
    codes = {PlaceKind.STATION: by_names(rules.monitors), PlaceKind.TOWN: by_names(towns)}
    return Names(codes, {each.code: each.towns for each in rules.monitors if each.towns})


def grid_of_text(text: str) -> list[list[str]]:
    """A table that somebody pasted: cells parted by tabs, commas of either width, semicolons, bars, or blanks."""
    lines = [line for line in text.splitlines() if line.strip()]
    mark = next((mark for mark in SEPARATORS if lines and mark in lines[0]), None)
    return [line.split(mark) for line in lines]


def is_air_table(text: str) -> bool:
    """Whether a pasted text has the header of one: a date, and anything measured."""
    grid = grid_of_text(text)
    known = {column_or_none(cell) for cell in grid[0]} if len(grid) > 1 else set()
    return "date" in known and any(column in ITEMS for column in known)


def column_or_none(cell: str) -> str | None:
    try:
        return column_of(cell)
    except CellError:
        return None


def read_air(
    grid: Grid, names: Names, rules: AirRules, now: datetime, stored: Mapping[Key, Reading]
) -> AirTable:
    """``now`` is local; ``stored`` has at least the readings of the days of the table that are kept already."""
    if all(len(cells) <= 1 for cells in grid):
        grid = grid_of_text("\n".join("".join(cells) for cells in grid))
    columns, faults = _header(grid)
    if faults:
        return AirTable((), tuple(faults), ())
    rows: list[Row] = []
    for cells in _rows(grid, columns, faults):
        row = _row(cells, names, now, faults, by_hour="hour" in columns)
        rows.extend([row] if row else [])
    measured = frozenset(ITEMS[column] for column in columns if column in ITEMS)
    rows = [_completed(row, stored.get(row.reading.key), measured) for row in rows]
    faults += [*_duplicates(rows), *_too_late(rows, stored, now - rules.cut_off)]
    if not rows and not faults:
        faults.append(Flaw(1, "date", "", Why.NO_ROWS))
    if faults:
        return AirTable((), tuple(sorted(faults, key=lambda flaw: flaw.row)), ())
    questions = sorted(doubts(rows, rules.validity.hours), key=lambda flaw: flaw.row)
    held = {flaw.row for flaw in questions}
    rows = [replace(row, reading=replace(row.reading, is_held=row.number in held)) for row in rows]
    return _compared(AirTable(tuple(rows), (), tuple(questions)), names, stored)


def _completed(row: Row, before: Reading | None, measured: frozenset[Pollutant]) -> Row:
    """With what is kept of the items for which the table has no column: it says nothing about them."""
    if before is None:
        return row
    kept = {one: value for one, value in before.values.items() if one not in measured}
    reading = row.reading
    never = reading.never | (before.never - measured)
    return replace(row, reading=replace(reading, values={**kept, **reading.values}, never=never))


def confirmed(table: AirTable, numbers: Sequence[int]) -> tuple[Reading, ...]:
    """All readings, of which those in these rows are held no longer."""
    return tuple(
        replace(row.reading, is_held=row.reading.is_held and row.number not in numbers) for row in table.rows
    )


def _header(grid: Grid) -> tuple[list[str | None], list[Flaw]]:
    columns: list[str | None] = []
    faults: list[Flaw] = []
    for cell in grid[0] if grid else ():
        try:
            column = column_of(cell)
        except CellError as error:
            faults.append(Flaw(1, cell.strip(), cell, error.why))
            column = None
        if column and column in columns:
            faults.append(Flaw(1, column, cell, Why.COLUMN_TWICE))
        columns.append(column)
    return columns, faults or list(_missing_columns(columns))


def _missing_columns(columns: Sequence[str | None]) -> Iterator[Flaw]:
    if "date" not in columns:
        yield Flaw(1, "date", "", Why.COLUMN_MISSING)
    if "station" not in columns and "town" not in columns:
        yield Flaw(1, "town", "", Why.COLUMN_MISSING)
    if not any(column in ITEMS for column in columns):
        yield Flaw(1, "pm25", "", Why.COLUMN_MISSING)
    wrong = "o3_8h" if "hour" in columns else "o3"
    if wrong in columns:
        yield Flaw(1, wrong, wrong, Why.WRONG_O3)


def _rows(grid: Grid, columns: Sequence[str | None], faults: list[Flaw]) -> Iterator[_Cells]:
    for number, cells in enumerate(grid[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        for place, cell in enumerate(cells):
            if cell.strip() and (place >= len(columns) or columns[place] is None):
                faults.append(Flaw(number, str(place + 1), cell, Why.BESIDE))
        yield _Cells(number, {name: cell for name, cell in zip(columns, cells, strict=False) if name})


def _row(cells: _Cells, names: Names, now: datetime, faults: list[Flaw], *, by_hour: bool) -> Row | None:
    before = len(faults)
    day, hour = _time(cells, now, faults, by_hour=by_hour)
    place = _place(cells, names, faults)
    values, never = _values(cells, faults)
    if place is None or day is None or len(faults) > before:
        return None
    return Row(cells.number, Reading(place, day, hour, values, never))


def _time(
    cells: _Cells, now: datetime, faults: list[Flaw], *, by_hour: bool
) -> tuple[date | None, int | None]:
    column, day, hour = "date", None, None
    try:
        day = read_date(cells.texts.get("date", ""))
        if by_hour:
            column = "hour"
            day, hour = day_and_label(day, read_hour(cells.texts.get("hour", "")))
    except CellError as error:
        faults.append(cells.flaw(column, error.why))
        return None, None
    ends = datetime.combine(day, datetime.min.time(), now.tzinfo) + timedelta(hours=hour or HOURS)
    if ends > now:
        faults.append(cells.flaw(column, Why.FUTURE))
    return day, hour


def _place(cells: _Cells, names: Names, faults: list[Flaw]) -> Place | None:
    """The station where one is named, and then the town only has to agree."""
    found: dict[PlaceKind, str] = {}
    for kind, codes in names.codes.items():
        text = cells.texts.get(kind, "").strip()
        if text and folded(text) in codes:
            found[kind] = codes[folded(text)]
        elif text:
            faults.append(cells.flaw(kind, Why.UNKNOWN_PLACE, likeliest(folded(text), codes) or ""))
            return None
    if not found:
        faults.append(cells.flaw(PlaceKind.TOWN, Why.NO_PLACE))
        return None
    place = next(iter(found.items()))
    towns = names.towns_of.get(place[1])
    if towns and found.get(PlaceKind.TOWN, towns[0]) not in towns:
        faults.append(cells.flaw(PlaceKind.TOWN, Why.OTHER_TOWN))
    return place


def _values(cells: _Cells, faults: list[Flaw]) -> tuple[dict[Pollutant, int], frozenset[Pollutant]]:
    values: dict[Pollutant, int] = {}
    never: set[Pollutant] = set()
    for column, pollutant in ITEMS.items():
        text = cells.texts.get(column, "")
        if plain(text) == NEVER:
            never.add(pollutant)
            continue
        try:
            value = read_value(text)
        except CellError as error:
            faults.append(cells.flaw(column, error.why))
            continue
        if value is not None:
            values[pollutant] = value
    return values, frozenset(never)


def _duplicates(rows: Sequence[Row]) -> Iterator[Flaw]:
    first: dict[Key, int] = {}
    for row in rows:
        before = first.setdefault(row.reading.key, row.number)
        if before != row.number:
            yield Flaw(row.number, row.reading.place[0], row.reading.place[1], Why.DUPLICATE, str(before))


def _too_late(rows: Sequence[Row], stored: Mapping[Key, Reading], oldest: datetime) -> Iterator[Flaw]:
    for row in rows:
        before = stored.get(row.reading.key)
        if row.reading.day < oldest.date() and before is not None and not _alike(before, row.reading):
            yield Flaw(row.number, "date", row.reading.day.isoformat(), Why.CUT_OFF)


def _compared(table: AirTable, names: Names, stored: Mapping[Key, Reading]) -> AirTable:
    new = [row for row in table.rows if row.reading.key not in stored]
    old = [(stored[row.reading.key], row) for row in table.rows if row.reading.key in stored]
    changed = [(before, row) for before, row in old if not _alike(before, row.reading)]
    return replace(
        table,
        new=tuple(new),
        changed=tuple(changed),
        same=len(old) - len(changed),
        absent=_absent(table, names),
    )


def _alike(one: Reading, other: Reading) -> bool:
    return (one.values, one.never) == (other.values, other.never)


def _absent(table: AirTable, names: Names) -> tuple[tuple[date, str], ...]:
    there: dict[date, set[str]] = {}
    for row in table.rows:
        kind, code = row.reading.place
        towns = (code,) if kind is PlaceKind.TOWN else names.towns_of.get(code, ())
        there.setdefault(row.reading.day, set()).update(towns)
    known = sorted(set(names.codes[PlaceKind.TOWN].values()))
    return tuple(
        (day, code) for day in sorted(there) for code in known if there[day] and code not in there[day]
    )
