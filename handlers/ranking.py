"""The ranking of a period: made of what is stored now, numbered after what was published before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cards.catalogue import label
from cards.picture import Sheet
from cards.picture_bulletin import Bulletin, bulletin_sheet
from cards.picture_ranking import Board, ranking_sheet
from cards.ranking_board import board, origin_of
from domain.air_days import area_day
from domain.air_editions import PM10, PM25, edition_of
from domain.air_periods import DayRecord, GoodDays, summary
from domain.air_reading import Reading, town_days
from domain.air_rules import AirRules, Gap
from domain.assessment import Assessment, Group
from domain.district import District
from domain.period import Length, Period, period_of
from domain.ranking import (
    Ranking,
    Ranks,
    Standing,
    day_ranking,
    of_day,
    of_summary,
    period_ranking,
    ranks_of,
    with_work,
)
from handlers.assessing import assessed
from storage import air, assessments, rankings
from storage.rankings import Published
from storage.tx import Tx

LONGEST_RUN = {Length.DAY: 60, Length.WEEK: 26, Length.MONTH: 12}
FIRST = 1
WHOLE = "district"
Days = Mapping[date, DayRecord | Gap]


@dataclass(frozen=True, slots=True)
class Made:
    """``whole`` is the district's own line; ``streaks`` are of those who are first, ``good_days`` of all but a day's.

    ``work`` is there where it counts. ``rows`` have the fields of the export; ``at`` is when these very rows were published, None if they were not.
    """

    ranking: Ranking
    whole: Standing | None
    streaks: Mapping[str, int]
    good_days: Mapping[str, GoodDays]
    is_sample: bool
    version: int
    at: datetime | None
    rows: tuple[Mapping[str, Any], ...]
    work: Assessment | None = None

    @property
    def is_empty(self) -> bool:
        return all(row.standing.reason is Gap.NO_DATA for row in self.ranking.rows)

    def is_held(self, rules: AirRules) -> bool:
        """Too few towns have a place for it to be published."""
        return sum(row.rank is not None for row in self.ranking.rows) < rules.least_towns


async def ranking_of(tx: Tx, district: District, period: Period, now: datetime) -> Made:
    """With whatever is stored; a period without any data has towns without places, and their reason."""
    records = await _records(tx, district, period.first, period.last)
    before = await _earlier(tx, district, period.before())
    published = await rankings.latest(tx.c, period)
    work = await _work(tx, district, period, published, now)
    ranking = _ranking(district, period, records, ranks_of(before), work)
    rows = tuple(rows_of(ranking))
    same = published is not None and published.rows == rows
    return Made(
        ranking=ranking,
        whole=_whole(district, period, records),
        streaks=await _streaks(tx, district, ranking, before),
        good_days=_good_days(district, period, records),
        is_sample=await air.has_sample(tx.c, period.first, period.last),
        version=published.version + (not same) if published else 1,
        at=published.at if published and same else None,
        rows=rows,
        work=work,
    )


def rows_of(ranking: Ranking) -> list[dict[str, Any]]:
    """As a published ranking keeps them: towns by code, classes by number."""
    return [
        {
            "town": row.standing.place,
            "rank": row.rank,
            "pm25": _text(row.standing.printed.get(PM25)),
            "pm10": _text(row.standing.printed.get(PM10)),
            "index": _text(row.standing.index),
            "aqi": row.standing.aqi.published,
            "primary": [one.value for one in row.standing.aqi.primary] if row.standing.aqi.is_public else [],
            "class": int(row.standing.aqi.level)
            if row.standing.aqi.is_public and row.standing.aqi.level
            else None,
            "change": row.change,
            "reason": row.standing.reason.value if row.standing.reason else None,
            **({} if row.standing.work is None else _composite(row.standing)),
        }
        for row in ranking.rows
    ]


def _composite(one: Standing) -> dict[str, Any]:
    return {"work": _text(one.work), "score": _text(one.score)}


def sheet_of(
    made: Made,
    district: District,
    language: str,
    now: datetime,
    *,
    own: str | None = None,
    remarks: Sequence[str] = (),
) -> Sheet:
    """The picture of the board."""
    return ranking_sheet(language, board_of(made, district, language, now, own=own, remarks=remarks))


def bulletin_of(made: Made, district: District, language: str, now: datetime) -> Sheet:
    """The printed notice, numbered by its week or month; to be drawn as PDF."""
    period, basics = made.ranking.period, district.basics
    number = period.first.isocalendar().week if period.length is Length.WEEK else period.first.month
    name = basics.name if language == "zh" else basics.name_en
    signature = label(language, "picture.signature", district=name)
    shown = board_of(made, district, language, now)
    return bulletin_sheet(language, Bulletin(board=shown, number=number, signature=signature))


def board_of(
    made: Made,
    district: District,
    language: str,
    now: datetime,
    *,
    own: str | None = None,
    remarks: Sequence[str] = (),
) -> Board:
    """The ranking for the group of ``own``, or for the district."""
    origin = origin_of(
        language,
        district,
        made.ranking,
        version=made.version,
        made_at=made.at or now,
        is_sample=made.is_sample,
    )
    return board(
        language,
        district,
        made.ranking,
        origin,
        own=own,
        whole=made.whole,
        streaks=made.streaks,
        good_days=made.good_days,
        remarks=tuple(remarks),
    )


async def days_until(tx: Tx, district: District, last: date, count: int) -> list[Ranking]:
    """The rankings of so many single days, the oldest first; places as they would be by what is stored now."""
    days = [last - timedelta(days=back) for back in reversed(range(count))]
    records = await _records(tx, district, days[0], last)
    return [_ranking(district, period_of(Length.DAY, day), records, None) for day in days]


async def _earlier(tx: Tx, district: District, period: Period) -> Ranking:
    """An earlier ranking, of which only the places count; by the air alone where no work was published with it."""
    records = await _records(tx, district, period.first, period.last)
    kept = await assessments.of(tx.c, period, Group.TOWNS) if period.length is Length.WEEK else None
    return _ranking(district, period, records, None, kept)


async def _work(
    tx: Tx, district: District, period: Period, published: Published | None, now: datetime
) -> Assessment | None:
    """Work counts in a week; a week that was published by the air alone stays so."""
    if period.length is not Length.WEEK or (published and not any("work" in row for row in published.rows)):
        return None
    return await assessed(tx, district, period, Group.TOWNS, now)


def _ranking(
    district: District,
    period: Period,
    records: Mapping[str, Days],
    before: Ranks | None,
    work: Assessment | None = None,
) -> Ranking:
    rules = district.air
    if period.length is Length.DAY:
        days = {town: of_town.get(period.first, Gap.NO_DATA) for town, of_town in records.items()}
        return day_ranking(period, days, rules, before)
    summaries = {town: summary(period, _known(days), rules) for town, days in records.items()}
    ranking = period_ranking(summaries, rules, before)
    if work is None:
        return ranking
    return with_work(ranking, {row.unit: row.score for row in work.rows}, district.assessment, before)


def _whole(district: District, period: Period, records: Mapping[str, Days]) -> Standing | None:
    """The mean of the towns, made as that of an area is made of its monitors."""
    rules, whole = district.air, []
    for day in period:
        there = [one for days in records.values() if isinstance(one := days.get(day), DayRecord)]
        if there:
            mean = area_day([one.air for one in there], rules.validity.station_percent)
            whole.append(DayRecord(day, mean, there[0].is_sand))
    if not whole:
        return None
    if period.length is Length.DAY:
        return of_day(WHOLE, whole[0], rules, edition_of(period.last))
    return of_summary(WHOLE, summary(period, whole, rules), rules)


async def _streaks(tx: Tx, district: District, ranking: Ranking, before: Ranking) -> dict[str, int]:
    """For how many periods running those who are first have been so."""
    runs = {row.standing.place: FIRST for row in ranking.rows if row.rank == FIRST}
    still, earlier = set(runs), before
    for _ in range(LONGEST_RUN.get(ranking.period.length, 0)):
        still &= {town for town, rank in ranks_of(earlier).items() if rank == FIRST}
        if not still:
            break
        runs |= {town: runs[town] + 1 for town in still}
        earlier = await _earlier(tx, district, earlier.period.before())
    return runs


def _good_days(district: District, period: Period, records: Mapping[str, Days]) -> dict[str, GoodDays]:
    if period.length is Length.DAY:
        return {}
    return {town: summary(period, _known(days), district.air).good_days for town, days in records.items()}


async def _records(tx: Tx, district: District, first: date, last: date) -> dict[str, Days]:
    """Of each town the days that have a reading anywhere."""
    by_day: dict[date, list[Reading]] = {}
    for reading in await tx.once(air.of_days, first, last):
        by_day.setdefault(reading.day, []).append(reading)
    sand = await tx.once(air.sand, first, last)
    codes = [town.code for town in district.towns]
    found: dict[str, dict[date, DayRecord | Gap]] = {code: {} for code in codes}
    for day, readings in by_day.items():
        for code, measured in town_days(readings, codes, district.air).items():
            found[code][day] = (
                measured if isinstance(measured, Gap) else DayRecord(day, measured, day in sand)
            )
    return dict(found)


def _known(days: Days) -> list[DayRecord]:
    return [one for one in days.values() if isinstance(one, DayRecord)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
