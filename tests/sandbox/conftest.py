"""A sandbox on a free port, its client, and one person who has already written to the bot."""

import io
from collections.abc import AsyncIterator, Callable

import pytest
from PIL import Image

from sandbox.app import Running, start
from sandbox.client import Client


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    sandbox = await start(0, webhook_second=0.01)
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def client(running: Running) -> AsyncIterator[Client]:
    async with Client(running.url) as opened:
        yield opened


@pytest.fixture
async def person(client: Client) -> int:
    made = await client.person("张三", username="zhangsan")
    await client.send(made["id"], "您好")
    return made["id"]


@pytest.fixture
def picture() -> Callable[..., bytes]:
    def make(width: int = 1600, height: int = 1200, kind: str = "JPEG", **options: object) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (width, height), "steelblue").save(out, kind, **options)
        return out.getvalue()

    return make


@pytest.fixture
def keyboard() -> Callable[..., dict]:
    def make(**button: object) -> dict:
        return {"inline_keyboard": [[{"text": "接单", **button}]]}

    return make
