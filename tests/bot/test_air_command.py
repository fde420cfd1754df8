"""The calculator `lanxun air`, as a script calls it."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

HOURLY = Path(__file__).parents[3] / "shared" / "data" / "zhengzhou_hourly_2020.csv"
ITEMS = ("so2", "no2", "co", "o3_8h", "pm10", "pm25")


def ask(*lines):
    """Exit status and the answers."""
    text = "\n".join(
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    )
    told = CliRunner().invoke(app, ["air"], input=text)
    return told.exit_code, [json.loads(line) for line in told.stdout.splitlines()]


def day(*values, **more):
    return {"kind": "day", **dict(zip(ITEMS, values, strict=True)), **more}


@pytest.mark.parametrize(
    ("values", "old", "new"),
    [
        (("8", "34", "1.1", "78", "110", "70"), (94, "良", ["pm25"]), (110, "轻度污染", ["pm25"])),
        (("10", "40", "0.6", "100", "50", "35"), (50, "优", []), (50, "优", [])),
        (("9", "26", "0.5", "33", "56", "37"), (53, "良", ["pm10", "pm25"]), (55, "良", ["pm10"])),
        (("7", "22", "2.2", "60", "40", "30"), (55, "良", ["co"]), (55, "良", ["co"])),
    ],
)
def test_a_day_is_judged_by_the_edition_of_its_date(values, old, new):
    status, (before, after) = ask(day(*values, date="2026-02-28"), day(*values, date="2026-03-01"))
    assert status == 0
    assert (before["aqi"], before["class"], before["primary"]) == old
    assert (after["aqi"], after["class"], after["primary"]) == new
    assert (before["edition"], after["edition"]) == (2012, 2026)


def test_the_keys_of_an_answer_are_those_of_the_contract():
    _, (told,) = ask(day("8", "34", "1.1", "78", "110", "70", date="2026-11-22", o3_1h=None, edition=None))
    assert list(told) == ["edition", "aqi", "class", "primary", "iaqi", "published"]
    assert told["iaqi"] == {"so2": 8, "no2": 43, "co": 28, "o3_8h": 39, "pm10": 93, "pm25": 110}


def test_what_may_not_be_published_is_na():
    line = day("7", "22", "0.6", "101", None, "30")
    _, (old, new) = ask(line | {"edition": 2012}, line | {"edition": 2026})
    assert (old["published"], new["published"]) == ("51", "NA")


def test_numbers_may_be_numbers_or_texts_and_never_pass_through_a_float():
    _, (as_text, as_number) = ask(
        '{"kind":"day","edition":2026,"co":"2.2"}', '{"kind":"day","edition":2026,"co":2.2}'
    )
    assert as_text == as_number
    assert as_text["iaqi"] == {"co": 55}


@pytest.mark.skipif(not HOURLY.exists(), reason="the measured hours are not beside the project")
def test_every_measured_hour_of_a_year_is_judged_as_it_was_published():
    with HOURLY.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    hours = [
        {"kind": "hour", "date": f"{row['date'][:4]}-{row['date'][4:6]}-{row['date'][6:]}"}
        | {one: row[one] or None for one in ("so2", "no2", "co", "o3_1h", "pm10", "pm25")}
        for row in rows
    ]
    status, told = ask(*hours)
    assert (status, len(told)) == (0, 1039)
    for row, answer in zip(rows, told, strict=True):
        primary = {one.removesuffix("_1h") for one in answer["primary"]}
        assert answer["published"] == (row["aqi"] or "NA"), row
        assert (answer["class"] or "") == row["level"], row
        assert primary == {one.removesuffix("_1h") for one in row["primary"].split("+")} - {""}, row


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            {
                "kind": "index",
                "edition": 2012,
                **dict(zip(ITEMS, ("12", "27", "0.8", "191", "65", "29"), strict=True)),
            },
            {"edition": 2012, "index": "4.03"},
        ),
        ({"kind": "index", "edition": 2026, "so2": 12}, {"edition": 2026, "index": None}),
        (
            {"kind": "rank", "values": ["4.81", "4.92", "5.10", "4.92", "4.60", None, "4.77", "4.92"]},
            {"ranks": [3, 4, 7, 4, 1, None, 2, 4]},
        ),
        ({"kind": "change", "now": "121", "base": "127"}, {"percent": "-4.7"}),
        ({"kind": "change", "now": 65, "base": 72}, {"percent": "-9.7"}),
        ({"kind": "change", "now": 65, "base": 65}, {"percent": "0.0"}),
        ({"kind": "change", "now": 65, "base": None}, {"percent": None}),
        (
            {"kind": "percentile", "p": 90, "values": [88, 95, 101, 110, 120, 131, 140, 152, 160, 171]},
            {"value": "161.1"},
        ),
        ({"kind": "o3_8h", "hours": [60] * 24}, {"o3_8h": "60"}),
        ({"kind": "o3_8h", "hours": [60] * 12 + [None] * 12}, {"o3_8h": None}),
    ],
)
def test_the_other_questions_are_answered(line, told):
    assert ask(line) == (0, [told])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "one JSON object a line"),
        ("[1]", "one JSON object a line"),
        ({"kind": "year"}, "kind: one of day, hour"),
        ({"kind": "day", "edition": 2026, "pm2.5": 1}, "unknown: 'pm2.5'"),
        ({"kind": "day", "pm25": 1}, "date: a date like 2026-11-22"),
        ({"kind": "day", "date": "2026-02-30"}, "date: a date like 2026-11-22, not '2026-02-30'"),
        ({"kind": "day", "edition": 1996}, "an edition of 2012, 2026"),
        ({"kind": "day", "edition": 2026, "pm25": -1}, "pm25: a number"),
        ({"kind": "day", "edition": 2026, "pm25": "viel"}, "pm25: a number"),
        ({"kind": "day", "edition": 2026, "pm25": True}, "pm25: a number"),
        ('{"kind":"day","edition":2026,"pm25":NaN}', "NaN is no number"),
        ('{"kind":"day","edition":2026,"pm25":1e400}', "pm25: a number of this world"),
        ({"kind": "rank", "values": "4.8"}, "values: a list"),
        ({"kind": "change", "base": 1}, "now: a number"),
        ({"kind": "o3_8h", "hours": [1, 2]}, "hours: 24 values"),
        ({"kind": "percentile", "p": 101, "values": [1]}, "p: a whole number from 0 to 100"),
        ({"kind": "percentile", "p": 90, "values": [None]}, "values: at least one number"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_the_rest_go_on(line, said):
    status, (bad, good) = ask(line, {"kind": "rank", "values": [1]})
    assert status == 1
    assert list(bad) == ["error"]
    assert said in bad["error"]
    assert good == {"ranks": [1]}


def test_blank_lines_are_passed_over():
    assert ask("", {"kind": "rank", "values": [2, 1]}, "  ") == (0, [{"ranks": [2, 1]}])
