"""Which open tickets are close enough in place and time to be the same problem."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians

from domain.geo import Point, distance_m
from domain.ticket import OPEN, Ticket

METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees that hold at least everything within some distance of a point: the broad sieve before the rule."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True)
class Nearby:
    """A ticket that may be the same problem, and how far away it is."""

    ticket: Ticket
    metres: int


def box_around(point: Point, metres: float) -> Box:
    """The box whose sides are ``metres`` away from the point."""
    tall = metres / METRES_A_DEGREE
    wide = metres / (METRES_A_DEGREE * max(cos(radians(point.lat)), 0.01))
    return Box(point.lat - tall, point.lat + tall, point.lng - wide, point.lng + wide)


def same_problem(
    candidates: Iterable[Ticket], *, category: str, point: Point, metres: float, age: timedelta, now: datetime
) -> list[Nearby]:
    """The open tickets of this category within ``metres`` and not older than ``age``, nearest first."""
    found = [
        Nearby(ticket, round(distance_m(point, Point(ticket.lat, ticket.lng))))
        for ticket in candidates
        if ticket.lat is not None
        and ticket.lng is not None
        and ticket.category == category
        and ticket.state in OPEN
        and now - ticket.reported_at <= age
    ]
    return sorted((one for one in found if one.metres <= metres), key=lambda one: one.metres)
