"""The assessment of work: figures, points with their tickets, and the composite of air and work."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.air_editions import PM10, PM25, edition_of
from domain.assessment import AssessmentRules, Case, Deduction, Rule, Span, composite, figures
from domain.district_parse import read_district
from domain.period import Length, period_of
from domain.ranking import Ranking, absent, rank, ranks_of, with_work
from tests.support.district_text import FILES, faults_of, with_change
from tests.support.ranked_days import DAY

SPAN = Span(datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
IN, HOUR, ALL_DAY = SPAN.since + timedelta(days=2), timedelta(hours=1), timedelta(days=1)
RULES = AssessmentRules(
    version="t",
    air=60,
    deductions=MappingProxyType(
        {
            Rule.ACCEPT_LATE: Deduction(Decimal("0.5"), Decimal(1)),
            Rule.FIX_LATE: Deduction(Decimal(1), Decimal(3)),
            Rule.OVERDUE: Deduction(Decimal(2), Decimal(40)),
            Rule.SENT_BACK: Deduction(Decimal("0.5"), Decimal(10)),
            Rule.RELAPSED: Deduction(Decimal(2), Decimal(20)),
        }
    ),
)
CASE = Case(
    number="HJ20261118-0001",
    reported_at=IN,
    assigned_at=IN,
    accept_due_at=IN + HOUR / 2,
    accepted_at=IN + HOUR / 3,
    fix_due_at=IN + ALL_DAY,
    done_at=IN + 6 * HOUR,
)
LONG_AGO = CASE.reported_at - 20 * ALL_DAY
OLD = replace(
    CASE, reported_at=LONG_AGO, accept_due_at=LONG_AGO, accepted_at=LONG_AGO, fix_due_at=LONG_AGO + HOUR
)


def judged(*cases, **more):
    return figures("410108100", cases, SPAN, RULES, **more)


def test_work_in_time_costs_nothing():
    found = judged(CASE, visits=2)
    assert (found.found, found.accepted, found.accept_due, found.fixed, found.fix_due) == (1, 1, 1, 1, 1)
    assert (found.mean_hours, found.visits, found.score, found.points) == (
        Decimal("6.0"),
        2,
        Decimal("100.0"),
        (),
    )


@pytest.mark.parametrize(
    ("case", "rules", "score"),
    [
        (replace(CASE, accepted_at=IN + HOUR), [Rule.ACCEPT_LATE], "99.5"),
        (replace(CASE, accepted_at=None, done_at=IN + HOUR / 4), [], "100.0"),
        (replace(CASE, accepted_at=CASE.accept_due_at, done_at=CASE.fix_due_at), [], "100.0"),
        (replace(CASE, done_at=IN + ALL_DAY + HOUR), [Rule.FIX_LATE], "99.0"),
        (replace(CASE, done_at=None), [Rule.OVERDUE], "98.0"),
        (replace(CASE, done_at=SPAN.until), [Rule.OVERDUE], "98.0"),
        (replace(CASE, done_at=None, is_suspended=True), [], "100.0"),
        (replace(CASE, sent_back=2), [Rule.SENT_BACK], "99.0"),
        (replace(CASE, relapsed=1), [Rule.RELAPSED], "98.0"),
        (replace(OLD, done_at=None), [Rule.OVERDUE], "98.0"),
        (replace(OLD, done_at=IN), [], "100.0"),
        (replace(CASE, fix_due_at=SPAN.until, done_at=None), [], "100.0"),
    ],
)
def test_each_rule_takes_its_points_for_its_tickets(case, rules, score):
    found = judged(case)
    assert [(point.rule, point.number) for point in found.points] == [(rule, case.number) for rule in rules]
    assert found.score == Decimal(score)


def test_work_of_an_earlier_period_that_was_fixed_late_is_not_counted_a_second_time():
    assert judged(replace(OLD, done_at=IN)).overdue == 0
    assert judged(replace(OLD, done_at=None)).overdue == 1


def test_a_rule_takes_no_more_than_its_most_and_says_for_which_tickets_it_took_nothing():
    cases = [replace(CASE, number=f"HJ20261118-{n:04d}", accepted_at=IN + HOUR) for n in range(1, 5)]
    found = judged(*cases)
    assert [point.points for point in found.points] == [Decimal("0.5"), Decimal("0.5"), 0, 0]
    assert found.score == Decimal("99.0")


def test_a_score_does_not_fall_below_nothing():
    worst = replace(RULES, deductions={Rule.OVERDUE: Deduction(Decimal(90), Decimal(900))})
    cases = [replace(CASE, number=f"HJ20261118-{n:04d}", done_at=None) for n in (1, 2)]
    assert figures("410108100", cases, SPAN, worst).score == 0


def test_the_composite_is_rounded_once_at_its_end():
    indexes = {"a": Decimal("1.95"), "b": Decimal("2.05"), "c": None}
    found = composite(indexes, {"a": Decimal("97.5"), "b": Decimal(100), "c": Decimal(100)}, RULES)
    assert found == {"a": Decimal("99.00"), "b": Decimal("97.07")}  # 60 * 1.95 / 2.05 = 57.0731…


@given(st.lists(st.decimals("0.5", "9.99", places=2), min_size=1, max_size=12))
def test_equal_work_leaves_the_order_of_the_air(values):
    standings = [
        replace(absent(f"town{n}", edition_of(DAY)), index=value, reason=None)
        for n, value in enumerate(values)
    ]
    by_air = Ranking(period_of(Length.WEEK, DAY), 2026, is_mixed=False, rows=rank(standings))
    both = ranks_of(with_work(by_air, dict.fromkeys(ranks_of(by_air), Decimal(100)), RULES))
    order = ranks_of(by_air)
    assert all(both[a] <= both[b] for a in order for b in order if order[a] <= order[b])


def test_good_work_can_pass_slightly_better_air():
    standings = [
        replace(
            absent(name, edition_of(DAY)),
            index=Decimal(index),
            printed={PM25: Decimal(30), PM10: Decimal(60)},
            reason=None,
        )
        for name, index in (("a", "2.00"), ("b", "2.02"))
    ]
    by_air = Ranking(period_of(Length.WEEK, DAY), 2026, is_mixed=False, rows=rank(standings))
    found = with_work(by_air, {"a": Decimal(80), "b": Decimal(100)}, RULES, {"a": 1, "b": 2})
    assert [(row.standing.place, row.rank, row.change) for row in found.rows] == [("b", 1, 1), ("a", 2, -1)]


def test_the_districts_table_is_read():
    rules = read_district(FILES).assessment
    assert (rules.version, rules.air, rules.work) == ("2", 60, 40)
    assert rules.deductions[Rule.OVERDUE] == Deduction(Decimal(2), Decimal(40))
    assert [(one.length, one.end, one.yuan) for one in rules.money] == [("week", "first", 10000)]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("air_percent = 60", "air_percent = 101", "air_percent"),
        ('version = "2"', "", "version"),
        ('points = "0.5"', "points = 0.5", "deductions.accept_late.points"),
        ('most = "40"', 'most = "-1"', "deductions.overdue.most"),
        ("[deductions.relapsed]", "[deductions.relapse]", "deductions.relapsed"),
        ('place = "first"', 'place = "best"', "money[1].place"),
        ('length = "week"', 'length = "day"', "money[1].length"),
        ("yuan = 10000", "yuan = -1", "money[1].yuan"),
        ("air_percent = 60", "air_percent = 60\nodd = 1", "odd"),
    ],
)
def test_what_is_wrong_in_the_table_is_named(old, new, key):
    assert key in [fault.key for fault in faults_of(with_change("assessment.toml", old, new))]
