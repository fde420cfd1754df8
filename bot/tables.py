"""Tables from files: CSV in UTF-8, UTF-16 or GB18030, and XLSX, as text in rows and columns."""

import codecs
import csv
import io
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

MOST_BYTES = 20 << 20
MOST_UNPACKED = 200 << 20
MOST_ROWS = 100_000


class TableFileError(Exception):
    """The file is no table that can be read; the text says why, in one sentence."""


def read_table(path: Path) -> list[list[str]]:
    """All rows of the file (of a workbook its first sheet) as text; raises TableFileError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TableFileError(f"{path.name} is larger than {MOST_BYTES >> 20} MB")
        content = path.read_bytes()
    except OSError as error:
        raise TableFileError(f"{path} cannot be read: {error.strerror}") from None
    return table_of(path.name, content)


def table_of(name: str, content: bytes) -> list[list[str]]:
    """The same of a file whose bytes are there already."""
    rows = _workbook(name, content) if content.startswith(b"PK\x03\x04") else _csv(name, content)
    if len(rows) > MOST_ROWS:
        raise TableFileError(f"{name} has more than {MOST_ROWS} rows")
    if not rows:
        raise TableFileError(f"{name} is empty")
    return rows


def _workbook(name: str, content: bytes) -> list[list[str]]:
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise TableFileError(f"{name} unpacks to more than {MOST_UNPACKED >> 20} MB")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    except (BadZipFile, CalamineError) as error:
        raise TableFileError(f"{name} is not a workbook that can be read: {error}") from None


def _csv(name: str, content: bytes) -> list[list[str]]:
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error as error:
            raise TableFileError(f"{name} is no CSV: {error}") from None
    raise TableFileError(f"{name} is neither UTF-8, UTF-16 nor GB18030")


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
