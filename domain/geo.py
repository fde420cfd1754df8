"""Points on the ground, how far apart they are, and the fence that tells which town a point is in."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry import Point as PlanePoint

from domain.datum import Datum, from_wgs84, to_wgs84

_EARTH_M = 6371008.8
_MOST_LAT, _MOST_LNG = 90, 180

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees in WGS-84; raises ValueError for what is no place on earth."""

    lat: float
    lng: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lat) and isfinite(self.lng)):
            raise ValueError(f"not a number of degrees: {self.lat}, {self.lng}")
        if abs(self.lat) > _MOST_LAT or abs(self.lng) > _MOST_LNG:
            raise ValueError(f"outside the world: {self.lat}, {self.lng}")


def point_in(lat: float, lng: float, datum: Datum) -> Point:
    """The WGS-84 point of a pair read in `datum`; raises ValueError like Point."""
    Point(lat, lng)
    return Point(*to_wgs84(lat, lng, datum))


def degrees_in(point: Point, datum: Datum) -> tuple[float, float]:
    return from_wgs84(point.lat, point.lng, datum)


def distance_m(one: Point, other: Point) -> float:
    half_lat = radians(other.lat - one.lat) / 2
    half_lng = radians(other.lng - one.lng) / 2
    chord = sin(half_lat) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(half_lng) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(chord)))


@dataclass(frozen=True, slots=True)
class Cell:
    """The ground of one town: polygons of (lat, lng) rings in WGS-84, the outer ring of each first."""

    town: str
    polygons: tuple[tuple[Ring, ...], ...]
    is_border: bool


@dataclass(frozen=True, slots=True)
class InTown:
    town: str


@dataclass(frozen=True, slots=True)
class BetweenTowns:
    """So near to a border that a person must say which; the likeliest town first."""

    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutsideDistrict:
    distance_m: float
    nearest_town: str


Placed = InTown | BetweenTowns | OutsideDistrict


class Fence:
    """The cells of a district as a tree; raises ValueError without a cell."""

    def __init__(self, cells: Iterable[Cell], border_margin_m: float) -> None:
        self._cells = tuple(cells)
        if not self._cells:
            raise ValueError("a fence needs at least one cell")
        self._margin_m = border_margin_m
        lats = [lat for cell in self._cells for rings in cell.polygons for lat, _ in rings[0]]
        self._squeeze = cos(radians((min(lats) + max(lats)) / 2))
        self._tree = shapely.STRtree([self._on_plane(cell) for cell in self._cells])

    def place(self, point: Point) -> Placed:
        spot = PlanePoint(self._metres(point.lat, point.lng))
        near = sorted((spot.distance(shape), town) for shape, town in self._within(spot, self._margin_m))
        towns = tuple(dict.fromkeys(town for _, town in near))
        if len(towns) > 1:
            return BetweenTowns(towns)
        if near and near[0][0] == 0:
            return InTown(towns[0])
        nearest = int(self._tree.nearest(spot))
        away_m = float(spot.distance(self._tree.geometries[nearest]))
        return OutsideDistrict(away_m, self._cells[nearest].town)

    def _within(self, spot: PlanePoint, margin_m: float) -> list[tuple[MultiPolygon, str]]:
        found = self._tree.query(spot, predicate="dwithin", distance=margin_m)
        return [(self._tree.geometries[index], self._cells[index].town) for index in found]

    def _metres(self, lat: float, lng: float) -> tuple[float, float]:
        # A district is a few tens of kilometres: one scale for all of it is true to a thousandth.
        return radians(lng) * self._squeeze * _EARTH_M, radians(lat) * _EARTH_M

    def _on_plane(self, cell: Cell) -> MultiPolygon:
        flat = [[[self._metres(*corner) for corner in ring] for ring in rings] for rings in cell.polygons]
        return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in flat])
