"""Kills the real bot at random moments while people report and work, and lets the oracle say whether anything was lost.

``python -m tests.chaos.kills --kills 200 --reports 2000 --seed 1``; exit status 1 on any violation.
``--control ack-early`` acknowledges updates before the bot has committed them: the oracle has to find losses.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.district_files import load_district
from domain.geo import Fence
from domain.people import Role
from tests.chaos.clock import RATE, FastClock
from tests.chaos.evidence import Evidence, Finding
from tests.chaos.nursery import Nursery
from tests.chaos.oracle import judge, overdue, stuck
from tests.chaos.people import Crowd, spots_inside
from tests.chaos.scene import hasty_district, prepare, settings_of, staff
from tests.chaos.staff import Staff
from tests.chaos.table import table
from tests.chaos.telegram import Telegram
from tests.support.postgres import server

MOST_AT_ONCE = 80  # who report
STEPS_A_REPORT = 45  # acknowledged updates and accepted calls, about, with all that becomes of it
LEAST_STEPS = 20
SECONDS_A_REPORT = 0.15
LONGEST_LIFE = 6.0
EARLY_KILLS = 0.1  # the share that falls into the start
EARLIEST_SECONDS = 0.8
SEATED_SECONDS = 2.0
PAUSED_SECONDS = (
    24.0  # its transaction, if it is in one, is ended by the server after 15, and its lease by then too
)
NOTICED_SECONDS = 15.0
SLOW_START = 20.0  # by that clock; what waits meanwhile has to be dealt with as well
TURN_SECONDS = 20.0  # some ticks of the timetable, also on a loaded machine
SETTLE_SECONDS = 60.0  # without anything done
ENDINGS = 12  # a clock may be called in the very moment of the end: then the next bot finishes it
LOSS_SECONDS = 6.0  # for a control: whoever has no answer by then gets none


@dataclass(frozen=True, slots=True)
class Plan:
    kills: int
    reports: int
    seed: int
    webhook: bool = False
    ack_early: bool = False
    bots: int = 1  # on PostgreSQL several serve one webhook
    pauses: int = 0  # how many of them are stopped for so long that another takes their seat

    @property
    def people(self) -> int:
        return max(1, min(MOST_AT_ONCE, self.reports // 3))


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
    district = {"district": str(hasty_district(folder))}
    settings = [settings_of(folder, webhook=plan.webhook) | district for _ in range(plan.bots)]
    clock = FastClock.towards_midnight(min(plan.reports * SECONDS_A_REPORT / 2, 120))
    crowd = Crowd(rng, _spots(rng, plan.reports))
    hooks = [f"http://127.0.0.1:{one['http_port']}/telegram" for one in settings if plan.webhook]
    deaf = frozenset(one.id for one in staff() if one.is_deaf)
    telegram = Telegram(rng, crowd.board.hear, clock, hooks, plan.ack_early, deaf)
    evidence = Evidence(telegram.sent, telegram.ledger, [], folder / "lanxun.db", folder / "photos")
    outcome = Outcome(plan, [], evidence)
    async with open_world(telegram) as nursery:
        lives = [
            _Life(nursery, one | {"telegram_api_url": telegram.url}, folder / f"bot{n}.log", telegram)
            for n, one in enumerate(settings)
        ]
        await _play(lives, crowd, outcome, rng)
    evidence.presses.extend(crowd.board.presses)
    evidence.reports.extend((one.person, one.files, one.number) for one in crowd.reports)
    _keep(evidence, folder)
    # by the fast clock a start on a loaded machine is longer than Telegram waits for the answer to a press
    evidence.had_outage = plan.pauses > 0 or max(outcome.starts, default=0.0) * RATE > SLOW_START
    outcome.findings = await asyncio.to_thread(judge, evidence)
    if outcome.drained[0]:
        outcome.findings.append(("stuck", f"SIGTERM ended with {outcome.drained}"))
    outcome.seconds = time.monotonic() - began
    return outcome


@dataclass(slots=True)
class _Life:
    """A bot, from life to life."""

    nursery: Nursery
    settings: dict[str, Any]
    log: Path
    telegram: Telegram
    pid: int = 0

    async def begin(self) -> None:
        self.pid = await self.nursery.start(self.settings, self.log, self.telegram.clock)

    async def kill(self) -> None:
        status, _ = await self.nursery.end(self.pid)
        if status != -signal.SIGKILL:
            raise RuntimeError(f"the bot ended by itself with status {status}: see {self.log}")

    async def pause(self) -> None:
        """Stop it for longer than its lease, let it go on, and see it end by itself."""
        os.kill(self.pid, signal.SIGSTOP)
        await asyncio.sleep(PAUSED_SECONDS)
        os.kill(self.pid, signal.SIGCONT)
        status, seconds = await self.nursery.end(self.pid, 0, within=NOTICED_SECONDS)
        if status:
            raise RuntimeError(f"{seconds:.0f} s after its pause the bot still held its seat: see {self.log}")


async def _play(lives: list[_Life], crowd: Crowd, outcome: Outcome, rng: random.Random) -> None:
    """Reports and moves while the bot is killed, then silence until nothing is owed any more, and the end."""
    plan, telegram, over = outcome.plan, lives[0].telegram, asyncio.Event()
    workers = _staff(crowd, telegram)
    playing = asyncio.create_task(crowd.play(telegram, plan.people, plan.reports))
    working = asyncio.gather(*(one.work(over) for one in workers))
    await _kill(lives, playing, outcome, rng)
    over.set()
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(playing, working), LOSS_SECONDS if plan.ack_early else None)
    for ending in range(1 if plan.ack_early else ENDINGS):
        if ending:
            await lives[0].begin()
        await _settle(outcome.evidence.database, 3 if plan.ack_early else SETTLE_SECONDS)
        await _looked_at(outcome.evidence.database, telegram.clock.now())
        for life in lives[: 1 if ending else None]:
            outcome.drained = max(outcome.drained, await life.nursery.end(life.pid, signal.SIGTERM))
        outcome.evidence.ended_at = telegram.clock.now()
        if not stuck(outcome.evidence.database):
            return


def _staff(crowd: Crowd, telegram: Telegram) -> list[Staff]:
    rng, spots = crowd.rng, crowd.spots
    workers = [
        Staff(one.id, crowd.board, telegram, rng, member=one, spot=rng.choice(spots))
        for one in staff()
        if not one.is_deaf
    ]
    crowd.board.people |= {one.id: one for one in workers}
    for one in workers:
        if one.member.group and one.member.post.role is not Role.PATROL:
            crowd.board.groups.setdefault(one.member.group, []).append(one)
    return workers


async def _kill(
    lives: list[_Life], playing: "asyncio.Task[None]", outcome: Outcome, rng: random.Random
) -> None:
    """Let one live for a random share of the work that is left, and kill it, so many times; then wait for the reports."""
    plan, telegram = outcome.plan, lives[0].telegram
    for life in lives:
        await life.begin()
        if plan.pauses:
            await asyncio.sleep(SEATED_SECONDS)  # who began first has the seat, and is the one that is paused
    for life in lives[: plan.pauses]:
        await life.pause()
        await life.begin()
    while outcome.kills < plan.kills:
        born = time.monotonic()
        share = (plan.reports * STEPS_A_REPORT - telegram.steps) / (plan.kills - outcome.kills)
        until = telegram.steps + round(max(LEAST_STEPS, share) * rng.uniform(0.2, 1.8))
        is_early = rng.random() < EARLY_KILLS
        dies_at = born + (rng.uniform(0, EARLIEST_SECONDS) if is_early else LONGEST_LIFE)
        while time.monotonic() < dies_at and (is_early or telegram.steps < until):
            await asyncio.sleep(0.005)
        await asyncio.sleep(rng.uniform(0, 0.03))
        life = rng.choice(lives)
        await life.kill()
        if telegram.first_sign:
            outcome.starts.append(telegram.first_sign - born)
        outcome.kills += 1
        telegram.first_sign = 0.0
        await life.begin()
    if not plan.ack_early:
        await playing


async def _settle(database: Path, patience: float) -> None:
    """Let the bot finish what it owes, as long as it gets on; what is left then is for the oracle to find."""
    least, deadline = None, 0.0
    while waiting := len(stuck(database)):
        if least is None or waiting < least:
            least, deadline = waiting, time.monotonic() + patience
        if time.monotonic() > deadline:
            return
        await asyncio.sleep(0.2)


async def _looked_at(database: Path, now: datetime) -> None:
    """Let what was due by now have its turn: a call that was taken back with the last move is said at the next tick."""
    deadline = time.monotonic() + TURN_SECONDS
    while time.monotonic() < deadline and overdue(database, now):
        await asyncio.sleep(0.2)


def _spots(rng: random.Random, count: int) -> list[Any]:
    district = load_district(Path("districts/huiji"))
    return spots_inside(Fence(district.cells, district.basics.border_margin_m), rng, count)


def _keep(evidence: Evidence, folder: Path) -> None:
    kept = {"reports": evidence.reports, "ledger": evidence.ledger}
    presses = [asdict(one) for one in evidence.presses]
    (folder / "telegram.json").write_text(json.dumps({**kept, "presses": presses}, default=str))


@asynccontextmanager
async def open_world(telegram: Telegram) -> AsyncIterator[Nursery]:
    nursery = Nursery.open()
    runner = await telegram.open()
    try:
        yield nursery
    finally:
        await asyncio.to_thread(nursery.close)
        await telegram.close(runner)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--control", choices=["ack-early"])
    parser.add_argument("--bots", type=int, default=1, help="how many, behind one webhook; needs PostgreSQL")
    parser.add_argument(
        "--pauses", type=int, default=0, help="how often one is stopped for longer than its lease"
    )
    parser.add_argument("--keep", type=Path, help="folder in which everything stays, to be looked at")
    given = parser.parse_args()
    is_early = given.control == "ack-early"
    hooked = given.webhook or given.bots > 1
    plan = Plan(given.kills, given.reports, given.seed, hooked, is_early, given.bots, given.pauses)
    with tempfile.TemporaryDirectory(prefix="lanxun-kills-") as folder, server(needed=given.bots > 1):
        where = given.keep or Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        asyncio.run(prepare(where))
        outcome = asyncio.run(run(plan, where))
        print(table(outcome))
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
