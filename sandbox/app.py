"""The sandbox as a web application, and started on a port."""

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.bot_api import BotApi
from sandbox.control.routes import Control, refusals
from sandbox.world import DEFAULT_TOKEN, World, new_world

PAGE = Path(__file__).parent / "page"
BODY_BYTES = 512 << 20
WORLD = web.AppKey("world", World)


def make_app(
    token: str = DEFAULT_TOKEN, *, sees_all: bool = False, webhook_second: float = 1.0
) -> web.Application:
    """`sees_all` switches privacy mode off; `webhook_second` is how long a second of a retry's delay lasts."""
    world = new_world(token, sees_all=sees_all)
    world.webhook.second = webhook_second
    api, control = BotApi(world), Control(world)
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[refusals])
    app[WORLD] = world
    app.add_routes(
        [
            web.route("*", "/bot{token:[^/]+}/{method}", api.handle),
            web.get("/file/bot{token:[^/]+}/{path:.+}", api.download),
            web.get("/", _page),
            *control.routes(),
            web.static("/page", PAGE),
        ]
    )
    app.on_shutdown.append(_close)
    return app


async def _page(_request: web.Request) -> web.StreamResponse:
    index = PAGE / "index.html"
    if not index.is_file():
        raise web.HTTPNotFound(text="no chat page here")
    return web.FileResponse(index)


async def _close(app: web.Application) -> None:
    await app[WORLD].close()


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that listens on 127.0.0.1 until `stop`."""

    runner: web.AppRunner
    port: int
    world: World

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        await self.runner.cleanup()


async def start(
    port: int = 0, *, token: str = DEFAULT_TOKEN, sees_all: bool = False, webhook_second: float = 1.0
) -> Running:
    """Port 0 takes a free one. Raises OSError when the port is taken."""
    app = make_app(token, sees_all=sees_all, webhook_second=webhook_second)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError:
        await runner.cleanup()
        raise
    host_and_port = runner.addresses[0]
    return Running(runner, int(host_and_port[1]), app[WORLD])
