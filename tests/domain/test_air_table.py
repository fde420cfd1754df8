"""Tables of air data by the faults V01 to V10: everything wrong is named, doubts are asked, nothing is half taken."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.air_cells import CellError, Why, read_date, read_value
from domain.air_editions import CO, NO2, O3_8H, PM10, PM25, SO2
from domain.air_reading import PlaceKind
from domain.air_table import confirmed, grid_of_text, names_of, read_air
from tests.support.air import reading
from tests.support.desk import office

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
DISTRICT = office().district
RULES = DISTRICT.air
NAMES = names_of(DISTRICT.towns, RULES)
HEADER = ["date", "town", "so2", "no2", "co", "o3_8h", "pm10", "pm25"]
GOOD = ["2026-11-22", "花园口镇", "8", "34", "1.1", "78", "110", "70"]
DAY = date(2026, 11, 22)
HUAYUANKOU = (PlaceKind.TOWN, "410108100")


def read(*rows, header=HEADER, stored=(), now=NOW):
    kept = {each.key: each for each in stored}
    return read_air([header, *rows], NAMES, RULES, now, kept)


def with_cell(column, value):
    return [value if name == column else cell for name, cell in zip(HEADER, GOOD, strict=True)]


def faults(table):
    assert table.rows == ()
    return [(flaw.row, flaw.column, flaw.why) for flaw in table.faults]


def questions(table):
    assert table.faults == ()
    return [(flaw.row, flaw.column, flaw.why) for flaw in table.questions]


def hourly(hour, **values):
    return ["2026-11-22", str(hour), "花园口镇站", *(values.get(one, "") for one in ("co", "o3", "pm25"))]


HOURLY = ["date", "hour", "station", "co", "o3", "pm25"]


def test_a_row_is_read_with_its_place_and_its_values():
    (row,) = read(GOOD).rows
    assert (row.number, row.reading.place, row.reading.day, row.reading.hour) == (2, HUAYUANKOU, DAY, None)
    assert row.reading.values == {SO2: 8000, NO2: 34000, CO: 1100, O3_8H: 78000, PM10: 110000, PM25: 70000}


def test_chinese_columns_with_units_and_empty_rows_are_read():
    header = ["日期", "镇办", "PM2.5（μg/m³）", "PM10", "CO(mg/m3)"]
    table = read(["2026/11/22", "花镇", "70", "", "１．１"], ["", "", "", "", ""], header=header)
    assert table.rows[0].reading.values == {PM25: 70000, CO: 1100}


def test_missing_and_never_measured_are_two_things():
    table = read(["2026-11-22", "花园口镇", "/", "NA", "—", "", "110", "70"])
    assert (table.rows[0].reading.values, table.rows[0].reading.never) == ({PM10: 110000, PM25: 70000}, {SO2})


def test_the_former_name_of_a_town_is_the_town():
    assert read(with_cell("town", "老鸦陈街道")).rows[0].reading.place[1] == "410108003"


def test_hours_are_of_the_day_and_midnight_of_the_day_before():
    table = read(hourly(1, pm25="30"), hourly("0:00", pm25="31"), hourly("24时", pm25="32"), header=HOURLY)
    assert [(row.reading.day.day, row.reading.hour) for row in table.rows] == [(22, 1), (21, 24), (22, 24)]


@pytest.mark.parametrize("mark", ["\t", ",", "，", ";", "|", "   "])
def test_v01_another_separator_is_found_in_a_file_and_in_a_pasted_table(mark):
    lines = [mark.join(HEADER), mark.join(GOOD)]
    pasted = read_air(grid_of_text("\n".join(lines)), NAMES, RULES, NOW, {})
    assert pasted == read_air([[line] for line in lines], NAMES, RULES, NOW, {}) == read(GOOD)


@pytest.mark.parametrize("other", [GOOD, with_cell("pm25", "71"), with_cell("town", "花镇")])
def test_v02_a_place_twice_refuses_the_whole_table_with_both_rows(other):
    table = read(with_cell("town", "古荥镇"), GOOD, other)
    assert faults(table) == [(4, "town", Why.DUPLICATE)]
    assert table.faults[0].hint == "3"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("-1", Why.NEGATIVE),
        ("−99", Why.NOT_A_NUMBER),
        ("NaN", Why.NOT_A_NUMBER),
        ("inf", Why.NOT_A_NUMBER),
        ("1e3", Why.NOT_A_NUMBER),
        ("35,2", Why.NOT_A_NUMBER),
        ("7O", Why.NOT_A_NUMBER),
        ("9999", Why.NOT_BELIEVED),
        ("35.1234", Why.TOO_FINE),
    ],
)
def test_v03_what_is_no_concentration_is_a_fault(value, why):
    assert faults(read([GOOD[0], "古荥镇", *GOOD[2:]], with_cell("pm25", value))) == [(3, "pm25", why)]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("pm25", "111", Why.PM25_ABOVE_PM10),
        ("pm25", "0.070", Why.LIKE_MILLIGRAMS),
        ("co", "1100", Why.LIKE_MICROGRAMS),
        ("so2", "0", Why.ZERO_ALL_DAY),
        ("pm10", "2500", Why.VERY_HIGH),
    ],
)
def test_v03_what_is_hardly_possible_is_asked_and_held_row_by_row(column, value, why):
    table = read(["2026-11-22", "古荥镇", *GOOD[2:]], with_cell(column, value))
    assert questions(table) == [(3, column, why)]
    assert [row.reading.is_held for row in table.rows] == [False, True]
    assert [each.is_held for each in confirmed(table, [3])] == [False, False]


def test_v03_zero_is_asked_when_it_is_that_through_the_hours_of_a_day():
    zeros = [hourly(hour, pm25="30", co="0") for hour in range(1, 25)]
    assert questions(read(*zeros, header=HOURLY)) == [(row, "co", Why.ZERO_ALL_DAY) for row in range(2, 26)]
    assert questions(read(*zeros[:19], header=HOURLY)) == []
    assert questions(read(*zeros[:23], hourly(24, co="0.1"), header=HOURLY)) == []


@pytest.mark.parametrize(
    ("header", "column", "why"),
    [
        (["date", "town", "pm25(mg/m3)"], "pm25(mg/m3)", Why.WRONG_UNIT),
        (["date", "town", "co(ug/m3)"], "co(ug/m3)", Why.WRONG_UNIT),
        (["date", "town", "pm25", "colour"], "colour", Why.UNKNOWN_COLUMN),
        (["date", "town", "pm25", "PM2.5"], "pm25", Why.COLUMN_TWICE),
        (["town", "pm25"], "date", Why.COLUMN_MISSING),
        (["date", "pm25"], "town", Why.COLUMN_MISSING),
        (["date", "town"], "pm25", Why.COLUMN_MISSING),
        (["date", "town", "o3"], "o3", Why.WRONG_O3),
        (["date", "hour", "station", "o3_8h"], "o3_8h", Why.WRONG_O3),
    ],
)
def test_a_wrong_header_is_told_before_any_row(header, column, why):
    assert faults(read(["x"] * 4, header=header)) == [(1, column, why)]


def test_a_cell_beside_the_columns_and_a_table_without_rows_are_faults():
    assert faults(read([*GOOD, "seen?"])) == [(2, "9", Why.BESIDE)]
    assert faults(read()) == [(1, "date", Why.NO_ROWS)]
    assert faults(read_air([], NAMES, RULES, NOW, {}))[0] == (1, "date", Why.COLUMN_MISSING)


@pytest.mark.parametrize(
    ("name", "hint"), [("花圆口镇", "花园口镇"), ("花园囗镇", "花园口镇"), ("xyzzy", "")]
)
def test_v04_an_unknown_town_is_refused_with_the_name_that_may_be_meant(name, hint):
    table = read(with_cell("town", name))
    assert faults(table) == [(2, "town", Why.UNKNOWN_PLACE)]
    assert table.faults[0].hint == hint


def test_v04_a_row_without_a_place_or_with_the_town_of_another_station_is_refused():
    header = ["date", "station", "town", "pm25"]
    table = read(
        ["2026-11-22", "", "", "30"],
        ["2026-11-22", "花园口镇站", "古荥镇", "30"],
        ["2026-11-22", "古荥镇站", "古荥镇", "30"],
        header=header,
    )
    assert faults(table) == [(2, "town", Why.NO_PLACE), (3, "town", Why.OTHER_TOWN)]


def test_v04_the_towns_that_are_not_in_the_table_are_told():
    absent = read(GOOD).absent
    assert len(absent) == 7
    assert (DAY, HUAYUANKOU[1]) not in absent
    assert read(hourly(1, pm25="30"), header=HOURLY).absent == absent


def kept(**changed):
    values = {"so2": 8, "no2": 34, "co": "1.1", "o3_8h": 78, "pm10": 110, "pm25": 70}
    return reading("town", HUAYUANKOU[1], DAY, **values | changed)


def test_v05_a_correction_shows_what_it_replaces():
    table = read(GOOD, with_cell("town", "古荥镇"), stored=[kept(pm25=75)])
    assert [(before.values[PM25], row.reading.values[PM25]) for before, row in table.changed] == [
        (75000, 70000)
    ]
    assert ([row.number for row in table.new], table.same, table.is_known) == ([3], 0, False)


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "+1-1", "7\0", "\r"])
def test_v07_a_formula_is_text_and_so_no_number_and_no_town(cell):
    for column in ("pm25", "town"):
        table = read(with_cell(column, cell))
        assert table.rows == () or table.rows[0].reading.values.get(PM25) is None
        assert all("\0" not in str(flaw) and "\t" not in str(flaw) for flaw in table.faults)


def test_v08_a_date_as_the_number_of_a_spreadsheet_is_named_as_that():
    assert faults(read(with_cell("date", "45000"))) == [(2, "date", Why.SERIAL_DATE)]


def test_v08_a_hundred_thousand_empty_rows_are_no_rows():
    assert len(read(GOOD, *[[""] * 8] * 100_000).rows) == 1


def test_v09_the_same_table_again_is_known():
    table = read(GOOD, stored=[kept()])
    assert (table.is_known, table.same, table.new, table.changed) == (True, 1, (), ())


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("2026-02-30", Why.NOT_A_DATE),
        ("yesterday", Why.NOT_A_DATE),
        ("", Why.NOT_A_DATE),
        ("22.11.2026", Why.NOT_A_DATE),
        ("2026-11-23", Why.FUTURE),
        ("2027-01-01", Why.FUTURE),
    ],
)
def test_v10_a_day_that_is_not_or_not_yet_over_is_refused(value, why):
    assert faults(read(with_cell("date", value))) == [(2, "date", why)]


def test_v10_an_hour_that_is_not_or_not_yet_over_is_refused():
    rows = [["2026-11-23", hour, "花园口镇站", "", "", "30"] for hour in ("7", "8", "25", "")]
    assert faults(read(*rows, header=HOURLY)) == [
        (3, "hour", Why.FUTURE),
        (4, "hour", Why.NOT_AN_HOUR),
        (5, "hour", Why.NOT_AN_HOUR),
    ]


def test_v10_an_old_value_is_not_corrected_after_the_cut_off_but_new_history_is_taken():
    later = NOW + RULES.cut_off + timedelta(days=2)
    assert faults(read(GOOD, stored=[kept(pm25=75)], now=later)) == [(2, "date", Why.CUT_OFF)]
    assert read(GOOD, stored=[kept()], now=later).is_known
    assert len(read(GOOD, now=later).new) == 1


def test_all_that_is_wrong_is_told_at_once_and_in_the_order_of_the_rows():
    table = read(with_cell("pm25", "x"), with_cell("date", "x"), ["2026-11-22", "别处镇", "-1", *GOOD[3:]])
    assert faults(table) == [
        (2, "pm25", Why.NOT_A_NUMBER),
        (3, "date", Why.NOT_A_DATE),
        (4, "town", Why.UNKNOWN_PLACE),
        (4, "so2", Why.NEGATIVE),
    ]


def test_a_fault_says_row_column_value_and_what_was_expected():
    assert str(read(with_cell("date", "2026-02-30")).faults[0]) == (
        "row 2, column date: expected a date of the calendar like 2026-11-22, found '2026-02-30'"
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "20261122",
        "2026年11月22日",
        "2026-11-22T00:00:00",
        " 2026-11-22 00:00 ",
        "２０２６-11-22",
    ],
)
def test_a_date_may_be_written_in_many_ways(text):
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "value"), [("70", 70000), ("0.7", 700), (".5", 500), ("70.000", 70000), ("-", None)]
)
def test_a_value_is_read_in_thousandths(text, value):
    assert read_value(text) == value


def test_a_cell_that_cannot_be_taken_says_why():
    with pytest.raises(CellError, match="three decimals"):
        read_value("0.0001")


def test_a_station_that_belongs_to_no_town_is_read_too():
    table = read(["2026-11-22", "党校站", "30"], header=["date", "station", "pm25"])
    assert (table.rows[0].reading.place, table.absent) == ((PlaceKind.STATION, "dangxiao"), ())
