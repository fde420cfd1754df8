"""Tables from files: encodings, workbooks, and what is refused."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from bot.district_files import load_district
from bot.imports import read_sites
from bot.tables import MOST_BYTES, TableFileError, read_table

HUIJI = Path(__file__).parents[2] / "districts" / "huiji"
TEXT = '名称,备注\n"示例,工地",="1"\n'
ROWS = [["名称", "备注"], ["示例,工地", '="1"']]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_usual_encodings_is_read_as_text(encoding, tmp_path):
    (tmp_path / "t.csv").write_text(TEXT, encoding)
    assert read_table(tmp_path / "t.csv") == ROWS


def test_a_workbook_is_read_as_it_looks(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["示例", 77, 34.5, "0012"])
    assert read_table(tmp_path / "t.xlsx") == [["示例", "77", "34.5", "0012"]]


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(201 << 20))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x80\x81\xff", "neither UTF-8, UTF-16 nor GB18030"),
        (b'"open', "no CSV"),
        (b"PK\x03\x04 and nothing", "not a workbook"),
        (b"x\n" * 100_001, "more than 100000 rows"),
        (bytes(MOST_BYTES + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(content, reason, tmp_path):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(TableFileError, match=reason):
        read_table(tmp_path / "t")


def test_a_workbook_that_unpacks_to_a_flood_is_refused(tmp_path):
    bomb(tmp_path / "t.xlsx")
    with pytest.raises(TableFileError, match="unpacks to more than 200 MB"):
        read_table(tmp_path / "t.xlsx")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TableFileError, match="cannot be read: No such file"):
        read_table(tmp_path / "nowhere.csv")


def test_the_sample_sites_of_the_district_can_be_imported():
    register = read_sites(HUIJI / "sites.csv", load_district(HUIJI))
    assert len({site.id for site in register}) == len(register) > 30
