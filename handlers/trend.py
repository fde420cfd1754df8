"""The last thirty days of a town: its particles, its places and its classes."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from cards.catalogue import label
from cards.picture import Sheet
from cards.picture_parts import Origin
from cards.picture_trend import Series, Trend, trend_sheet
from domain.air_editions import PLACES, PM10, PM25, Kind, Pollutant, edition_of
from domain.air_periods import good_days
from domain.district import District
from domain.exact import rounded
from domain.ranking import Ranked, Ranking
from handlers.ranking import days_until
from storage import air
from storage.tx import Tx

DAYS = 30
AT_100 = 2  # the breakpoint up to which a day is good
NONE = "—"


async def trend_of(
    tx: Tx, district: District, town: str, last: date, *, language: str, now: datetime
) -> Sheet | None:
    """The picture; None where the town has no data in all these days."""
    rankings = await days_until(tx, district, last, DAYS)
    rows = [_row(ranking, town) for ranking in rankings]
    if not any(row.standing.printed for row in rows):
        return None
    found = district.town(town)
    levels = [row.standing.aqi.level if row.standing.aqi.is_public else None for row in rows]
    good = good_days(row.standing.aqi for row in rows if row.standing.printed)
    figures = (
        ("good_days", f"{good.good}/{good.valid}"),
        ("mean_pm25", _mean(rows, PM25)),
        ("mean_pm10", _mean(rows, PM10)),
        ("first_days", str(sum(row.rank == 1 for row in rows))),
    )
    edition = edition_of(last)
    origin = Origin(
        edition=edition.year,
        formula="",
        have=sum(bool(row.standing.printed) for row in rows),
        want=DAYS,
        version=1,
        made_at=now,
        zone=district.basics.zone,
        sample=await air.has_sample(tx.c, rankings[0].period.first, last),
        sand=any(row.standing.is_sand for row in rows),
        mixed=rankings[0].edition != edition.year,
    )
    trend = Trend(
        town=found.name if language == "zh" else found.name_en,
        last=last,
        series=tuple(
            Series(one.value, _values(rows, one), _mean(rows, one), _limit(one, last)) for one in (PM25, PM10)
        ),
        places=tuple(row.rank for row in rows),
        grades=tuple(None if level is None else int(level) for level in levels),
        towns=len(district.towns),
        figures=figures,
        origin=origin,
    )
    return trend_sheet(language, trend)


def headline(district: District, town: str, language: str) -> str:
    found = district.town(town)
    name = found.name if language == "zh" else found.name_en
    return label(language, "picture.title_trend", town=name, count=DAYS)


def _row(ranking: Ranking, town: str) -> Ranked:
    return next(row for row in ranking.rows if row.standing.place == town)


def _values(rows: Sequence[Ranked], one: Pollutant) -> tuple[str | None, ...]:
    return tuple(_text(row.standing.printed.get(one)) for row in rows)


def _mean(rows: Sequence[Ranked], one: Pollutant) -> str:
    """Of the printed values of the days, which are what the picture shows."""
    there = [row.standing.printed[one] for row in rows if one in row.standing.printed]
    if not there:
        return NONE
    return str(rounded(sum(map(Fraction, there), Fraction(0)) / len(there), PLACES[one]))


def _limit(one: Pollutant, day: date) -> str:
    return str(edition_of(day).columns[Kind.DAY][one].points[AT_100])


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
