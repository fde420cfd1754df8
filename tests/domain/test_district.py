"""Reading a district: what comes out, and every way it can be wrong."""

from datetime import date, time, timedelta

import pytest

from domain.calendar import Span
from domain.district import Limits, Nearness
from domain.district_parse import DISTRICT_FILES, read_district
from domain.district_table import DistrictError
from domain.geo import Point, distance_m
from domain.ticket import Source
from tests.support.district_text import CORNERS, EAST, FILES, faults_of, features, with_change


def test_a_whole_district_is_read_from_text_or_bytes():
    district = read_district(FILES)
    assert read_district({name: text.encode() for name, text in FILES.items()}) == district
    assert district.town("999001001").all_names == ("东示例镇", "东镇", "老东镇")
    assert district.bureau(district.category("dust").bureau).name == "住建局"
    assert district.basics.pushes["daily_ranking"].at == time(8, 5)
    assert district.basics.quiet == Span(time(22), time(7))
    assert district.stations[0].point == Point(34.85, 113.55)
    assert [cell.is_border for cell in district.cells] == [False, False]


def test_a_source_gets_less_time_but_never_more():
    district = read_district(FILES)
    dust, other = district.category("dust"), district.category("other")
    assert dust.limits_for(Source.PATROL) == Limits(30, 300, "office")
    assert dust.limits_for(Source.NIGHT) == Limits(20, 200, "duty")
    assert dust.limits_for(Source.LEADER) == Limits(10, 300, "duty")
    assert other.limits_for(Source.LEADER) == Limits(10, 600, "duty")
    assert district.calendar_of(other.limits).always_open


def test_a_category_may_have_its_own_nearness():
    district = read_district(FILES)
    assert district.category("dust").near == Nearness(60, timedelta(hours=72))
    assert district.category("other").near == Nearness(200, timedelta(hours=72))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-01", False),
        ("2026-10-10", True),
        ("2026-11-24", False),
        ("2026-11-28", True),
        ("2026-11-29", False),
    ],
)
def test_the_office_keeps_published_days_and_those_of_its_own_list(day, works):
    assert read_district(FILES).calendars["office"].is_workday(date.fromisoformat(day)) is works


def test_cells_in_another_datum_become_wgs84():
    gcj = read_district(
        FILES | {"cells.geojson": features(("999001001", EAST), ("999001002", CORNERS), datum="GCJ-02")}
    )
    assert distance_m(Point(*gcj.cells[0].polygons[0][0][0]), Point(34.8, 113.6)) == pytest.approx(
        565, abs=20
    )


def test_an_unknown_code_is_a_key_error():
    with pytest.raises(KeyError):
        read_district(FILES).town("nowhere")


NAMED = [
    ("district.toml", 'code = "999001"', 'code = "9"', "district.code", "six digits"),
    ("district.toml", "Asia/Shanghai", "Asia/Shangai", "district.zone", "a zone"),
    ("district.toml", '"Asia/Shanghai"', "8", "district.zone", "a zone"),
    ("district.toml", '"SL"', '"sl"', "district.ticket_prefix", "capital"),
    ("district.toml", '"08:05"', '"25:00"', "push.daily_ranking.at", "00:00"),
    ("district.toml", '"08:05"', '"8:05"', "push.daily_ranking.at", "00:00"),
    ("district.toml", '"08:05"', "08:05:00", "push.daily_ranking.at", "00:00"),
    ("district.toml", 'on = "day"', 'on = "29"', "push.daily_ranking.on", "one of"),
    ("district.toml", "[push.daily_ranking]", "[push.dayly_ranking]", "push.dayly_ranking", "daily_ranking"),
    (
        "district.toml",
        "border_margin_m = 100",
        "border_margin_m = -1",
        "reports.border_margin_m",
        "whole number",
    ),
    (
        "district.toml",
        "border_margin_m = 100",
        "border_margin_m = true",
        "reports.border_margin_m",
        "whole number",
    ),
    ("district.toml", "border_margin_m", "boarder_margin_m", "reports.boarder_margin_m", "border_margin_m"),
    ("district.toml", "[photos]", "[fotos]", "photos", "a table"),
    ("district.toml", "[[shift]]", "[shift]", "shift", "at least one table"),
    ("towns.toml", FILES["towns.toml"], "town = []", "town", "at least one"),
    ("towns.toml", 'name_en = "East"', 'nameen = "East"', "town[1].name_en", "a text"),
    ("towns.toml", 'name_en = "East"', 'name_en = " "', "town[1].name_en", "a text"),
    ("towns.toml", 'name_en = "West"', 'name_en = "West"\naliases = ["东 镇"]', "town", "one town only"),
    ("towns.toml", 'name_en = "West"', 'name_en = "West"\naliases = ["老东镇"]', "town", "one town only"),
    ("towns.toml", '["东镇"]', '["东镇", "东镇"]', "town[1].aliases", "each text once"),
    ("towns.toml", '["东镇"]', '"东镇"', "town[1].aliases", "a list"),
    ("towns.toml", '"999001002"', '"999001001"', "town", "each code once"),
    ("towns.toml", '"999001002"', '"888001002"', "town[2].code", "begin with 999001"),
    ("bureaus.toml", '"ZJ"', '"zj"', "bureau[1].short_code", "capital"),
    ("categories.toml", 'bureau = "housing"', 'bureau = "houses"', "category[1].bureau", "one of housing"),
    ("categories.toml", "accept_minutes = 30\n", "", "category[1].accept_minutes", "whole number"),
    ("categories.toml", "fix_minutes = 300\n", "", "category[1].fix_minutes", "whole number"),
    ("categories.toml", "fix_minutes = 300", "fix_minutes = 20", "category[1].fix_minutes", "accept_minutes"),
    ("categories.toml", '"office"', '"offices"', "category[1].calendar", "one of duty, office"),
    (
        "categories.toml",
        'calendar = "duty"',
        'calendar = "office"',
        "stricter.leader.calendar",
        "one of duty",
    ),
    ("categories.toml", "[stricter.leader]", "[stricter.boss]", "stricter.boss", "one of patrol"),
    (
        "categories.toml",
        "fix_minutes = 200",
        "fix_minutes = 301",
        "category[1].stricter.night",
        "no more time",
    ),
    ("categories.toml", 'keywords = ["灰"]', 'aliases = ["其他"]', "category", "one category only"),
    ("categories.toml", "keywords", "keyword", "category[1].keyword", "keywords"),
    ("categories.toml", 'code = "dust"', 'code = "Dust"', "category[1].code", "small letters"),
    ("stations.toml", "34.85", "134.85", "station[1].lat", "-90 to 90"),
    ("stations.toml", "34.85", "nan", "station[1].lat", "-90 to 90"),
    ("stations.toml", "approximate = true", 'approximate = "yes"', "station[1].approximate", "true or false"),
    ("calendars.toml", FILES["calendars.toml"], "", "", "at least one calendar"),
    ("calendars.toml", "always = true", "always = false", "duty.always", "true"),
    ("calendars.toml", "2026-12-31", '"2026"', "office.known_until", "a date"),
    ("calendars.toml", '"mon"', '"Monday"', "office.weekdays", "mon"),
    ("calendars.toml", "2026-11-24", '"2026-11-24"', "office.closed", "dates"),
    ("calendars.toml", "2026-11-28", "2026-11-28T00:00:00", "office.open", "dates"),
    ("calendars.toml", "2026-11-28", "2026-11-24", "office.open", "also closed"),
    (
        "calendars.toml",
        "[[office.hours]]",
        '[[office.hours]]\nfrom="16:00"\nuntil="18:00"\n[[office.hours]]',
        "office.hours",
        "order",
    ),
    ("outline.geojson", '"code": "999001"', '"code": "1"', "features", "999001"),
    ("cells.geojson", "WGS-84", "WGS84", "datum", "one of WGS-84, GCJ-02, BD-09"),
    ("cells.geojson", ",[113.6,34.8]]", "]", "features[1].geometry.coordinates", "closed"),
    ("cells.geojson", "[113.7,34.9]", "[213.7,34.9]", "features[1].geometry.coordinates", "inside the world"),
    ("cells.geojson", "[113.7,34.9]", "[34.9,113.7]", "features[1].geometry.coordinates", "inside the world"),
    ("cells.geojson", "[113.7,34.9]", "[NaN,34.9]", "features[1].geometry.coordinates", "inside the world"),
    ("cells.geojson", "[113.7,34.9]", "[113.7,true]", "features[1].geometry.coordinates", "inside the world"),
    (
        "cells.geojson",
        "[113.7,34.8],[113.7,34.9]",
        "[113.7,34.9],[113.7,34.8]",
        "features[1].geometry.coordinates",
        "cross",
    ),
    ("cells.geojson", "Polygon", "Point", "features[1].geometry.type", "one of Polygon"),
    ("cells.geojson", "true", '"yes"', "features[1].properties.not_a_border", "true or false"),
    ("cells.geojson", '"999001001"', '"999001009"', "features[1].properties.town", "code of a town"),
    ("cells.geojson", '"999001001"', '"999001002"', "features[2].properties.town", "each town once"),
    ("cells.geojson", '"999001001"', '"999001002"', "features", "a cell for each town"),
    (
        "cells.geojson",
        "[113.6,34.8],[113.7,34.8]",
        "[113.58,34.8],[113.7,34.8]",
        "features[1].geometry.coordinates",
        "closed",
    ),
    ("cells.geojson", EAST, CORNERS, "features", "do not overlap"),
    ("cells.geojson", '"FeatureCollection"', '"Feature"', "type", "FeatureCollection"),
    ("towns.toml", "[[town]]", "[[town]", "", "TOML"),
    ("cells.geojson", "{", "", "", "JSON"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "expected"), NAMED)
def test_a_fault_names_file_key_and_what_was_expected(file, old, new, key, expected):
    faults = faults_of(with_change(file, old, new))
    assert any(fault.file == file and fault.key == key and expected in fault.expected for fault in faults), (
        faults
    )


@pytest.mark.parametrize("file", DISTRICT_FILES)
def test_a_missing_file_is_a_fault_of_that_file(file):
    faults = faults_of({name: text for name, text in FILES.items() if name != file})
    assert [(fault.file, fault.found) for fault in faults] == [(file, "nothing")]


def test_a_file_in_another_encoding_is_a_fault():
    faults = faults_of(FILES | {"towns.toml": FILES["towns.toml"].encode("gb18030")})
    assert faults[0].expected == "UTF-8"


def test_all_faults_are_told_at_once():
    files = with_change("district.toml", '"08:05"', '"25:00"')
    files["stations.toml"] = files["stations.toml"].replace("34.85", "95.0").replace("ring_m", "ring")
    faults = faults_of(files)
    assert {fault.file for fault in faults} == {"district.toml", "stations.toml"}
    assert {fault.key for fault in faults} == {
        "push.daily_ranking.at",
        "station[1].lat",
        "station[1].ring_m",
        "station[1].ring",
    }


def test_the_error_prints_one_line_a_fault():
    with pytest.raises(DistrictError) as caught:
        read_district(with_change("district.toml", '"08:05"', '"25:00"'))
    assert str(caught.value) == (
        "district.toml: push.daily_ranking.at: expected a time from '00:00' to '23:59', found '25:00'"
    )
