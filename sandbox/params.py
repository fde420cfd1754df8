"""The parameters of one call, from query, form, JSON or multipart, read as the kinds that a method wants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from sandbox.errors import bad_request
from sandbox.files import Upload
from sandbox.records import Json

_TRUE = frozenset({"true", "1", "yes", "t", "y"})


@dataclass(frozen=True, slots=True)
class Params:
    """Wrong kinds raise ApiError 400; an absent parameter is None (a flag: False)."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    def only(self, names: Iterable[str]) -> "Params":
        """Telegram overlooks what a method does not know."""
        return Params({name: self.values[name] for name in names if name in self.values}, self.uploads)

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"{name} must be an integer") from None

    def decimal(self, name: str) -> float | None:
        value = self.values.get(name)
        try:
            return None if value is None or value == "" else float(value)
        except (TypeError, ValueError):
            raise bad_request(f"{name} must be a number") from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in _TRUE

    def json(self, name: str) -> Any:
        """An object or array, sent as itself or as its JSON text."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value) if value else None
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def object(self, name: str) -> Json | None:
        value = self.json(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    def array(self, name: str) -> list[Any] | None:
        value = self.json(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"expected an Array of {name.replace('_', ' ')}")
        return value

    def upload(self, name: str, value: Any = None) -> Upload | None:
        """The file sent under this name, or the one that `attach://…` points at."""
        value = self.values.get(name) if value is None else value
        if isinstance(value, str) and value.startswith("attach://"):
            attached = self.uploads.get(value.removeprefix("attach://"))
            if attached is None:
                raise bad_request(f"can't find field {value.removeprefix('attach://')} with the file")
            return attached
        return self.uploads.get(name)


async def read_params(request: web.Request) -> Params:
    """Raises ApiError 400 for a body that cannot be read."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if not request.can_read_body:
        pass
    elif kind == "application/json":
        values |= json_object(await request.read())
    elif kind == "multipart/form-data":
        await read_parts(request, values, uploads)
    else:
        values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Params(values, uploads)


def json_object(body: bytes) -> Json:
    try:
        parsed = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(parsed, dict):
        raise bad_request("object expected")
    return parsed


async def read_parts(request: web.Request, values: dict[str, Any], uploads: dict[str, Upload]) -> None:
    """Later files of the same name get the names `name#1`, `name#2` and so on."""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            values[part.name] = content.decode("utf-8", "replace")
            continue
        same = sum(name.partition("#")[0] == part.name for name in uploads)
        name = f"{part.name}#{same}" if same else part.name
        uploads[name] = Upload(part.filename, content, part.headers.get("Content-Type", ""))
