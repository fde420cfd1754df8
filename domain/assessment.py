"""The quantified assessment of work: the figures of a period, the points taken with the tickets behind them.

No standard speaks on it: every number is the district's own, and its table has a version (assessment.toml).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.exact import mean, rounded
from domain.period import Length, Period

FULL = Decimal(100)
SCORE_PLACES, COMPOSITE_PLACES, HOUR_PLACES = 1, 2, 1
_SECOND, _SECONDS_OF_AN_HOUR = timedelta(seconds=1), 3600


class Group(StrEnum):
    """Who is judged beside each other."""

    TOWNS = "towns"
    BUREAUS = "bureaus"  # by the sectors that are theirs


class Rule(StrEnum):
    """For what points are taken: once for each ticket, for what happens to it more often once each time."""

    ACCEPT_LATE = "accept_late"
    FIX_LATE = "fix_late"
    OVERDUE = "overdue"  # still not fixed at the end of the period
    SENT_BACK = "sent_back"
    RELAPSED = "relapsed"


class End(StrEnum):
    """An end of the ranking for which money is proposed."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points for each case, and the most that its rule takes in a period."""

    points: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """What the district's table gives to the first or takes from the last of a period, in yuan."""

    length: Length
    end: End
    yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRules:
    """``air`` is the share of the air in the composite of a week, in per cent; work has the rest."""

    version: str
    air: int
    deductions: Mapping[Rule, Deduction]
    money: tuple[Money, ...] = ()

    @property
    def work(self) -> int:
        return 100 - self.air


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What counts of a ticket. ``sent_back`` and ``relapsed`` are how often in the period; suspended ones have no clock."""

    number: str
    reported_at: datetime
    assigned_at: datetime | None = None
    accept_due_at: datetime | None = None
    accepted_at: datetime | None = None
    fix_due_at: datetime | None = None
    done_at: datetime | None = None
    is_suspended: bool = False
    sent_back: int = 0
    relapsed: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` on and before ``until``: a whole period, or what has passed of it."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Point:
    """What a ticket cost its unit. Where a rule has reached its most, the rest costs nothing."""

    rule: Rule
    number: str
    times: int
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The work of a unit in a period. ``mean_hours`` is from assigning to fixing, printed; ``score`` is printed, of 100."""

    unit: str
    found: int
    accept_due: int
    accepted: int
    fix_due: int
    fixed: int
    overdue: int
    relapsed: int
    mean_hours: Decimal | None
    visits: int
    score: Decimal
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All units of a group in a period; ``rules`` is the version of the district's table."""

    period: Period
    group: Group
    rules: str
    rows: tuple[Figures, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing was found and nothing was due."""
        return not any(row.found or row.fix_due or row.overdue or row.points for row in self.rows)


@dataclass(frozen=True, slots=True)
class Member:
    """A patrol member's work in a period: reported, of that not rejected or unfounded, and looked back at."""

    name: str
    town: str | None
    found: int
    valid: int
    visits: int


def figures(
    unit: str, cases: Sequence[Case], span: Span, rules: AssessmentRules, *, visits: int = 0
) -> Figures:
    """``cases`` are those of the unit; ``visits`` how often closed work of it was looked at again."""
    accept_due = [one for one in cases if _due(one, one.accept_due_at, span)]
    fix_due = [one for one in cases if _due(one, one.fix_due_at, span)]
    hours = [
        Fraction((one.done_at - one.assigned_at) // _SECOND, _SECONDS_OF_AN_HOUR)
        for one in cases
        if one.done_at and one.assigned_at and one.done_at in span
    ]
    points = tuple(_points(cases, span, rules))
    taken = sum((point.points for point in points), Decimal(0))
    return Figures(
        unit=unit,
        found=sum(one.reported_at in span for one in cases),
        accept_due=len(accept_due),
        accepted=sum(_accepted_in_time(one) for one in accept_due),
        fix_due=len(fix_due),
        fixed=sum(_in_time(one.done_at, one.fix_due_at) for one in fix_due),
        overdue=sum(_is_overdue(one, span) for one in cases),
        relapsed=sum(one.relapsed for one in cases),
        mean_hours=rounded(mean(hours), HOUR_PLACES) if hours else None,
        visits=visits,
        score=rounded(max(FULL - taken, Decimal(0)), SCORE_PLACES),
        points=points,
    )


def composite(
    indexes: Mapping[str, Decimal | None], work: Mapping[str, Decimal], rules: AssessmentRules
) -> dict[str, Decimal]:
    """The composite of air and work, of 100, printed; places without an index have none.

    The air has as many points as the best index is of the own one; nothing is rounded before the end.
    """
    known = {place: index for place, index in indexes.items() if index}
    best = min(known.values(), default=Decimal(0))
    return {
        place: rounded(
            (rules.air * 100 * Fraction(best) / Fraction(index) + rules.work * Fraction(work[place])) / 100,
            COMPOSITE_PLACES,
        )
        for place, index in known.items()
    }


def _points(cases: Iterable[Case], span: Span, rules: AssessmentRules) -> Iterable[Point]:
    """By rule, and of each rule the oldest tickets first."""
    ordered = sorted(cases, key=lambda one: (one.reported_at, one.number))
    for rule, deduction in rules.deductions.items():
        left = deduction.most
        for case in ordered:
            if times := _times(rule, case, span):
                points = min(deduction.points * times, left)
                left -= points
                yield Point(rule, case.number, times, points)


def _times(rule: Rule, case: Case, span: Span) -> int:
    if rule is Rule.ACCEPT_LATE:
        return int(_due(case, case.accept_due_at, span) and not _accepted_in_time(case))
    if rule is Rule.FIX_LATE:
        late = _due(case, case.fix_due_at, span) and not _in_time(case.done_at, case.fix_due_at)
        return int(late and not _is_overdue(case, span))
    if rule is Rule.OVERDUE:
        return int(_is_overdue(case, span))
    return case.sent_back if rule is Rule.SENT_BACK else case.relapsed


def _due(case: Case, due: datetime | None, span: Span) -> bool:
    return due in span and not case.is_suspended


def _accepted_in_time(case: Case) -> bool:
    """Work that was done before anybody took it on is taken on, too."""
    return _in_time(case.accepted_at or case.done_at, case.accept_due_at)


def _in_time(at: datetime | None, due: datetime | None) -> bool:
    return at is not None and due is not None and at <= due


def _is_overdue(case: Case, span: Span) -> bool:
    due, done = case.fix_due_at, case.done_at
    passed = due is not None and due < span.until and not case.is_suspended
    return passed and (done is None or done >= span.until)
