"""Methods that send pictures and documents, alone or as an album."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sandbox.errors import ApiError, bad_request
from sandbox.files import DOCUMENT_BYTES, scaled
from sandbox.methods.method import HIDDEN, SENDING, Method, method
from sandbox.methods.outgoing import body_caption, caption_fields, deliver, envelope
from sandbox.params import Params
from sandbox.records import Json
from sandbox.world import World

ALBUM = range(2, 11)
ALBUM_KINDS = frozenset({"photo", "document"})


async def send_photo(world: World, params: Params) -> Json:
    caption = body_caption(params)
    where = envelope(world, params, "photos")
    return deliver(world, where, await media_content(world, params, "photo") | caption).wire


async def send_document(world: World, params: Params) -> Json:
    caption = body_caption(params)
    where = envelope(world, params, "documents")
    return deliver(world, where, await media_content(world, params, "document") | caption).wire


async def media_content(world: World, params: Params, kind: str, value: Any = None) -> Json:
    """The `photo` or `document` field of a message; `value` as in an album's part. Raises ApiError."""
    upload = params.upload(kind, value)
    given = params.text(kind) if value is None else value
    if upload is None and not given:
        raise bad_request(f"there is no {kind} in the request")
    if upload is None and "://" in str(given):
        raise bad_request("failed to get HTTP URL content")
    if upload is None:
        return {kind: world.files.find(str(given), kind)}
    if len(upload.content) > DOCUMENT_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        return {kind: world.files.keep_photo(await asyncio.to_thread(scaled, upload))}
    if not upload.content:
        raise bad_request("file must be non-empty")
    return {kind: world.files.keep_document(upload)}


async def send_media_group(world: World, params: Params) -> list[Json]:
    parts = params.array("media") or []
    _check_album(parts)
    where = envelope(world, params, f"{parts[0]['type']}s", messages=len(parts))
    contents = []
    for part in parts:
        caption = caption_fields(part.get("caption"), part.get("parse_mode"), part.get("caption_entities"))
        contents.append(await media_content(world, params, part["type"], part.get("media") or "") | caption)
    album = {"media_group_id": str(next(world.serials.albums))}
    return [deliver(world, where, content | album).wire for content in contents]


def _check_album(parts: list[Any]) -> None:
    if not parts:
        raise bad_request("there are no messages to send")
    if len(parts) not in ALBUM:
        few = len(parts) < ALBUM[0]
        raise bad_request(f"too {'few' if few else 'many'} messages to send as an album")
    kinds = {part.get("type") for part in parts if isinstance(part, dict)}
    if not kinds <= ALBUM_KINDS:
        raise bad_request("can't parse InputMedia: type must be photo or document here")
    if len(kinds) != 1:
        raise bad_request("document can't be mixed with other media types")


METHODS: Mapping[str, Method] = {
    "sendPhoto": method(
        send_photo, SENDING, HIDDEN,
        "photo caption parse_mode caption_entities show_caption_above_media has_spoiler",
    ),
    "sendDocument": method(
        send_document, SENDING, HIDDEN,
        "document thumbnail caption parse_mode caption_entities disable_content_type_detection",
    ),
    "sendMediaGroup": method(
        send_media_group,
        "chat_id message_thread_id media disable_notification protect_content allow_paid_broadcast "
        "message_effect_id reply_parameters reply_to_message_id allow_sending_without_reply",
    ),
}  # fmt: skip
