"""Kills the real bot at random moments while people report, and lets the oracle say whether anything was lost.

``python -m tests.chaos.kills --kills 200 --reports 2000 --seed 1``; exit status 1 on any violation.
``--control ack-early`` acknowledges updates before the bot has committed them: the oracle has to find losses.
"""

import argparse
import asyncio
import json
import random
import secrets
import signal
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.district_files import load_district
from domain.geo import Fence
from domain.people import Person, Post, Role
from storage import chats, people
from storage.chats import Chat
from storage.db import Database
from storage.migrate import upgrade
from storage.tx import Tx
from tests.chaos.nursery import Nursery
from tests.chaos.oracle import FAMILIES, LABEL, Evidence, Finding, judge, stuck
from tests.chaos.people import Crowd, spots_inside
from tests.chaos.telegram import SECRET, TOKEN, Telegram

DISTRICT = Path("districts/huiji")
MOST_PEOPLE = 200
STEPS_A_REPORT = 11  # acknowledged updates and accepted calls, at least
LONGEST_LIFE = 6.0
EARLY_KILLS = 0.1  # the share that falls into the start
EARLIEST_SECONDS = 0.8
SETTLE_SECONDS = 60.0  # without anything done; a group waits half a minute after an unknown outcome
LOSS_SECONDS = 6.0  # for a control: whoever has no answer by then gets none


@dataclass(frozen=True, slots=True)
class Plan:
    kills: int
    reports: int
    seed: int
    webhook: bool = False
    ack_early: bool = False

    @property
    def people(self) -> int:
        return max(1, min(MOST_PEOPLE, self.reports // 3))


@dataclass(slots=True)
class Outcome:
    plan: Plan
    findings: list[Finding]
    evidence: Evidence
    kills: int = 0
    seconds: float = 0.0
    starts: list[float] = field(default_factory=list)  # from kill to the first question for updates
    drained: tuple[int, float] = (0, 0.0)  # exit status and seconds of the SIGTERM at the end


async def run(plan: Plan, folder: Path) -> Outcome:
    """Play the whole plan in a folder that is prepared; everything is kept there."""
    rng, began = random.Random(plan.seed), time.monotonic()
    district = load_district(DISTRICT)
    fence = Fence(district.cells, district.basics.border_margin_m)
    crowd = Crowd(rng, spots_inside(fence, rng, plan.reports))
    settings = settings_of(folder, plan)
    hook = f"http://127.0.0.1:{settings['http_port']}/telegram" if plan.webhook else None
    telegram = Telegram(rng, crowd.hear, hook, plan.ack_early)
    evidence = Evidence(telegram.sent, telegram.ledger, [], folder / "lanxun.db", folder / "photos")
    outcome = Outcome(plan, [], evidence)
    async with open_world(telegram) as nursery:
        settings["telegram_api_url"] = telegram.url
        life = _Life(nursery, settings, folder / "bot.log", telegram)
        playing = asyncio.create_task(crowd.play(telegram, plan.people, plan.reports))
        await _kill(life, playing, outcome, rng)
        with suppress(TimeoutError):
            await asyncio.wait_for(playing, LOSS_SECONDS if plan.ack_early else None)
        await _settle(evidence.database, 3 if plan.ack_early else SETTLE_SECONDS)
        outcome.drained = await nursery.end(life.pid, signal.SIGTERM)
    evidence.reports.extend((one.person, one.files, one.number) for one in crowd.reports)
    (folder / "telegram.json").write_text(
        json.dumps({"reports": evidence.reports, "ledger": telegram.ledger})
    )
    outcome.findings = judge(evidence)
    if outcome.drained[0]:
        outcome.findings.append(("stuck", f"SIGTERM ended with {outcome.drained}"))
    outcome.seconds = time.monotonic() - began
    return outcome


@dataclass(slots=True)
class _Life:
    """The one bot that lives now."""

    nursery: Nursery
    settings: dict[str, Any]
    log: Path
    telegram: Telegram
    pid: int = 0

    async def begin(self) -> None:
        self.pid = await self.nursery.start(self.settings, self.log)

    async def kill(self) -> None:
        status, _ = await self.nursery.end(self.pid)
        if status != -signal.SIGKILL:
            raise RuntimeError(f"the bot ended by itself with status {status}: see {self.log}")


async def _kill(life: _Life, playing: "asyncio.Task[None]", outcome: Outcome, rng: random.Random) -> None:
    """Let it live for a random share of the work that is left, and kill it, so many times."""
    plan, telegram = outcome.plan, life.telegram
    await life.begin()
    while outcome.kills < plan.kills and not playing.done():
        born = time.monotonic()
        share = (plan.reports * STEPS_A_REPORT - telegram.steps) / (plan.kills - outcome.kills)
        until = telegram.steps + max(1, round(share * rng.uniform(0.2, 1.8)))
        is_early = rng.random() < EARLY_KILLS
        dies_at = born + (rng.uniform(0, EARLIEST_SECONDS) if is_early else LONGEST_LIFE)
        while time.monotonic() < dies_at and (is_early or telegram.steps < until) and not playing.done():
            await asyncio.sleep(0.005)
        await asyncio.sleep(rng.uniform(0, 0.03))
        await life.kill()
        if telegram.first_sign:
            outcome.starts.append(telegram.first_sign - born)
        outcome.kills += 1
        telegram.first_sign = 0.0
        await life.begin()


async def _settle(database: Path, patience: float) -> None:
    """Let the bot finish what it owes, as long as it gets on; what is left then is for the oracle to find."""
    least, deadline = None, 0.0
    while waiting := len(stuck(database)):
        if least is None or waiting < least:
            least, deadline = waiting, time.monotonic() + patience
        if time.monotonic() > deadline:
            return
        await asyncio.sleep(0.2)


@asynccontextmanager
async def open_world(telegram: Telegram) -> AsyncIterator[Nursery]:
    nursery = Nursery.open()
    runner = await telegram.open()
    try:
        yield nursery
    finally:
        await asyncio.to_thread(nursery.close)
        await telegram.close(runner)


def settings_of(folder: Path, plan: Plan) -> dict[str, Any]:
    """Without limits of rate: the Telegram is ours."""
    hook = {"intake": "webhook", "webhook_url": "https://telegram.invalid/", "webhook_secret": SECRET}
    return {
        "telegram_token": TOKEN,
        "database_url": _database(folder),
        "photo_store": f"file://{folder}/photos",
        "district": str(DISTRICT),
        "http_port": _free_port() if plan.webhook else 0,
        "sends_per_second": 0,
        **(hook if plan.webhook else {}),
    }


def _free_port() -> int:
    """A port that stays the same from life to life: Telegram knows it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def prepare(folder: Path) -> None:
    """A database with members who may report, and a group for every second town."""
    url, now = _database(folder), datetime.now(UTC)
    towns = [town.code for town in load_district(DISTRICT).towns]
    await asyncio.to_thread(upgrade, url)
    db = Database(url)
    await db.start()

    async def job(tx: Tx) -> None:
        for id_ in range(1001, 1001 + MOST_PEOPLE):
            await people.join(
                tx, Person(id_, "张三", "zh", Post(Role.PATROL, towns[id_ % len(towns)]), now), None
            )
        for n, town in enumerate(towns[::2]):
            chat = Chat(-2001 - n, "supergroup", "示例群", None, None, "member")
            chats.bind(tx, chat, town, by=1001, at=now, thread_id=None)

    await db.write(job)
    await db.stop()


def _database(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/lanxun.db"


def table(outcome: Outcome) -> str:
    """Figure, goal and seed, one a line."""
    plan, evidence = outcome.plan, outcome.evidence
    counts = Counter(family for family, _ in outcome.findings)
    starts = sorted(outcome.starts) or [0.0]
    facts = [
        ("kills", str(outcome.kills), str(plan.kills)),
        ("reports", str(sum(1 for _, _, number in evidence.reports if number)), str(plan.reports)),
        ("updates", str(len(evidence.updates)), "-"),
        ("calls accepted", str(len(evidence.ledger)), "-"),
        *((family, str(counts[family]), "0") for family in FAMILIES),
        *((what, str(count), "-") for what, count in _pushes(evidence).items()),
        ("start to first sign, median s", f"{statistics.median(starts):.2f}", "-"),
        ("start to first sign, longest s", f"{starts[-1]:.2f}", "3"),
        ("SIGTERM: exit status", str(outcome.drained[0]), "0"),
        ("SIGTERM: seconds", f"{outcome.drained[1]:.1f}", "10"),
        ("seconds in all", f"{outcome.seconds:.0f}", "-"),
    ]
    head = [
        f"seed {plan.seed}, {'webhook' if plan.webhook else 'polling'}, {'ack-early' if plan.ack_early else 'as it is'}"
    ]
    lines = [f"{what:<40} {figure:>10}  goal {goal}" for what, figure, goal in facts]
    return "\n".join(
        [*head, *lines, *(f"! {family}: {what}"[:300] for family, what in outcome.findings[:20])]
    )


def _pushes(evidence: Evidence) -> dict[str, int]:
    """How pushes ended, and how many went out again, labelled."""
    db = sqlite3.connect(evidence.database)
    rows = db.execute(
        "select class || ' pushes ' || state, count(*) from outbox group by 1 order by 1"
    ).fetchall()
    again = db.execute("select count(*) from outbox where repeats > 0").fetchone()[0]
    db.close()
    labelled = sum(1 for call in evidence.ledger if str(call["params"].get("text", "")).startswith(LABEL))
    return {**dict(rows), "pushes of unknown outcome": again, "seen with the label of a repeat": labelled}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--control", choices=["ack-early"])
    parser.add_argument("--keep", type=Path, help="folder in which everything stays, to be looked at")
    given = parser.parse_args()
    plan = Plan(given.kills, given.reports, given.seed, given.webhook, given.control == "ack-early")
    with tempfile.TemporaryDirectory(prefix="lanxun-kills-") as folder:
        where = given.keep or Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        asyncio.run(prepare(where))
        outcome = asyncio.run(run(plan, where))
        print(table(outcome))
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
