"""Where a call of the bot goes: the chat and message it names, or the reason why it may not."""

from sandbox.errors import bad_request, forbidden
from sandbox.params import Params
from sandbox.posting import PRESENT
from sandbox.records import Chat, Message
from sandbox.world import World


def named_chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    """Raises ApiError 400 for a chat that nobody knows or that moved to a new id."""
    given = params.text(name)
    if not given:
        raise bad_request(f"{name} is empty")
    number = int(given) if given.lstrip("-").isdecimal() else _by_username(world, given)
    chat = world.chats.get(number)
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    return chat


def _by_username(world: World, given: str) -> int:
    wanted = given.removeprefix("@").lower()
    return next((p.id for p in world.people.values() if (p.username or "").lower() == wanted), 0)


def open_chat(world: World, params: Params, what: str | None = None) -> Chat:
    """A chat where the bot may now send `what` (such as "photos"); raises ApiError 400 or 403."""
    chat = named_chat(world, params)
    if chat.private:
        _check_person(world, chat)
        return chat
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if chat.bot_status not in PRESENT:
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    if what and chat.bot_status == "restricted":
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def _check_person(world: World, chat: Chat) -> None:
    person = world.people[chat.id]
    if person.deactivated:
        raise forbidden("user is deactivated")
    if chat.bot_status == "kicked":
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")


def named_message(chat: Chat, params: Params, purpose: str) -> Message:
    """Raises ApiError 400 with `message to <purpose> not found`."""
    message_id = params.number("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = chat.find(message_id) if message_id > 0 else None
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    return message
