"""Methods that change, remove, mark or repeat a message."""

from collections.abc import Mapping

from sandbox.errors import bad_request
from sandbox.keyboards import checked_markup
from sandbox.methods.media import media_content
from sandbox.methods.method import SENDING, Method, method
from sandbox.methods.outgoing import body_caption, body_text, caption_fields, deliver, envelope
from sandbox.methods.sending import checked_rich, rich_wire
from sandbox.params import Params
from sandbox.posting import SERVICE, bot_user
from sandbox.records import Chat, Json, Message
from sandbox.targets import named_chat, named_message, open_chat
from sandbox.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TEXT = ("text", "entities", "rich_message")
CAPTION = ("caption", "caption_entities")
MEDIA = ("photo", "document", *CAPTION)
DELETE_SECONDS = 48 * 3600
REACTION_LIST = (
    "👍,👎,❤,🔥,🥰,👏,😁,🤔,🤯,😱,🤬,😢,🎉,🤩,🤮,💩,🙏,👌,🕊,🤡,🥱,🥴,😍,🐳,❤‍🔥,🌚,🌭,💯,🤣,⚡,🍌,🏆,💔,🤨,😐,🍓,🍾,💋,🖕,😈,"
    "😴,😭,🤓,👻,👨‍💻,👀,🎃,🙈,😇,😨,🤝,✍,🤗,🫡,🎅,🎄,☃,💅,🤪,🗿,🆒,💘,🙉,🦄,😘,💊,🙊,😎,👾,🤷‍♂,🤷,🤷‍♀,😡"
)
REACTIONS = frozenset(REACTION_LIST.split(","))


def _own(world: World, params: Params) -> tuple[Chat, Message]:
    chat = open_chat(world, params)
    message = named_message(chat, params, "edit")
    if not message.mine:
        raise bad_request("message can't be edited")
    return chat, message


def change(
    world: World, params: Params, own: tuple[Chat, Message], content: Json, *, replaced: tuple[str, ...]
) -> Json:
    """Put `content` in place of the fields `replaced`; the keyboard goes unless it is sent again."""
    chat, message = own
    markup = checked_markup(params.object("reply_markup"), chat)
    new = content | ({"reply_markup": markup} if markup else {})
    old = {name: message.wire[name] for name in (*replaced, "reply_markup") if name in message.wire}
    if new == old:
        raise bad_request(NOT_MODIFIED)
    for name in old:
        del message.wire[name]
    message.wire |= new | {"edit_date": world.clock.stamp()}
    message.edits += 1
    world.watchers.changed(chat.id)
    return message.wire


def edit_text(world: World, params: Params) -> Json:
    own = _, message = _own(world, params)
    rich = params.object("rich_message")
    if rich is not None:
        wire = change(world, params, own, rich_wire(checked_rich(rich)), replaced=TEXT)
        message.rich = rich
        return wire
    if "text" not in message.wire and "rich_message" not in message.wire:
        raise bad_request("there is no text in the message to edit")
    wire = change(world, params, own, body_text(params), replaced=TEXT)
    message.rich = None
    return wire


def edit_caption(world: World, params: Params) -> Json:
    own = _, message = _own(world, params)
    if not {"photo", "document"} & message.wire.keys():
        raise bad_request("there is no caption in the message to edit")
    return change(world, params, own, body_caption(params), replaced=CAPTION)


async def edit_media(world: World, params: Params) -> Json:
    own = _, message = _own(world, params)
    media = params.object("media") or {}
    if media.get("type") not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo or document here")
    content = await media_content(world, params, media["type"], media.get("media") or "")
    caption = caption_fields(media.get("caption"), media.get("parse_mode"), media.get("caption_entities"))
    wire = change(
        world, params, own, content | caption, replaced=(*MEDIA, *TEXT)
    )  # media may be added to a text
    message.rich = None
    return wire


def edit_markup(world: World, params: Params) -> Json:
    return change(world, params, _own(world, params), {}, replaced=())


def delete_message(world: World, params: Params) -> bool:
    chat = named_chat(world, params)
    message = named_message(chat, params, "delete")
    may = message.mine or chat.private or chat.bot_status == "administrator"
    if not may or world.clock.now() - message.wire["date"] > DELETE_SECONDS:
        raise bad_request("message can't be deleted")
    message.deleted = True
    world.watchers.changed(chat.id)
    return True


def set_reaction(world: World, params: Params) -> bool:
    chat = open_chat(world, params)
    message = named_message(chat, params, "react")
    reaction = params.array("reaction") or []
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(r.get("type") != "emoji" or r.get("emoji", "").strip("\ufe0f") not in REACTIONS for r in reaction):
        raise bad_request("REACTION_INVALID")
    message.reactions = reaction
    world.watchers.changed(chat.id)
    return True


def pin_message(world: World, params: Params) -> bool:
    chat = open_chat(world, params)
    message = named_message(chat, params, "pin")
    if not chat.private and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = message.wire["message_id"]
    world.watchers.changed(chat.id)
    return True


def copy_message(world: World, params: Params) -> Json:
    content, rich = _repeated(world, params, "copy")
    if params.text("caption") is not None and {"photo", "document"} & content.keys():
        content = {k: v for k, v in content.items() if k not in CAPTION} | body_caption(params)
    where = envelope(world, params, "text messages")
    return {"message_id": deliver(world, where, content, rich=rich).wire["message_id"]}


def forward_message(world: World, params: Params) -> Json:
    content, rich = _repeated(world, params, "forward")
    source = named_chat(world, params, "from_chat_id").messages[params.number("message_id") or 0].wire
    origin = {"type": "user", "date": source["date"], "sender_user": source.get("from") or bot_user(world)}
    where = envelope(world, params, "text messages")
    return deliver(world, where, content | {"forward_origin": origin}, rich=rich).wire


def _repeated(world: World, params: Params, purpose: str) -> tuple[Json, Json | None]:
    message = named_message(named_chat(world, params, "from_chat_id"), params, purpose)
    if SERVICE & message.wire.keys():
        raise bad_request(f"message can't be {'copied' if purpose == 'copy' else 'forwarded'}")
    kept = (*TEXT, *MEDIA, "location", "venue", "contact", "sticker", "voice", "video", "animation", "audio")
    return {name: message.wire[name] for name in kept if name in message.wire}, message.rich


EDITED = "chat_id message_id inline_message_id reply_markup"
METHODS: Mapping[str, Method] = {
    "editMessageText": method(
        edit_text,
        EDITED,
        "text parse_mode entities link_preview_options disable_web_page_preview rich_message",
    ),
    "editMessageCaption": method(
        edit_caption, EDITED, "caption parse_mode caption_entities show_caption_above_media"
    ),
    "editMessageMedia": method(edit_media, EDITED, "media"),
    "editMessageReplyMarkup": method(edit_markup, EDITED),
    "deleteMessage": method(delete_message, "chat_id message_id"),
    "setMessageReaction": method(set_reaction, "chat_id message_id reaction is_big"),
    "pinChatMessage": method(pin_message, "chat_id message_id disable_notification"),
    "copyMessage": method(
        copy_message, SENDING, "from_chat_id message_id caption parse_mode caption_entities"
    ),
    "forwardMessage": method(
        forward_message,
        "chat_id message_thread_id from_chat_id message_id disable_notification protect_content",
    ),
}
