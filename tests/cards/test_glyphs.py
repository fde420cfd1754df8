"""No box stands where a character of a place should be."""

import csv

import pytest
from PIL import ImageFont

from cards.catalogue import LANGUAGES, sentences
from cards.glyphs import DRAWN, missing
from cards.picture import fonts, sheet
from tests.support.ranked_days import FOLDER, district

LISTED = "".join((fonts() / "tongyong.txt").read_text("utf-8").split())
WEIGHTS = ("Regular", "Bold")
LACKED = "㐂🌫"


def boxes(text: str, weight: str) -> list[str]:
    """The characters that the font itself draws as its box for what it does not have."""
    font = ImageFont.truetype(str(fonts() / f"NotoSansSC-{weight}.otf"), 24)
    box = bytes(font.getmask(LACKED[0]))
    return [one for one in text if bytes(font.getmask(one)) == box]


def test_the_list_of_the_standard_is_whole():
    assert len(LISTED) == len(set(LISTED)) == 8105


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_font_draws_every_character_of_the_standard(weight):
    assert boxes(LISTED, weight) == []
    assert boxes(LACKED, weight) == list(LACKED)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_what_is_said_to_be_held_is_drawn(weight):
    held = "".join((fonts() / "coverage.txt").read_text("utf-8").split())
    assert boxes(held, weight) == []


def names() -> str:
    towns = (name for town in district().towns for name in (*town.all_names, *town.villages, town.name_en))
    others = (
        name
        for group in (district().bureaus, district().categories, district().stations, district().site_types)
        for one in group
        for name in (*one.all_names, one.name_en)
    )
    with (FOLDER / "sites.csv").open(encoding="utf-8") as file:
        sites = (cell for row in csv.reader(file) for cell in row)
        return "".join((*towns, *others, *sites))


def test_no_name_of_the_district_lacks_a_character():
    assert missing(names()) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_on_a_picture_lacks_a_character(language):
    texts = (text for key, text in sentences(language).items() if key.startswith("picture."))
    assert missing("".join(texts)) == ""


def test_a_missing_character_is_named_once_and_in_its_order():
    assert missing(f"花{LACKED[1]}园{LACKED[0]}口{LACKED[1]}") == LACKED[1] + LACKED[0]


def test_missing_characters_are_found_in_the_values_of_a_sheet():
    assert missing(sheet("ranking.typ", {"name": f"古荥{LACKED[0]}"}).values) == LACKED[0]


def test_figures_below_the_line_are_drawn_by_the_templates():
    assert missing(f"PM{DRAWN}") == ""


def test_older_names_keep_the_characters_that_the_standard_dropped():
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    older = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    assert len(set(older) - set(LISTED)) > 100
    assert missing(older) == ""
