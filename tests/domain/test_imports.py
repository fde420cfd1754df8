"""Tables of the office: whole or nothing, and every wrong cell named with row, column, value and what was expected."""

import pytest

from domain.district import District
from domain.geo import Point
from domain.imports import TableError, read_people, read_sites
from domain.people import Post, Role
from tests.support.desk import TOWN, office

SITES = ["name", "kind", "town", "lat", "lng", "aliases"]
GOOD = ["示例工地", "工地", "花园口镇", "34.88", "113.74", "一号工地；东区工地"]
PEOPLE = ["name", "role", "town", "unit", "id"]


@pytest.fixture
def district() -> District:
    return office().district


def wrongs(refused: pytest.ExceptionInfo[TableError]) -> list[tuple[int, str, str]]:
    return [(wrong.row, wrong.column, wrong.value) for wrong in refused.value.wrongs]


def test_a_site_is_read_with_its_town_and_kind_as_codes(district):
    (site,) = read_sites([SITES, GOOD], district)
    assert (site.name, site.kind, site.town) == ("示例工地", "building_site", TOWN)
    assert site.point == Point(34.88, 113.74)
    assert site.aliases == ("一号工地", "东区工地")


def test_chinese_headers_in_any_order_empty_rows_and_missing_columns_are_fine(district):
    grid = [["镇办", "类型", "名称"], ["", "", ""], ["花园口镇", "工地", "示例工地"]]
    (site,) = read_sites(grid, district)
    assert (site.point, site.aliases) == (None, ())


def test_the_same_site_has_the_same_id_in_every_file_and_another_town_another(district):
    ids = [
        read_sites([SITES, [*GOOD[:2], town]], district)[0].id for town in ("花园口镇", "花园口镇", "古荥镇")
    ]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", ""),
        ("name", "示\0例"),
        ("name", "例" * 201),
        ("kind", "飞机场"),
        ("town", "别处镇"),
        ("lat", "north"),
        ("lat", "nan"),
        ("lat", "113.74"),
        ("lng", ""),
        ("lng", "999"),
    ],
)
def test_a_wrong_cell_is_named(column, value, district):
    row = [value if name == column else cell for name, cell in zip(SITES, GOOD, strict=True)]
    with pytest.raises(TableError) as refused:
        read_sites([SITES, GOOD[:3], row], district)
    assert (3, column, value) in wrongs(refused)


def test_coordinates_the_wrong_way_round_are_refused(district):
    swapped = [*GOOD[:3], "34.88", "-113.74"]
    with pytest.raises(TableError, match="in or near the district"):
        read_sites([SITES, swapped], district)


def test_the_sentence_says_row_column_value_and_what_was_expected(district):
    with pytest.raises(TableError) as refused:
        read_sites([SITES, [*GOOD[:2], "别处镇"]], district)
    assert str(refused.value) == (
        "row 2, column town: expected the name or code of a town of the district, found '别处镇'"
    )


def test_a_site_twice_in_one_file_is_refused_with_the_first_row(district):
    with pytest.raises(TableError, match="does not stand in row 2 already"):
        read_sites([SITES, GOOD, GOOD], district)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        (["name", "kind"], "town"),
        (["name", "kind", "town", "colour"], "colour"),
        (["name", "名称", "kind", "town"], "name"),
        ([], "name"),
    ],
)
def test_a_wrong_header_is_told_before_any_row(header, column, district):
    with pytest.raises(TableError) as refused:
        read_sites([header, ["x"] * 4], district)
    assert column in {wrong.column for wrong in refused.value.wrongs}
    assert {wrong.row for wrong in refused.value.wrongs} == {1}


def test_a_cell_beside_the_columns_is_no_comment(district):
    with pytest.raises(TableError, match="nothing beside the columns"):
        read_sites([SITES, [*GOOD, "seen?"]], district)


def test_of_very_many_faults_the_first_are_told_and_the_others_counted(district):
    with pytest.raises(TableError, match="and 30 more"):
        read_sites([SITES, *[[f"示例{n}", "工地", "别处镇"] for n in range(50)]], district)


def people(*rows: list[str]) -> list[Post]:
    named = {"巡查员": Role.PATROL, **{role.value: role for role in Role}}
    return [(one.name, one.post, one.id) for one in read_people([PEOPLE, *rows], office().district, named)]


def test_people_are_read_with_their_post_and_an_id_where_it_is_known():
    bureau = office().district.bureaus[0]
    assert people(["张三", "巡查员", "花园口镇"], ["李四", "bureau_staff", "", bureau.name, "77"]) == [
        ("张三", Post(Role.PATROL, TOWN), None),
        ("李四", Post(Role.BUREAU_STAFF, None, bureau.code), 77),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["张三", "chief"], "role"),
        (["张三", "patrol"], "town"),
        (["张三", "office", "花园口镇"], "town"),
        (["张三", "bureau_staff"], "unit"),
        (["张三", "bureau_staff", "", "无此局"], "unit"),
        (["张三", "office", "", "", "@zhangsan"], "id"),
        (["张三", "office", "", "", "-5"], "id"),
        (["", "office"], "name"),
    ],
)
def test_a_post_that_is_not_whole_is_one_wrong_cell(row, column):
    with pytest.raises(TableError) as refused:
        people(row)
    assert [wrong.column for wrong in refused.value.wrongs] == [column]
