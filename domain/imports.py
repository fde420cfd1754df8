"""Tables that the office brings: every row is checked, and the whole table is taken or nothing of it."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.district import District
from domain.geo import Point, distance_m
from domain.invitation import is_whole
from domain.people import OF_A_UNIT, Post, Role
from domain.sites import Site

Grid = Sequence[Sequence[str]]
SITE_COLUMNS = {
    "id": ("id", "编号"),
    "name": ("name", "名称"),
    "kind": ("kind", "type", "类型"),
    "town": ("town", "镇办"),
    "lat": ("lat", "纬度"),
    "lng": ("lng", "经度"),
    "aliases": ("aliases", "别名"),
}
PEOPLE_COLUMNS = {
    "id": ("id", "编号"),
    "name": ("name", "姓名"),
    "role": ("role", "角色"),
    "town": ("town", "镇办"),
    "unit": ("unit", "单位"),
}
SITE_NEEDS, PEOPLE_NEEDS = ("name", "kind", "town"), ("name", "role")
FAR_M = 30_000
LONGEST = 200
MOST_FAULTS = 20
SITE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
PERSON_ID = re.compile(r"[1-9]\d{0,18}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong cell; rows are counted as a spreadsheet counts them, the header being 1."""

    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: expected {self.expected}, found {self.value!r}"


class TableError(ValueError):
    """Everything that is wrong with a table, one line each; nothing of it may be taken."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        self.wrongs = tuple(dict.fromkeys(wrongs))
        shown = [str(wrong) for wrong in self.wrongs[:MOST_FAULTS]]
        more = len(self.wrongs) - len(shown)
        super().__init__("\n".join([*shown, *([f"and {more} more"] if more else [])]))


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person of a table: a member at once when the numeric ``id`` is known, else somebody to invite."""

    name: str
    post: Post
    id: int | None


class _Coded(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def all_names(self) -> tuple[str, ...]: ...


T = TypeVar("T")
C = TypeVar("C", bound=_Coded)


class _Row:
    """Reads the cells of one row; what is wrong is noted and reading goes on."""

    def __init__(self, number: int, cells: Mapping[str, str], wrongs: list[Wrong]) -> None:
        self.number, self._cells, self._wrongs = number, cells, wrongs

    def wrong(self, column: str, expected: str) -> None:
        self._wrongs.append(Wrong(self.number, column, self._cells.get(column, ""), expected))

    @property
    def is_sound(self) -> bool:
        return all(wrong.row != self.number for wrong in self._wrongs)

    def text(self, column: str) -> str | None:
        value = self._cells.get(column, "")
        if len(value) > LONGEST or any(unicodedata.category(char) == "Cc" for char in value):
            self.wrong(column, f"printable text of at most {LONGEST} characters")
        return value or None

    def needed(self, column: str) -> str:
        value = self.text(column)
        if value is None:
            self.wrong(column, "a value")
        return value or ""

    def one_of(self, column: str, things: Mapping[str, T], expected: str) -> T | None:
        value = self.text(column)
        found = things.get(folded(value)) if value else None
        if value and found is None:
            self.wrong(column, expected)
        return found

    def matching(self, column: str, pattern: re.Pattern[str], expected: str) -> str | None:
        value = self.text(column)
        if value and not pattern.fullmatch(value):
            self.wrong(column, expected)
            return None
        return value

    def degrees(self, column: str, most: int) -> float | None:
        value = self.text(column)
        try:
            number = float(value) if value else None
        except ValueError:
            number = float("nan")
        if number is not None and not abs(number) <= most:
            self.wrong(column, f"degrees from -{most} to {most}")
            return None
        return number


def read_sites(grid: Grid, district: District) -> tuple[Site, ...]:
    """The sites of a table; one without an id gets one from its town and name. Raises TableError."""
    wrongs: list[Wrong] = []
    towns, kinds = by_names(district.towns), by_names(district.site_types)
    found = [_site(row, district, towns, kinds) for row in _rows(grid, SITE_COLUMNS, SITE_NEEDS, wrongs)]
    first: dict[str, int] = {}
    for row, site in found:
        before = first.setdefault(site.id, row.number)
        if before != row.number:
            row.wrong("name", f"a site that does not stand in row {before} already")
    if wrongs:
        raise TableError(wrongs)
    return tuple(site for _, site in found)


def read_people(grid: Grid, district: District, roles: Mapping[str, Role]) -> tuple[Enrolled, ...]:
    """The people of a table; ``roles`` are all the names of roles. Raises TableError."""
    wrongs: list[Wrong] = []
    towns, units = by_names(district.towns), by_names(district.bureaus)
    named = {folded(name): role for name, role in roles.items()}
    rows = _rows(grid, PEOPLE_COLUMNS, PEOPLE_NEEDS, wrongs)
    found = tuple(_person(row, named, towns, units) for row in rows)
    if wrongs:
        raise TableError(wrongs)
    return found


def _site(
    row: _Row, district: District, towns: Mapping[str, str], kinds: Mapping[str, str]
) -> tuple[_Row, Site]:
    name = row.needed("name")
    row.needed("kind")
    row.needed("town")
    town = row.one_of("town", towns, "the name or code of a town of the district") or ""
    kind = row.one_of("kind", kinds, "the name or code of a kind of site of the district") or ""
    given = row.matching("id", SITE_ID, "at most 40 letters, digits, - and _")
    own_id = given or hashlib.sha256(f"{town}/{name}".encode()).hexdigest()[:16]
    aliases = [alias.strip() for alias in re.split(r"[;；|]", row.text("aliases") or "")]
    point = _point(row, district)
    return row, Site(own_id, name, kind, town, point, tuple(dict.fromkeys(filter(None, aliases))))


def _point(row: _Row, district: District) -> Point | None:
    lat, lng = row.degrees("lat", 90), row.degrees("lng", 180)
    if lat is None or lng is None:
        if (lat is None) != (lng is None):
            row.wrong("lng" if lng is None else "lat", "both lat and lng, or neither")
        return None
    point = Point(lat, lng)
    corners = (Point(*corner) for rings in district.outline.polygons for corner in rings[0])
    if all(distance_m(point, corner) > FAR_M for corner in corners):
        row.wrong("lat", "WGS-84 degrees in or near the district; lat first, not lng")
    return point


def _person(
    row: _Row, roles: Mapping[str, Role], towns: Mapping[str, str], units: Mapping[str, str]
) -> Enrolled:
    name = row.needed("name")
    row.needed("role")
    role = row.one_of("role", roles, f"one of {', '.join(Role)}")
    town = row.one_of("town", towns, "the name or code of a town of the district")
    unit = (
        row.one_of("unit", units, "the name or code of a bureau") if role in OF_A_UNIT else row.text("unit")
    )
    number = row.matching("id", PERSON_ID, "a person's numeric id")
    post = Post(role or Role.PATROL, town, unit)
    if row.is_sound and not is_whole(post):
        needs = "a bureau" if role in OF_A_UNIT and unit is None else "no town" if town else "a town"
        row.wrong("unit" if needs == "a bureau" else "town", f"{needs} for the role {role}")
    return Enrolled(name, post, int(number) if number else None)


def _rows(
    grid: Grid, columns: Mapping[str, Sequence[str]], needs: Sequence[str], wrongs: list[Wrong]
) -> Iterator[_Row]:
    """The rows that are not empty, by the names of the columns; a header that is wrong gives none."""
    header = [folded(cell) for cell in grid[0]] if grid else []
    known = {spelling: column for column, spellings in columns.items() for spelling in spellings}
    names = [known.get(cell) for cell in header]
    for cell, name in zip(header, names, strict=True):
        if cell and name is None:
            wrongs.append(Wrong(1, cell, cell, f"one of the columns {', '.join(columns)}"))
        elif name and names.count(name) > 1:
            wrongs.append(Wrong(1, name, cell, "this column only once"))
    wrongs.extend(Wrong(1, name, "", "this column") for name in needs if name not in names)
    if wrongs:
        return
    for number, cells in enumerate(grid[1:], start=2):
        if any(cell.strip() for cell in cells):
            texts = [unicodedata.normalize("NFC", cell.strip()) for cell in cells]
            yield _Row(number, {name: text for name, text in zip(names, texts, strict=False) if name}, wrongs)
            if any(texts[len(names) :]):
                wrongs.append(
                    Wrong(number, str(len(names) + 1), texts[len(names)], "nothing beside the columns")
                )


def by_names(things: Sequence[C]) -> dict[str, str]:
    """The code of each of these by every name it has; to be looked up by the ``folded`` name."""
    return {
        folded(name): thing.code for thing in things for name in (*thing.all_names, thing.name_en, thing.code)
    }


def folded(text: str) -> str:
    """A name without the differences that do not count: case, width, spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
