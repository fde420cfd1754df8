"""What may be missing, after a copy was restored or after the bot was away for longer than Telegram keeps anything."""

from datetime import datetime, timedelta

import orjson

from cards import delivery as cards
from domain.people import Role
from domain.push import Push, PushClass
from handlers.desk import Office
from handlers.tell import GROUP_LANGUAGE
from storage import chats, facts, outbox, people
from storage.copying import RESTORED
from storage.tx import Tx

ALIVE = "alive"
NOTED_EVERY = timedelta(minutes=5)
TELEGRAM_KEEPS = timedelta(hours=24)
LIVES = timedelta(hours=48)
Gap = tuple[datetime, datetime]


async def tell(tx: Tx, office: Office, now: datetime) -> int:
    """Tell every bound group and the office from when to when something may be missing; each gap once."""
    held = await facts.of(tx.c, (RESTORED, ALIVE))
    gap = restored(held.get(RESTORED)) or away(held.get(ALIVE), now)
    if _is_old(held.get(ALIVE), now):
        facts.keep(tx, ALIVE, now.isoformat())
    if gap is None:
        return 0
    facts.forget(tx, RESTORED)
    zone = office.district.basics.zone
    hearers = {room.id: GROUP_LANGUAGE for room in await chats.bound(tx.c)}
    hearers |= {one.id: one.language for one in await people.serving(tx.c, [Role.OFFICE], None)}
    for chat_id, language in hearers.items():
        push = Push(
            key=f"gap:{gap[1].timestamp():.0f}:{chat_id}",
            chat_id=chat_id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=PushClass.CRITICAL,
            message=cards.gap(language, *gap, zone),
        )
        outbox.owe(tx, push, now)
    return len(hearers)


def restored(told: str | None) -> Gap | None:
    """From the moment of the copy until it was restored."""
    if told is None:
        return None
    gap = orjson.loads(told)
    return datetime.fromisoformat(gap["from"]), datetime.fromisoformat(gap["to"])


def away(alive: str | None, now: datetime) -> Gap | None:
    """What was said while the bot was away, and is older than what Telegram keeps, is lost."""
    if alive is None:
        return None
    last, kept_from = datetime.fromisoformat(alive), now - TELEGRAM_KEEPS
    return (last, kept_from) if last < kept_from else None


def _is_old(alive: str | None, now: datetime) -> bool:
    return alive is None or now - datetime.fromisoformat(alive) >= NOTED_EVERY
