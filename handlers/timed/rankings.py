"""The rankings that are sent at their times: each group its own town, the district's groups the whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

from cards import ranking as cards
from cards.catalogue import Html
from cards.ranking_board import left_out
from domain.message import Message
from domain.people import Role
from domain.period import Length, Period, period_of
from domain.push import Push, PushClass
from domain.ranking import Standing
from domain.slot import Turn
from handlers.desk import Office
from handlers.drawn import drawn
from handlers.ranking import Made, board_of, ranking_of, sheet_of
from handlers.tell import GROUP_LANGUAGE
from handlers.timed.money import propose_money
from handlers.timed.turns import take_turns
from storage import air, assessments, chats, outbox, people, rankings
from storage.chats import DISTRICT, Chat
from storage.rankings import Published
from storage.tx import Tx

JOBS = {"daily_ranking": Length.DAY, "weekly_ranking": Length.WEEK, "monthly_ranking": Length.MONTH}
_JOB_OF = {length: job for job, length in JOBS.items()}
LIVES = timedelta(hours=12)
REMINDS_FOR = timedelta(hours=1)


async def send(tx: Tx, office: Office, now: datetime) -> int:
    """Owe the rankings whose time has come; a district that never had any air data has none. Returns how many."""
    if await air.latest_day(tx.c) is None:
        return 0
    owed = 0
    for job, length in JOBS.items():
        owed += await take_turns(tx, office, job, now, partial(_send, tx, office, now, length))
    return owed


async def missing(tx: Tx, office: Office, now: datetime) -> int:
    """Before the daily ranking, tell the groups of the towns without valid data of yesterday."""
    if await air.latest_day(tx.c) is None:
        return 0
    return await take_turns(tx, office, "air_missing", now, partial(_missing, tx, office, now))


async def publish_and_owe(
    tx: Tx,
    office: Office,
    made: Made,
    now: datetime,
    *,
    late: bool = False,
    differences: Sequence[Html] = (),
    quiet: bool = False,
) -> int:
    """Keep these rows as the next version, if they are none yet, and owe it to every group; returns to how many."""
    if made.at is None:
        period, edition = made.ranking.period, made.ranking.edition
        rankings.publish(tx, Published(period, made.version, edition, now, made.rows))
        if made.work:
            assessments.publish(tx, made.work, now)
        await propose_money(tx, office, made, now)
        made = replace(made, at=now)
    owed = 0
    for place in (*(town.code for town in office.district.towns), DISTRICT):
        for chat in () if quiet else await tx.once(chats.bound_to, place):
            own = None if place == DISTRICT else place
            _owe(tx, office, made, chat, own, now=now, late=late, differences=differences)
            owed += 1
    return owed


def key_of(period: Period, version: int, chat_id: int) -> str:
    """Under what a version is owed to a group: once."""
    return f"ranking:{period}:{version}:{chat_id}"


async def _send(tx: Tx, office: Office, now: datetime, length: Length, turn: Turn) -> int:
    period = period_of(length, turn.day).before()
    made = await ranking_of(tx, office.district, period, now)
    if made.is_held(office.district.air):
        return await _tell_office(tx, period, now)
    return await publish_and_owe(tx, office, made, now, late=turn.late)


async def _missing(tx: Tx, office: Office, now: datetime, turn: Turn) -> int:
    period = period_of(Length.DAY, turn.day).before()
    made = await ranking_of(tx, office.district, period, now)
    owed = 0
    for row in made.ranking.rows:
        if row.rank is not None:
            continue
        for chat in await tx.once(chats.bound_to, row.standing.place):
            push = Push(
                key=f"air-missing:{period}:{chat.id}",
                chat_id=chat.id,
                thread_id=chat.thread_id,
                due_at=now,
                expires_at=now + REMINDS_FOR,
                push_class=PushClass.DAILY,
                message=_reminder(office, row.standing, period),
            )
            outbox.owe(tx, push, now)
            owed += 1
    return owed


def _reminder(office: Office, standing: Standing, period: Period) -> Message:
    district = office.district
    why = left_out(GROUP_LANGUAGE, standing, period, district)
    return cards.missing(GROUP_LANGUAGE, why, period.first, district.basics.pushes["daily_ranking"].at)


def _owe(
    tx: Tx,
    office: Office,
    made: Made,
    chat: Chat,
    own: str | None,
    *,
    now: datetime,
    late: bool,
    differences: Sequence[Html],
) -> None:
    district, language = office.district, GROUP_LANGUAGE
    is_news = late or bool(differences)  # it is awaited, and goes at once
    jitter = timedelta(0) if is_news else district.basics.pushes[_JOB_OF[made.ranking.period.length]].jitter
    picture = drawn(tx, sheet_of(made, district, language, now, own=own), now)
    board = board_of(made, district, language, now, own=own)
    due_at = now + jitter * (crc32(str(chat.id).encode()) % 1000) / 1000  # the same for a group every day
    push = Push(
        key=key_of(made.ranking.period, made.version, chat.id),
        chat_id=chat.id,
        thread_id=chat.thread_id,
        due_at=due_at,
        expires_at=now + LIVES,
        push_class=PushClass.DAILY,
        message=cards.ranking(
            language, board, picture, office.sealer(chat.id), late=late, differences=differences
        ),
        subject=f"ranking:{made.ranking.period}:{chat.id}",  # a version that waits is not sent beside the next one
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
