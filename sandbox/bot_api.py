"""The Bot API over HTTP: token, parameters, ordered faults, the method itself, its answer and the ledger."""

import asyncio
import inspect
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from sandbox.errors import ApiError, bad_request
from sandbox.faults import Fault
from sandbox.ledger import Call
from sandbox.methods import chats, editing, hidden, media, sending, updates
from sandbox.methods.method import Method
from sandbox.params import Params, read_params
from sandbox.records import Json
from sandbox.world import World

METHODS: Mapping[str, Method] = {
    **updates.METHODS, **sending.METHODS, **media.METHODS, **editing.METHODS, **hidden.METHODS, **chats.METHODS
}  # fmt: skip
BY_LOWER_NAME: Mapping[str, str] = {name.lower(): name for name in METHODS}
HANG_SECONDS = 3600.0
DRIP_SECONDS = 1.0
REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}


class BotApi:
    def __init__(self, world: World) -> None:
        self.world = world
        world.webhook.on_reply = self.by_reply

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            return _answer(ApiError(401, "Unauthorized"))
        try:
            params = await read_params(request)
        except ApiError as refusal:
            return _answer(refusal)
        if self.world.latency:
            await asyncio.sleep(self.world.latency)
        given = request.match_info["method"]
        name = BY_LOWER_NAME.get(given.lower(), given)
        call = self._enter(name, params)
        fault = self.world.faults.meet(name, call.chat_id)
        if fault is None:
            return _response(*await self._run(call, params))
        return await _faulty(request, call, fault, lambda: self._run(call, params))

    async def by_reply(self, body: Json) -> None:
        """A method that stood in the answer to a webhook call; nobody hears its result."""
        params = Params({key: value for key, value in body.items() if key != "method"}, {})
        name = BY_LOWER_NAME.get(str(body["method"]).lower(), str(body["method"]))
        await self._run(self._enter(name, params), params)

    async def download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            return _answer(ApiError(401, "Unauthorized"))
        call = self._enter("download", Params({"path": request.match_info["path"]}, {}))
        fault = self.world.faults.meet("download", None)
        if fault is None:
            return _response(*await self._fetch(call), kind="application/octet-stream")
        return await _faulty(request, call, fault, lambda: self._fetch(call))

    async def _fetch(self, call: Call) -> tuple[int, bytes]:
        file = self.world.files.at_path(call.params["path"], self.world.clock.now())
        call.accepted, call.status = file is not None, 404 if file is None else 200
        return (404, orjson.dumps(ApiError(404, "Not Found").wire())) if file is None else (200, file.content)

    def _enter(self, name: str, params: Params) -> Call:
        return self.world.ledger.open(name, dict(params.values), list(params.uploads), self.world.clock.now())

    async def _run(self, call: Call, params: Params) -> tuple[int, bytes]:
        try:
            method = known_method(call.method)
            result = method.run(self.world, params.only(method.names))
            if inspect.isawaitable(result):
                result = await result
        except ApiError as refusal:
            call.status = refusal.status
            return refusal.status, orjson.dumps(refusal.wire())
        except (AttributeError, KeyError, TypeError, ValueError) as why:
            # A parameter of a shape that no check foresaw: Telegram, too, says 400 and not 500.
            call.status = 400
            return 400, orjson.dumps(bad_request(f"can't parse parameters: {why!r}").wire())
        call.accepted, call.status, call.message_id = True, 200, _message_id(result)
        return 200, orjson.dumps({"ok": True, "result": result})


async def _faulty(
    request: web.Request, call: Call, fault: Fault, run: Callable[[], Awaitable[tuple[int, bytes]]]
) -> web.StreamResponse:
    status, body = await run() if fault.accept else (fault.status, b"")
    call.status = fault.status
    match fault.do:
        case "answer" | "raw":
            return _ordered(fault)
        case "drip":
            return await _drip(request, status, body, fault.seconds)
        case "reset_after":
            call.status = None
            return _cut(request, reset=True)
        case _:
            call.status = None
            await asyncio.sleep(HANG_SECONDS if fault.seconds is None else fault.seconds)
            return _cut(request)


def known_method(name: str) -> Method:
    """Raises ApiError 404."""
    if name not in METHODS:
        raise ApiError(404, "Not Found")
    return METHODS[name]


def _message_id(result: Any) -> int | None:
    first = result[0] if isinstance(result, list) and result else result
    return first.get("message_id") if isinstance(first, dict) else None


def _answer(refusal: ApiError) -> web.Response:
    return _response(refusal.status, orjson.dumps(refusal.wire()))


def _response(status: int, body: bytes, kind: str = "application/json") -> web.Response:
    return web.Response(status=status, body=body, content_type=kind)


def _ordered(fault: Fault) -> web.Response:
    body = fault.body
    if fault.do == "answer" and not isinstance(body, dict):
        description = body or REASONS.get(fault.status, "Internal Server Error")
        body = {"ok": False, "error_code": fault.status, "description": description}
    content = body.encode() if isinstance(body, str) else orjson.dumps(body) if body is not None else b""
    headers = {"Content-Type": "application/json"} | fault.headers
    return web.Response(status=fault.status, body=content, headers=headers)


async def _drip(request: web.Request, status: int, body: bytes, seconds: float | None) -> web.StreamResponse:
    """The true answer, one byte at a time, `seconds` between them."""
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    for byte in body:
        await response.write(bytes([byte]))
        await asyncio.sleep(DRIP_SECONDS if seconds is None else seconds)
    return response


def _cut(request: web.Request, *, reset: bool = False) -> web.Response:
    """End the connection without an answer, with RST when `reset`."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if reset and connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()
