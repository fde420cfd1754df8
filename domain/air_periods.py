"""The air of a week, month or year: means and percentiles of its days, good days, one edition for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.air import GOOD_ENOUGH, Aqi, aqi, change_percent, composite
from domain.air_days import DayAir
from domain.air_editions import CO, O3_8H, PARTICLES, SIX, Edition, Kind, Pollutant, edition_of
from domain.air_rules import AirRules, Gap
from domain.exact import mean, percentile, rounded
from domain.period import Length, Period

PERCENTILES = {CO: 95, O3_8H: 90}  # HJ 663: of months and years; the other four are means


@dataclass(frozen=True, slots=True)
class DayRecord:
    """A day of one place; ``is_sand`` is set by the staff."""

    day: date
    air: DayAir
    is_sand: bool = False


@dataclass(frozen=True, slots=True)
class GoodDays:
    """Days without an AQI count in neither."""

    good: int
    valid: int

    @property
    def rate(self) -> Decimal | None:
        """Per cent, one decimal."""
        return rounded(Fraction(self.good * 100, self.valid), 1) if self.valid else None


@dataclass(frozen=True, slots=True)
class Summary:
    """All days judged by one edition, that of the last day or the one asked for.

    ``is_mixed`` says that two editions were in force in the period: that must be told with the figures.
    ``days`` counts the valid days by pollutant.
    """

    period: Period
    edition: Edition
    is_mixed: bool
    values: Mapping[Pollutant, Fraction]
    printed: Mapping[Pollutant, Decimal]
    days: Mapping[Pollutant, int]
    gaps: Mapping[Pollutant, Gap]
    good_days: GoodDays
    index: Decimal | None
    never: frozenset[Pollutant]


@dataclass(frozen=True, slots=True)
class Change:
    """A printed value, its base, and the change in per cent or, of good days, in days."""

    now: Decimal
    base: Decimal | None
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """``index`` has no base where the two summaries were made by different editions or limits."""

    values: Mapping[Pollutant, Change]
    good_days: Change
    index: Change | None
    is_comparable: bool


def day_aqi(record: DayRecord, edition: Edition, *, keeps_sand: bool = True) -> Aqi:
    air = record.air if keeps_sand or not record.is_sand else record.air.without(PARTICLES)
    return aqi(edition, Kind.DAY, air.values, air.never)


def summary(
    period: Period, records: Iterable[DayRecord], rules: AirRules, edition: Edition | None = None
) -> Summary:
    """Of the days that lie in the period; what has too few valid days has no value, but a gap.

    Ask for the edition of this year to compare a year with it.
    """
    edition = edition or edition_of(period.last)
    inside = [record for record in records if record.day in period]
    counts = {each: sum(each in record.air.values for record in inside) for each in SIX}
    needed = rules.validity.days_of(period)
    values = {each: _value(each, inside, period) for each in SIX if counts[each] >= needed}
    there = {each: value for each, value in values.items() if value is not None}
    printed = {each: rounded(value, rules.places[each]) for each, value in there.items()}
    never = frozenset.intersection(*(record.air.never for record in inside)) if inside else frozenset()
    return Summary(
        period=period,
        edition=edition,
        is_mixed=edition_of(period.first) != edition_of(period.last),
        values=there,
        printed=printed,
        days=counts,
        gaps={each: _gap(counts[each]) for each in SIX if each not in there and each not in never},
        good_days=good_days((day_aqi(each, edition, keeps_sand=rules.sand_keeps_aqi)) for each in inside),
        index=composite(edition, printed, rules.weights(period.length), rules.index_places),
        never=never,
    )


def good_days(days: Iterable[Aqi]) -> GoodDays:
    """Of the days whose AQI may be published."""
    values = [day.value for day in days if day.is_public and day.value is not None]
    return GoodDays(sum(value <= GOOD_ENOUGH for value in values), len(values))


def _value(pollutant: Pollutant, records: Sequence[DayRecord], period: Period) -> Fraction | None:
    """None where sand has left no day; a sand day counts for validity, since it was measured."""
    values = [
        record.air.values[pollutant]
        for record in records
        if pollutant in record.air.values and not (record.is_sand and pollutant in PARTICLES)
    ]
    if not values:
        return None
    if pollutant in PERCENTILES and period.length in (Length.MONTH, Length.YEAR):
        return percentile(values, PERCENTILES[pollutant])
    return mean(values)


def _gap(days: int) -> Gap:
    return Gap.TOO_FEW_DAYS if days else Gap.NO_DATA


def year_on_year(now: Summary, base: Summary) -> YearOnYear:
    """From printed values. Concentrations always compare; good days and index only within one edition."""
    comparable = now.edition == base.edition
    return YearOnYear(
        values={each: _change(value, base.printed.get(each)) for each, value in now.printed.items()},
        good_days=_more_days(now.good_days.good, base.good_days.good if comparable else None),
        index=None if now.index is None else _change(now.index, base.index if comparable else None),
        is_comparable=comparable,
    )


def _change(now: Decimal, base: Decimal | None) -> Change:
    return Change(now, base, change_percent(now, base))


def _more_days(now: int, base: int | None) -> Change:
    if base is None:
        return Change(Decimal(now), None, None)
    return Change(Decimal(now), Decimal(base), Decimal(now - base))
