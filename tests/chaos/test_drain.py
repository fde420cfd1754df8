"""A bot that is told to end: it finishes what is under way in time, and what it leaves is dealt with by the next."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.clock import FastClock
from tests.chaos.hand import Hand, Switchboard
from tests.chaos.kills import open_world
from tests.chaos.nursery import Nursery
from tests.chaos.scene import FIRST_REPORTER, prepare, settings_of
from tests.chaos.telegram import Telegram
from tests.support.databases import rows

pytestmark = pytest.mark.chaos
IN_FLIGHT = 200


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[tuple[Telegram, Nursery]]:
    clock = FastClock(time.monotonic(), time.time(), rate=1)
    await prepare(tmp_path)
    telegram = Telegram(random.Random(1), lambda _method, _shown: None, clock)
    async with open_world(telegram) as nursery:
        yield telegram, nursery


async def start(world: tuple[Telegram, Nursery], folder: Path) -> int:
    telegram, nursery = world
    telegram.first_sign = 0.0
    settings = settings_of(folder) | {"telegram_api_url": telegram.url}
    pid = await nursery.start(settings, folder / "bot.log", telegram.clock)
    while not telegram.first_sign:
        await asyncio.sleep(0.005)
    return pid


def ask(telegram: Telegram) -> None:
    for n in range(IN_FLIGHT):
        Hand(FIRST_REPORTER + n, Switchboard(), telegram, telegram.rng).say(text="/help")


async def test_p02_sigterm_with_two_hundred_in_flight_drains_in_time_and_loses_nothing(
    world: tuple[Telegram, Nursery], tmp_path: Path
) -> None:
    telegram, nursery = world
    pid = await start(world, tmp_path)
    ask(telegram)
    while not telegram.steps:
        await asyncio.sleep(0.001)
    status, seconds = await nursery.end(pid, signal.SIGTERM)
    assert (status, seconds < 10) == (0, True)
    assert rows(tmp_path, "select count(*) from outbox where state = 'sending'") == [(0,)]
    pid = await start(world, tmp_path)
    deadline = time.monotonic() + 20
    done = "select count(*) from inbox where state = 'processed'"
    sent = "select count(*) from outbox where state = 'sent' and repeats = 0"
    while (rows(tmp_path, done), rows(tmp_path, sent)) != ([(IN_FLIGHT,)], [(IN_FLIGHT,)]):
        assert time.monotonic() < deadline, (rows(tmp_path, done), rows(tmp_path, sent))
        await asyncio.sleep(0.05)
    shown = [call["params"]["chat_id"] for call in telegram.ledger]
    assert len(shown) == len(set(shown)) == IN_FLIGHT
    assert (await nursery.end(pid, signal.SIGTERM))[0] == 0


async def test_p03_a_second_sigterm_ends_the_bot_at_once(
    world: tuple[Telegram, Nursery], tmp_path: Path
) -> None:
    telegram, nursery = world
    pid = await start(world, tmp_path)
    telegram.slowest = 5.0
    ask(telegram)
    while not telegram.ledger:
        await asyncio.sleep(0.001)
    first = asyncio.create_task(nursery.end(pid, signal.SIGTERM, within=5))
    await asyncio.sleep(0.2)
    os.kill(pid, signal.SIGTERM)
    status, seconds = await first
    assert status == 1
    assert seconds < 1.5
