"""Methods about chats, their members and files, the bot's commands, and answers to buttons."""

import re
from collections.abc import Mapping

import orjson

from sandbox.errors import bad_request, forbidden
from sandbox.methods.method import Method, method
from sandbox.params import Params
from sandbox.posting import PRESENT, bot_membership, bot_user, chat_wire, membership, tell_membership
from sandbox.records import Chat, Json
from sandbox.targets import named_chat
from sandbox.text_units import units
from sandbox.world import World

ANSWER_UNITS = 200
PRESS_SECONDS = 150
COMMANDS = 100
DESCRIPTION_UNITS = 256
SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators",
     "chat_member"}
)  # fmt: skip
MENUS = frozenset({"default", "commands", "web_app"})
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback(world: World, params: Params) -> bool:
    text = params.text("text") or ""
    if units(text) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    press = world.presses.get(params.text("callback_query_id") or "")
    if press is None or world.clock.now() - press.pressed_at > PRESS_SECONDS:
        raise bad_request(TOO_OLD)
    if not press.answer.done():
        press.answer.set_result({"text": text, "show_alert": params.flag("show_alert")})
    return True


def get_file(world: World, params: Params) -> Json:
    return world.files.link(params.text("file_id") or "", world.clock.now())


def get_chat(world: World, params: Params) -> Json:
    chat = _known_chat(world, params)
    more: Json = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    pinned = chat.find(chat.pinned)
    if pinned is not None:
        more["pinned_message"] = pinned.wire
    return chat_wire(world, chat) | more


def _known_chat(world: World, params: Params) -> Chat:
    """Telling of a chat does not need the right to write into it, but presence."""
    chat = named_chat(world, params)
    if not chat.private and chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if not chat.private and chat.bot_status not in PRESENT:
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def get_member(world: World, params: Params) -> Json:
    chat, user_id = _known_chat(world, params), params.number("user_id")
    if user_id == world.bot_id:
        return bot_membership(world, chat.bot_status)
    person = world.people.get(user_id or 0)
    if person is None:
        raise bad_request("user not found")
    admin, there = person.id in chat.admins, person.id in chat.members
    return membership(person.wire(), "administrator" if admin else "member" if there else "left")


def get_administrators(world: World, params: Params) -> list[Json]:
    chat = _known_chat(world, params)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    admins = [membership(world.people[admin].wire(), "administrator") for admin in chat.admins]
    bot_leads = chat.bot_status == "administrator" and params.flag("return_bots")
    return admins + ([bot_membership(world, "administrator")] if bot_leads else [])


def get_member_count(world: World, params: Params) -> int:
    return len(_known_chat(world, params).members) + 1


def leave_chat(world: World, params: Params) -> bool:
    chat = _known_chat(world, params)
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    old, chat.bot_status = chat.bot_status, "left"
    tell_membership(world, chat, old, bot_user(world))
    return True


def set_commands(world: World, params: Params) -> bool:
    commands = params.array("commands") or []
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(str(command.get("description", ""))) <= DESCRIPTION_UNITS:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_commands_key(world, params)] = commands
    return True


def delete_commands(world: World, params: Params) -> bool:
    world.commands.pop(_commands_key(world, params), None)
    return True


def get_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_commands_key(world, params), [])


def _commands_key(world: World, params: Params) -> tuple[str, str]:
    scope = params.object("scope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in scope:
        named_chat(world, Params({"chat_id": scope["chat_id"]}, {}))
    language = params.text("language_code") or ""
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode(), language


def set_menu_button(world: World, params: Params) -> bool:
    button = params.object("menu_button") or {"type": "default"}
    if button.get("type") not in MENUS:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    chat_id = params.number("chat_id")
    if chat_id and not named_chat(world, params).private:
        raise bad_request("chat not found")
    world.menu_buttons[chat_id or 0] = button
    return True


METHODS: Mapping[str, Method] = {
    "answerCallbackQuery": method(answer_callback, "callback_query_id text show_alert url cache_time"),
    "getFile": method(get_file, "file_id"),
    "getChat": method(get_chat, "chat_id"),
    "getChatMember": method(get_member, "chat_id user_id"),
    "getChatAdministrators": method(get_administrators, "chat_id return_bots"),
    "getChatMemberCount": method(get_member_count, "chat_id"),
    "leaveChat": method(leave_chat, "chat_id"),
    "setMyCommands": method(set_commands, "commands scope language_code"),
    "deleteMyCommands": method(delete_commands, "scope language_code"),
    "getMyCommands": method(get_commands, "scope language_code"),
    "setChatMenuButton": method(set_menu_button, "chat_id menu_button"),
}
