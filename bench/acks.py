"""How long Telegram waits for "received" at a steady fifty updates a second: each is on the disk before it is said.

People begin their reports by the clock, whatever the bot does; nothing slows down when it is slow.
"""

import argparse
import json
import tempfile
from pathlib import Path

import uvloop

from bench.bots import OURS, running, take_second_core
from bench.reports import FIRST_PERSON, Talk, spots
from bench.world import World

GOAL_P95_MS = 50.0


async def measure(per_second: float, seconds: float) -> dict[str, float]:
    world = World(latency=0.08, echo=False)
    api = await world.listen()
    people = int(per_second / 4 * seconds)
    talks = [Talk(FIRST_PERSON + n, spot) for n, spot in enumerate(spots(people))]
    with tempfile.TemporaryDirectory(prefix="lanxun-bench-") as folder:
        async with running(OURS, api, Path(folder), people) as bot:
            await world.connect(bot.port, "/telegram")
            seen = await world.drip(talks, every=4 / per_second)
    acks, replies = sorted(seen.acks), sorted(seen.replies)
    assert not seen.refused
    return {
        "per_second": len(replies) / (seen.ended - seen.began),
        "updates": len(acks),
        "p50_ms": acks[len(acks) // 2] * 1e3,
        "p95_ms": acks[int(len(acks) * 0.95)] * 1e3,
        "max_ms": acks[-1] * 1e3,
        "reply_p95_ms": replies[int(len(replies) * 0.95)] * 1e3,
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.acks", description=__doc__)
    parser.add_argument("--per-second", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args(arguments)
    take_second_core()
    one = uvloop.run(measure(given.per_second, given.seconds))
    print(
        f"acknowledged at {one['per_second']:.0f} updates/s: p50 {one['p50_ms']:.1f}, p95 {one['p95_ms']:.1f}, "
        f"longest {one['max_ms']:.1f} ms (goal: p95 <= {GOAL_P95_MS:.0f} ms); "
        f"replies within {one['reply_p95_ms']:.0f} ms (p95)"
    )
    print(json.dumps({"measure": "acks", "figures": one}))


if __name__ == "__main__":
    main()
