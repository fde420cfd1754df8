"""The picture of a town's last days: two pollutants, its places and its classes."""

from dataclasses import dataclass
from datetime import date, timedelta

from cards.picture import Sheet, sheet
from cards.picture_parts import Origin, item, marks, notes, say, short_day


@dataclass(frozen=True, slots=True)
class Series:
    """Printed daily values, oldest first, None where there is none; ``mean`` and ``limit`` are printed too."""

    item: str
    values: tuple[str | None, ...]
    mean: str
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """All rows are as long as each other and end with the day ``last``; ``figures`` are (``figure_…``, value)."""

    town: str
    last: date
    series: tuple[Series, ...]
    places: tuple[int | None, ...]
    grades: tuple[int | None, ...]
    towns: int
    figures: tuple[tuple[str, str], ...]
    origin: Origin


def trend_sheet(language: str, trend: Trend) -> Sheet:
    days = len(trend.places)
    first = trend.last - timedelta(days=days - 1)
    found = sorted({grade for grade in trend.grades if grade})
    return sheet(
        "trend.typ",
        {
            "lang": language,
            "emblem": say(language, "emblem"),
            "title": say(language, "title_trend", town=trend.town, count=days),
            "subtitle": say(
                language, "trend_span", first=short_day(language, first), last=short_day(language, trend.last)
            ),
            "marks": marks(language, trend.origin),
            "figures": [[say(language, f"figure_{key}"), value] for key, value in trend.figures],
            "series": [_series(language, one) for one in trend.series],
            "unit": say(language, "unit"),
            "places_head": say(language, "places", count=trend.towns),
            "places": trend.places,
            "towns": trend.towns,
            "classes_head": say(language, "classes"),
            "grades": trend.grades,
            "legend": [[grade, say(language, f"grade_{grade}")] for grade in found],
            "no_class": say(language, "no_class") if None in trend.grades else "",
            "days": [short_day(language, first + timedelta(days=n)) for n in range(days)],
            "notes": notes(language, trend.origin)[1:],  # the formula is of the index, which is not shown
        },
    )


def _series(language: str, one: Series) -> dict[str, object]:
    return {
        "name": item(one.item),
        "values": [None if value is None else float(value) for value in one.values],
        "latest": next((value for value in reversed(one.values) if value is not None), ""),
        "mean": say(language, "mean", value=one.mean),
        "limit": float(one.limit),
        "limit_words": say(language, "limit", value=one.limit),
    }
