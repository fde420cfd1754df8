"""People and groups: who exists, who is where, and the bot's place among them."""

import itertools

from sandbox.errors import ControlError
from sandbox.posting import PRESENT, bot_user, post, tell_bot, tell_membership
from sandbox.records import Chat, Json, Person
from sandbox.world import World

STATUSES = PRESENT | {"left", "kicked"}
TYPES = ("supergroup", "group")


def put_person(world: World, wish: Json) -> Json:
    """A new person with a private chat, or new names for an old one."""
    person_id = wish.get("id") or next(i for i in world.serials.people if i not in world.chats)
    old = world.people.get(person_id)
    person = Person(
        person_id,
        wish["first_name"],
        wish.get("username"),
        wish.get("language_code", "zh-hans"),
        started=bool(wish.get("started")) or (old.started if old else False),
        link=wish.get("link"),
    )
    world.people[person_id] = person
    if old is None:
        members = [person_id]
        world.chats[person_id] = Chat(
            person_id, "private", person.first_name, world.serials.messages, members, bot_status="member"
        )
    world.chats[person_id].title = person.first_name
    return person.wire()


def put_group(world: World, wish: Json) -> Json:
    """A new group; with the bot in it (unless bot is false) it is told so by an update."""
    kind = wish.get("type", "supergroup")
    if kind not in TYPES:
        raise ControlError(f"type must be one of {', '.join(TYPES)}")
    chat = _new_group(world, kind, wish["title"], wish.get("id"))
    admins = [world.person(person).id for person in wish.get("admins", [])]
    chat.members = list(dict.fromkeys([world.person(person).id for person in wish["members"]] + admins))
    chat.admins = admins
    if wish.get("bot", True):
        set_bot(world, chat.id, {"status": "member", "by": wish.get("by")})
    return chat_view(chat)


def _new_group(world: World, kind: str, title: str, chat_id: int | None = None) -> Chat:
    serials = world.serials
    numbers = serials.supergroups if kind == "supergroup" else serials.groups
    chat_id = chat_id or next(i for i in numbers if i not in world.chats)
    if chat_id in world.chats:
        raise ControlError(f"chat {chat_id} exists already")
    chat = Chat(chat_id, kind, title, itertools.count(1) if kind == "supergroup" else serials.messages)
    world.chats[chat_id] = chat
    return chat


def set_bot(world: World, chat_id: int, wish: Json) -> Json:
    """Change the bot's place in a group, or (kicked, member) block and unblock it as a person."""
    chat, status = world.chat(chat_id), wish["status"]
    if chat.private and status == "deactivated":
        world.person(chat_id).deactivated = True
        return chat_view(chat)
    if status not in STATUSES:
        raise ControlError(f"status must be one of {', '.join(sorted(STATUSES))}")
    by = world.person(wish.get("by") or (chat.admins + chat.members + [None])[0]).wire()
    old, chat.bot_status = chat.bot_status, status
    if old != status:
        tell_membership(world, chat, old, by)
    if not chat.private and old not in PRESENT and status in PRESENT:
        bot = bot_user(world)
        tell_bot(world, chat, post(world, chat, by, {"new_chat_members": [bot], "new_chat_member": bot}).wire)
    return chat_view(chat)


def upgrade(world: World, chat_id: int) -> Json:
    """A basic group becomes a supergroup with a new id; both chats tell of it."""
    old = world.chat(chat_id)
    if old.type != "group" or old.migrated_to is not None:
        raise ControlError("only a basic group can be upgraded, once")
    new = _new_group(world, "supergroup", old.title)
    new.members, new.admins, new.bot_status = list(old.members), list(old.admins), old.bot_status
    by = world.person((old.admins + old.members + [None])[0]).wire()
    tell_bot(world, old, post(world, old, by, {"migrate_to_chat_id": new.id}).wire)
    tell_bot(world, new, post(world, new, by, {"migrate_from_chat_id": old.id}).wire)
    old.migrated_to = new.id
    return {"new_id": new.id}


def chat_view(chat: Chat) -> Json:
    view: Json = {"id": chat.id, "type": chat.type, "title": chat.title, "members": chat.members}
    if chat.migrated_to is not None:
        view["migrated_to"] = chat.migrated_to
    return view | {"admins": chat.admins, "bot_status": chat.bot_status}
