"""The objects under supervision, found by what people type and by where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.geo import Point, distance_m
from domain.name_text import Lexicon, Named
from domain.names import NameRules, Sites

CELL_DEGREES = 0.01  # about a kilometre: the neighbouring cells hold everything that can be "here"


@dataclass(frozen=True, slots=True)
class Site:
    """One object: a building site, a restaurant, a mixing plant or the like."""

    id: str
    name: str
    kind: str
    town: str
    point: Point | None = None
    aliases: tuple[str, ...] = ()


class SiteBook:
    """All sites of a district; building it for thousands takes a second or two."""

    def __init__(self, sites: Iterable[Site], lexicon: Lexicon, rules: NameRules | None = None) -> None:
        self.by_id = {site.id: site for site in sites}
        named = [Named(site.id, site.name, site.aliases, site.town) for site in self.by_id.values()]
        self.finder = Sites(named, lexicon, rules or NameRules())
        self._cells: dict[tuple[int, int], list[Site]] = {}
        for site in self.by_id.values():
            if site.point:
                self._cells.setdefault(_cell(site.point), []).append(site)

    def nearest(self, point: Point, within_m: float) -> tuple[Site, int] | None:
        """The site nearest to a point and its distance in metres, if one is within ``within_m``."""
        row, column = _cell(point)
        around = [
            (site, round(distance_m(point, site.point)))
            for cell in ((row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1))
            for site in self._cells.get(cell, ())
            if site.point
        ]
        close = [found for found in around if found[1] <= within_m]
        return min(close, key=lambda found: found[1]) if close else None


def _cell(point: Point) -> tuple[int, int]:
    return int(point.lat // CELL_DEGREES), int(point.lng // CELL_DEGREES)
