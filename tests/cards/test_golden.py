"""The pictures are those that somebody looked at; another day's picture, or one changed figure, is noticed."""

from dataclasses import replace

import pytest
from PIL import Image

from cards.picture_ranking import ranking_sheet
from tests.support import ranked_days
from tests.support.golden import MOST, README, README_DENSITY, README_FOLDER, SHEETS, difference, drawn, kept

LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHEETS)
def test_the_picture_is_the_one_that_was_looked_at(name, language):
    assert difference(drawn(SHEETS[name](language)), kept(name, language)) < MOST


@pytest.mark.parametrize(("file", "shown"), README.items())
def test_the_pictures_of_the_readme_are_of_today(file, shown):
    name, language = shown
    there = Image.open(README_FOLDER / f"{file}.png").convert("RGB")
    assert difference(drawn(SHEETS[name](language), README_DENSITY), there) < MOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_days_picture_is_noticed(language):
    days = [day.__name__ for day in ranked_days.DAYS]
    same = [
        (one, other)
        for one in days
        for other in days
        if one != other and difference(kept(one, language), kept(other, language)) < MOST
    ]
    assert same == []


def test_one_changed_figure_is_noticed():
    board = ranked_days.normal("zh")
    changed = replace(board.rows[3], cells=("38", "75"))
    rows = (*board.rows[:3], changed, *board.rows[4:])
    sheet = ranking_sheet("zh", replace(board, rows=rows))
    assert difference(drawn(sheet), kept("normal", "zh")) > MOST
