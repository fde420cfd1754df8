"""The catalogue of faults: each has a test that bears its name, or stands in docs/reliability.md as still open."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST = {"T": 40, "W": 16, "P": 20, "S": 18, "U": 24, "M": 7, "V": 10}
CATALOGUE = {f"{letter}{n:02d}" for letter, most in MOST.items() for n in range(1, most + 1)}
NAME = re.compile(r"\bdef (test_\w+)")
ID = re.compile(r"(?<![A-Za-z0-9])([TWPSUMV]\d\d)(?![A-Za-z0-9])")
ROW = re.compile(r"^\| ([TWPSUMV]\d\d) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def with_a_test() -> set[str]:
    """In the name of a test, as the id of one of its cases, or in the first line of a talk."""
    found: set[str] = set()
    for file in (ROOT / "tests").rglob("*.py"):
        text = file.read_text("utf-8")
        found |= {one for name in NAME.findall(text) for one in ID.findall(name.upper().replace("_", " "))}
        if file.name != "test_catalogue.py":
            found |= set(re.findall(r'[("]([TWPSUMV]\d\d)[" ]', text))
    for talk in (ROOT / "tests" / "talks").glob("*.talk"):
        found |= set(ID.findall(talk.read_text("utf-8").splitlines()[0]))
    return found & CATALOGUE


def rows() -> dict[str, str]:
    return dict(ROW.findall((ROOT / "docs" / "reliability.md").read_text("utf-8")))


def unlike(catalogue: set[str], has: set[str], listed: dict[str, str]) -> list[str]:
    """What is neither tested nor open, both, or not listed at all."""
    is_open = {one for one, state in listed.items() if state.strip() == "open"}
    wrong = [f"{one} is not in the table" for one in catalogue - set(listed)]
    wrong += [f"{one} is in the table and in no catalogue" for one in set(listed) - catalogue]
    wrong += [f"{one} has no test" for one in catalogue - has - is_open]
    wrong += [f"{one} has a test and stands as open" for one in has & is_open]
    return sorted(wrong)


def test_each_fault_of_the_catalogue_has_its_test_or_stands_as_open():
    assert unlike(CATALOGUE, with_a_test(), rows()) == []


def test_a_fault_without_a_test_and_one_that_is_wrongly_open_are_found():
    assert unlike({*CATALOGUE, "T41"}, with_a_test(), rows()) == [
        "T41 has no test",
        "T41 is not in the table",
    ]
    listed = {**rows(), "T01": "open"}
    assert unlike(CATALOGUE, with_a_test(), listed) == ["T01 has a test and stands as open"]
    assert unlike(CATALOGUE, with_a_test() - {"T02"}, rows()) == ["T02 has no test"]
