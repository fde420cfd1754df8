"""The cells and the outline of a district, out of GeoJSON into WGS-84."""

import json
from collections.abc import Sequence
from itertools import combinations

from shapely.geometry import MultiPolygon, Polygon

from domain.datum import Datum, to_wgs84
from domain.district_table import Fault, Table
from domain.geo import Cell, Ring

_MOST_LAT, _MOST_LNG = 90, 180
_FEWEST_CORNERS = 4  # a triangle, closed
_OVERLAP = 0.01  # two drawings of one border never agree to the metre

_Polygons = tuple[tuple[Ring, ...], ...]


class _ShapeError(Exception):
    def __init__(self, expected: str, found: object) -> None:
        super().__init__(expected)
        self.expected, self.found = expected, found


def read_cells(file: str, text: str, towns: Sequence[str], faults: list[Fault]) -> tuple[Cell, ...]:
    """One cell for each of the town codes."""
    cells: list[Cell] = []
    before = len(faults)
    found = _features(file, text, "town", faults)
    all_read = len(faults) == before
    for key, cell in found:
        if cell.town not in towns:
            faults.append(Fault(file, f"{key}.properties.town", "the code of a town", repr(cell.town)))
        elif cell.town in {other.town for other in cells}:
            faults.append(Fault(file, f"{key}.properties.town", "each town once", repr(cell.town)))
        cells.append(cell)
    missing = sorted(set(towns) - {cell.town for cell in cells})
    if all_read and missing:
        faults.append(Fault(file, "features", "a cell for each town", f"none for {', '.join(missing)}"))
    faults.extend(
        Fault(file, "features", "cells that do not overlap", f"{one.town} over {other.town}")
        for one, other in combinations(cells, 2)
        if _overlap(one, other)
    )
    return tuple(cells)


def read_outline(file: str, text: str, district: str, faults: list[Fault]) -> Cell:
    found = _features(file, text, "code", faults)
    if len(found) == 1 and found[0][1].town == district:
        return found[0][1]
    codes = ", ".join(cell.town for _, cell in found)
    faults.append(Fault(file, "features", f"one feature whose code is {district}", codes or "nothing"))
    return Cell(district, (), is_border=False)


def _features(file: str, text: str, code_key: str, faults: list[Fault]) -> list[tuple[str, Cell]]:
    try:
        whole = json.loads(text)
    except ValueError as error:
        faults.append(Fault(file, "", "JSON", str(error)))
        return []
    table = Table(file, whole if isinstance(whole, dict) else {}, faults)
    table.choice("type", ("FeatureCollection",))
    datum = table.choice("datum", tuple(Datum))
    rows = table.children("features")
    read = [(f"features[{n}]", _feature(row, code_key, datum)) for n, row in enumerate(rows, start=1)]
    return [(key, cell) for key, cell in read if cell]


def _feature(row: Table, code_key: str, datum: str) -> Cell | None:
    properties = row.child("properties")
    code = properties.text(code_key, expected="a code")
    not_a_border = properties.flag("not_a_border")
    geometry = row.child("geometry")
    kind = geometry.choice("type", ("Polygon", "MultiPolygon"))
    if not (kind and datum and geometry.has("coordinates")):
        return None
    try:
        polygons = _polygons(geometry.raw("coordinates"), kind, Datum(datum))
    except _ShapeError as fault:
        geometry.fault("coordinates", fault.expected, fault.found)
        return None
    return Cell(code, polygons, is_border=not not_a_border)


def _polygons(coordinates: object, kind: str, datum: Datum) -> _Polygons:
    many = _list([coordinates] if kind == "Polygon" else coordinates, "a list of polygons")
    polygons = tuple(tuple(_ring(ring, datum) for ring in _list(rings, "a list of rings")) for rings in many)
    if not _shape(polygons).is_valid:
        raise _ShapeError("a polygon that does not cross itself", "a crossing")
    return polygons


def _ring(ring: object, datum: Datum) -> Ring:
    corners = _list(ring, "a ring of corners")
    if len(corners) < _FEWEST_CORNERS or corners[0] != corners[-1]:
        raise _ShapeError(
            "a closed ring: the first corner again at its end", f"{corners[0]} to {corners[-1]}"
        )
    return tuple(_corner(corner, datum) for corner in corners)


def _corner(corner: object, datum: Datum) -> tuple[float, float]:
    match corner:
        case [int() | float() as lng, int() | float() as lat, *_] if _in_world(lat, lng):
            return to_wgs84(lat, lng, datum)
    raise _ShapeError("[longitude, latitude] inside the world", corner)


def _in_world(lat: float, lng: float) -> bool:
    if isinstance(lat, bool) or isinstance(lng, bool):
        return False
    return abs(lat) <= _MOST_LAT and abs(lng) <= _MOST_LNG  # false for NaN too


def _list(value: object, expected: str) -> list[object]:
    if isinstance(value, list) and value:
        return value
    raise _ShapeError(expected, value)


def _shape(polygons: _Polygons) -> MultiPolygon:
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in polygons])


def _overlap(one: Cell, other: Cell) -> bool:
    first, second = _shape(one.polygons), _shape(other.polygons)
    return bool(first.intersection(second).area > _OVERLAP * min(first.area, second.area))
