"""Methods that change or remove a message which only one member of a group sees."""

from collections.abc import Mapping

from sandbox.errors import bad_request
from sandbox.methods.editing import CAPTION, TEXT, change
from sandbox.methods.method import Method, method
from sandbox.methods.outgoing import body_caption, body_text
from sandbox.params import Params
from sandbox.records import Chat, Message
from sandbox.targets import open_chat
from sandbox.world import World

HIDDEN = "chat_id receiver_user_id ephemeral_message_id reply_markup"


def _hidden(world: World, params: Params) -> tuple[Chat, Message]:
    chat = open_chat(world, params)
    message = chat.find(-(params.number("ephemeral_message_id") or 0))
    if message is None or message.ephemeral_to != params.number("receiver_user_id"):
        raise bad_request("message to edit not found")
    return chat, message


def edit_text(world: World, params: Params) -> bool:
    change(world, params, _hidden(world, params), body_text(params), replaced=TEXT)
    return True


def edit_caption(world: World, params: Params) -> bool:
    change(world, params, _hidden(world, params), body_caption(params), replaced=CAPTION)
    return True


def edit_markup(world: World, params: Params) -> bool:
    change(world, params, _hidden(world, params), {}, replaced=())
    return True


def delete(world: World, params: Params) -> bool:
    chat, message = _hidden(world, params)
    message.deleted = True
    world.watchers.changed(chat.id)
    return True


METHODS: Mapping[str, Method] = {
    "editEphemeralMessageText": method(edit_text, HIDDEN, "text parse_mode entities link_preview_options"),
    "editEphemeralMessageCaption": method(edit_caption, HIDDEN, "caption parse_mode caption_entities"),
    "editEphemeralMessageReplyMarkup": method(edit_markup, HIDDEN),
    "deleteEphemeralMessage": method(delete, "chat_id receiver_user_id ephemeral_message_id"),
}
