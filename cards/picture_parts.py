"""What the pictures share: their dates in words, the marks on their band, their footnotes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cards.catalogue import label, sentences

ITEMS = {
    "pm25": "PM₂.₅",
    "pm10": "PM₁₀",
    "so2": "SO₂",
    "no2": "NO₂",
    "co": "CO",
    "o3": "O₃",
    "o3_8h": "O₃",
    "o3_1h": "O₃",
}
ABSENT = "—"
MINUS = "−"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the numbers come from. ``formula`` is printed as it is; ``have`` of ``want`` values were valid."""

    edition: int
    formula: str
    have: int
    want: int
    version: int
    made_at: datetime
    zone: ZoneInfo
    sample: bool = False
    sand: bool = False
    mixed: bool = False


def say(language: str, key: str, **values: object) -> str:
    return label(language, f"picture.{key}", **values)


def item(code: str) -> str:
    """A pollutant as it is printed."""
    return ITEMS.get(code, code)


def items(codes: Iterable[str]) -> str:
    return " ".join(map(item, codes))


def day(language: str, on: date) -> str:
    """With its year and weekday."""
    month = say(language, "months").split("|")[on.month - 1]
    weekday = say(language, "weekdays").split("|")[on.weekday()]
    return say(language, "day", year=on.year, month=month, day=on.day, weekday=weekday)


def period(language: str, kind: str, first: date, last: date) -> str:
    """A day, a week with its number and days, or a month."""
    months = say(language, "months").split("|")
    if kind == "day":
        return day(language, first)
    if kind == "month":
        return say(language, "month", year=first.year, month=months[first.month - 1])
    year, week, _ = first.isocalendar()
    return say(
        language,
        "week",
        year=year,
        week=week,
        first=short_day(language, first),
        last=short_day(language, last),
    )


def short_day(language: str, on: date) -> str:
    months = say(language, "months_short").split("|")
    return say(language, "short_day", month=months[on.month - 1], day=on.day)


def marks(language: str, origin: Origin) -> list[dict[str, str]]:
    """What must not be overlooked: that it was corrected, that sand blew, that two standards met, that the data are made up."""
    found = [
        ("corrected", origin.version > 1),
        ("sand", origin.sand),
        ("mixed", origin.mixed),
        ("sample", origin.sample),
    ]
    return [
        {"kind": kind, "text": say(language, f"mark_{kind}", version=origin.version)}
        for kind, holds in found
        if holds
    ]


def notes(language: str, origin: Origin, head: str = "index") -> list[str]:
    """``head`` is what the formula is of: index or score."""
    made = origin.made_at.astimezone(origin.zone)
    stamp = f"{short_day(language, made.date())} {made:%H:%M}"
    return [
        say(language, f"note_{head}", formula=origin.formula),
        say(language, "note_standards", edition=origin.edition, have=origin.have, want=origin.want),
        say(language, "note_version", version=origin.version, made=stamp),
    ]


def short_name(language: str, name: str) -> str:
    """A town's name without what kind of town it is, which a language may put into a long word behind it."""
    endings = tuple(f" {one}" for one in sentences(language)["picture.kinds_of_town"].split("|") if one)
    for ending in endings:
        name = name.removesuffix(ending)
    return name
