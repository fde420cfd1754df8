"""What is sent at a time of the day: each local date once, made up for when it is late, told when it was missed."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from cards import digest as cards
from domain.people import Role
from domain.push import Push, PushClass
from domain.slot import Turn, turns
from handlers.desk import Office
from storage import outbox, people, slots
from storage.tx import Tx

LIVES = timedelta(hours=12)
TOO_LATE = "too late to make up for it"


async def take_turns(
    tx: Tx, office: Office, job: str, now: datetime, send: Callable[[Turn], Awaitable[int]]
) -> int:
    """Let ``send`` owe what is due of a job of the district's push times; returns how much was owed."""
    basics = office.district.basics
    if job not in basics.pushes:
        return 0
    last = await slots.last(tx.c, job)
    due = turns(basics.pushes[job], basics.zone, now, last)
    owed, missed = 0, [turn.day for turn in due if turn.missed]
    for turn in due:
        if turn.missed:
            slots.skipped(tx, job, turn.day, now, TOO_LATE)
        else:
            slots.done(tx, job, turn.day, now)
            owed += await send(turn)
    if missed and last is not None:  # before the first turn of all there was nobody to miss it
        owed += await _tell(tx, job, missed, now)
    return owed


async def _tell(tx: Tx, job: str, missed: list[date], now: datetime) -> int:
    members = await people.serving(tx.c, [Role.OFFICE], None)
    for person in members:
        push = Push(
            key=f"skipped:{job}:{missed[-1]}:{person.id}",
            chat_id=person.id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=PushClass.DAILY,
            message=cards.skipped(person.language, job, missed),
        )
        outbox.owe(tx, push, now)
    return len(members)
