"""From a ranking as the rules made it to the board that its picture shows."""

from collections.abc import Mapping
from datetime import datetime

from cards.picture_parts import Origin, item, say
from cards.picture_ranking import Board, LeftOut, Line
from domain.air import Aqi
from domain.air_editions import CO, NO2, O3_8H, PM10, PM25, SO2, Edition, edition_of
from domain.air_periods import GoodDays
from domain.air_rules import Gap, Weights
from domain.district import District
from domain.period import Period
from domain.ranking import Ranked, Ranking, Standing

COLUMNS = (PM25, PM10)
WORK = "work"
_PRINTED_ORDER = (PM25, PM10, SO2, NO2, CO, O3_8H)


def board(
    language: str,
    district: District,
    ranking: Ranking,
    origin: Origin,
    *,
    own: str | None = None,
    whole: Standing | None = None,
    streaks: Mapping[str, int] | None = None,
    good_days: Mapping[str, GoodDays] | None = None,
    remarks: tuple[str, ...] = (),
) -> Board:
    """``own`` is the town of the group; ``whole`` the district's own line; streaks and good days are by town."""
    names = {town.code: town.name if language == "zh" else town.name_en for town in district.towns}
    basics = district.basics
    title = basics.name if language == "zh" else basics.name_en
    there = [row for row in ranking.rows if row.rank is not None]
    ranks = [row.rank for row in there]
    return Board(
        kind=ranking.period.length.value,
        district=title,
        first=ranking.period.first,
        last=ranking.period.last,
        rows=[
            _line(names, row, streaks or {}, good_days or {}, shared=ranks.count(row.rank) > 1)
            for row in there
        ],
        unranked=[
            left_out(language, row.standing, ranking.period, district)
            for row in ranking.rows
            if row.rank is None
        ],
        origin=origin,
        columns=(*(each.value for each in COLUMNS), *((WORK,) if has_work(ranking) else ())),
        score_head="score" if has_work(ranking) else "index",
        own=own,
        whole=_whole(title, whole, with_work=has_work(ranking))
        if whole and whole.index is not None
        else None,
        cells=district.cells,
        remarks=remarks,
    )


def has_work(ranking: Ranking) -> bool:
    """Whether air and work are judged together."""
    return any(row.standing.work is not None for row in ranking.rows)


def origin_of(
    language: str,
    district: District,
    ranking: Ranking,
    *,
    version: int,
    made_at: datetime,
    is_sample: bool = False,
) -> Origin:
    """What the footnote says of a ranking."""
    edition = edition_of(ranking.period.last)
    return Origin(
        edition=ranking.edition,
        formula=_formula(language, district, ranking, edition),
        have=sum(row.rank is not None for row in ranking.rows),
        want=len(ranking.rows),
        version=version,
        made_at=made_at,
        zone=district.basics.zone,
        sample=is_sample,
        sand=any(row.standing.is_sand for row in ranking.rows),
        mixed=ranking.is_mixed,
    )


def formula(edition: Edition, weights: Weights) -> str:
    """The composite index in its parts, as it is printed."""
    return " + ".join(
        f"{f'{weights[each]}×' if weights[each] != 1 else ''}{item(each)}/{edition.limits[each]}"
        for each in _PRINTED_ORDER
        if weights.get(each)
    )


def _formula(language: str, district: District, ranking: Ranking, edition: Edition) -> str:
    index, judged = formula(edition, district.air.weights(ranking.period.length)), district.assessment
    if not has_work(ranking):
        return index
    return say(
        language, "formula_score", air=judged.air, work=judged.work, index=index, version=judged.version
    )


def _line(
    names: Mapping[str, str],
    row: Ranked,
    streaks: Mapping[str, int],
    good_days: Mapping[str, GoodDays],
    *,
    shared: bool,
) -> Line:
    one = row.standing
    level, primary = _judged(one.aqi)
    days = good_days.get(one.place)
    return Line(
        town=one.place,
        name=names[one.place],
        place=row.rank,
        cells=(*_cells(one), *(() if one.work is None else (str(one.work),))),
        score=str(one.index if one.score is None else one.score),
        shared=shared,
        change=row.change,
        aqi=one.aqi.published,
        grade=level,
        primary=primary,
        tail=f"{days.good}/{days.valid}" if days else "",
        streak=streaks.get(one.place, 0),
    )


def _whole(name: str, one: Standing, *, with_work: bool) -> Line:
    """The district has no work of its own to be judged: its score is told where that is the index."""
    level, primary = _judged(one.aqi)
    return Line(
        town=one.place,
        name=name,
        place=None,
        cells=(*_cells(one), *(("",) if with_work else ())),
        score="" if with_work else str(one.index),
        aqi=one.aqi.published,
        grade=level,
        primary=primary,
    )


def _judged(aqi: Aqi) -> tuple[int | None, tuple[str, ...]]:
    """Class and primary pollutants, where the standard lets them be shown."""
    if not aqi.is_public or aqi.level is None:
        return None, ()
    return int(aqi.level), tuple(each.value for each in aqi.primary)


def _cells(one: Standing) -> tuple[str, ...]:
    return tuple(str(one.printed[each]) if each in one.printed else "" for each in COLUMNS)


def left_out(language: str, one: Standing, period: Period, district: District) -> LeftOut:
    """A town that is not ranked, and why."""
    why, validity = one.reason or Gap.NO_DATA, district.air.validity
    need = {
        Gap.TOO_FEW_HOURS: validity.hours,
        Gap.TOO_FEW_STATIONS: validity.station_percent,
        Gap.TOO_FEW_DAYS: validity.days_of(period),
    }
    town = district.town(one.place)
    name = town.name if language == "zh" else town.name_en
    return LeftOut(town=one.place, name=name, why=why.value, need=need.get(why, 0))
