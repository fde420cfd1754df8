"""Points, datums and the fence."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.datum import Datum
from domain.geo import (
    BetweenTowns,
    Cell,
    Fence,
    InTown,
    OutsideDistrict,
    Point,
    degrees_in,
    distance_m,
    point_in,
)

# WGS-84, GCJ-02 and BD-09 of six places, each pair agreed on by independent public implementations.
VECTORS = [
    ((34.8674, 113.6169), (34.86633522, 113.62295357), (34.87254717, 113.62938177)),
    ((34.9030, 113.6850), (34.90208317, 113.69115379), (34.90777329, 113.69773209)),
    ((34.8590, 113.5140), (34.85805984, 113.52025552), (34.86440096, 113.52665294)),
    ((39.90734, 116.39089), (39.90874107, 116.39713094), (39.91508347, 116.40350425)),
    ((31.2304, 121.4737), (31.22845774, 121.47822306), (31.23431058, 121.48478151)),
    ((18.2528, 109.5119), (18.25109479, 109.51598429), (18.25687654, 109.52253182)),
]
CHINESE = st.builds(Point, st.floats(18, 53), st.floats(74, 134))
ANYWHERE = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


def square(town, south, west, side=0.1):
    corners = (
        (south, west),
        (south, west + side),
        (south + side, west + side),
        (south + side, west),
        (south, west),
    )
    return Cell(town, ((corners,),), is_border=True)


FENCE = Fence([square("A", 34.8, 113.5), square("B", 34.8, 113.6)], 100)


@pytest.mark.parametrize(("wgs", "gcj", "bd"), VECTORS)
def test_published_points_convert_both_ways(wgs, gcj, bd):
    for datum, shifted in ((Datum.GCJ02, gcj), (Datum.BD09, bd)):
        assert degrees_in(Point(*wgs), datum) == pytest.approx(shifted, abs=2e-7)
        assert distance_m(point_in(*shifted, datum), Point(*wgs)) < 0.05


@given(CHINESE, st.sampled_from(Datum))
def test_a_point_comes_back_from_every_datum(point, datum):
    assert distance_m(point_in(*degrees_in(point, datum), datum), point) < 0.01


def test_outside_china_nothing_is_shifted():
    assert degrees_in(Point(52.5, 13.4), Datum.GCJ02) == (52.5, 13.4)


@pytest.mark.parametrize(
    ("lat", "lng"), [(90.1, 0), (-91, 0), (0, 180.5), (0, -181), (float("nan"), 0), (0, float("inf"))]
)
def test_what_is_no_place_on_earth_is_refused(lat, lng):
    with pytest.raises(ValueError, match=r"world|number"):
        Point(lat, lng)
    with pytest.raises(ValueError, match=r"world|number"):
        point_in(lat, lng, Datum.BD09)


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres():
    assert distance_m(Point(34, 113), Point(35, 113)) == pytest.approx(111_195, abs=1)


@given(ANYWHERE, ANYWHERE)
def test_distance_is_the_same_there_and_back(one, other):
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert distance_m(one, other) <= 20_015_116


@pytest.mark.parametrize(
    ("lng", "placed"),
    [
        (113.55, InTown("A")),
        (113.65, InTown("B")),
        (113.5985, InTown("A")),
        (113.5995, BetweenTowns(("A", "B"))),
        (113.6005, BetweenTowns(("B", "A"))),
        (113.6015, InTown("B")),
    ],
)
def test_a_pin_near_a_border_is_asked_about(lng, placed):
    assert FENCE.place(Point(34.85, lng)) == placed


def test_a_pin_on_the_border_belongs_to_neither_alone():
    assert isinstance(FENCE.place(Point(34.85, 113.6)), BetweenTowns)


@pytest.mark.parametrize(("lng", "town"), [(113.49, "A"), (113.71, "B"), (113.7005, "B")])
def test_a_pin_outside_tells_how_far_and_which_town_is_nearest(lng, town):
    placed = FENCE.place(Point(34.85, lng))
    assert isinstance(placed, OutsideDistrict)
    edge = Point(34.85, 113.5 if town == "A" else 113.7)
    assert placed.nearest_town == town
    assert placed.distance_m == pytest.approx(distance_m(Point(34.85, lng), edge), rel=2e-3)


def test_a_hole_is_outside():
    around = square("A", 34.8, 113.5)
    hole = square("A", 34.84, 113.54, 0.02).polygons[0][0]
    fence = Fence([Cell("A", ((around.polygons[0][0], hole),), is_border=True)], 100)
    assert isinstance(fence.place(Point(34.85, 113.55)), OutsideDistrict)
    assert fence.place(Point(34.82, 113.52)) == InTown("A")


def test_two_cells_of_one_town_have_no_border_between_them():
    fence = Fence([square("A", 34.8, 113.5), square("A", 34.8, 113.6)], 100)
    assert fence.place(Point(34.85, 113.6)) == InTown("A")


@given(st.floats(34.8001, 34.8999), st.floats(113.5001, 113.6999))  # the very edge is the outside too
def test_every_pin_inside_has_a_town(lat, lng):
    assert isinstance(FENCE.place(Point(lat, lng)), InTown | BetweenTowns)


def test_a_fence_without_cells_is_refused():
    with pytest.raises(ValueError, match="at least one cell"):
        Fence([], 100)


def test_a_wrong_datum_moves_a_pin_by_hundreds_of_metres():
    there = [point_in(34.8674, 113.6169, datum) for datum in Datum]
    assert all(distance_m(one, other) > 500 for one, other in pairwise(there))
