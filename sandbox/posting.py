"""How a message comes into a chat, and which of them the bot is told about."""

from typing import Any

from sandbox.records import Chat, Json, Message, Person
from sandbox.world import World

MESSAGE_LIFE = 86_400
SERVICE = frozenset(
    {"new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message",
     "new_chat_title"}
)  # fmt: skip
PRESENT = frozenset({"member", "administrator", "restricted"})


def chat_wire(world: World, chat: Chat) -> Json:
    if not chat.private:
        topics = {"is_forum": True} if chat.threads else {}
        return {"id": chat.id, "type": chat.type, "title": chat.title} | topics
    person = world.people[chat.id].wire()
    return {key: person[key] for key in ("id", "first_name", "username") if key in person} | {
        "type": "private"
    }


def bot_user(world: World) -> Json:
    return {key: world.bot[key] for key in ("id", "is_bot", "first_name", "username")}


def post(
    world: World, chat: Chat, sender: Json, content: Json, *, mine: bool = False, rich: Json | None = None
) -> Message:
    """Put a message into the chat; the bot is not told."""
    message_id = next(chat.ids)
    wire = {
        "message_id": message_id,
        "from": sender,
        "chat": chat_wire(world, chat),
        "date": world.clock.stamp(),
    }
    message = Message(wire | content, mine=mine, rich=rich)
    chat.messages[message_id] = message
    world.watchers.changed(chat.id)
    return message


def post_hidden(
    world: World, chat: Chat, receiver: Person, content: Json, *, rich: Json | None = None
) -> Message:
    """An ephemeral message of the bot: only the receiver sees it and it has no message_id of its own."""
    chat.ephemeral_ids += 1
    wire = {
        "message_id": 0,
        "from": bot_user(world),
        "chat": chat_wire(world, chat),
        "date": world.clock.stamp(),
    }
    hidden = {"ephemeral_message_id": chat.ephemeral_ids, "receiver_user": receiver.wire()}
    message = Message(wire | hidden | content, mine=True, rich=rich, ephemeral_to=receiver.id)
    chat.messages[-chat.ephemeral_ids] = message
    world.watchers.changed(chat.id)
    return message


def tell_bot(world: World, chat: Chat, wire: Json, kind: str = "message") -> None:
    """Queue the message for the bot unless privacy mode or its absence hides it."""
    if bot_sees(world, chat, wire):
        expires = float(wire.get("edit_date") or wire["date"]) + MESSAGE_LIFE
        world.updates.add(kind, wire, lane=("chat", chat.id), expires_at=expires)


def bot_sees(world: World, chat: Chat, wire: Json) -> bool:
    if chat.bot_status not in PRESENT:
        return False
    if chat.private or chat.bot_status == "administrator" or world.bot["can_read_all_group_messages"]:
        return True
    answered = wire.get("reply_to_message") or {}
    if SERVICE & wire.keys() or answered.get("from", {}).get("id") == world.bot_id:
        return True
    return _addresses(str(world.bot["username"]).lower(), wire)


def _addresses(username: str, wire: Json) -> bool:
    text: str = wire.get("text") or wire.get("caption") or ""
    raw = text.encode("utf-16-le", "surrogatepass")
    for entity in wire.get("entities") or wire.get("caption_entities") or ():
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        word = raw[start:end].decode("utf-16-le", "surrogatepass").lower()
        if entity["type"] == "mention" and word == f"@{username}":
            return True
        if entity["type"] == "bot_command" and word.partition("@")[2] in {"", username}:
            return True
    return False


def reply_wire(message: Message) -> Json:
    """A message as it stands inside the one that answers it: one level deep."""
    return {key: value for key, value in message.wire.items() if key != "reply_to_message"}


def tell_membership(world: World, chat: Chat, old: str, by: Json) -> None:
    """The my_chat_member update after `chat.bot_status` was changed."""
    content: Json = {
        "chat": chat_wire(world, chat),
        "from": by,
        "date": world.clock.stamp(),
        "old_chat_member": bot_membership(world, old),
        "new_chat_member": bot_membership(world, chat.bot_status),
    }
    lane = ("user", int(by["id"]))
    world.updates.add("my_chat_member", content, lane=lane, expires_at=world.clock.now() + MESSAGE_LIFE)
    world.watchers.changed(chat.id)


def bot_membership(world: World, status: str) -> Json:
    return membership(bot_user(world), status)


def membership(user: Json, status: str) -> Json:
    member: Json = {"user": user, "status": status}
    if status == "kicked":
        return member | {"until_date": 0}
    if status == "administrator":
        return member | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(ADMIN_RIGHTS, True)
    if status == "restricted":
        return member | {"is_member": True, "until_date": 0} | dict.fromkeys(MEMBER_RIGHTS, False)
    return member


ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
MEMBER_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def fields(source: Json, *names: str) -> dict[str, Any]:
    return {name: source[name] for name in names if source.get(name) is not None}
