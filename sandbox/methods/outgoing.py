"""What all sending methods share: reply, topic, keyboard, flood limit, ephemeral receiver, the posted message."""

from dataclasses import dataclass

from sandbox.errors import bad_request
from sandbox.formatted import formatted
from sandbox.keyboards import checked_markup
from sandbox.params import Params
from sandbox.posting import bot_user, post, post_hidden, reply_wire
from sandbox.records import Chat, Json, Message, Person
from sandbox.targets import open_chat
from sandbox.text_units import units
from sandbox.world import World

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
HIDDEN_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a checked message goes and what stands around its content."""

    chat: Chat
    around: Json
    keyboard: Json | None
    receiver: Person | None


def envelope(world: World, params: Params, what: str, messages: int = 1) -> Envelope:
    """All checks that do not look at the content; raises ApiError."""
    chat = open_chat(world, params, what)
    around = _thread(chat, params) | _reply(world, chat, params)
    wish = params.object("reply_markup")
    markup = checked_markup(wish, chat)
    if markup:
        around["reply_markup"] = markup
    receiver = _receiver(world, chat, params)
    world.limits.spend(chat.id, group=not chat.private, now=world.clock.now(), messages=messages)
    return Envelope(chat, around, None if markup else wish, receiver)


def deliver(world: World, where: Envelope, content: Json, *, rich: Json | None = None) -> Message:
    content = content | where.around
    if where.receiver is not None:
        return post_hidden(world, where.chat, where.receiver, content, rich=rich)
    message = post(world, where.chat, bot_user(world), content, mine=True, rich=rich)
    message.keyboard = where.keyboard
    return message


def _thread(chat: Chat, params: Params) -> Json:
    thread = params.number("message_thread_id")
    if not thread:
        return {}
    if thread not in chat.threads:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(world: World, chat: Chat, params: Params) -> Json:
    reply = params.object("reply_parameters") or {}
    message_id = reply.get("message_id") or params.number("reply_to_message_id")
    if not message_id:
        return {}
    there = world.chats.get(int(reply.get("chat_id") or chat.id), chat)
    answered = there.find(int(message_id))
    if answered is not None:
        return {"reply_to_message": reply_wire(answered)} if there is chat else {}
    if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _receiver(world: World, chat: Chat, params: Params) -> Person | None:
    wish = params.object("ephemeral_message_parameters") or {}
    receiver_id = wish.get("receiver_user_id") or params.number("receiver_user_id")
    if not receiver_id:
        return None
    if chat.private:
        raise bad_request("ephemeral messages can be sent only in group and supergroup chats")
    if receiver_id not in chat.members:
        raise bad_request("user not found")
    press = world.presses.get(str(wish.get("callback_query_id") or params.text("callback_query_id")))
    now = world.clock.now()
    pressed = press is not None and press.user_id == receiver_id and now - press.pressed_at <= HIDDEN_SECONDS
    asked = now - chat.ephemeral_asked.get(receiver_id, 0) <= HIDDEN_SECONDS
    if not (pressed or asked or chat.bot_status == "administrator"):
        raise bad_request("not enough rights to send ephemeral messages to the user")
    return world.people[receiver_id]


def body_text(params: Params) -> Json:
    """The checked fields of a text message."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(params.text("text") or "", params.text("parse_mode"), params.array("entities"))
    if not text:
        raise bad_request("text must be non-empty")
    if units(text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def body_caption(params: Params) -> Json:
    """The checked fields of a caption; empty when there is none."""
    return caption_fields(params.text("caption"), params.text("parse_mode"), params.array("caption_entities"))


def caption_fields(caption: str | None, parse_mode: str | None, given: list[Json] | None) -> Json:
    text, entities = formatted(caption or "", parse_mode, given)
    if units(text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return {key: value for key, value in (("caption", text), ("caption_entities", entities)) if value}
