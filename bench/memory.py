"""Memory while a hundred thousand updates pass through one process: how much, and whether it still grows at the end."""

import argparse
import json
import tempfile
from pathlib import Path

import uvloop

from bench.bots import OURS, running, take_second_core
from bench.reports import FIRST_PERSON, Talk, spots
from bench.world import World

GOAL_MB, GOAL_GROWTH = 150.0, 0.05
STEPS, MEMBERS = 20, 1000


async def measure(updates: int) -> list[float]:
    """The memory held after each twentieth of the updates, in megabytes."""
    world = World(latency=0.0, echo=False)
    api = await world.listen()
    people = updates // 4
    places, each = spots(people), people // STEPS
    assert len(places) == people, f"the district has room for {len(places)} reports"
    series: list[float] = []
    with tempfile.TemporaryDirectory(prefix="lanxun-bench-") as folder:
        async with running(OURS, api, Path(folder), MEMBERS) as bot:
            await world.connect(bot.port, "/telegram")
            for first in range(0, people, each):
                for block in range(first, first + each, MEMBERS):
                    now = places[block : min(block + MEMBERS, first + each)]
                    talks = [Talk(FIRST_PERSON + n, spot) for n, spot in enumerate(now)]
                    await world.play(talks, at_once=256)
                series.append(bot.rss_mb())
                print(
                    f"{(first + each) * 4:8} updates: {series[-1]:6.1f} MB, {world.seen.rate:.0f}/s",
                    flush=True,
                )
    return series


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    given = parser.parse_args(arguments)
    take_second_core()
    series = uvloop.run(measure(given.updates))
    growth = series[-1] / series[STEPS // 2 - 1] - 1
    print(
        f"{series[-1]:.0f} MB after {given.updates} updates (goal: <= {GOAL_MB:.0f}); "
        f"second half {growth:+.1%} (goal: <= {GOAL_GROWTH:.0%})"
    )
    print(json.dumps({"measure": "memory", "growth": growth, "series_mb": series}))


if __name__ == "__main__":
    main()
