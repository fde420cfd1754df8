"""Rankings of places by their air: shared places on printed values, reasons instead of places, changes and runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.air import Aqi, aqi, composite
from domain.air_editions import PARTICLES, PLACES, Edition, Kind, Pollutant, edition_of
from domain.air_periods import DayRecord, Summary, day_aqi
from domain.air_rules import AirRules, Gap, Weights
from domain.assessment import AssessmentRules
from domain.assessment import composite as joined
from domain.exact import rounded
from domain.period import Length, Period

Ranks = Mapping[str, int | None]
_WORST_GAP_FIRST = (Gap.HELD, Gap.NO_DATA, Gap.TOO_FEW_DAYS, Gap.TOO_FEW_HOURS, Gap.TOO_FEW_STATIONS)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a place brings along: printed values. ``reason`` stands exactly where there is no index.

    The AQI of a week or longer is that of its printed means, for the class only. ``work`` and ``score`` (of 100) are
    there where air and work are judged together: then the highest score is best, else the lowest index.
    """

    place: str
    printed: Mapping[Pollutant, Decimal]
    index: Decimal | None
    aqi: Aqi
    reason: Gap | None
    is_sand: bool = False
    work: Decimal | None = None
    score: Decimal | None = None

    @property
    def value(self) -> Decimal | None:
        """What is ranked, the smallest first; none for who is not."""
        return self.index if self.score is None else -self.score


@dataclass(frozen=True, slots=True)
class Ranked:
    """``of`` are the places by one pollutant alone; ``change`` is above zero for so many places won."""

    standing: Standing
    rank: int | None
    of: Mapping[Pollutant, int | None]
    change: int | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Best first, those without a place at the end. ``is_mixed`` as of ``Summary``: to be told with the figures."""

    period: Period
    edition: int
    is_mixed: bool
    rows: tuple[Ranked, ...]


def of_day(place: str, record: DayRecord, rules: AirRules, edition: Edition) -> Standing:
    """A sand day keeps its own particles here: it is the day itself, and no mean that others compare with."""
    values, weights = record.air.values, rules.weights(Length.DAY)
    printed = {each: rounded(value, PLACES[each]) for each, value in values.items()}
    index = composite(edition, printed, weights, rules.index_places)
    found = day_aqi(record, edition, keeps_sand=rules.sand_keeps_aqi)
    reason = None if index is not None else _reason(record.air.gaps, values, weights)
    return Standing(place, printed, index, found, reason, record.is_sand)


def of_summary(place: str, found: Summary, rules: AirRules) -> Standing:
    printed, weights = found.printed, rules.weights(found.period.length)
    reason = None if found.index is not None else _reason(found.gaps, printed, weights)
    judged = aqi(found.edition, Kind.DAY, printed, found.never)
    return Standing(place, printed, found.index, judged, reason)


def absent(place: str, edition: Edition, reason: Gap = Gap.NO_DATA) -> Standing:
    """A place without data, or with data that nobody has confirmed: listed, and never ranked as zero."""
    return Standing(place, {}, None, aqi(edition, Kind.DAY, {}), reason)


def day_ranking(
    day: Period, records: Mapping[str, DayRecord | Gap], rules: AirRules, previous: Ranks | None = None
) -> Ranking:
    """Of all places by their records; where there is a gap instead, it is told."""
    edition = edition_of(day.last)
    standings = [
        absent(place, edition, record) if isinstance(record, Gap) else of_day(place, record, rules, edition)
        for place, record in records.items()
    ]
    return Ranking(day, edition.year, is_mixed=False, rows=rank(standings, previous))


def period_ranking(
    summaries: Mapping[str, Summary], rules: AirRules, previous: Ranks | None = None
) -> Ranking:
    """Of summaries of one period by one edition; raises ValueError for others, which would be mixed silently."""
    first = next(iter(summaries.values()))
    if any((each.period, each.edition) != (first.period, first.edition) for each in summaries.values()):
        raise ValueError("summaries of one period by one edition")
    rows = rank([of_summary(place, each, rules) for place, each in summaries.items()], previous)
    return Ranking(first.period, first.edition.year, first.is_mixed, rows)


def with_work(
    ranking: Ranking, work: Mapping[str, Decimal], rules: AssessmentRules, previous: Ranks | None = None
) -> Ranking:
    """Ranked by the composite of the air and of the printed scores of work, of which every place has one."""
    scores = joined({row.standing.place: row.standing.index for row in ranking.rows}, work, rules)
    found = [row.standing for row in ranking.rows]
    standings = [replace(one, work=work[one.place], score=scores.get(one.place)) for one in found]
    return replace(ranking, rows=rank(standings, previous))


def rank(standings: Sequence[Standing], previous: Ranks | None = None) -> tuple[Ranked, ...]:
    """The same rows in whatever order the standings come; equal values are told in the order of the places' codes."""
    before = previous or {}
    ordered = sorted(standings, key=_best_first)
    ranks = places([each.value for each in ordered])
    alone = {one: places([each.printed.get(one) for each in ordered]) for one in sorted(PARTICLES)}
    return tuple(
        Ranked(
            each,
            place,
            {one: of[number] for one, of in alone.items()},
            _won(before.get(each.place), place),
        )
        for number, (each, place) in enumerate(zip(ordered, ranks, strict=True))
    )


def places(values: Sequence[Decimal | None]) -> list[int | None]:
    """Places 1, 2, 3, 3, 5 of printed values, the smallest first; none for none."""
    first: dict[Decimal, int] = {}
    for place, value in enumerate(sorted(value for value in values if value is not None), start=1):
        first.setdefault(value, place)
    return [None if value is None else first[value] for value in values]


def in_a_row(ranks: Iterable[int | None], place: int = 1) -> int:
    """For how many periods, the latest first, the place was held without a break; a period without a rank is one."""
    count = 0
    for each in ranks:
        if each != place:
            break
        count += 1
    return count


def ranks_of(ranking: Ranking) -> dict[str, int | None]:
    return {row.standing.place: row.rank for row in ranking.rows}


def _best_first(standing: Standing) -> tuple[bool, Decimal, str]:
    return standing.value is None, standing.value or Decimal(0), standing.place


def _won(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else before - now


def _reason(gaps: Mapping[Pollutant, Gap], values: Mapping[Pollutant, object], weights: Weights) -> Gap:
    """Why the weighted pollutants do not make an index: what is worst is told."""
    told = {gaps[each] for each, weight in weights.items() if weight and each in gaps and each not in values}
    return next((gap for gap in _WORST_GAP_FIRST if gap in told), Gap.MISSING if values else Gap.NO_DATA)
