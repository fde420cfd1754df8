"""The bot's own web server: the webhook, and how the process is doing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

from bot.health import Health
from bot.intake import MOST_BYTES

IDLE_SECONDS = 75.0  # longer than Telegram keeps a quiet connection
SHUTDOWN_SECONDS = 2.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    host: str, port: int, health: Health, metrics: CollectorRegistry, webhook: tuple[str, Handler] | None
) -> AsyncIterator[int]:
    """Listen until the end of the block; gives the port, which is a free one for port 0."""
    app, running = web.Application(client_max_size=MOST_BYTES), _version()

    async def healthz(_request: web.Request) -> web.Response:
        report = {**health.report(), "version": running}
        return web.json_response(report, status=200 if report["ok"] else 503)

    async def shown(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(metrics), content_type="text/plain", charset="utf-8")

    app.add_routes([web.get("/healthz", healthz), web.get("/metrics", shown)])
    if webhook:
        app.router.add_post(*webhook)
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=IDLE_SECONDS, shutdown_timeout=SHUTDOWN_SECONDS
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _version() -> str:
    try:
        return version("lanxun")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "unknown"
