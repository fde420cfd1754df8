"""From a ranking as the rules made it to the board of its picture."""

from datetime import UTC, date, datetime
from fractions import Fraction
from types import MappingProxyType

import pytest

from cards.picture_ranking import ranking_sheet
from cards.ranking_board import board, formula, origin_of
from domain.air_days import DayAir
from domain.air_editions import PM10, PM25, SIX, edition_of
from domain.air_periods import DayRecord, GoodDays
from domain.air_rules import AirRules, Gap
from domain.period import Length, period_of
from domain.ranking import day_ranking, of_day
from tests.support.golden import draftsman
from tests.support.ranked_days import DAY, HUAYUANKOU, TOWNS, district

RULES = AirRules()
OTHERS = frozenset(SIX) - {PM10, PM25}
MEASURED = dict(
    zip(TOWNS, ((38, 74), (44, 86), (52, 97), (44, 86), (36, 69), (34, 66), (31, 58)), strict=False)
)
PERIOD = period_of(Length.DAY, DAY)


def record(pm25, pm10, never=OTHERS, *, is_sand=False):
    values = {PM25: Fraction(pm25), PM10: Fraction(pm10)}
    return DayRecord(DAY, DayAir(values, MappingProxyType({}), never), is_sand)


def made(language="zh", records=None, **changes):
    found = day_ranking(PERIOD, records or {**days(), TOWNS[7]: Gap.TOO_FEW_HOURS}, RULES, {HUAYUANKOU: 3})
    origin = origin_of(
        language,
        district(),
        found,
        version=1,
        made_at=datetime(2026, 11, 23, tzinfo=UTC),
        is_sample=True,
    )
    return board(language, district(), found, origin, **changes)


def days(**changes):
    return {code: record(*one, **changes) for code, one in MEASURED.items()}


def test_places_changes_and_printed_values_are_those_of_the_ranking():
    first = made().rows[0]
    assert (first.name, first.place, first.change) == ("花园口镇", 1, 2)
    assert (first.cells, first.score) == (("31", "58"), "2.00")


def test_equal_values_share_their_place():
    assert [(one.place, one.shared) for one in made().rows[4:]] == [(5, True), (5, True), (7, False)]


def test_a_town_with_a_gap_is_left_out_with_what_it_would_have_needed():
    (one,) = made("en").unranked
    assert (one.name, one.why, one.need) == ("Guxing Town", "too_few_hours", 20)


def test_class_and_primary_pollutant_come_from_the_standard():
    last = made().rows[-1]
    assert (last.aqi, last.grade, last.primary) == ("84", 2, ("pm10", "pm25"))


def test_what_the_standard_does_not_let_be_published_is_not_shown():
    last = made(records=days(never=frozenset())).rows[-1]
    assert (last.aqi, last.grade, last.primary) == ("NA", None, ())


def test_the_footnote_counts_what_was_valid():
    origin = made().origin
    assert (origin.have, origin.want, origin.edition, origin.sand) == (7, 8, 2026, False)
    assert made(records=days(is_sand=True)).origin.sand


@pytest.mark.parametrize(
    ("day", "weights", "printed"),
    [
        (DAY, RULES.day_weights, "PM₂.₅/30 + PM₁₀/60"),
        (date(2026, 2, 28), RULES.day_weights, "PM₂.₅/35 + PM₁₀/70"),
        (DAY, RULES.month_weights, "PM₂.₅/30 + PM₁₀/60 + SO₂/60 + NO₂/40 + CO/4 + O₃/160"),
        (DAY, {PM25: 3, PM10: 1}, "3×PM₂.₅/30 + PM₁₀/60"),
    ],
)
def test_the_formula_is_printed_with_the_limits_of_its_edition(day, weights, printed):
    assert formula(edition_of(day), weights) == printed


def test_streaks_good_days_and_the_whole_district_are_shown_when_they_are_given():
    whole = of_day("410108", record(40, 79), RULES, edition_of(DAY))
    good = {HUAYUANKOU: GoodDays(6, 7)}
    found = made(own=HUAYUANKOU, whole=whole, streaks={HUAYUANKOU: 6}, good_days=good)
    assert (found.rows[0].streak, found.rows[0].tail) == (6, "6/7")
    assert (found.whole.name, found.whole.score, found.whole.place) == ("惠济区", "2.65", None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_board_of_the_rules_can_be_drawn(language):
    assert draftsman().draw(ranking_sheet(language, made(language, own=HUAYUANKOU)), "png", 72)


def test_a_day_on_which_nobody_is_ranked_can_be_drawn():
    nobody = made(records=dict.fromkeys(TOWNS, Gap.NO_DATA))
    assert nobody.rows == []
    assert draftsman().draw(ranking_sheet("zh", nobody), "png", 72)
