"""HTTP to a server that does not answer: in which phase it broke."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import pytest
from aiohttp import web

from bot.telegram_request import NoAnswerError, Phase, TelegramRequest
from tests.support.wire import Wire, hang, wire

SHORT = 0.3


@pytest.fixture
async def bot_api() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made


@pytest.fixture
async def quick() -> AsyncIterator[TelegramRequest]:
    request = TelegramRequest(total_seconds=SHORT, connect_seconds=SHORT / 2, most_bytes=1000)
    await request.initialize()
    yield request
    await request.shutdown()


async def test_t31_a_server_that_does_not_accept_is_told_from_one_that_does(quick):
    """A full backlog: the kernel drops the next connection."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.settimeout(0)
            with suppress(BlockingIOError):
                filler.connect(server.getsockname())
        await asyncio.sleep(0.05)
        with pytest.raises(NoAnswerError) as broken:
            await quick.call(f"http://127.0.0.1:{server.getsockname()[1]}/bot1/sendMessage", {})
    assert (broken.value.phase, broken.value.reason) == (Phase.CONNECT, "timeout")


async def test_t32_a_server_that_accepts_and_hangs_leaves_it_open(bot_api, quick):
    bot_api.script = [hang]
    with pytest.raises(NoAnswerError) as broken:
        await quick.call(f"{bot_api.url}/bot1/sendMessage", {})
    assert broken.value.phase is Phase.ANSWER


async def test_t34_a_wedged_pool_certainly_sent_nothing(bot_api):
    request = TelegramRequest(connections=1, connect_seconds=0.1, total_seconds=2)
    await request.initialize()
    bot_api.script = [hang]
    first = asyncio.create_task(request.call(f"{bot_api.url}/bot1/sendMessage", {}))
    await asyncio.sleep(0.05)
    with pytest.raises(NoAnswerError) as broken:
        await request.call(f"{bot_api.url}/bot1/sendMessage", {})
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await request.shutdown()
    assert broken.value.phase is Phase.CONNECT


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "500"})
    await response.prepare(request)
    with suppress(ConnectionError):
        for _ in range(50):
            await response.write(b"x")
            await asyncio.sleep(0.05)
    return response


async def test_t35_a_dripping_answer_meets_the_deadline(bot_api, quick):
    bot_api.script = [drip]
    with pytest.raises(NoAnswerError, match="timeout"):
        await quick.call(f"{bot_api.url}/bot1/sendMessage", {})


@pytest.mark.parametrize("chunked", [False, True])
async def test_t35_a_huge_answer_is_not_read(bot_api, quick, chunked):
    async def huge(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = 5000
        await response.prepare(request)
        with suppress(ConnectionError):
            await response.write(b"x" * 5000)
        return response

    bot_api.script = [huge]
    with pytest.raises(NoAnswerError, match="too large"):
        await quick.call(f"{bot_api.url}/bot1/sendMessage", {})


async def test_t36_without_a_name_server_nothing_is_sent(quick):
    with pytest.raises(NoAnswerError) as broken:
        await quick.call("http://no-such-host.invalid/bot1/sendMessage", {})
    assert broken.value.phase is Phase.CONNECT


async def test_t37_a_dead_proxy_is_told_and_nothing_is_sent():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    request = TelegramRequest(proxy=f"http://127.0.0.1:{port}")
    await request.initialize()
    with pytest.raises(NoAnswerError, match="Proxy") as broken:
        await request.call("http://127.0.0.1:1/bot1/sendMessage", {})
    await request.shutdown()
    assert broken.value.phase is Phase.CONNECT
