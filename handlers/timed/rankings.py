"""The rankings that are sent at their times: each group its own town, the district's groups the whole."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

from cards import ranking as cards
from domain.people import Role
from domain.period import Length, Period, period_of
from domain.push import Push, PushClass
from domain.slot import Turn
from handlers.desk import Office
from handlers.drawn import drawn
from handlers.ranking import Made, board_of, ranking_of, sheet_of
from handlers.tell import GROUP_LANGUAGE
from handlers.timed.turns import take_turns
from storage import air, chats, outbox, people, rankings
from storage.chats import DISTRICT, Chat
from storage.rankings import Published
from storage.tx import Tx

JOBS = {"daily_ranking": Length.DAY, "weekly_ranking": Length.WEEK, "monthly_ranking": Length.MONTH}
LIVES = timedelta(hours=12)


async def send(tx: Tx, office: Office, now: datetime) -> int:
    """Owe the rankings whose time has come; a district that never had any air data has none. Returns how many."""
    if await air.latest_day(tx.c) is None:
        return 0
    owed = 0
    for job, length in JOBS.items():
        owed += await take_turns(tx, office, job, now, partial(_send, tx, office, now, job, length))
    return owed


async def _send(tx: Tx, office: Office, now: datetime, job: str, length: Length, turn: Turn) -> int:  # noqa: PLR0917
    period = period_of(length, turn.day).before()
    made = await ranking_of(tx, office.district, period)
    if made.is_unranked:
        return await _tell_office(tx, period, now)
    if made.at is None:
        rankings.publish(tx, Published(period, made.version, made.ranking.edition, now, made.rows))
        made = replace(made, at=now)
    jitter = office.district.basics.pushes[job].jitter
    owed = 0
    for place in (*(town.code for town in office.district.towns), DISTRICT):
        for chat in await tx.once(chats.bound_to, place):
            own = None if place == DISTRICT else place
            _owe(tx, office, made, chat, own, now=now, jitter=jitter, late=turn.late)
            owed += 1
    return owed


def _owe(
    tx: Tx,
    office: Office,
    made: Made,
    chat: Chat,
    own: str | None,
    *,
    now: datetime,
    jitter: timedelta,
    late: bool,
) -> None:
    district, language = office.district, GROUP_LANGUAGE
    picture = drawn(tx, sheet_of(made, district, language, now, own=own), now)
    board = board_of(made, district, language, now, own=own)
    due_at = now + jitter * (crc32(str(chat.id).encode()) % 1000) / 1000  # the same for a group every day
    push = Push(
        key=f"ranking:{made.ranking.period}:{made.version}:{chat.id}",
        chat_id=chat.id,
        thread_id=chat.thread_id,
        due_at=due_at,
        expires_at=now + LIVES,
        push_class=PushClass.DAILY,
        message=cards.ranking(language, board, picture, office.sealer(chat.id), late=late),
    )
    outbox.owe(tx, push, now)


async def _tell_office(tx: Tx, period: Period, now: datetime) -> int:
    members = await people.serving(tx.c, [Role.OFFICE], None)
    for person in members:
        push = Push(
            key=f"ranking:{period}:none:{person.id}",
            chat_id=person.id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=PushClass.DAILY,
            message=cards.no_data(person.language, period.length.value, period.first, period.last),
        )
        outbox.owe(tx, push, now)
    return len(members)
