"""The webhook is set without throwing away what waits, and set again when somebody else moved it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.gateway import Gateway
from bot.introduction import introduce
from bot.settings import Settings, read_settings
from bot.uploads import Uploads
from sandbox.app import Running, start
from sandbox.client import Client
from sandbox.world import DEFAULT_TOKEN

HOOK = "https://bot.example/telegram"


async def nothing(_sha256: str) -> None:
    return None


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    sandbox = await start(0)
    yield sandbox
    await sandbox.stop()


@asynccontextmanager
async def introducing(running: Running, fallen: list[str], settings: Settings) -> AsyncIterator[Client]:
    gateway = Gateway(DEFAULT_TOKEN, uploads=Uploads(nothing, nothing), repeat_label=str, api_url=running.url)
    await gateway.start()
    task = asyncio.create_task(introduce(gateway, settings, fallen.append, look_seconds=0.05))
    try:
        async with Client(running.url) as client:
            yield client
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await gateway.stop()


def by_hook() -> Settings:
    return read_settings(
        telegram_token=DEFAULT_TOKEN, intake="webhook", webhook_secret="s" * 32, webhook_url=HOOK
    )


async def until_hooked(client: Client) -> dict[str, object]:
    async with asyncio.timeout(5):
        while (info := (await client.api("getWebhookInfo"))["result"])["url"] != HOOK:
            await asyncio.sleep(0.02)
    return info


async def test_w15_a_webhook_that_somebody_else_moved_is_set_again_and_told(running: Running) -> None:
    fallen: list[str] = []
    with capture_logs() as logs:
        async with introducing(running, fallen, by_hook()) as client:
            await until_hooked(client)
            assert fallen == []
            await client.api("deleteWebhook")
            await until_hooked(client)
    assert fallen
    assert any("set again" in line["event"] for line in logs)


async def test_w16_what_waits_is_not_thrown_away_when_the_webhook_is_set(running: Running) -> None:
    async with Client(running.url) as client:
        person = await client.person("张三")
        await client.send(person["id"], "等着的消息")
    async with introducing(running, [], by_hook()) as client:
        assert (await until_hooked(client))["pending_update_count"] == 1
