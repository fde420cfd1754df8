"""The proof of the work: photos taken after it, what a reviewer is to doubt in them, and how much was done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.geo import Point, distance_m
from domain.ticket import BadQuantity, Doubt, NeedsPhoto, Ticket, UsedPhoto

DECIMALS = 3
MOST = Decimal(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRules:
    """How near to the place and how fresh a photo has to be, and in which units work is counted."""

    distance_m: int
    age: timedelta
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """A photo of the place after the work; None is what the photo does not tell, or what is not known yet.

    ``reused`` is that it looks like a photo of something else, though it is not byte for byte the same.
    """

    taken_at: datetime | None = None
    lat: float | None = None
    lng: float | None = None
    sha256: str | None = None
    reused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The proof that something was done: ``used`` are the sha256 of photos that stand for something else already."""

    photos: Sequence[After]
    used: Collection[str] = ()
    quantity: Decimal | None = None
    quantity_unit: str | None = None
    note: str | None = None


def check(work: Work, rules: FixRules) -> None:
    """Raises NeedsPhoto, UsedPhoto or BadQuantity."""
    if not work.photos:
        raise NeedsPhoto
    if any(photo.sha256 in work.used for photo in work.photos if photo.sha256):
        raise UsedPhoto
    if (work.quantity is None) != (work.quantity_unit is None):
        raise BadQuantity
    if work.quantity is not None and not (_can_be_kept(work.quantity) and work.quantity_unit in rules.units):
        raise BadQuantity


def doubts(
    ticket: Ticket, photos: Sequence[After], rules: FixRules, at: datetime, *, on_the_spot: bool = False
) -> tuple[Doubt, ...]:
    """What a reviewer is to look at, each once; on the spot the work came before the report."""
    oldest = at - rules.age if on_the_spot else max(ticket.reported_at, at - rules.age)
    places = [Point(one.lat, one.lng) for one in photos if one.lat is not None and one.lng is not None]
    found = {
        Doubt.FAR: any(_is_far(ticket, place, rules) for place in places),
        Doubt.LATE: any(one.taken_at is not None and one.taken_at < oldest for one in photos),
        Doubt.NO_PLACE: not places,
        Doubt.REUSED: any(one.reused for one in photos),
    }
    return tuple(doubt for doubt, there in found.items() if there)


def _is_far(ticket: Ticket, place: Point, rules: FixRules) -> bool:
    if ticket.lat is None or ticket.lng is None:
        return False
    return distance_m(Point(ticket.lat, ticket.lng), place) > rules.distance_m


def _can_be_kept(quantity: Decimal) -> bool:
    if not quantity.is_finite() or not 0 < quantity < MOST:
        return False
    return quantity == round(quantity, DECIMALS)
