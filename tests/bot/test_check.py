"""The doctor names what is wrong, each with its remedy, and knows what is well."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from telegram import WebhookInfo

from bot.check import look_at_everything
from bot.clock import SystemClock
from bot.finding import Finding, Level, intake_finding
from bot.settings import Settings, read_settings
from sandbox.app import Running, start
from sandbox.client import Client
from sandbox.world import DEFAULT_TOKEN
from storage.migrate import upgrade
from tests.support.databases import url_of

HUIJI = Path(__file__).parents[2] / "districts" / "huiji"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    sandbox = await start(0)
    yield sandbox
    await sandbox.stop()


@pytest.fixture
def settings(running: Running, tmp_path: Path) -> Settings:
    return read_settings(
        telegram_token=DEFAULT_TOKEN,
        telegram_api_url=running.url,
        database_url=url_of(tmp_path),
        photo_store=f"file://{tmp_path}/photos",
        district=HUIJI,
    )


def other(settings: Settings, **changed: object) -> Settings:
    return settings.model_copy(update=changed)


async def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.about: finding async for finding in look_at_everything(settings, SystemClock())}


async def test_a_calendar_that_ends_soon_is_told(settings):
    before, late = datetime(2027, 6, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
    for now, level in ((before, Level.OK), (late, Level.NOTE)):
        found = {one.about: one async for one in look_at_everything(settings, HandClock(now))}
        assert found["calendars"].level is level


async def test_a_house_in_order_has_no_fault_and_tells_what_is_left_to_do(settings):
    await asyncio.to_thread(upgrade, settings.database_url)
    found = await findings(settings)
    assert {one.about for one in found.values() if one.level is Level.FAULT} == set()
    assert {about for about, one in found.items() if one.level is Level.NOTE} == {
        "privacy mode",
        "groups",
        "office",
    }
    assert {"token", "intake", "district", "database", "photo store", "clock"} <= set(found)
    assert "lanxun invite --role office" in found["office"].remedy


@pytest.mark.parametrize(
    ("about", "changed"),
    [
        ("token", {"telegram_api_url": "http://127.0.0.1:1"}),
        ("district", {"district": Path("nowhere")}),
        ("database", {"database_url": "sqlite+aiosqlite:////nowhere/at/all.db"}),
        ("database", {"database_url": "postgresql+asyncpg://u:p@127.0.0.1:1/d"}),
        ("photo store", {"photo_store": "file:///proc/photos"}),
    ],
)
async def test_what_is_wrong_is_a_fault_with_a_remedy(about, changed, settings):
    finding = (await findings(other(settings, **changed)))[about]
    assert finding.level is Level.FAULT
    assert finding.remedy


@pytest.mark.parametrize("token", ["", "100001:wrong"])
async def test_a_token_that_is_missing_or_wrong_is_told_without_showing_it(token, settings):
    finding = (await findings(read_settings(**{**settings.model_dump(), "telegram_token": token})))["token"]
    assert finding.level is Level.FAULT
    assert "wrong" not in finding.found


@pytest.mark.sqlite
async def test_looking_at_a_missing_database_does_not_make_one(settings, tmp_path):
    assert (await findings(settings))["database"].remedy == "make it: lanxun migrate"
    assert not (tmp_path / "lanxun.db").exists()


@pytest.mark.sqlite
async def test_a_damaged_database_is_told(settings, tmp_path):
    await asyncio.to_thread(upgrade, settings.database_url)
    whole = (tmp_path / "lanxun.db").read_bytes()
    (tmp_path / "lanxun.db").write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    assert "damaged" in (await findings(settings))["database"].found


async def test_t22_a_webhook_stands_in_the_way_of_polling_and_is_left_alone(settings, running):
    async with Client(running.url) as anybody:
        await anybody.api("setWebhook", url="https://elsewhere.example/hook")
        intake = (await findings(settings))["intake"]
        info = (await anybody.api("getWebhookInfo"))["result"]
    assert intake.level is Level.FAULT
    assert "deleteWebhook" in intake.remedy
    assert info["url"] == "https://elsewhere.example/hook"


def hook(url: str, pending: int, **more: str) -> WebhookInfo:
    return WebhookInfo(url, has_custom_certificate=False, pending_update_count=pending, **more)


@pytest.mark.parametrize(
    ("info", "level"),
    [
        (hook("https://bot.example/telegram", 3), Level.OK),
        (hook("https://elsewhere.example", 3), Level.FAULT),
        (hook("https://bot.example/telegram", 5000), Level.NOTE),
        (hook("https://bot.example/telegram", 0, last_error_message="403"), Level.NOTE),
    ],
)
def test_a_webhook_has_to_be_ours_and_to_work(info, level):
    settings = read_settings(intake="webhook", webhook_secret="s", webhook_url="https://bot.example/telegram")
    assert intake_finding(settings, info).level is level


@dataclass
class HandClock:
    at: datetime

    def now(self) -> datetime:
        return self.at


@pytest.mark.parametrize(
    ("off", "level"), [(timedelta(seconds=5), Level.OK), (timedelta(hours=8), Level.FAULT)]
)
async def test_a_clock_that_is_off_is_told(off, level, settings):
    at = datetime(2026, 11, 23, tzinfo=UTC)

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(headers={"Date": format_datetime(at, usegmt=True)})

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there = other(settings, telegram_api_url=f"http://127.0.0.1:{runner.addresses[0][1]}")
    found = {one.about: one async for one in look_at_everything(there, HandClock(at + off))}
    await runner.cleanup()
    assert found["clock"].level is level
