"""What people say, move and edit in their chats."""

from typing import Any

from sandbox.errors import ControlError
from sandbox.formatted import formatted
from sandbox.posting import chat_wire, fields, post, reply_wire, tell_bot
from sandbox.records import Chat, Json, Message, Person
from sandbox.world import World

GROUP_ANONYMOUS_BOT: Json = {
    "id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"
}  # fmt: skip
LIVE_SECONDS = 900


def send(world: World, wish: Json) -> Json:
    """One message of a person; the bot is told when it may see it."""
    person, chat = party(world, wish)
    sender, around = surroundings(world, person, chat, wish)
    wire = post(world, chat, sender, _content(wish, world.clock.stamp()) | around).wire
    _note_ephemeral_command(world, chat, person, wire)
    tell_bot(world, chat, wire)
    return wire


def party(world: World, wish: Json) -> tuple[Person, Chat]:
    """Who speaks and where; writing privately starts or revives the talk with the bot."""
    person, chat = world.person(int(wish["from"])), world.chat(int(wish["chat"]))
    if person.id not in chat.members:
        raise ControlError(f"person {person.id} is not in chat {chat.id}")
    if chat.migrated_to is not None:
        raise ControlError(f"chat {chat.id} moved to {chat.migrated_to}")
    if chat.private and chat.bot_status == "kicked":
        raise ControlError(f"person {person.id} blocked the bot")
    if chat.private:
        person.started = True
    return person, chat


def surroundings(world: World, person: Person, chat: Chat, wish: Json) -> tuple[Json, Json]:
    """The sender as shown, and what stands around the content: reply, origin, topic."""
    around: Json = {}
    if wish.get("reply_to"):
        answered = chat.find(wish["reply_to"])
        if answered is None:
            raise ControlError(f"no message {wish['reply_to']} in chat {chat.id}")
        around["reply_to_message"] = reply_wire(answered)
    if wish.get("forward_from"):
        origin = world.people.get(wish["forward_from"])
        around["forward_origin"] = _origin(origin, wish["forward_from"], world.clock.stamp())
    if wish.get("thread"):
        chat.threads.add(wish["thread"])
        around |= {"message_thread_id": wish["thread"], "is_topic_message": True}
    if wish.get("anonymous"):
        return GROUP_ANONYMOUS_BOT, around | {"sender_chat": chat_wire(world, chat)}
    return person.wire(), around


def _origin(person: Person | None, named: Any, date: int) -> Json:
    if person is None:
        return {"type": "hidden_user", "date": date, "sender_user_name": str(named)}
    return {"type": "user", "date": date, "sender_user": person.wire()}


def _note_ephemeral_command(world: World, chat: Chat, person: Person, wire: Json) -> None:
    word = wire.get("text", "").partition(" ")[0].removeprefix("/").partition("@")[0]
    asked = (c for commands in world.commands.values() for c in commands if c.get("is_ephemeral"))
    if any(command["command"] == word for command in asked):
        chat.ephemeral_asked[person.id] = world.clock.now()


def _content(wish: Json, number: int) -> Json:
    kind = wish.get("kind", "text")
    if kind == "text":
        return text_fields(wish.get("text") or "")
    point = fields(wish, "latitude", "longitude")
    if kind == "location":
        return {"location": point}
    if kind == "live":
        return {"location": point | {"live_period": wish.get("live_period", LIVE_SECONDS)}}
    if kind == "venue":
        venue = {"location": point, "title": wish.get("title", ""), "address": wish.get("address", "")}
        return {"location": point, "venue": venue}
    if kind == "contact":
        return {"contact": {"phone_number": wish.get("text") or "13800000000", "first_name": "示例"}}
    return _other(kind, number)


def _other(kind: str, number: int) -> Json:
    """A message of a kind that the bot is not expected to understand, complete on the wire."""
    file = {"file_id": f"{kind}{number}", "file_unique_id": f"u{kind}{number}", "file_size": 1024}
    square, lasting = {"width": 512, "height": 512}, {"duration": 3}
    contents: Json = {
        "sticker": file
        | square
        | {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"},
        "voice": file | lasting,
        "audio": file | lasting,
        "video": file | square | lasting,
        "animation": file | square | lasting,
        "video_note": file | lasting | {"length": 240},
        "poll": _poll(number),
        "dice": {"emoji": "🎲", "value": 4},
        "game": {"title": "示例", "description": "示例", "photo": [file | square]},
    }
    if kind not in contents:
        raise ControlError(f"kind {kind} is unknown")
    return {kind: contents[kind]} | ({"document": file} if kind == "animation" else {})


def _poll(number: int) -> Json:
    options = [{"persistent_id": name, "text": name, "voter_count": 0} for name in ("甲", "乙")]
    flags = dict.fromkeys(
        ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only"), False
    )  # fmt: skip
    poll = {"id": str(number), "question": "示例", "options": options, "total_voter_count": 0}
    return poll | flags | {"is_anonymous": True, "type": "regular"}


def text_fields(text: str, name: str = "text") -> Json:
    text, entities = formatted(text)
    if not text:
        raise ControlError(f"{name} is empty")
    names = ("text", "entities") if name == "text" else ("caption", "caption_entities")
    return {names[0]: text} | ({names[1]: entities} if entities else {})


def move(world: World, wish: Json) -> Json:
    """A live location goes on: the bot gets an edited message."""
    message = own_message(world, wish)
    if "live_period" not in message.wire.get("location", {}):
        raise ControlError("this message is no live location")
    message.wire["location"] = message.wire["location"] | fields(wish, "latitude", "longitude")
    return _edited(world, wish, message)


def edit(world: World, wish: Json) -> Json:
    message = own_message(world, wish)
    name = "text" if "text" in message.wire else "caption"
    for field in (name, "entities" if name == "text" else "caption_entities"):
        message.wire.pop(field, None)
    if wish.get(name):
        message.wire |= text_fields(wish[name], name)
    return _edited(world, wish, message)


def _edited(world: World, wish: Json, message: Message) -> Json:
    chat = world.chat(int(wish["chat"]))
    message.wire["edit_date"] = world.clock.stamp()
    message.edits += 1
    world.watchers.changed(chat.id)
    tell_bot(world, chat, message.wire, "edited_message")
    return message.wire


def own_message(world: World, wish: Json) -> Message:
    person, chat = party(world, wish)
    message = chat.find(wish["message_id"])
    if message is None or message.wire["from"]["id"] != person.id:
        raise ControlError(f"person {person.id} has no message {wish['message_id']} there")
    return message
