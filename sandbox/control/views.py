"""What an onlooker sees: the state, the messages of a chat, the calls of the bot."""

from dataclasses import fields

import orjson

from sandbox.control.people import chat_view
from sandbox.files import StoredFile
from sandbox.ledger import Call
from sandbox.posting import bot_user
from sandbox.records import Json, Message
from sandbox.world import World

CALL_FIELDS = tuple(field.name for field in fields(Call))


def state(world: World) -> Json:
    commands = [
        {"scope": orjson.loads(scope), "language_code": language, "commands": known}
        for (scope, language), known in world.commands.items()
    ]
    return {
        "bot": bot_user(world),
        "people": [person.wire() | {"link": person.link} for person in world.people.values()],
        "chats": [chat_view(chat) for chat in world.chats.values()],
        "commands": commands,
        "clock_offset": world.clock.offset,
        "has_mornings": bool(world.clock.moments),
    }


def messages(world: World, chat_id: int, viewer: int | None) -> list[Json]:
    """All messages of a chat in order; hidden ones only for their receiver when a viewer is named."""
    kept = world.chat(chat_id).messages.values()
    return [_message_view(m) for m in kept if viewer is None or m.ephemeral_to in (None, viewer)]


def _message_view(message: Message) -> Json:
    wire = message.wire
    left_out = ("chat", "reply_to_message", "rich_message")
    view: Json = {key: value for key, value in wire.items() if key not in left_out}
    view |= {"edits": message.edits, "deleted": message.deleted}
    if "photo" in wire:
        largest = wire["photo"][-1]
        view["photo"] = {
            "url": f"/sandbox/file/{largest['file_unique_id']}",
            "width": largest["width"],
            "height": largest["height"],
            "sizes": wire["photo"],
        }
    if "document" in wire:
        view["document"] = wire["document"] | {"url": f"/sandbox/file/{wire['document']['file_unique_id']}"}
    if "reply_to_message" in wire:
        view["reply_to"] = wire["reply_to_message"]["message_id"]
    if message.keyboard:
        view["reply_markup"] = message.keyboard
    if message.rich is not None:
        view["rich"] = message.rich
    if message.ephemeral_to is not None:
        # On the wire it is 0 for all of them; an onlooker needs one to press its buttons.
        view |= {"ephemeral_to": message.ephemeral_to, "message_id": -wire["ephemeral_message_id"]}
    if message.reactions:
        view["reactions"] = message.reactions
    return view


def ledger(world: World, method: str | None) -> list[Json]:
    calls = world.ledger.calls
    chosen = (call for call in calls if not method or call.method.lower() == method.lower())
    return [{name: getattr(call, name) for name in CALL_FIELDS} for call in chosen]


def picture(world: World, unique_id: str) -> StoredFile | None:
    return world.files.by_unique.get(unique_id)
