"""The picture of the morning digest: yesterday, what is due, the air and who is on duty."""

from dataclasses import dataclass
from datetime import date

from cards.picture import Sheet, sheet
from cards.picture_parts import ABSENT, Origin, day, marks, say, short_day
from cards.picture_ranking import Line, streak

YESTERDAY = ("found", "fixed", "closed")
TONES = {"overdue": "bad", "due": "warn", "unaccepted": "warn"}
MOST_NAMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The ranking's line for a town on ``on``, one of ``count``; ``heads`` are keys of the catalogue."""

    line: Line
    on: date
    count: int
    origin: Origin
    heads: tuple[str, ...] = ("pm25", "pm10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """``counts`` are (``count_…``, number) in the order to be shown."""

    place: str
    on: date
    counts: tuple[tuple[str, int], ...]
    on_duty: tuple[str, ...]
    air: Air | None = None


def morning_sheet(language: str, morning: Morning) -> Sheet:
    air = morning.air
    names = "  ".join(morning.on_duty[:MOST_NAMES]) or say(language, "nobody_on_duty")
    return sheet(
        "morning.typ",
        {
            "lang": language,
            "emblem": say(language, "emblem"),
            "title": say(language, "title_morning", place=morning.place),
            "subtitle": day(language, morning.on),
            "marks": marks(language, air.origin) if air else [],
            "yesterday_head": say(language, "yesterday_work"),
            "open_head": say(language, "open_work"),
            "yesterday": _counts(language, morning, yesterday=True),
            "open": _counts(language, morning, yesterday=False),
            "air": _air(language, air) if air else None,
            "duty_head": say(language, "on_duty"),
            "duty": names,
        },
    )


def _counts(language: str, morning: Morning, *, yesterday: bool) -> list[list[object]]:
    return [
        [say(language, f"count_{key}"), count, TONES.get(key, "ink") if count else "soft"]
        for key, count in morning.counts
        if (key in YESTERDAY) is yesterday
    ]


def _air(language: str, air: Air) -> dict[str, object]:
    one = air.line
    figures = zip(air.heads, one.cells, strict=True)
    return {
        "head": say(language, "air_of", day=short_day(language, air.on)),
        "place": one.place,
        "of": say(language, "place_of", place=one.place, count=air.count) if one.place else "",
        "change": one.change,
        "streak": streak(language, "day", one.streak),
        "figures": [[say(language, f"head_{head}"), cell or ABSENT] for head, cell in figures],
        "score": [say(language, "head_index"), one.score],
        "grade": one.grade,
        "grade_words": say(language, f"grade_{one.grade}") if one.grade else "",
    }
