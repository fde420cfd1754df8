"""A district out of the texts of its files, or all the faults in them at once."""

import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from domain.calendar import Calendar
from domain.district import Bureau, District, SiteType, Station, Town
from domain.district_after import FILE as AFTER
from domain.district_after import read_after
from domain.district_air import FILE as AIR
from domain.district_air import read_air_rules
from domain.district_assessment import FILE as ASSESSMENT
from domain.district_assessment import read_assessment
from domain.district_basics import read_basics
from domain.district_calendars import read_calendar
from domain.district_categories import read_categories
from domain.district_deadlines import FILE as DEADLINES
from domain.district_deadlines import read_call_rules
from domain.district_shapes import read_cells, read_outline
from domain.district_table import CODE, DistrictError, Fault, Table
from domain.geo import Point

DISTRICT_FILES = (
    "district.toml",
    "towns.toml",
    "bureaus.toml",
    "categories.toml",
    "site_types.toml",
    "stations.toml",
    "calendars.toml",
    DEADLINES,
    AFTER,
    AIR,
    ASSESSMENT,
    "outline.geojson",
    "cells.geojson",
)


class _Named(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def all_names(self) -> tuple[str, ...]: ...


_N = TypeVar("_N", bound=_Named)


def read_district(files: Mapping[str, str | bytes]) -> District:
    """`files` has the content of each of DISTRICT_FILES by its name; raises DistrictError.

    Files that are missing or no TOML are told first, all of them; then all faults of their contents.
    """
    faults: list[Fault] = []
    texts = {name: _text(files, name, faults) for name in DISTRICT_FILES}
    tables = {name: _toml(name, text, faults) for name, text in texts.items() if name.endswith(".toml")}
    if faults:
        raise DistrictError(faults)
    district = _district(texts, tables, faults)
    if faults:
        raise DistrictError(faults)
    return district


def _text(files: Mapping[str, str | bytes], name: str, faults: list[Fault]) -> str:
    content = files.get(name)
    if content is None:
        faults.append(Fault(name, "", "the file", "nothing"))
        return ""
    try:
        return content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        faults.append(Fault(name, "", "UTF-8", str(error)))
        return ""


def _toml(name: str, text: str, faults: list[Fault]) -> Table:
    try:
        return Table(name, tomllib.loads(text), faults)
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(name, "", "TOML", str(error)))
        return Table(name, {}, faults)


def _district(texts: Mapping[str, str], tables: Mapping[str, Table], faults: list[Fault]) -> District:
    basics = read_basics(tables["district.toml"])
    calendars = _calendars(tables["calendars.toml"], basics.zone)
    towns = _list_of(tables["towns.toml"], "town", lambda row: _town(row, basics.code))
    bureaus = _list_of(tables["bureaus.toml"], "bureau", _bureau)
    categories = read_categories(
        tables["categories.toml"],
        bureaus=[bureau.code for bureau in bureaus],
        calendars=calendars,
        near=basics.near,
    )
    _once(tables["categories.toml"], "category", categories)
    look_back, orders, consequences = read_after(tables[AFTER])
    return District(
        basics=basics,
        towns=towns,
        bureaus=bureaus,
        categories=categories,
        site_types=_list_of(tables["site_types.toml"], "site_type", _site_type),
        stations=_list_of(tables["stations.toml"], "station", _station),
        calendars=calendars,
        calls=read_call_rules(tables[DEADLINES], zone=basics.zone, quiet=basics.quiet, calendars=calendars),
        look_back=look_back,
        orders=orders,
        air=read_air_rules(tables[AIR], [town.code for town in towns]),
        assessment=read_assessment(tables[ASSESSMENT]),
        consequences=consequences,
        outline=read_outline("outline.geojson", texts["outline.geojson"], basics.code, faults),
        cells=read_cells("cells.geojson", texts["cells.geojson"], [town.code for town in towns], faults),
    )


def _list_of(table: Table, key: str, read: Callable[[Table], _N]) -> tuple[_N, ...]:
    rows = table.children(key)
    things = tuple(read(row) for row in rows)
    for part in (*rows, table):
        part.close()
    _once(table, key, things)
    return things


def _once(table: Table, key: str, things: Sequence[_Named]) -> None:
    codes = [thing.code for thing in things if thing.code]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        table.fault(key, "each code once", code)
    owners: dict[str, str] = {}
    for thing in things:
        for name in filter(None, thing.all_names):
            owner = owners.setdefault(_folded(name), thing.code)
            if owner != thing.code:
                table.fault(key, f"a name or alias of one {key} only", f"{name} in {owner} and {thing.code}")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().replace(" ", "")


def _town(row: Table, district: str) -> Town:
    return Town(
        code=row.text("code", rf"{district}\d{{3}}", expected=f"nine digits that begin with {district}"),
        code_mca=row.text("code_mca", r"\d{12}", expected="twelve digits"),
        name=row.text("name"),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases", optional=True),
        former_names=row.texts("former_names", optional=True),
        villages=row.texts("villages", optional=True),
    )


def _bureau(row: Table) -> Bureau:
    return Bureau(
        code=row.text("code", *CODE),
        short_code=row.text("short_code", r"[A-Z]{2,4}", expected="two to four capital letters"),
        name=row.text("name"),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases", optional=True),
    )


def _site_type(row: Table) -> SiteType:
    return SiteType(
        code=row.text("code", *CODE),
        name=row.text("name"),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases", optional=True),
    )


def _station(row: Table) -> Station:
    return Station(
        code=row.text("code", *CODE),
        name=row.text("name"),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases", optional=True),
        point=Point(row.degrees("lat", 90), row.degrees("lng", 180)),
        approximate=row.flag("approximate"),
        ring_m=row.whole("ring_m", 1, 10000),
    )


def _calendars(table: Table, zone: ZoneInfo) -> Mapping[str, Calendar]:
    if not table.names():
        table.fault("", "at least one calendar", None)
    return MappingProxyType({code: read_calendar(table.child(code), zone) for code in table.names()})
