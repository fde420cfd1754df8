"""The addresses of the control API."""

from collections.abc import Awaitable, Callable
from datetime import time, timedelta, timezone
from typing import Any

import orjson
from aiohttp import web

from sandbox.control import people, photos, pressing, talk, views
from sandbox.errors import ApiError, ControlError
from sandbox.files import Upload
from sandbox.params import json_object, read_parts
from sandbox.records import Json
from sandbox.watchers import Watcher
from sandbox.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answer(content: Any) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json")


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A wrong call of the control API is answered with 400 and a sentence."""
    try:
        return await handler(request)
    except (ControlError, ApiError, KeyError, TypeError, ValueError) as why:
        if not request.path.startswith("/sandbox/"):
            raise
        text = f"missing {why}" if isinstance(why, KeyError) else str(why)
        return web.Response(status=400, body=orjson.dumps({"error": text}), content_type="application/json")


class Control:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/state", self.state),
            web.post("/sandbox/people", self.posted(people.put_person)),
            web.post("/sandbox/groups", self.posted(people.put_group)),
            web.post("/sandbox/groups/{id}/bot", self.bot_status),
            web.post("/sandbox/groups/{id}/upgrade", self.upgrade),
            web.post("/sandbox/send", self.posted(talk.send)),
            web.post("/sandbox/move", self.posted(talk.move)),
            web.post("/sandbox/edit", self.posted(talk.edit)),
            web.post("/sandbox/photos", self.photos),
            web.post("/sandbox/press", self.press),
            web.post("/sandbox/updates", self.posted(inject)),
            web.get("/sandbox/messages", self.messages),
            web.get("/sandbox/events", self.events),
            web.get("/sandbox/ledger", self.ledger),
            web.post("/sandbox/faults", self.posted(lambda world, wish: {"id": world.faults.order(wish)})),
            web.delete("/sandbox/faults", self.clear_faults),
            web.post("/sandbox/limits", self.posted(set_limits)),
            web.post("/sandbox/latency", self.posted(set_latency)),
            web.post("/sandbox/clock", self.posted(advance_clock)),
            web.post("/sandbox/mornings", self.posted(set_mornings)),
            web.post("/sandbox/mornings/next", self.posted(next_moment)),
            web.post("/sandbox/privacy", self.posted(set_privacy)),
            web.get("/sandbox/file/{unique_id}", self.file),
        ]

    def posted(self, act: Callable[[World, Json], Any]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return answer(act(self.world, json_object(await request.read())))

        return handle

    async def state(self, _request: web.Request) -> web.StreamResponse:
        return answer(views.state(self.world))

    async def bot_status(self, request: web.Request) -> web.StreamResponse:
        wish = json_object(await request.read())
        return answer(people.set_bot(self.world, int(request.match_info["id"]), wish))

    async def upgrade(self, request: web.Request) -> web.StreamResponse:
        return answer(people.upgrade(self.world, int(request.match_info["id"])))

    async def photos(self, request: web.Request) -> web.StreamResponse:
        wish: Json = {}
        uploads: dict[str, Upload] = {}
        await read_parts(request, wish, uploads)
        return answer({"messages": await photos.send_photos(self.world, wish, list(uploads.values()))})

    async def press(self, request: web.Request) -> web.StreamResponse:
        return answer(await pressing.press(self.world, json_object(await request.read())))

    async def messages(self, request: web.Request) -> web.StreamResponse:
        viewer = request.query.get("as")
        shown = views.messages(self.world, int(request.query["chat"]), int(viewer) if viewer else None)
        return answer({"messages": shown})

    async def ledger(self, request: web.Request) -> web.StreamResponse:
        return answer(views.ledger(self.world, request.query.get("method")))

    async def clear_faults(self, _request: web.Request) -> web.StreamResponse:
        self.world.faults.rules.clear()
        return answer({"ok": True})

    async def file(self, request: web.Request) -> web.StreamResponse:
        kept = views.picture(self.world, request.match_info["unique_id"])
        if kept is None:
            raise web.HTTPNotFound
        return web.Response(body=kept.content, content_type=kept.mime)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events until the page goes away or the sandbox closes."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        watcher = Watcher()
        self.world.watchers.all.add(watcher)  # before the page hears that it is connected
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while chats := await watcher.next():
                for chat_id in chats:
                    await response.write(b'data: {"chat":%d}\n\n' % chat_id)
        except ConnectionResetError:
            pass
        finally:
            self.world.watchers.all.discard(watcher)
        return response


def inject(world: World, wish: Json) -> Json:
    return {"update_ids": [world.updates.inject(update) for update in wish["updates"]]}


def set_limits(world: World, wish: Json) -> Json:
    known = ("enforce", "global_per_second", "chat_per_second", "chat_burst", "group_per_minute")
    for name in known:
        if name in wish:
            setattr(world.limits, name, wish[name])
    return {name: getattr(world.limits, name) for name in known}


def set_latency(world: World, wish: Json) -> Json:
    world.latency = float(wish["seconds"])
    return {"seconds": world.latency}


def advance_clock(world: World, wish: Json) -> Json:
    world.clock.advance(float(wish["advance"]))
    return {"clock_offset": world.clock.offset}


def set_mornings(world: World, wish: Json) -> Json:
    """At which times of day a morning stops, and the zone's seconds east of UTC."""
    world.clock.moments = tuple(time.fromisoformat(at) for at in wish["moments"])
    world.clock.zone = timezone(timedelta(seconds=int(wish["utc_offset"])))
    return {"moments": wish["moments"]}


def next_moment(world: World, _wish: Json) -> Json:
    is_last = world.clock.to_next_moment()
    return {"clock_offset": world.clock.offset, "is_last": is_last}


def set_privacy(world: World, wish: Json) -> Json:
    world.bot["can_read_all_group_messages"] = bool(wish["sees_all"])
    return {"sees_all": wish["sees_all"]}
