"""The command `lanxun air`: questions as JSON lines on stdin, answers as JSON lines on stdout."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from bot.air_lines import answer_line


def air_command() -> None:
    """Calculate AQI, index, ranks, changes, eight hours of O3 and percentiles: a JSON object a line in, one out."""
    all_good = True
    for answer in answers(sys.stdin.buffer):
        all_good = all_good and "error" not in answer
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")
    if not all_good:
        raise typer.Exit(1)


def answers(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """One a line, ``{"error": …}`` for a bad one; blank lines have none."""
    for line in lines:
        if line.strip():
            try:
                yield answer_line(line.decode("utf-8"))
            except ValueError as error:
                yield {"error": str(error)}
