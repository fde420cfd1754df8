"""Rows written down as JSON lines, CSV or XLSX; nothing that is written can become a formula."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, BinaryIO, Protocol

import orjson
import xlsxwriter

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
Row = Mapping[str, Any]


class Format(StrEnum):
    """How rows are written."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Sheet(Protocol):
    """Takes rows one by one; ``close`` writes what is left."""

    def add(self, row: Row) -> None: ...
    def close(self) -> None: ...


class JsonLines:
    """One object a line."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def add(self, row: Row) -> None:
        self._out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        self._out.flush()


class Csv:
    """UTF-8 with the mark by which spreadsheets know it."""

    def __init__(self, out: BinaryIO, columns: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow(columns)

    def add(self, row: Row) -> None:
        self._writer.writerow([flat(value) for value in row.values()])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()  # the stream belongs to somebody else


class Xlsx:
    """A workbook of one sheet, written row by row."""

    def __init__(self, out: BinaryIO, columns: Sequence[str]) -> None:
        plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(out, {**plain, "strings_to_numbers": False})
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, columns)
        self._rows = 1

    def add(self, row: Row) -> None:
        self._sheet.write_row(self._rows, 0, [flat(value) for value in row.values()])
        self._rows += 1

    def close(self) -> None:
        self._book.close()


def flat(value: object) -> str | int | float | bool | None:
    """A value as one cell: lists become text, and text that a spreadsheet would calculate is marked as text."""
    if isinstance(value, Mapping):
        value = " ".join(str(flat(part)) for part in value.values() if part is not None)
    elif isinstance(value, list):
        value = "; ".join(str(flat(part)) for part in value)
    elif isinstance(value, datetime | date):
        value = value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
