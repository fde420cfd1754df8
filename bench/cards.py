"""Pictures: how long the first and the next ones take, what the drawing process and the bot hold, how long the loop waits."""

import argparse
import asyncio
import json
import time
from pathlib import Path
from statistics import median

from bot.drawing import Drawing
from cards.picture import Sheet
from cards.picture_morning import morning_sheet
from cards.picture_poster import poster_sheet
from cards.picture_ranking import ranking_sheet
from cards.picture_trend import trend_sheet
from tests.support import ranked_days

GOAL_MS, GOAL_LAG_MS = 80.0, 60.0
TICK_S = 0.002


def sheets(number: int) -> list[Sheet]:
    """Rankings of days that all differ, for each town in turn, in both languages."""
    return [
        ranking_sheet(language, ranked_days.board(language, shifted(n), own=ranked_days.TOWNS[n % 8]))
        for n in range(number // 2)
        for language in ("zh", "en")
    ]


def shifted(by: int) -> tuple[tuple[int, int, int], ...]:
    return tuple((pm25 + by % 40, pm10 + by % 70, change) for pm25, pm10, change in ranked_days.NORMAL)


def rss_mb(process: int | str = "self") -> float:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 1e6


async def lag(worst: list[float]) -> None:
    """The longest that the loop kept a short sleep waiting, in ms."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_S)
        worst[0] = max(worst[0], (time.perf_counter() - before - TICK_S) * 1e3)


async def timed(drawing: Drawing, sheet: Sheet) -> float:
    before = time.perf_counter()
    await drawing.png(sheet)
    return (time.perf_counter() - before) * 1e3


async def measure(number: int) -> dict[str, float]:
    every = sheets(number)
    drawing = Drawing(idle_s=600)
    worst, before = [0.0], rss_mb()
    watch = asyncio.create_task(lag(worst))
    try:
        first = await timed(drawing, every[0])
        took = sorted([await timed(drawing, sheet) for sheet in every[1:]])
        again = await timed(drawing, every[-1])
        for language in ("zh", "en"):  # the first of a template warms it up
            others = {sheet.template: await timed(drawing, sheet) for sheet in other_sheets(language)}
        held = rss_mb(drawing.pid or "self")
    finally:
        watch.cancel()
        await drawing.close()
    return {
        "first_ms": first, "median_ms": median(took), "p95_ms": took[int(len(took) * 0.95)], "again_ms": again,
        "lag_ms": worst[0], "bot_mb": rss_mb() - before, "drawing_mb": held, **others,
    }  # fmt: skip


def other_sheets(language: str) -> list[Sheet]:
    return [
        trend_sheet(language, ranked_days.trend(language)),
        morning_sheet(language, ranked_days.morning(language)),
        poster_sheet(language, ranked_days.poster(language)),
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cards", description=__doc__)
    parser.add_argument("--cards", type=int, default=100)
    found = asyncio.run(measure(parser.parse_args(arguments).cards))
    print(f"first card {found['first_ms']:.0f} ms, with the start of the process")
    print(f"further cards {found['median_ms']:.0f} ms (goal: <= {GOAL_MS:.0f}), p95 {found['p95_ms']:.0f} ms")
    print(f"the same card again {found['again_ms']:.2f} ms")
    print(f"longest wait of the loop {found['lag_ms']:.1f} ms (goal: <= {GOAL_LAG_MS:.0f})")
    print(f"the bot holds {found['bot_mb']:+.1f} MB more, the drawing process {found['drawing_mb']:.0f} MB")
    print(json.dumps({"measure": "cards", **{name: round(value, 2) for name, value in found.items()}}))


if __name__ == "__main__":
    main()
