"""Questions of ours that are answered by typing: asked in private, answered by a reply or by the next words."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from domain.message import Message
from domain.ticket import Ticket
from handlers.desk import Desk
from handlers.moving import privately
from storage import outbox, queries
from storage.busy import Busy
from storage.queries import Asked

REPLY_WAITS = timedelta(hours=24)  # how long a reply to the question is its answer
WORDS_WAIT = timedelta(minutes=10)  # how long the next words are
LONGEST = 300

Answering = Callable[[Desk, Asked, str], Awaitable[None]]


def ask(desk: Desk, message: Message, verb: str, ticket: Ticket, **facts: str | int) -> None:
    """Ask the person in private; ``verb`` names who gets the answer (the ANSWERS of a talk), ``facts`` go along."""
    ask_about(desk, message, verb, ticket.number, ticket.version, **facts)


def ask_about(desk: Desk, message: Message, verb: str, what: str, version: int, **facts: str | int) -> None:
    """The same about something else that has a number and versions."""
    key = privately(desk, message)
    person = desk.said.person_id
    question = Asked(
        desk.office.new_id(),
        person,
        person,
        desk.now,
        number=what,
        version=version,
        prompt_key=key,
        verb=verb,
        facts=facts,
    )
    queries.keep(desk.tx, question)


async def answered(desk: Desk, text: str, answers: Mapping[str, Answering]) -> bool:
    """Give the words to the talk that asked; False when they answer nothing.

    A talk that refuses the answer leaves the question open: the next words are another try.
    """
    question = await meant(desk)
    answering = answers.get(question.verb or "") if question else None
    if question is None or answering is None:
        return False
    await answering(desk, question, text.strip()[:LONGEST])
    queries.end(desk.tx, question.id)
    return True


async def last(desk: Desk) -> Asked | None:
    """The question that the next words would answer, as far as no report was touched later."""
    if Busy.QUESTION not in desk.busy:
        return None
    waiting = await queries.awaiting(desk.tx.c, desk.said.chat_id, desk.said.person_id, desk.now - WORDS_WAIT)
    touched = desk.drafts[0].touched_at if desk.drafts else None
    return waiting[0] if waiting and (touched is None or touched <= waiting[0].at) else None


async def meant(desk: Desk) -> Asked | None:
    """The question to which this is a reply, or else the one that the next words would answer."""
    if Busy.QUESTION not in desk.busy:
        return None
    if desk.said.reply_to is None:
        return await last(desk)
    chat, person = desk.said.chat_id, desk.said.person_id
    for question in await queries.awaiting(desk.tx.c, chat, person, desk.now - REPLY_WAITS):
        if await outbox.message_of(desk.tx.c, question.prompt_key or "") == desk.said.reply_to:
            return question
    return None
