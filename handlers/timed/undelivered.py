"""A push that somebody waits for did not arrive: the office is told, once a day for each chat, and a call goes on upwards."""

from datetime import datetime, timedelta

from cards import delivery as cards
from domain.people import Role
from domain.push import Push
from handlers.desk import Office
from handlers.timed.passed_up import pass_up
from storage import chats, outbox, people
from storage.tx import Tx

LIVES = timedelta(hours=12)


async def tell_office(tx: Tx, office: Office, push: Push, reason: str, now: datetime) -> None:
    """Owe the office a word about a chat or a person that could not be reached; ``reason`` is the channel's own."""
    day = now.astimezone(office.district.basics.zone).date()
    group = (await chats.of(tx.c, [push.chat_id])).get(push.chat_id)
    member = (await people.of(tx.c, [push.chat_id])).get(push.chat_id)
    name = group.title if group else member.name if member else str(push.chat_id)
    for person in await people.serving(tx.c, [Role.OFFICE], None):
        if person.id != push.chat_id:
            told = Push(
                key=f"undelivered:{push.chat_id}:{day}:{person.id}",
                chat_id=person.id,
                due_at=now,
                expires_at=now + LIVES,
                message=cards.undelivered(person.language, name, reason, is_group=group is not None),
            )
            outbox.owe(tx, told, now)
    await pass_up(tx, office, push, now)
