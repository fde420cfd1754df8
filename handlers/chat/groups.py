"""Groups: which place a group is for, and the bot's own coming, going and moving."""

from dataclasses import replace
from datetime import timedelta

from cards import groups as cards
from domain.message import Message
from handlers.access import in_group, office_only
from handlers.desk import Desk
from handlers.office import take_back, tell_office
from handlers.said import BotStatus, ChatKind, Moved
from storage import chats, outbox, outbox_settle, people
from storage.chats import CAN_WRITE, Chat

OUT = ("left", "kicked")
# When a group gets a new id, the bot "leaves" one and "joins" the other; the move itself may be heard last.
SETTLE = timedelta(seconds=5)


def seen(desk: Desk) -> None:
    """Something was said in a group: its row is made, or follows its title; nothing is written for a known one."""
    if desk.said.chat_kind is not ChatKind.GROUP or isinstance(desk.said.content, (BotStatus, Moved)):
        return
    chat = _chat(desk)
    inside = replace(
        chat, title=desk.said.chat_title, bot_status="member" if chat.bot_status in OUT else chat.bot_status
    )
    if inside != desk.chat:
        chats.keep(desk.tx, inside)


async def bot_status(desk: Desk) -> None:
    """The bot was added, promoted, removed; in private: blocked or allowed again."""
    content = desk.said.content
    if not isinstance(content, BotStatus):
        return
    if content.new in CAN_WRITE:
        outbox.resume(desk.tx, desk.said.chat_id)
    if desk.said.chat_kind is ChatKind.PRIVATE:
        people.set_reachable(desk.tx, desk.said.person_id, desk.now if content.new in OUT else None)
        return
    was_out = _chat(desk).bot_status in OUT
    chat = replace(_chat(desk), title=desk.said.chat_title, bot_status=content.new)
    if chat.bound_to and content.new in OUT:
        await _tell_out(desk, chat, chat.bound_to)
    elif chat.bound_to and was_out:
        desk.say(cards.back(desk.language, desk.office.district, chat.bound_to))
    elif desk.said.chat_kind is ChatKind.GROUP and _is_news(chat, content):
        card = cards.hint(desk.language, desk.office.district, hears_all=_hears_all(desk, chat))
        desk.say(card, subject=f"hint:{chat.id}", wait=SETTLE)
        chat = replace(chat, told_at=desk.now)
    chats.keep(desk.tx, chat)


async def moved(desk: Desk) -> None:
    """The group has a new id: its binding and what is owed to it go along. Heard twice, from both ids."""
    content = desk.said.content
    if isinstance(content, Moved):
        await chats.moved(desk.tx, content.old_id, content.new_id, desk.now)
        outbox_settle.moved(desk.tx, content.old_id, content.new_id)
        outbox.cancel(desk.tx, f"hint:{content.new_id}")
        await take_back(desk, f"bot-out:{content.old_id}")


async def bind(desk: Desk, argument: str) -> None:
    """Ask to confirm the place that was named, or which it is; the office only."""
    office_only(desk)
    in_group(desk)
    places = _places(desk, argument)
    if len(places) == 1:
        desk.say(_bind_ask(desk, places[0]))
        return
    every = (*(town.code for town in desk.office.district.towns), cards.DISTRICT, cards.DUTY)
    desk.say(cards.bind_choose(desk.language, desk.office.district, places or every, desk.seal))


async def place_pressed(desk: Desk, args: tuple[str, ...]) -> None:
    """A place was chosen: ask to confirm it."""
    office_only(desk)
    in_group(desk)
    desk.answer()
    desk.edit(_bind_ask(desk, args[0]))


async def bind_confirmed(desk: Desk, args: tuple[str, ...]) -> None:
    """From now on the group is for this place."""
    person, chat = office_only(desk), _chat(desk)
    in_group(desk)
    chats.bind(desk.tx, chat, args[0], by=person.id, at=desk.now, thread_id=desk.said.thread_id)
    desk.answer()
    desk.edit(cards.bound(desk.language, desk.office.district, args[0], hears_all=_hears_all(desk, chat)))


async def unbind(desk: Desk, _argument: str) -> None:
    """Ask to confirm that the group loses its place; the office only."""
    office_only(desk)
    in_group(desk)
    place = _chat(desk).bound_to
    if place is None:
        desk.say(cards.sentence(desk.language, "not_bound"))
    else:
        desk.say(cards.unbind_ask(desk.language, desk.office.district, place, desk.seal))


async def unbind_confirmed(desk: Desk, _args: tuple[str, ...]) -> None:
    """The group is for nothing any more, and the bot mute in it."""
    person = office_only(desk)
    in_group(desk)
    chats.bind(desk.tx, _chat(desk), None, by=person.id, at=desk.now, thread_id=None)
    desk.answer()
    desk.edit(cards.sentence(desk.language, "unbound"))


async def left_alone(desk: Desk, _args: tuple[str, ...]) -> None:
    """The question was answered with no."""
    office_only(desk)
    in_group(desk)
    desk.answer()
    desk.edit(cards.sentence(desk.language, "left_alone"))


def _chat(desk: Desk) -> Chat:
    said = desk.said
    return desk.chat or Chat(said.chat_id, said.chat_kind.value, said.chat_title, None, None, "member")


def _is_news(chat: Chat, status: BotStatus) -> bool:
    """Whether the bot came into a group that is for nothing yet and was never told how to bind it."""
    return chat.bound_to is None and chat.told_at is None and status.new in CAN_WRITE


def _hears_all(desk: Desk, chat: Chat) -> bool:
    return desk.office.sees_all_messages or chat.bot_status == "administrator"


def _places(desk: Desk, argument: str) -> list[str]:
    if cards.is_district(argument, desk.office.district):
        return [cards.DISTRICT]
    if cards.is_duty(argument):
        return [cards.DUTY]
    return list(dict.fromkeys(hit.item.key for hit in desk.office.towns.find(argument)))


def _bind_ask(desk: Desk, place: str) -> Message:
    chat = _chat(desk)
    return cards.bind_ask(
        desk.language,
        desk.office.district,
        place,
        title=desk.said.chat_title,
        chat_id=chat.id,
        now=chat.bound_to,
        seal=desk.seal,
    )


async def _tell_out(desk: Desk, chat: Chat, place: str) -> None:
    await tell_office(
        desk,
        f"bot-out:{chat.id}:{desk.said.update_id}",
        lambda language: cards.bot_out(
            language, desk.office.district, place, title=chat.title, chat_id=chat.id
        ),
        subject=f"bot-out:{chat.id}",
        wait=SETTLE,
    )


COMMANDS = {"bind": bind, "unbind": unbind}
PRESSES = {
    "bindto": place_pressed,
    "bind": bind_confirmed,
    "unbind": unbind_confirmed,
    "bindno": left_alone,
}
