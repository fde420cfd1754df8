"""Pictures and documents that people send: alone or as an album whose last part may come late."""

import asyncio
from collections.abc import Sequence

from sandbox.control.talk import party, surroundings, text_fields
from sandbox.errors import ControlError
from sandbox.files import Upload, scaled
from sandbox.posting import post, tell_bot
from sandbox.records import Chat, Json
from sandbox.world import World

MOST = 10
NUMBERS = ("reply_to", "forward_from", "thread")


async def send_photos(world: World, wish: Json, uploads: Sequence[Upload]) -> list[Json]:
    """One message a file; a part that is `late` is not among the returned ones."""
    if not 1 <= len(uploads) <= MOST:
        raise ControlError(f"1 to {MOST} files, not {len(uploads)}")
    numbers = {name: int(wish[name]) for name in NUMBERS if wish.get(name)}
    wish = wish | numbers
    person, chat = party(world, wish)
    sender, around = surroundings(world, person, chat, wish)
    if len(uploads) > 1:
        around["media_group_id"] = str(next(world.serials.albums))
    contents = [await _content(world, upload, wish.get("as", "photo")) | around for upload in uploads]
    if wish.get("caption"):
        contents[int(wish.get("caption_on") or 0)] |= text_fields(wish["caption"], "caption")
    late = float(wish.get("late") or 0)
    if late:
        world.start_task(_send_late(world, chat, sender, contents.pop(), seconds=late))
    return [_send(world, chat, sender, content) for content in contents]


async def _content(world: World, upload: Upload, kind: str) -> Json:
    if kind == "document":
        return {"document": world.files.keep_document(upload)}
    return {"photo": world.files.keep_photo(await asyncio.to_thread(scaled, upload))}


def _send(world: World, chat: Chat, sender: Json, content: Json) -> Json:
    wire = post(world, chat, sender, content).wire
    tell_bot(world, chat, wire)
    return wire


async def _send_late(world: World, chat: Chat, sender: Json, content: Json, *, seconds: float) -> None:
    await asyncio.sleep(seconds)
    _send(world, chat, sender, content)
