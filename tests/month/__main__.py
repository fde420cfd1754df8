"""``python -m tests.month``: a month of the team through the real bot; exit status 1 when anything is not as it should be."""

import argparse
import logging
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import structlog
import uvloop

from tests.month.closing import table
from tests.month.replay import Outcome, Wish, replay


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m tests.month", description=__doc__)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument(
        "--out", type=Path, default=Path("data/month"), help="a folder for transcript, table and export"
    )
    ask.add_argument("--days", type=int, default=31)
    ask.add_argument("--problems", type=int, default=220, help="at most as many as there are objects: 229")
    wished = ask.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wish = Wish(wished.seed, date(2026, 12, 1), wished.days, wished.problems)
    with tempfile.TemporaryDirectory(prefix="month-") as folder:
        outcome = uvloop.run(replay(wish, Path(folder)))
        _keep(outcome, Path(folder), wished.out)
    print(table(outcome))
    print(f"对话记录：{wished.out / 'transcript.txt'}")
    return 1 if outcome.faults else 0


def _keep(outcome: Outcome, folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = "\n".join([*outcome.transcript.lines, "", table(outcome), ""])
    (out / "transcript.txt").write_text(text, "utf-8")
    for name in ("tickets.jsonl", "对象.csv", "人员.csv"):
        shutil.copy(folder / name, out / name)


if __name__ == "__main__":
    sys.exit(main())
