"""The assessments of the month: kept as they are then, and sent to the groups of the district."""

from datetime import datetime, timedelta
from functools import partial

from cards import assessment as cards
from cards.ticketing import Ticketing
from domain.assessment import Group
from domain.period import Length, period_of
from domain.push import Push, PushClass
from domain.slot import Turn
from handlers.assessing import assessed, units
from handlers.desk import Office
from handlers.tell import GROUP_LANGUAGE
from handlers.timed.turns import take_turns
from storage import assessments, chats, outbox
from storage.chats import DISTRICT
from storage.tx import Tx

JOB = "monthly_assessment"
LIVES = timedelta(hours=12)


async def send(tx: Tx, office: Office, now: datetime) -> int:
    """Owe the work of the towns and of the bureaus in the month that is over; returns how many pushes."""
    return await take_turns(tx, office, JOB, now, partial(_send, tx, office, now))


async def _send(tx: Tx, office: Office, now: datetime, turn: Turn) -> int:
    period, owed = period_of(Length.MONTH, turn.day).before(), 0
    for group in Group:
        one = await assessed(tx, office.district, period, group, now)
        if one.is_empty:
            continue
        assessments.publish(tx, one, now)
        for chat in await tx.once(chats.bound_to, DISTRICT):
            view = Ticketing(GROUP_LANGUAGE, office.district, office.sealer(chat.id), now)
            push = Push(
                key=f"assessment:{period}:{group}:{chat.id}",
                chat_id=chat.id,
                thread_id=chat.thread_id,
                due_at=now,
                expires_at=now + LIVES,
                push_class=PushClass.DAILY,
                message=cards.board(view, one, units(office.district, group), for_office=False),
            )
            outbox.owe(tx, push, now)
            owed += 1
    return owed
