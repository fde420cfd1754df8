"""The bot's own web server: the webhook, and how the process is doing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

from bot.health import Health
from bot.intake import MOST_BYTES

IDLE_SECONDS = 15.0  # a call is far quicker: who takes longer only holds the connection
LOOK_SECONDS = 1.0
SHUTDOWN_SECONDS = 2.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    host: str,
    port: int,
    health: Health,
    metrics: CollectorRegistry,
    webhook: tuple[str, Handler] | None,
    *,
    idle_seconds: float = IDLE_SECONDS,
) -> AsyncIterator[int]:
    """Listen until the end of the block; gives the port, which is a free one for port 0.

    A connection that has begun no request for ``idle_seconds`` is cut, also in the middle of a slow one.
    """
    heard: dict[object, float] = {}

    @web.middleware
    async def hear(request: web.Request, handler: Handler) -> web.StreamResponse:
        heard[request.protocol] = asyncio.get_running_loop().time()
        return await handler(request)

    app, running = web.Application(client_max_size=MOST_BYTES, middlewares=[hear]), _version()

    async def healthz(_request: web.Request) -> web.Response:
        report = {**health.report(), "version": running}
        return web.json_response(report, status=200 if report["ok"] else 503)

    async def shown(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(metrics), content_type="text/plain", charset="utf-8")

    app.add_routes([web.get("/healthz", healthz), web.get("/metrics", shown)])
    if webhook:
        app.router.add_post(*webhook)
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=idle_seconds, shutdown_timeout=SHUTDOWN_SECONDS
    )
    await runner.setup()
    cutting = asyncio.create_task(_cut_idle(runner, heard, idle_seconds), name="idle connections")
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        cutting.cancel()
        await runner.cleanup()


async def _cut_idle(runner: web.AppRunner, heard: dict[object, float], idle_seconds: float) -> None:
    while True:
        await asyncio.sleep(min(LOOK_SECONDS, idle_seconds))
        now = asyncio.get_running_loop().time()
        there = runner.server.connections if runner.server else []
        for gone in heard.keys() - set(there):
            del heard[gone]
        for connection in there:
            if now - heard.setdefault(connection, now) > idle_seconds:
                connection.force_close()


def _version() -> str:
    try:
        return version("lanxun")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "unknown"
