"""Who deals with what: from the kind of thing that was said to the talk that knows about it."""

from collections.abc import Awaitable, Callable

from cards import errors as error_cards
from cards import report as report_cards
from cards.catalogue import sentences
from cards.report import REPORT_LINK
from cards.words import command_of
from domain.errors import Refusal
from domain.message import Message
from handlers import asking
from handlers.access import person_speaking, pressed_here, speaks_here
from handlers.asking import Answering
from handlers.chat import (
    air,
    assessment,
    cancelling,
    consequences,
    groups,
    help,  # noqa: A004  # the talk is called what people type
    joining,
    language,
    lookback,
    order_replies,
    orders,
    query,
    rank,
    report,
    report_press,
    sand,
    ticket_fix,
    ticket_moves,
    ticket_review,
    ticket_take,
    ticket_time,
    todo,
)
from handlers.chat.report_show import reporting
from handlers.desk import Desk
from handlers.said import BotStatus, ChatKind, Command, Moved, Other, PhotoSent, PlaceSent, Press, Words

Talk = Callable[[Desk, str], Awaitable[None]]
Pressing = Callable[[Desk, tuple[str, ...]], Awaitable[None]]

TALKS = (
    air,
    assessment,
    consequences,
    lookback,
    orders,
    order_replies,
    joining,
    help,
    language,
    groups,
    query,
    rank,
    report,
    report_press,
    sand,
    ticket_moves,
    ticket_take,
    ticket_review,
    ticket_time,
    ticket_fix,
    cancelling,
    todo,
)
COMMANDS: dict[str, Talk] = {
    name: talk for one in TALKS for name, talk in getattr(one, "COMMANDS", {}).items()
}
PRESSES: dict[str, Pressing] = {
    verb: act for one in TALKS for verb, act in getattr(one, "PRESSES", {}).items()
}
ANSWERS: dict[str, Answering] = {
    verb: act for one in TALKS for verb, act in getattr(one, "ANSWERS", {}).items()
}


async def route(desk: Desk) -> None:
    """Deal with what was said; a refusal is answered with its sentence, and nothing of it is kept."""
    mark = desk.tx.mark()
    try:
        await _deal(desk)
    except Refusal as refusal:
        desk.tx.back_to(mark)
        _refuse(desk, refusal)


async def _deal(desk: Desk) -> None:
    content = desk.said.content
    if isinstance(content, BotStatus):
        await groups.bot_status(desk)
    elif isinstance(content, Moved):
        await groups.moved(desk)
    elif desk.said.chat_kind is ChatKind.CHANNEL:
        return
    elif isinstance(content, Press):
        await _press(desk, content)
    elif desk.said.chat_kind is ChatKind.GROUP:
        await _in_group(desk)
    else:
        await _in_private(desk)


async def _press(desk: Desk, press: Press) -> None:
    person_speaking(desk)
    pressed = desk.seal.open(press.token)
    act = PRESSES.get(pressed.verb) if pressed else None
    if pressed is None or act is None:
        desk.answer(sentences(desk.language)["errors.unknown_button"])
        return
    pressed_here(desk, pressed.verb)
    await act(desk, pressed.args)
    desk.answer()


async def _in_private(desk: Desk) -> None:
    content = desk.said.content
    if isinstance(content, Words):
        content = _typed(content)
    if isinstance(content, Command):
        await _command(desk, content)
    elif desk.person is None:
        await joining.stranger(desk)
    elif desk.said.edited:
        await _edited(desk)
    elif await _taken(desk):
        return
    elif isinstance(content, PhotoSent):
        await report.photo(desk, content)
    elif isinstance(content, PlaceSent):
        await report.place(desk, content)
    elif isinstance(content, Words):
        await _words(desk, content.text)
    elif isinstance(content, Other):
        await report.unusable(desk, content)


async def _taken(desk: Desk) -> bool:
    """Whether it belongs to something that a person is in the midst of, beyond a report."""
    for takes in (air.takes, lookback.takes, orders.takes, ticket_fix.takes):
        if await takes(desk, desk.said.content):
            return True
    return False


async def _words(desk: Desk, text: str) -> None:
    """What is typed is a quantity, answers our last question, is about the report in the making, or is a question."""
    if await ticket_fix.words(desk, text) or await asking.answered(desk, text, ANSWERS):
        return
    if not await report.words(desk, text):
        await _asked(desk, text)


async def _asked(desk: Desk, text: str) -> None:
    if not await rank.words(desk, text):
        await query.ask(desk, text)


async def _in_group(desk: Desk) -> None:
    """In a group only what is addressed to the bot is dealt with, and in a group that is not ours next to nothing."""
    groups.seen(desk)
    if not desk.said.addressed:
        return
    content = desk.said.content
    if isinstance(content, Words):
        content = _typed(content)
    if isinstance(content, Command) and content.name == "start":
        await joining.start(desk, content.argument)
        return
    if not speaks_here(desk):
        return
    person_speaking(desk)
    if desk.person is None:
        await joining.stranger(desk)
    elif isinstance(content, Command) and content.name not in {"report", "cancel"}:
        await _command(desk, content)
    elif isinstance(content, Words):
        await _asked(desk, content.text)
    else:
        desk.say(_report_privately(desk))


async def _command(desk: Desk, command: Command) -> None:
    if command == Command("start", REPORT_LINK) and desk.person:
        command = Command("report", "")
    talk = COMMANDS.get(command.name)
    if talk is None:
        desk.say(Message(sentences(desk.language)["errors.unknown_command"]))
        return
    await talk(desk, command.argument)


async def _edited(desk: Desk) -> None:
    content = desk.said.content
    text = (
        content.text
        if isinstance(content, Words)
        else content.caption
        if isinstance(content, PhotoSent)
        else None
    )
    if text is None:
        return
    if not await report.edited(desk, text) and isinstance(content, Words):
        await query.ask(desk, text)


def _refuse(desk: Desk, refusal: Refusal) -> None:
    message = error_cards.refused(desk.language, refusal)
    if isinstance(desk.said.content, Press):
        desk.answer(message.text, alert=True)
    else:
        desk.say(message)


def _report_privately(desk: Desk) -> Message:
    card = reporting(desk)
    return report_cards.only_private(card, desk.office.bot_name)


def _typed(words: Words) -> Words | Command:
    """A word that does the same as a command when it is typed."""
    found = command_of(words.text)
    return Command(*found) if found else words
