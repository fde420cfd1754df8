"""The district that comes with the project."""

import csv
import json
from pathlib import Path

import holidays
import pytest
from shapely.geometry import shape

from bot.district_files import load_district
from domain.district_table import DistrictError
from domain.geo import Fence, InTown, OutsideDistrict, Point
from domain.ticket import Source

FOLDER = Path(__file__).parents[2] / "districts" / "huiji"
DISTRICT = load_district(FOLDER)
FENCE = Fence(DISTRICT.cells, DISTRICT.basics.border_margin_m)
CELLS = json.loads((FOLDER / "cells.geojson").read_text("utf-8"))["features"]
OUTLINE = shape(json.loads((FOLDER / "outline.geojson").read_text("utf-8"))["features"][0]["geometry"])
SITES = list(csv.DictReader((FOLDER / "sites.csv").read_text("utf-8").splitlines()))
A_METRE = 1e-5  # degrees, about


def test_the_office_is_free_on_the_published_days_and_works_on_those_that_make_up_for_them():
    office, published = (
        DISTRICT.calendars["office"],
        holidays.country_holidays("CN", years=(2025, 2026, 2027)),
    )
    assert office.known_until.year == 2027
    assert office.holidays == set(published)
    assert office.workdays == {day for day in published.weekend_workdays if 2025 <= day.year <= 2027}


def test_it_has_eight_towns_and_twenty_categories():
    assert (len(DISTRICT.towns), len(DISTRICT.categories), len(DISTRICT.cells)) == (8, 20, 8)
    assert DISTRICT.basics.ticket_prefix == "HJ"


@pytest.mark.parametrize("town", DISTRICT.towns, ids=lambda town: town.name_en)
def test_every_town_has_names_and_villages(town):
    assert town.aliases
    assert town.name_en.isascii()
    assert len(town.villages) == len(set(town.villages)) >= 9
    assert all(village.endswith(("村", "社区")) and "委员会" not in village for village in town.villages)


def test_the_former_name_still_finds_its_town():
    assert [town.name for town in DISTRICT.towns if "老鸦陈街道" in town.former_names] == ["江山路街道"]


@pytest.mark.parametrize("category", DISTRICT.categories, ids=lambda category: category.code)
def test_every_category_gives_each_source_a_time(category):
    for source in Source:
        limits = category.limits_for(source)
        assert 0 < limits.accept_minutes <= limits.fix_minutes <= category.limits.fix_minutes
        assert limits.calendar in DISTRICT.calendars


def test_the_words_of_the_newspaper_find_their_category():
    named = {name: category.code for category in DISTRICT.categories for name in category.all_names}
    assert named["小散乱污"] == "scattered_works"
    assert named["黄土裸露"] == "bare_earth"
    assert named["燃煤散烧"] == "loose_coal"


@pytest.mark.parametrize("feature", CELLS, ids=lambda feature: feature["properties"]["town"])
def test_every_cell_lies_inside_the_outline_and_is_no_border(feature):
    assert feature["properties"]["not_a_border"] is True
    assert shape(feature["geometry"]).within(OUTLINE.buffer(A_METRE))


def test_the_cells_fill_the_outline():
    area = sum(shape(feature["geometry"]).area for feature in CELLS)
    assert area == pytest.approx(OUTLINE.area, rel=1e-4)
    assert not any(cell.is_border for cell in (*DISTRICT.cells, DISTRICT.outline))


def test_cells_carry_the_names_of_their_towns():
    drawn = {feature["properties"]["town"]: feature["properties"]["name"] for feature in CELLS}
    assert drawn == {town.code: town.name for town in DISTRICT.towns}


@pytest.mark.parametrize("site", SITES, ids=lambda site: site["name"])
def test_every_sample_site_is_invented_and_lies_in_its_town(site):
    town = next(town for town in DISTRICT.towns if town.name == site["town"])
    assert site["name"].startswith("示例")
    assert site["type"] in {kind.name for kind in DISTRICT.site_types}
    assert FENCE.place(Point(float(site["lat"]), float(site["lng"]))) == InTown(town.code)


def test_there_are_forty_sample_sites_with_different_names():
    assert len({site["name"] for site in SITES}) == len(SITES) == 40


@pytest.mark.parametrize("station", DISTRICT.stations, ids=lambda station: station.code)
def test_stations_are_inside_and_say_that_they_are_approximate(station):
    assert station.approximate
    assert not isinstance(FENCE.place(station.point), OutsideDistrict)


def test_another_city_is_outside():
    assert isinstance(FENCE.place(Point(39.9, 116.4)), OutsideDistrict)


def test_a_folder_that_is_not_there_is_told_file_by_file(tmp_path):
    with pytest.raises(DistrictError, match=r"towns\.toml: \(file\): expected the file, found nothing"):
        load_district(tmp_path / "nowhere")
