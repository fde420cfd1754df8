"""The proof of a work in the making: photos after it, where they were taken, and how much was done."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

MOST_PHOTOS = 10
_AMOUNT = re.compile(r"\D*?(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<many>[万千]?)\s*(?P<unit>\S*?)[\s。.]*")
_TIMES = {"": 1, "千": 1000, "万": 10000}


class Needed(StrEnum):
    """The one thing that the proof needs next."""

    PHOTO = "photo"
    QUANTITY = "quantity"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Work:
    """A proof of one person, in that person's private chat.

    It is about the ticket ``number``, or about the report ``draft_id`` that is opened and fixed in one go.
    ``fixed_version`` is the ticket's version that it made. Its photos are kept under its ``id``.
    """

    id: str
    person_id: int
    touched_at: datetime
    expires_at: datetime
    number: str | None = None
    draft_id: str | None = None
    on_the_spot: bool = False
    state: str = "open"
    version: int = 0
    lat: float | None = None
    lng: float | None = None
    quantity: Decimal | None = None
    quantity_unit: str | None = None
    uncounted: bool = False  # the person has no quantity to tell
    note: str | None = None
    prompt_key: str | None = None
    fixed_version: int | None = None

    def needs(self, photos: int) -> Needed:
        """What to ask for now that there are so many photos."""
        if not photos:
            return Needed.PHOTO
        return Needed.QUANTITY if self.quantity is None and not self.uncounted else Needed.CONFIRM

    def touched(self, now: datetime, expires_at: datetime) -> "Work":
        """The next version, alive for longer."""
        return replace(self, version=self.version + 1, touched_at=now, expires_at=expires_at)


def read_quantity(text: str, units: Mapping[str, str], unit: str | None = None) -> tuple[Decimal, str] | None:
    """``120 平方米`` in any spelling that ``units`` knows (spelling to unit); ``unit`` is meant where none is told."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    told = units.get(found["unit"].lower()) if found["unit"] else unit
    number = Decimal(found["number"].replace(",", "")) * _TIMES[found["many"]]
    return (number, told) if told else None
