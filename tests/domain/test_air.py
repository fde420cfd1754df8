"""The AQI and the composite index by both editions: worked cases, traps, and what must hold for all numbers."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.air import SIX_ITEMS, TWO_ITEMS, Level, aqi, change_percent, composite, iaqi, level_of, units
from domain.air_editions import (
    CO,
    EDITIONS,
    LEVELS,
    NO2,
    O3_1H,
    O3_8H,
    PM10,
    PM25,
    SO2,
    Kind,
    Pollutant,
    edition_of,
)

HOURLY = Path(__file__).parents[3] / "shared" / "data" / "zhengzhou_hourly_2020.csv"
OLD, NEW, FINAL = EDITIONS
CLASSES = ("优", "良", "轻度污染", "中度污染", "重度污染", "严重污染")
DAY = (SO2, NO2, CO, O3_8H, PM10, PM25)
HOUR = (SO2, NO2, CO, O3_1H, PM10, PM25)


def day(edition, *texts, never=()):
    there = {one: Decimal(text) for one, text in zip(DAY, texts, strict=True) if text}
    return aqi(edition, Kind.DAY, there, never)


def hour(edition, **texts):
    return aqi(edition, Kind.HOUR, {Pollutant(one): Decimal(text) for one, text in texts.items() if text})


@pytest.mark.parametrize(
    ("on", "edition"),
    [
        ("2017-12-31", OLD),
        ("2026-02-28", OLD),
        ("2026-03-01", NEW),
        ("2030-12-31", NEW),
        ("2031-01-01", FINAL),
    ],
)
def test_the_edition_is_that_of_the_day_of_the_data(on, edition):
    assert edition_of(date.fromisoformat(on)) is edition


def test_another_edition_may_be_asked_for_and_has_the_limits_of_the_day_or_its_first():
    assert edition_of(date(2017, 1, 1), 2026) is NEW
    assert edition_of(date(2033, 1, 1), 2026) is FINAL
    assert edition_of(date(2033, 1, 1), 2012) is OLD
    with pytest.raises(ValueError, match="2012, 2026"):
        edition_of(date(2026, 1, 1), 1996)


WORKED = [
    (("8", "34", "1.1", "78", "110", "70"), (94, {PM25}, 2, "94"), (110, {PM25}, 3, "110")),
    (("10", "40", "0.6", "100", "50", "35"), (50, set(), 1, "50"), (50, set(), 1, "50")),
    (("9", "26", "0.5", "33", "56", "37"), (53, {PM10, PM25}, 2, "53"), (55, {PM10}, 2, "55")),
    (("7", "22", "0.6", "101", "", "30"), (51, {O3_8H}, 2, "51"), (51, {O3_8H}, 2, "NA")),
    (("7", "22", "2.2", "60", "40", "30"), (55, {CO}, 2, "55"), (55, {CO}, 2, "55")),
]


@pytest.mark.parametrize(("values", "old", "new"), WORKED)
def test_worked_days_come_out_in_both_editions(values, old, new):
    for edition, expected in ((OLD, old), (NEW, new)):
        found = day(edition, *values)
        assert (found.value, set(found.primary), int(found.level), found.published) == expected


def test_a_worked_hour_comes_out_in_both_editions():
    values = {"pm25": "69", "pm10": "71", "no2": "14", "so2": "7", "co": "1.1"}
    assert (hour(OLD, **values).published, hour(OLD, **values).primary) == ("93", (PM25,))
    assert hour(NEW, **values).value == 109


@pytest.mark.parametrize(
    ("pollutant", "kind", "value", "old", "new"),
    [
        (PM25, Kind.DAY, "60", 82, 100),
        (PM25, Kind.DAY, "61", 83, 101),
        (PM25, Kind.DAY, "60.5", 82, 100),
        (PM25, Kind.DAY, "61.5", 84, 102),
        (PM10, Kind.DAY, "120", 85, 100),
        (PM10, Kind.DAY, "121", 86, 101),
        (CO, Kind.DAY, "2.2", 55, 55),
        (CO, Kind.DAY, "2.25", 55, 55),
        (CO, Kind.DAY, "2.15", 55, 55),
        (SO2, Kind.DAY, "151", 101, 101),
        (SO2, Kind.HOUR, "800", 200, 200),
        (SO2, Kind.HOUR, "801", None, 200),
        (O3_8H, Kind.DAY, "800", 300, 300),
        (O3_8H, Kind.DAY, "801", None, 300),
        (O3_1H, Kind.HOUR, "1201", 500, 500),
        (O3_1H, Kind.DAY, "161", 52, None),
        (PM25, Kind.HOUR, "900", 500, 500),
        (NO2, Kind.DAY, "941", 500, 500),
        (CO, Kind.HOUR, "0", 0, 0),
    ],
)
def test_one_pollutant_has_its_index(pollutant, kind, value, old, new):
    for edition, expected in ((OLD, old), (NEW, new)):
        found = aqi(edition, kind, {pollutant: Decimal(value)}).iaqi.get(pollutant)
        assert found == expected


@pytest.mark.parametrize("edition", EDITIONS[:2])
@pytest.mark.parametrize("kind", Kind)
def test_a_value_on_a_breakpoint_has_that_level_and_the_next_one_is_above(edition, kind):
    for column in edition.columns[kind].values():
        for point, level in zip(column.points, LEVELS, strict=False):
            assert iaqi(column, point) == level
            if point != column.points[-1]:
                assert iaqi(column, point + 1) > level


def test_co_is_exact_where_binary_fractions_are_not():
    wrong = [c for c in range(1501) if iaqi(NEW.columns[Kind.HOUR][CO], c) != _exact_co(c)]
    assert wrong == []


def _exact_co(tenths):
    points = (0, 5, 10, 35, 60, 90, 120, 150)
    for low, high, start, end in zip(points, points[1:], LEVELS, LEVELS[1:], strict=False):
        if tenths <= high * 10:
            index = Decimal(end - start) / (high - low) * (Decimal(tenths) / 10 - low) + start
            return int(index.quantize(Decimal("1e-9")).to_integral_value("ROUND_CEILING"))
    return 500


def test_exceeding_pollutants_are_known_in_2012_alone():
    assert day(OLD, "8", "34", "1.1", "170", "160", "70").exceeding == (O3_8H, PM10)
    assert day(NEW, "8", "34", "1.1", "170", "160", "70").exceeding == ()


@pytest.mark.parametrize(
    ("value", "level", "colour"),
    [
        (1, 1, (0, 228, 0)),
        (50, 1, (0, 228, 0)),
        (51, 2, (255, 255, 0)),
        (100, 2, (255, 255, 0)),
        (101, 3, (255, 126, 0)),
        (151, 4, (255, 0, 0)),
        (201, 5, (153, 0, 76)),
        (300, 5, (153, 0, 76)),
        (301, 6, (126, 0, 35)),
        (500, 6, (126, 0, 35)),
    ],
)
def test_a_class_has_its_bounds_and_its_colour(value, level, colour):
    assert (level_of(value), level_of(value).colour) == (Level(level), colour)


def test_incomplete_data_are_published_in_2026_only_above_100():
    assert day(NEW, "", "22", "0.6", "101", "40", "30").published == "NA"
    assert day(NEW, "", "22", "0.6", "161", "40", "30").published == "101"
    assert day(NEW, "", "22", "0.6", "101", "40", "30").missing == (SO2,)


def test_what_is_never_measured_is_not_missing():
    found = day(NEW, "", "", "", "", "40", "36", never=(SO2, NO2, CO, O3_8H))
    assert (found.published, found.missing) == ("52", ())


def test_without_any_value_there_is_no_aqi():
    found = day(NEW, *[""] * 6)
    assert (found.value, found.level, found.primary, found.published) == (None, None, (), "NA")


def test_clean_air_has_an_aqi_of_one_and_no_primary_pollutant():
    found = day(NEW, *["0"] * 6)
    assert (found.value, found.primary) == (1, ())


def test_a_concentration_below_zero_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        day(NEW, "-1", *["0"] * 5)


CONCENTRATION = st.decimals(0, 1500, places=2)


@given(
    st.sampled_from(EDITIONS),
    st.sampled_from(Kind),
    st.dictionaries(st.sampled_from(Pollutant), CONCENTRATION, min_size=1),
    st.sampled_from(Pollutant),
    CONCENTRATION,
)
def test_more_of_a_pollutant_never_lowers_the_aqi(edition, kind, values, pollutant, more):
    """But for the two places where 2012 hands a pollutant over to another column."""
    raised = values | {pollutant: values.get(pollutant, Decimal(0)) + more}
    column = edition.columns[kind].get(pollutant)
    if column is None or iaqi(column, units(pollutant, raised[pollutant])) is None:
        return
    before = aqi(edition, kind, values).value
    assert before is None or aqi(edition, kind, raised).value >= before


@given(st.sampled_from(EDITIONS), st.dictionaries(st.sampled_from(DAY), CONCENTRATION, min_size=1))
def test_the_primary_pollutants_are_those_that_make_the_aqi(edition, values):
    found = aqi(edition, Kind.DAY, values)
    assert 1 <= (found.value or 1) <= 500
    assert all(found.iaqi[one] == found.value for one in found.primary)
    assert bool(found.primary) == ((found.value or 0) > 50)


def test_a_published_composite_index_comes_out():
    values = ("12", "27", "0.8", "191", "65", "29")
    printed = {one: Decimal(text) for one, text in zip(DAY, values, strict=True)}
    assert str(composite(OLD, printed, SIX_ITEMS)) == "4.03"


def test_the_parts_of_the_index_are_not_rounded_before_their_sum():
    """Of 2012: 9/60 + 15/40 + 0.7/4 + 192/160 + 39/70 + 21/35."""
    printed = {
        SO2: Decimal(9),
        NO2: Decimal(15),
        CO: Decimal("0.7"),
        O3_8H: Decimal(192),
        PM10: Decimal(39),
        PM25: Decimal(21),
    }
    assert str(composite(OLD, printed, SIX_ITEMS)) == "3.06"
    parts = [composite(OLD, printed, {one: 1}) for one in SIX_ITEMS]
    assert str(sum(parts)) == "3.07"


@pytest.mark.parametrize(("edition", "index"), [(OLD, "1.71"), (NEW, "2.00"), (FINAL, "2.40")])
def test_the_limits_of_the_index_follow_the_edition(edition, index):
    printed = {PM10: Decimal(58), PM25: Decimal(31)}
    assert str(composite(edition, printed, TWO_ITEMS)) == index


def test_an_index_of_other_items_and_weights_comes_from_the_weights():
    """Towns of 2019 by PM2.5/35 + SO2/60."""
    for pm25, so2, index in ((46, 9, "1.46"), (48, 9, "1.52"), (51, 9, "1.61")):
        printed = {PM25: Decimal(pm25), SO2: Decimal(so2)}
        assert str(composite(OLD, printed, {PM25: 1, SO2: 1})) == index
    assert composite(NEW, {PM25: Decimal(30)}, {PM25: 3, SO2: 0}) == 3
    assert composite(NEW, {PM25: Decimal(30)}, TWO_ITEMS) is None


@pytest.mark.parametrize(
    ("now", "base", "percent"),
    [
        ("121", "127", "-4.7"),
        ("65", "72", "-9.7"),
        ("50", "50", "0.0"),
        ("99.99", "100", "0.0"),
        ("5", "0", None),
        ("5", None, None),
    ],
)
def test_a_change_is_that_of_printed_values(now, base, percent):
    found = change_percent(Decimal(now), base and Decimal(base))
    assert (found if found is None else f"{found}") == percent


@pytest.fixture(scope="module")
def published():
    if not HOURLY.is_file():
        pytest.skip("the real hours do not lie beside the checkout, in ../shared/data")
    with HOURLY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judged(row):
    found = hour(OLD, **{one: row[one] for one in HOUR})
    level = CLASSES[found.level - 1] if found.is_public else ""
    primary = {one.value for one in found.primary} if found.is_public else set()
    return found.published.replace("NA", ""), level, primary


def disagreeing(rows):
    asked = [
        (row["aqi"], row["level"], {one.removesuffix("_1h") for one in row["primary"].split("+")} - {""})
        for row in rows
    ]
    found = [
        (value, level, {one.removesuffix("_1h") for one in primary})
        for value, level, primary in map(judged, rows)
    ]
    return [row for row, one, other in zip(rows, asked, found, strict=True) if one != other]


def test_every_real_hour_agrees_in_aqi_class_and_primary_pollutants(published):
    assert len(published) == 1039
    assert disagreeing(published) == []


def test_a_real_hour_with_another_value_would_be_seen(published):
    row = next(row for row in published if row["primary"] == "pm25")
    assert disagreeing([row | {"pm25": str(int(row["pm25"]) + 2)}])
