"""How the process is doing, as the web server tells it, and the loops that are kept running."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter

from bot.health import Health
from bot.tasks import Tasks
from bot.web import serving
from storage.findings import Findings

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class HandClock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def health(clock: HandClock) -> Health:
    made = Health(clock, START)
    made.sit_down()
    return made


def test_a_process_that_just_started_is_well(health):
    assert health.report()["ok"]


@pytest.mark.parametrize("loop", ["intake", "dispatcher", "timetable"])
def test_t40_a_loop_that_is_silent_for_too_long_is_named(loop, clock, health):
    clock.at += timedelta(minutes=6)
    for beating in {"intake", "dispatcher", "timetable"} - {loop}:
        health.beat(beating)
    assert health.faults() == [loop]


def test_a_webhook_may_be_silent(clock, health):
    health.silent_intake_is_fine = True
    clock.at += timedelta(minutes=6)
    assert health.faults() == ["dispatcher", "timetable"]


def test_three_falls_within_ten_minutes_are_a_fault_and_are_forgotten_later(clock, health):
    health.fell("worker")
    health.fell("worker")
    assert health.faults() == []
    health.fell("worker")
    assert health.faults() == ["worker"]
    clock.at += timedelta(minutes=10)
    assert "worker" not in health.faults()


def test_an_update_that_waits_for_minutes_and_a_refused_token_are_faults(health):
    health.oldest_inbox = START - timedelta(minutes=6)
    health.token_refused = True
    assert health.faults() == ["inbox", "token"]


@pytest.fixture
async def server(health: Health) -> AsyncIterator[aiohttp.ClientSession]:
    metrics = CollectorRegistry()
    Counter("lanxun_tests", "Counts nothing.", registry=metrics)

    async def hook(_request: web.Request) -> web.Response:
        return web.Response(text="taken")

    async with (
        serving("127.0.0.1", 0, health, metrics, ("/telegram", hook)) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_healthz_tells_ages_in_seconds_and_turns_red(server, clock, health):
    health.beat("intake")
    clock.at += timedelta(seconds=7)
    async with server.get("/healthz") as answer:
        told = await answer.json()
    assert (answer.status, told["ok"], told["last"]["intake"]) == (200, True, 7.0)
    assert {"version", "oldest_waiting", "faults"} <= set(told)
    clock.at += timedelta(hours=1)
    async with server.get("/healthz") as answer:
        assert (answer.status, (await answer.json())["ok"]) == (503, False)


async def test_metrics_and_the_webhook_are_served_and_nothing_else(server):
    async with server.get("/metrics") as answer:
        assert "lanxun_tests_total" in await answer.text()
    async with server.post("/telegram") as answer:
        assert await answer.text() == "taken"
    async with server.get("/") as answer:
        assert answer.status == 404


async def test_p08_a_loop_that_falls_over_is_told_and_started_again():
    told, ran, done = [], [], asyncio.Event()

    async def loop() -> None:
        ran.append(1)
        if len(ran) == 1:
            raise ValueError("broken")
        done.set()

    tasks = Tasks(told.append)
    tasks.start("worker", loop)
    await asyncio.wait_for(done.wait(), 5)
    await tasks.stop(1, "worker")
    assert (told, len(ran)) == (["worker"], 2)


async def test_at_the_end_patient_loops_may_finish_and_others_are_stopped():
    ended = []

    async def patient() -> None:
        await asyncio.sleep(0.05)
        ended.append("patient")

    tasks = Tasks(ended.append)
    tasks.start("patient", patient)
    tasks.start("endless", asyncio.Event().wait)
    await tasks.stop(2, "patient")
    assert ended == ["patient"]


def test_a_ticket_that_nobody_would_call_is_a_fault_and_an_undelivered_push_is_only_told(clock, health):
    health.findings = Findings(START, late={-4001: 2})
    clock.at += timedelta(seconds=9)
    assert health.report()["ok"]
    assert health.report()["deadlines"] == {
        "checked": 9.0,
        "without_next_action": 0,
        "not_called": 0,
        "undelivered": 2,
    }
    health.findings = Findings(START, without=("HJ20261123-0007",))
    assert health.faults() == ["deadlines"]
