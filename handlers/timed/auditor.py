"""Looks every five minutes for open tickets that nobody would call, and for due pushes that were not delivered."""

from datetime import datetime, timedelta

from cards import calls as cards
from domain.people import Role
from domain.push import Push, PushClass
from storage import chats, findings, outbox, people, ticket_search, tickets
from storage.findings import Findings
from storage.tx import Tx

EVERY = timedelta(minutes=5)
PATIENCE = timedelta(minutes=10)
LIVES = timedelta(hours=12)


async def look(tx: Tx, now: datetime) -> int:
    """Keep what was found, and tell the office when it is something else than last time; returns how many hear it.

    A ticket without a next action gets one: at once.
    """
    before = await findings.last(tx.c)
    if before and before.at <= now < before.at + EVERY:
        return 0
    found = await findings.look(tx.c, now, now - PATIENCE)
    findings.keep(tx, found)
    for number in found.without:
        tickets.look_again(tx, number, now)
    if found.what == (before or Findings(now)).what:
        return 0
    return await _tell(tx, found, now)


async def _tell(tx: Tx, found: Findings, now: datetime) -> int:
    late = found.late or {}
    names = {**await ticket_search.names_of(tx.c, late), **await _titles(tx, list(late))}
    members = await people.serving(tx.c, [Role.OFFICE], None)
    for person in members:
        message = cards.found(
            person.language,
            without=found.without,
            stuck=found.stuck,
            undelivered=found.undelivered,
            chats=sorted(names.get(chat, str(chat)) for chat in late),
            patience=PATIENCE,
        )
        push = Push(
            key=f"findings:{int(now.timestamp())}:{person.id}",
            chat_id=person.id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=PushClass.DAILY,
            message=message,
            subject=f"findings:{person.id}",
        )
        outbox.owe(tx, push, now)
    return len(members)


async def _titles(tx: Tx, ids: list[int]) -> dict[int, str]:
    return {chat.id: chat.title for chat in (await chats.of(tx.c, ids)).values()}
