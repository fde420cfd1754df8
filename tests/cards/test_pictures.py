"""What stands on the pictures, before they are drawn."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from cards.catalogue import LANGUAGES, sentences
from cards.picture import templates
from cards.picture_bulletin import Bulletin, bulletin_sheet
from cards.picture_map import sketch
from cards.picture_morning import morning_sheet
from cards.picture_parts import items, marks, period, short_name
from cards.picture_poster import poster_sheet
from cards.picture_ranking import ranking_sheet
from cards.picture_trend import trend_sheet
from domain.air_rules import Gap
from tests.support import ranked_days

SMALLEST = 8.5  # points; a card is 360 points wide, as many as a phone has pixels


def shown(sheet) -> dict:
    return json.loads(sheet.values)


def test_a_town_without_data_is_listed_with_the_reason_and_has_no_place():
    card = shown(ranking_sheet("zh", ranked_days.missing("zh")))
    assert [one["name"] for one in card["unranked"]] == ["花园口镇", "江山路街道"]
    assert card["hero"]["why"] == "未参与排名：有效小时不足20个"
    assert len(card["rows"]) == 6


def test_shared_places_are_said_and_the_next_place_is_left_free():
    card = shown(ranking_sheet("zh", ranked_days.tied("zh")))
    assert [(row["place"], row["shared"]) for row in card["rows"][:4]] == [
        (1, "并列"), (1, "并列"), (3, ""), (4, "并列"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (ranked_days.normal, ["示例数据"]),
        (ranked_days.corrected, ["更正 第2版", "示例数据"]),
        (ranked_days.sand, ["沙尘", "示例数据"]),
    ],
)
def test_what_must_not_be_overlooked_stands_on_the_band(day, words):
    assert [mark["text"] for mark in shown(ranking_sheet("zh", day("zh")))["marks"]] == words


def test_real_data_carry_no_mark_and_two_standards_in_one_period_do():
    assert marks("zh", ranked_days.origin(sample=False)) == []
    mixed = marks("en", ranked_days.origin(sample=False, mixed=True))
    assert [mark["text"] for mark in mixed] == ["TWO STANDARDS"]


def test_only_the_own_town_is_marked_in_the_table_and_on_the_map():
    card = shown(ranking_sheet("zh", ranked_days.heavy("zh")))
    assert [row["name"] for row in card["rows"] if row["own"]] == ["古荥镇"]
    assert sum(cell["own"] for cell in card["map"]["cells"]) == 1


def test_the_bulletin_marks_nobodys_own_town():
    sheet = bulletin_sheet("zh", Bulletin(board=ranked_days.week("zh"), number=1, signature="示例区攻坚办"))
    assert not any(row["own"] for row in shown(sheet)["rows"])
    assert shown(sheet)["opening"][-2:] == ["排名第一：花园口镇。", "排名末位：江山路街道。"]


def test_the_sketch_says_that_it_shows_no_borders():
    notes = [shown(ranking_sheet(one, ranked_days.normal(one)))["map_note"] for one in ("zh", "en")]
    assert notes == ["示意图，非行政边界", "Sketch, not administrative borders"]


def test_the_sketch_keeps_its_frame_and_its_north_up():
    drawn = sketch(ranked_days.district().cells, lambda town: {"town": town})
    spots = {cell["town"]: cell["at"] for cell in drawn["cells"]}
    assert all(0 <= x <= 1 and 0 <= y <= drawn["high"] for cell in drawn["cells"] for x, y in cell["points"])
    north, south, west, east = (spots[code] for code in ("410108006", "410108004", "410108101", "410108100"))
    assert north[1] < south[1]
    assert west[0] < east[0]


def test_a_district_without_cells_has_no_sketch():
    assert shown(ranking_sheet("zh", ranked_days.board("zh", cells=())))["map"] is None


def test_a_week_and_a_day_are_named_with_all_that_tells_them_apart():
    week = ranked_days.week("zh")
    assert period("zh", "week", week.first, week.last) == "2026年第47周（11月16日—11月22日）"
    assert period("en", "week", week.first, week.last) == "Week 47 of 2026 (16 Nov – 22 Nov)"
    assert period("en", "day", ranked_days.DAY, ranked_days.DAY) == "Sunday, 22 November 2026"


def test_the_footnote_tells_edition_data_version_time_and_formula():
    said = " ".join(shown(ranking_sheet("zh", ranked_days.corrected("zh")))["notes"])
    for part in ("GB 3095-2026", "HJ 633-2026", "8/8", "第2版", "11月23日 08:05", "PM₂.₅/30 + PM₁₀/60"):
        assert part in said


def test_a_class_that_must_not_be_published_is_not_shown():
    board = ranked_days.normal("zh")
    rows = [replace(one, aqi="NA", grade=None, primary=()) for one in board.rows]
    card = shown(ranking_sheet("zh", replace(board, rows=rows)))
    assert {(row["grade"], row["aqi"]) for row in card["rows"]} == {(None, "AQI NA")}
    assert card["legend"] == []


def test_a_long_word_for_a_kind_of_town_is_left_out_in_the_table():
    assert [short_name("en", one) for one in ("Dahe Road Subdistrict", "Guxing Town")] == [
        "Dahe Road",
        "Guxing",
    ]
    assert short_name("zh", "花园口镇") == "花园口镇"


def test_primary_pollutants_are_printed_as_in_the_standard():
    assert items(["pm25", "o3_8h", "unknown"]) == "PM₂.₅ O₃ unknown"


def test_a_trend_keeps_the_days_without_data_empty():
    card = shown(trend_sheet("en", ranked_days.trend("en")))
    assert [n for n, value in enumerate(card["series"][0]["values"]) if value is None] == [7, 20]
    assert (card["days"][0], card["days"][-1]) == ("24 Oct", "22 Nov")


def test_the_morning_shows_what_is_late_in_another_tone():
    card = shown(morning_sheet("zh", ranked_days.morning("zh")))
    assert [count for _, count, _ in card["yesterday"]] == [12, 9, 7]
    assert [tone for _, _, tone in card["open"]] == ["bad", "warn", "warn", "ink"]


def test_the_poster_names_no_person_and_no_coordinates():
    card = shown(poster_sheet("zh", ranked_days.poster("zh")))
    assert card["facts"] == [["属地", "花园口镇"], ["用时", "5 小时 10 分钟"], ["工作量", "1200 平方米"]]


def test_the_key_of_a_sheet_changes_with_a_figure_and_with_a_photo():
    poster = ranked_days.poster("zh")
    other = replace(poster, after=ranked_days.photo((1, 2, 3)))
    keys = [poster_sheet("zh", one).key for one in (poster, poster, other, replace(poster, quantity="2 处"))]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gap", Gap)
def test_every_reason_for_no_place_has_its_words(language, gap):
    assert f"picture.why_{gap.value}" in sentences(language)


def test_nothing_is_set_smaller_than_a_phone_shows():
    sizes = [
        float(size)
        for file in templates().glob("*.typ")
        for size in re.findall(r"size: (\d+(?:\.\d+)?)pt", file.read_text("utf-8"))
    ]
    assert len(sizes) > 30
    assert min(sizes) >= SMALLEST


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [one / 255 / 12.92 if one <= 10 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in colour]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def test_words_on_every_class_colour_are_read_well():
    theme = (templates() / "theme.typ").read_text("utf-8")
    colours = [tuple(map(int, one)) for one in re.findall(r"rgb\((\d+), (\d+), (\d+)\)", theme)]
    inks = re.search(r"grade-inks = \((.*)\)", theme)[1].replace("white", "#ffffff")
    words = [tuple(bytes.fromhex(one)) for one in re.findall(r"#([0-9a-f]{6})", inks)]
    assert len(colours) == len(words) == 6
    for pair in zip(colours, words, strict=True):
        dark, light = sorted(map(luminance, pair))
        assert (light + 0.05) / (dark + 0.05) >= 3.9


def test_the_rows_of_a_card_stand_in_the_order_of_the_places():
    places = [row["place"] for row in shown(ranking_sheet("en", ranked_days.sand("en")))["rows"]]
    assert all(one <= other for one, other in pairwise(places))
