"""Who may do what, through the bot's own entry point, against permissions.csv, which was written by hand.

Its rows are what can be done, its columns who does it, and its cells the letters of the cases in which it happens
(tests/support/permitting.py says what they mean); "-" is none. Nobody whose posts have ended does anything (r).
Whatever happens or not: every press has exactly one answer, and who is refused hears nothing else.
"""

import asyncio
import csv
import shutil
from pathlib import Path

import pytest

from tests.support.databases import on_postgres
from tests.support.deeds import DEEDS
from tests.support.permitting import POSTS, Deed, make_world, played
from tests.support.post import mill

FILE = Path(__file__).parent / "permissions.csv"
EXPECTED = {row.pop("what"): row for row in csv.DictReader(FILE.read_text("utf-8").splitlines())}
Letters = dict[str, str]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    if not on_postgres():
        asyncio.run(make_world(folder))
    return folder


def unlike(expected: Letters, found: Letters, deed: Deed) -> list[str]:
    """The cells in which it went otherwise than the file says, of those cases that the deed knows."""
    wanted = {role: "".join(filter(deed.cases.__contains__, expected[role])) or "-" for role in POSTS}
    return [
        f"{role}: {found[role]} instead of {wanted[role]}" for role in POSTS if found[role] != wanted[role]
    ]


async def tried(world: Path, folder: Path, deed: Deed) -> tuple[Letters, list[str]]:
    if on_postgres():
        await make_world(folder)
    else:
        shutil.copy(world / "lanxun.db", folder)
    async with mill(folder, fresh=False) as at:
        return await played(at, deed)


@pytest.mark.parametrize("deed", DEEDS, ids=str)
async def test_everybody_does_what_the_file_says_and_nothing_else(world, tmp_path, deed):
    found, wrong = await tried(world, tmp_path, deed)
    assert unlike(EXPECTED[deed.row], found, deed) + wrong == []


async def test_one_wrong_cell_in_the_file_is_found(world, tmp_path):
    deed = next(one for one in DEEDS if one.row == "accept")
    found, _ = await tried(world, tmp_path, deed)
    for role, right in EXPECTED["accept"].items():
        for letter in deed.cases:
            spoilt = right.replace(letter, "") if letter in right else right + letter
            assert unlike(EXPECTED["accept"] | {role: spoilt}, found, deed)


def test_the_file_and_the_deeds_are_about_the_same_people_and_rows():
    assert set(EXPECTED) == {deed.row for deed in DEEDS}
    assert {frozenset(row) for row in EXPECTED.values()} == {frozenset(POSTS)}
