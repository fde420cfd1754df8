"""Tables of air data from the command line, and the ranking that comes out of them."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from bot.cli import app
from tests.support.databases import url_of

CHINA = timezone(timedelta(hours=8))
HEAD = "日期,镇办,SO2,NO2,CO,O3_8h,PM10,PM2.5\n"
TABLE = HEAD + "2026-01-05,花园口镇,8,34,0.8,78,58,31\n2026-01-05,老鸦陈街道,8,34,0.8,78,97,52\n"


class Console:
    """Runs commands on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {"LANXUN_DATABASE_URL": url_of(folder)}

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit status, stdout and what was refused."""
        told = CliRunner().invoke(app, words, env=self.settings)
        return told.exit_code, told.stdout, told.stderr or str(told.exception or "")

    def bring(self, table: str | bytes, *words: str) -> tuple[int, str, str]:
        file = self.folder / "空气.csv"
        file.write_bytes(table if isinstance(table, bytes) else table.encode())
        return self("import", "air", str(file), *words)

    def kept(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self("export", "air")[1].splitlines()]


@pytest.fixture
def lanxun(tmp_path: Path) -> Console:
    return Console(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_v01_a_table_is_taken_in_any_encoding_of_the_office(lanxun, encoding):
    status, said, _ = lanxun.bring(TABLE.encode(encoding))
    assert (status, said.splitlines()[0]) == (
        0,
        "2 rows were imported, 0 were known: 2026-01-05 to 2026-01-05",
    )
    assert [(row["town"], row["pm25"]) for row in lanxun.kept()] == [("江山路街道", 52), ("花园口镇", 31)]


def test_v02_a_row_that_stands_twice_refuses_the_whole_file_by_its_row(lanxun):
    status, _, why = lanxun.bring(TABLE + "2026-01-05,花园口镇,8,34,0.8,78,58,35\n")
    assert status == 1
    assert "row 4, column town: expected this place and time only once (2)" in why
    assert lanxun.kept() == []


def test_v03_a_doubtful_value_is_held_until_somebody_is_sure_of_it(lanxun):
    doubtful = HEAD + "2026-01-05,花园口镇,8,34,0.8,78,31,58\n"
    status, said, _ = lanxun.bring(doubtful)
    assert (status, [row["held"] for row in lanxun.kept()]) == (0, [True])
    assert "expected PM2.5 that is not above PM10, found '58': is that right?" in said
    rows = json.loads(lanxun("rank", "day", "2026-01-05", "--json")[1])["rows"]
    assert {row["reason"] for row in rows} == {"held", "no_data"}


def test_v03_what_somebody_is_sure_of_is_not_held(lanxun):
    lanxun.bring(HEAD + "2026-01-05,花园口镇,8,34,0.8,78,31,58\n", "--yes")
    assert [row["held"] for row in lanxun.kept()] == [False]


def test_v04_an_unknown_town_is_refused_with_the_likeliest_name(lanxun):
    status, _, why = lanxun.bring(TABLE.replace("花园口", "花园囗"))
    assert status == 1
    assert (
        "row 2, column town: expected a station or a town of the district (花园口镇), found '花园囗镇'" in why
    )


def test_v05_a_correction_is_not_made_from_the_command_line(lanxun):
    table = TABLE.replace("2026-01-05", f"{datetime.now(UTC) - timedelta(days=3):%Y-%m-%d}")
    lanxun.bring(table)
    status, _, why = lanxun.bring(table.replace("58,31", "58,33"))
    assert status == 1
    assert why == (
        "row 2: other values are kept already; "
        "a correction of what is kept needs two persons and is not made from the command line"
    )
    assert [row["pm25"] for row in lanxun.kept()] == [52, 31]


def test_v10_what_is_kept_for_long_is_not_corrected_any_more(lanxun):
    lanxun.bring(TABLE)
    status, _, why = lanxun.bring(TABLE.replace("58,31", "58,33"))
    assert status == 1
    assert "too old to be corrected" in why


def test_v09_the_same_table_again_is_recognised_and_nothing_is_stored(lanxun):
    lanxun.bring(TABLE)
    for table in (TABLE, TABLE + "\n"):
        assert lanxun.bring(table)[:2] == (0, "this table was brought before: nothing is new\n")
    log = [json.loads(line)["action"] for line in lanxun("export", "audit")[1].splitlines()]
    assert log.count("imported") == 1


@pytest.mark.parametrize(
    ("day", "why"),
    [("2026-02-30", "a date of the calendar"), ("2199-01-01", "a time that has passed")],
)
def test_v10_a_day_that_is_not_or_not_yet_is_refused(lanxun, day, why):
    status, _, said = lanxun.bring(TABLE.replace("2026-01-05", day, 1))
    assert status == 1
    assert f"row 2, column date: expected {why}" in said


def test_a_dry_run_says_what_would_be_and_stores_nothing(lanxun):
    status, said, _ = lanxun.bring(TABLE, "--dry-run")
    assert (status, said.splitlines()[0]) == (
        0,
        "2 rows could be imported, 0 were known: 2026-01-05 to 2026-01-05",
    )
    assert lanxun.kept() == []


def test_the_ranking_is_printed_as_the_export_has_it_and_as_a_table(lanxun):
    lanxun.bring(TABLE)
    shown = json.loads(lanxun("rank", "day", "2026-01-05", "--json")[1])
    assert [shown[name] for name in ("kind", "period", "version", "edition")] == [
        "day",
        "2026-01-05",
        1,
        2012,
    ]
    assert shown["rows"][1] == {
        "town": "江山路街道",
        "rank": 2,
        "pm25": "52",
        "pm10": "97",
        "index": "2.87",
        "aqi": "74",
        "primary": ["pm10"],
        "class": "良",
        "change": None,
        "reason": None,
    } | {key: shown["rows"][1][key] for key in ("aqi", "primary")}
    lines = lanxun("rank", "day", "2026-01-05")[1].splitlines()
    assert lines[1].split("\t")[:5] == ["1", "花园口镇", "31", "58", "1.71"]
    assert lines[3].split("\t")[0] == "no_data"


def test_the_picture_and_the_printed_notice_are_drawn(lanxun, tmp_path):
    lanxun.bring(TABLE)
    png, pdf = tmp_path / "day.png", tmp_path / "week.pdf"
    assert lanxun("rank", "day", "2026-01-05", "--png", str(png), "--town", "老鸦陈街道")[0] == 0
    assert lanxun("bulletin", "week", "2026-W02", "--out", str(pdf))[0] == 0
    assert png.read_bytes().startswith(b"\x89PNG")
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("rank", "day", "2026-01-06"), 1, "nothing is stored for 2026-01-06"),
        (("rank", "day", "2026-02-30"), 2, ""),
        (("rank", "week", "2026-11"), 2, ""),
        (("bulletin", "day", "2026-01-05", "--out", "x.pdf"), 2, ""),
    ],
)
def test_a_ranking_that_cannot_be_made_is_refused(lanxun, words, status, said):
    lanxun.bring(TABLE)
    found = lanxun(*words)
    assert found[0] == status
    assert said in found[2]


def test_today_is_no_day_to_be_ranked_yet(lanxun):
    today = f"{datetime.now(CHINA):%Y-%m-%d}"
    status, _, why = lanxun.bring(TABLE.replace("2026-01-05", today, 1))
    assert status == 1
    assert "expected a time that has passed" in why


def test_a_table_without_a_column_leaves_what_is_kept_of_it_alone(lanxun):
    day = (datetime.now(CHINA) - timedelta(days=2)).date().isoformat()
    lanxun.bring(TABLE.replace("2026-01-05", day))
    status, said, _ = lanxun.bring(f"日期,镇办,PM2.5\n{day},花园口镇,31\n")
    assert (status, said.splitlines()[0]) == (0, "this table was brought before: nothing is new")
    status, _, why = lanxun.bring(f"日期,镇办,PM2.5,PM10\n{day},花园口镇,31,\n")
    assert (status, "other values are kept already" in why) == (1, True)


def ranks(lanxun):
    shown = json.loads(lanxun("rank", "day", "2026-01-05", "--json")[1])
    return [(row["town"], row["rank"]) for row in shown["rows"] if row["rank"]]


def test_v06_equal_values_share_their_place_in_whatever_order_they_were_brought(lanxun, tmp_path):
    head, *rows = (TABLE + "2026-01-05,古荥镇,9,30,0.7,70,58,31\n").splitlines(keepends=True)
    lanxun.bring(head + "".join(rows))
    found = ranks(lanxun)
    assert sorted(found, key=lambda one: one[1]) == [("花园口镇", 1), ("古荥镇", 1), ("江山路街道", 3)]
    (other := tmp_path / "other").mkdir()
    again = Console(other)
    again.bring(head + "".join(reversed(rows)))
    assert ranks(again) == ranks(lanxun) == found


@pytest.mark.parametrize("cell", ["=31", "+31+2", "@31", "-31", "\t=31", "31\x00"])
def test_v07_a_formula_is_never_taken_for_a_number(lanxun, cell):
    status, _, why = lanxun.bring(HEAD + f"2026-01-05,花园口镇,8,34,0.8,78,58,{cell}\n")
    assert (status, "row 2, column pm25" in why or "text" in why) == (1, True)
    assert lanxun.kept() == []


def workbook(path, *rows, title=None):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        if title:
            sheet.merge_range(0, 0, 0, 3, title)
        for number, row in enumerate(rows, 1 if title else 0):
            sheet.write_row(number, 0, row)
    return path.read_bytes()


def test_v08_a_merged_title_above_the_header_and_a_date_as_a_number_are_named(lanxun):
    header, row = ("日期", "镇办", "PM10", "PM2.5"), ("2026-01-05", "花园口镇", 58, 31)
    file = lanxun.folder / "空气.xlsx"
    for content in (
        workbook(file, header, row, title="惠济区空气质量"),
        workbook(file, header, (45000, *row[1:])),
    ):
        assert content
        status, said, why = lanxun("import", "air", str(file))
        assert (status, said) == (1, "")
        assert re.match(r"row [12], column ", why)
    assert lanxun.kept() == []
