"""The sketch of a district: its cells in a unit frame, for a picture that says that they are no borders."""

from collections.abc import Callable, Mapping, Sequence
from math import cos, radians

from shapely import maximum_inscribed_circle
from shapely.geometry import Polygon

from domain.geo import Cell, Ring

_PLACES = 4

Spot = tuple[float, float]


def sketch(cells: Sequence[Cell], shown: Callable[[str], Mapping[str, object]]) -> dict[str, object] | None:
    """All cells with what ``shown`` says of each town; x and y run from 0 to 1 and to ``high``, from the top left."""
    rings = [(cell.town, polygon[0]) for cell in cells for polygon in cell.polygons]
    if not rings:
        return None
    north = max(lat for _, ring in rings for lat, _ in ring)
    south = min(lat for _, ring in rings for lat, _ in ring)
    west = min(lng for _, ring in rings for _, lng in ring)
    east = max(lng for _, ring in rings for _, lng in ring)
    shrink = cos(radians((north + south) / 2))
    wide = (east - west) * shrink

    def spot(lat: float, lng: float) -> Spot:
        return round((lng - west) * shrink / wide, _PLACES), round((north - lat) / wide, _PLACES)

    drawn = [{**shown(town), **_cell(ring, spot)} for town, ring in rings]
    return {"high": round((north - south) / wide, _PLACES), "cells": drawn}


def _cell(ring: Ring, spot: Callable[[float, float], Spot]) -> dict[str, object]:
    """The label stands in the middle of the largest circle that fits in."""
    points = [spot(lat, lng) for lat, lng in ring]
    middle = maximum_inscribed_circle(Polygon(points)).coords[0]
    return {"points": points, "at": [round(one, _PLACES) for one in middle]}
