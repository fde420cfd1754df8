"""The air of a district out of its file, and every way in which that can be wrong."""

from datetime import timedelta

import pytest

from domain.air_editions import O3_1H, O3_8H, PM10, PM25, SO2
from domain.air_rules import Validity
from domain.district_parse import read_district
from domain.period import Length
from tests.support.desk import office
from tests.support.district_text import FILES, faults_of, with_change


def test_the_rules_are_read():
    rules = read_district(FILES).air
    assert rules.validity == Validity()
    assert rules.weights(Length.DAY) == {PM10: 1, PM25: 1}
    assert (rules.weights(Length.WEEK), rules.weights(Length.YEAR)) == ({PM25: 2}, {SO2: 1, O3_8H: 1})
    assert (rules.places[PM25], rules.index_places, rules.cut_off) == (1, 2, timedelta(days=30))
    assert rules.monitors[0].never == {SO2, O3_1H, O3_8H}
    assert (rules.monitors[0].towns, rules.monitors[1].towns) == (("999001001",), ())


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ("hours = 20", "hours = 25", "validity.hours", "1 to 24"),
        ("hours = 20", "hours = 20.0", "validity.hours", "whole number"),
        ("week_days = 5", "week_days = 8", "validity.week_days", "1 to 7"),
        ("station_percent = 75", "station_pct = 75", "validity.station_pct", "station_percent"),
        ("pm25 = 2", "pm25 = 0", "weights.week.pm25", "1 to 100"),
        ("pm25 = 2", "pm2_5 = 2", "weights.week.pm2_5", "pm25"),
        ("pm25 = 2", "", "weights.week", "at least one"),
        ("co = 1\n", "co = 9\n", "places.co", "0 to 3"),
        ("keeps_aqi = true", "keeps_aqi = 1", "sand.keeps_aqi", "true or false"),
        ("cut_off_days = 30", "cut_off_days = 0", "import.cut_off_days", "whole number"),
        ('["999001001"]', '["999001009"]', "monitor[1].towns", "some of 999001001"),
        ('["so2", "o3"]', '["so2", "o3_8h"]', "monitor[1].never", "some of so2"),
        ('code = "other"', 'code = "one"', "monitor", "each code once"),
        ('name = "示例二站"', 'name = "示例站"', "monitor", "one monitor only"),
        ('name = "示例二站"', 'nom = "示例二站"', "monitor[2].nom", "one of"),
        ("[[monitor]]", "[[monitors]]", "monitor", "at least one table"),
    ],
)
def test_a_wrong_key_is_named_with_what_was_expected(old, new, key, expected):
    files = with_change("air.toml", old, new)
    if new == "[[monitors]]":
        files = files | {"air.toml": files["air.toml"].replace("[[monitor]]", "[[monitors]]")}
    found = [(fault.key, fault.expected) for fault in faults_of(files) if fault.file == "air.toml"]
    assert any(each == key and expected in said for each, said in found), found


def test_the_district_has_a_monitor_for_each_town_and_its_two_stations_in_none():
    district = office().district
    served = [town for monitor in district.air.monitors for town in monitor.towns]
    assert sorted(served) == sorted(town.code for town in district.towns)
    free = {monitor.code for monitor in district.air.monitors if not monitor.towns}
    assert free == {station.code for station in district.stations}
