"""The assessment of the work of a period: as it was published, or made of what is stored now."""

from datetime import datetime, timedelta

from domain.assessment import Assessment, Group, Span, figures
from domain.district import District
from domain.period import Period
from storage import assessments
from storage.ticket_search import midnight
from storage.tx import Tx

_DAY = timedelta(days=1)


async def assessed(tx: Tx, district: District, period: Period, group: Group, now: datetime) -> Assessment:
    """Of every unit of the group; of a period that still runs what has passed of it."""
    kept = await assessments.of(tx.c, period, group)
    if kept:
        return kept
    span, rules = span_of(district, period, now), district.assessment
    cases = await assessments.cases(tx.c, group, span)
    visits = await assessments.visits(tx.c, group, span)
    rows = (
        figures(code, cases.get(code, []), span, rules, visits=visits.get(code, 0))
        for code in units(district, group)
    )
    return Assessment(period, group, rules.version, tuple(rows))


def units(district: District, group: Group) -> dict[str, tuple[str, str]]:
    """The units of a group by code, each with its name in Chinese and in English."""
    of = district.towns if group is Group.TOWNS else district.bureaus
    return {one.code: (one.name, one.name_en) for one in of}


def span_of(district: District, period: Period, now: datetime) -> Span:
    """The local days of a period, as far as they have passed."""
    zone = district.basics.zone
    return Span(midnight(zone, period.first), min(midnight(zone, period.last + _DAY), now))
