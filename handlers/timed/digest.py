"""The morning digest of every group of a town and of the district, and the evening list of the duty chat."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from cards import digest as cards
from cards.digest import Air, Digest, Line
from cards.ticket import Ticketing
from domain.listing import Kind, Listing
from domain.people import OF_A_TOWN, Person, Role, Scope
from domain.period import Length, period_of
from domain.push import Push, PushClass
from domain.slot import Turn
from handlers.desk import Office
from handlers.drawn import drawn
from handlers.ranking import Made, board_of, ranking_of
from handlers.tell import GROUP_LANGUAGE
from handlers.timed.turns import take_turns
from storage import chats, findings, outbox, people, queries, ticket_search
from storage.chats import DISTRICT, DUTY, Chat
from storage.queries import Asked
from storage.ticket_search import Asker, midnight
from storage.tx import Tx

MORNING, EVENING = "morning_digest", "evening_list"
LIVES = timedelta(hours=12)
_DAY = timedelta(days=1)
Asks = Sequence[
    tuple[str, Kind, int]
]  # the sentence, what is counted, and the day from the one of the digest on

MORNING_ASKS: Asks = (
    ("found", Kind.FOUND, -1),
    ("fixed", Kind.FIXED, -1),
    ("closed", Kind.CLOSED, -1),
    ("overdue", Kind.OVERDUE, 0),
    ("due", Kind.DUE, 0),
)
EVENING_ASKS: Asks = (
    ("found_today", Kind.FOUND, 0),
    ("fixed_today", Kind.FIXED, 0),
    ("closed_today", Kind.CLOSED, 0),
    ("overdue", Kind.OVERDUE, 0),
    ("unaccepted", Kind.UNACCEPTED, 0),
    ("unverified", Kind.UNVERIFIED, 0),
    ("due_tomorrow", Kind.DUE, 1),
)


async def morning(tx: Tx, office: Office, now: datetime) -> int:
    """Owe the digest of the day to the groups of the towns and of the district; returns how many."""
    return await take_turns(tx, office, MORNING, now, partial(_morning, tx, office, now))


async def evening(tx: Tx, office: Office, now: datetime) -> int:
    """Owe the list for the night to the duty chats; returns how many."""
    return await take_turns(tx, office, EVENING, now, partial(_evening, tx, office, now))


async def _morning(tx: Tx, office: Office, now: datetime, turn: Turn) -> int:
    zone, yesterday = office.district.basics.zone, turn.day - _DAY
    missed = await findings.missed(tx.c, midnight(zone, yesterday), midnight(zone, turn.day))
    period, told = period_of(Length.DAY, yesterday), 0
    made = await ranking_of(tx, office.district, period, now)
    for place in (*(town.code for town in office.district.towns), DISTRICT):
        groups = await tx.once(chats.bound_to, place)
        if groups:
            members = await _members(tx, place)
            theirs = {chat.id for chat in groups} | {person.id for person in members}
            failed = sum(count for chat, count in missed.items() if place == DISTRICT or chat in theirs)
            lines = await _lines(tx, office, MORNING_ASKS, now=now, day=turn.day, place=place)
            air = None if made.is_empty else _air(office, made, place, now)
            facts = Digest(MORNING, place, turn.day, lines, _duty(members), failed, late=turn.late, air=air)
            told += _owe(tx, office, groups, facts, now)
    return told


async def _evening(tx: Tx, office: Office, now: datetime, turn: Turn) -> int:
    groups = await tx.once(chats.bound_to, DUTY)
    if not groups:
        return 0
    lines = await _lines(tx, office, EVENING_ASKS, now=now, day=turn.day, place=DUTY)
    on_duty = _duty(await _members(tx, DUTY))
    return _owe(tx, office, groups, Digest(EVENING, DISTRICT, turn.day, lines, on_duty, late=turn.late), now)


async def _lines(tx: Tx, office: Office, asks: Asks, *, now: datetime, day: date, place: str) -> list[Line]:
    """The counts, each with the question that shows its list to who presses the button."""
    town = None if place in {DISTRICT, DUTY} else place
    asker, lines = Asker(Scope(0, everything=True), now, office.district.basics.zone), []
    for sentence, kind, days in asks:
        listing = Listing(kind, day + days * _DAY, town)
        asked = Asked(office.new_id(), 0, 0, now, listing.text)
        count = await ticket_search.count(tx.c, asker, listing.query)
        if count:
            queries.keep(tx, asked)
        lines.append(Line(sentence, kind, count, asked.id))
    return lines


async def _members(tx: Tx, place: str) -> list[Person]:
    if place in {DISTRICT, DUTY}:
        return await tx.once(people.serving, (Role.OFFICE,), None)
    return await tx.once(people.serving, tuple(sorted(OF_A_TOWN)), place)


def _duty(members: Sequence[Person]) -> list[str]:
    """Nobody keeps a rota here: those whose post it is to deal with what comes in."""
    return sorted({person.name for person in members if person.post.role in {Role.TOWN_STAFF, Role.OFFICE}})


def _air(office: Office, made: Made, place: str, now: datetime) -> Air:
    own = None if place == DISTRICT else place
    board = board_of(made, office.district, GROUP_LANGUAGE, now, own=own)
    return Air(board, next((line for line in board.rows if line.town == own), None))


def _owe(tx: Tx, office: Office, groups: Sequence[Chat], facts: Digest, now: datetime) -> int:
    for chat in groups:
        view = Ticketing(GROUP_LANGUAGE, office.district, office.sealer(chat.id), now)
        picture = drawn(tx, cards.morning(view, facts), now) if facts.job == MORNING else None
        push = Push(
            key=f"digest:{facts.job}:{facts.day}:{chat.id}",
            chat_id=chat.id,
            thread_id=chat.thread_id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=PushClass.DAILY,
            message=cards.digest(view, facts, picture),
        )
        outbox.owe(tx, push, now)
    return len(groups)
