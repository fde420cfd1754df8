"""Reports per second: from Telegram's call to the reply that Telegram accepted, beside two bare echo bots.

Ours stores every update before it acknowledges it, keeps the report, opens the ticket and owes each reply in the
database; the echo bots store nothing and send one message an update.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

import uvloop

from bench.bots import AIOGRAM, OURS, PTB, running, take_second_core
from bench.reports import FIRST_PERSON, Talk, spots
from bench.world import World

WARM_UP = 40  # people whose reports are not counted


async def once(kind: str, people: int, at_once: int, latency: float) -> dict[str, float]:
    """One round with a fresh process on a fresh database."""
    world = World(latency=latency, echo=kind != OURS)
    api = await world.listen()
    talks = [Talk(FIRST_PERSON + n, spot) for n, spot in enumerate(spots(people + WARM_UP))]
    with tempfile.TemporaryDirectory(prefix="lanxun-bench-") as folder:
        async with running(kind, api, Path(folder), len(talks)) as bot:
            await world.connect(bot.port, "/telegram")
            await world.play(talks[:WARM_UP], at_once=WARM_UP)
            before = bot.cpu_seconds()
            seen = await world.play(talks[WARM_UP:], at_once=at_once)
            cpu = bot.cpu_seconds() - before
            waits = sorted(seen.replies)
            assert not seen.refused, f"{seen.refused} deliveries were refused"
            assert len(waits) == 4 * people, f"{len(waits)} replies"
            return {
                "rate": seen.rate,
                "cpu_us": cpu / len(waits) * 1e6,
                "p50_ms": waits[len(waits) // 2] * 1e3,
                "p99_ms": waits[int(len(waits) * 0.99)] * 1e3,
                "ack_p95_ms": sorted(seen.acks)[int(len(seen.acks) * 0.95)] * 1e3,
                "rss_mb": bot.rss_mb(),
            }


def compare(
    kinds: list[str], rounds: int, people: int, at_once: int, latency: float
) -> dict[str, dict[str, float]]:
    """The median of every figure; the order of the bots turns around every second round."""
    results: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds if number % 2 == 0 else reversed(kinds):
            results[kind].append(uvloop.run(once(kind, people, at_once, latency)))
    return {
        kind: {name: statistics.median(one[name] for one in every) for name in every[0]}
        for kind, every in results.items()
    }


def show(figures: dict[str, dict[str, float]], latency: float) -> None:
    print(
        f"\n{'':10} updates/s  CPU µs/update   p50 ms   p99 ms  RSS MB   ({latency * 1e3:.0f} ms to the Bot API)"
    )
    for kind, one in figures.items():
        print(
            f"{kind:10} {one['rate']:9.0f} {one['cpu_us']:14.0f} {one['p50_ms']:8.1f} "
            f"{one['p99_ms']:8.1f} {one['rss_mb']:7.0f}"
        )
    ours = figures.get(OURS)
    for kind, one in figures.items():
        if ours and kind != OURS:
            print(f"{OURS} / {kind}: {ours['rate'] / one['rate']:.2f} x the updates a second")
    print(json.dumps({"measure": "intake", "latency": latency, "figures": figures}))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=256, help="people who report at the same time")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency", type=float, action="append", help="seconds; default: 0, then 0.08")
    parser.add_argument(
        "--only", choices=[OURS, PTB, AIOGRAM], action="append", help="which bots; default: all"
    )
    given = parser.parse_args(arguments)
    take_second_core()
    for latency in given.latency or [0.0, 0.08]:
        kinds = given.only or [OURS, AIOGRAM, PTB]
        if latency and given.only is None:
            kinds = [OURS, AIOGRAM]  # one after the other, PTB would need 80 ms for each: 12 updates/s
        show(compare(kinds, given.rounds, given.people, given.at_once, latency), latency)


if __name__ == "__main__":
    main()
