"""The picture of a solved problem: before and after, side by side, without names of people and without coordinates."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cards.picture import Sheet, sheet
from cards.picture_parts import say
from cards.when import duration, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """``before`` and ``after`` are JPEG, or what names them where they are only drawn later; ``quantity`` is text."""

    number: str
    category: str
    place: str
    town: str
    district: str
    reported_at: datetime
    fixed_at: datetime
    took: timedelta
    zone: ZoneInfo
    before: bytes
    after: bytes
    quantity: str = ""


def poster_sheet(language: str, poster: Poster) -> Sheet:
    facts = [
        [say(language, "town"), poster.town],
        [say(language, "took"), duration(language, poster.took)],
        [say(language, "quantity"), poster.quantity],
    ]
    values = {
        "lang": language,
        "emblem": say(language, "emblem"),
        "title": say(language, "title_poster", category=poster.category, place=poster.place),
        "subtitle": say(language, "poster_note", number=poster.number, district=poster.district),
        "marks": [],
        "before": [say(language, "before"), stamp(language, poster.reported_at, poster.zone)],
        "after": [say(language, "after"), stamp(language, poster.fixed_at, poster.zone)],
        "facts": [fact for fact in facts if fact[1]],
    }
    return sheet("poster.typ", values, (poster.before, poster.after))
