"""A report in the making: what is there, what is still missing, in any order."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.ticket import Evidence

MOST_PHOTOS = 10


class Awaited(StrEnum):
    """The one thing that the report needs next."""

    PHOTO = "photo"
    PLACE = "place"
    TOWN = "town"
    CATEGORY = "category"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class DraftPhoto:
    """A photo as the channel named it; ``message_id`` gives the order in which they were sent."""

    file_id: str
    unique_id: str
    message_id: int
    as_file: bool = False
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where: degrees WGS-84 (absent for a typed name without known position), and what it is called."""

    evidence: Evidence
    lat: float | None = None
    lng: float | None = None
    site_id: str | None = None
    site: str | None = None
    metres: int | None = None  # from the sent point to the known site


@dataclass(frozen=True, slots=True)
class Draft:
    """One report in the making. ``town_choices`` are asked about while ``town`` is None and there is a place."""

    id: str
    chat_id: int
    person_id: int
    touched_at: datetime
    expires_at: datetime
    version: int = 0
    photos: tuple[DraftPhoto, ...] = ()
    place: DraftPlace | None = None
    town: str | None = None
    town_choices: tuple[str, ...] = ()
    category: str | None = None
    words: tuple[tuple[int, str], ...] = ()  # message id and text, so that an edited message changes its own
    site_choices: tuple[str, ...] = ()
    apart: bool = False  # said not to be the same problem as the ones nearby
    changing: Awaited | None = None  # what the person asked to change
    state: str = "open"
    number: str | None = None
    prompt_key: str | None = None  # the last thing asked, to be edited when album parts come late

    @property
    def awaited(self) -> Awaited:
        """What to ask for now."""
        if self.changing:
            return self.changing
        if not self.photos:
            return Awaited.PHOTO
        if self.place is None:
            return Awaited.PLACE
        if self.town is None:
            return Awaited.TOWN
        return Awaited.CATEGORY if self.category is None else Awaited.CONFIRM

    @property
    def description(self) -> str:
        """All words of the reporter, in the order in which they were sent."""
        return "\n".join(text for _, text in sorted(self.words) if text)

    def with_photo(self, photo: DraftPhoto) -> "Draft":
        """Add a photo; the same photo twice, or an eleventh, changes nothing."""
        known = {p.unique_id for p in self.photos}
        if photo.unique_id in known or len(self.photos) >= MOST_PHOTOS:
            return self
        photos = tuple(sorted((*self.photos, photo), key=lambda p: p.message_id))
        changing = None if self.changing is Awaited.PHOTO else self.changing
        return replace(self, photos=photos, changing=changing)

    def without_photo(self, unique_id: str) -> "Draft":
        """Take out a photo that turned out not to be usable."""
        return replace(self, photos=tuple(p for p in self.photos if p.unique_id != unique_id))

    def with_words(self, message_id: int, text: str) -> "Draft":
        """Add what was said in a message, or change it when that message was edited."""
        kept = tuple(pair for pair in self.words if pair[0] != message_id)
        return replace(self, words=(*kept, (message_id, text.strip())) if text.strip() else kept)

    def touched(self, now: datetime, expires_at: datetime) -> "Draft":
        """The next version, alive for longer."""
        return replace(self, version=self.version + 1, touched_at=now, expires_at=expires_at)


_OWN_COLUMNS = ("id", "chat_id", "person_id", "touched_at", "expires_at", "version", "state", "number")
_IN_BODY = tuple(field.name for field in fields(Draft) if field.name not in _OWN_COLUMNS)


def to_body(draft: Draft) -> dict[str, Any]:
    """What of a draft is kept as one JSON value; the serializer knows the small dataclasses in it."""
    return {name: getattr(draft, name) for name in _IN_BODY}


def from_body(body: Mapping[str, Any], **columns: Any) -> Draft:
    """The draft again from its JSON value and its columns."""
    place = body["place"]
    return Draft(
        **columns,
        photos=tuple(DraftPhoto(**photo) for photo in body["photos"]),
        place=DraftPlace(**{**place, "evidence": Evidence(place["evidence"])}) if place else None,
        town=body["town"],
        town_choices=tuple(body["town_choices"]),
        category=body["category"],
        words=tuple((message_id, text) for message_id, text in body["words"]),
        site_choices=tuple(body["site_choices"]),
        apart=body["apart"],
        changing=Awaited(body["changing"]) if body["changing"] else None,
        prompt_key=body["prompt_key"],
    )
