"""Who hears a call: the one who has the ticket, or the first above in whose place there is somebody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from domain.deadline import Clock, Level
from domain.people import Person, Role
from domain.ticket import Ticket
from handlers.tell import GROUP_LANGUAGE
from storage import chats, people
from storage.chats import DUTY, Chat
from storage.tx import Tx

UPWARDS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Hearer:
    """A chat that hears calls."""

    chat_id: int
    language: str
    thread_id: int | None = None


async def hearers(tx: Tx, ticket: Ticket, clock: Clock, levels: Iterable[Level]) -> dict[Hearer, Level]:
    """Everybody who hears a call of these levels; where there is nobody, the next level does."""
    found: dict[Hearer, Level] = {}
    for level in levels:
        for hearer, heard_as in (await from_level(tx, ticket, clock, level)).items():
            found.setdefault(hearer, heard_as)
    return found


async def from_level(tx: Tx, ticket: Ticket, clock: Clock, lowest: Level) -> dict[Hearer, Level]:
    """Those of the lowest level from this one upwards at which there is somebody."""
    for level in UPWARDS[UPWARDS.index(lowest) :]:
        if found := await _at(tx, ticket, clock, level):
            return dict.fromkeys(found, level)
    return {}


async def next_above(
    tx: Tx, ticket: Ticket, clock: Clock, level: Level, heard: Collection[int]
) -> dict[Hearer, Level]:
    """The next level upwards at which there is somebody who has not heard it; ``heard`` are ids of chats."""
    for above in UPWARDS[UPWARDS.index(level) + 1 :]:
        there = await from_level(tx, ticket, clock, above)
        if new := {hearer: heard_as for hearer, heard_as in there.items() if hearer.chat_id not in heard}:
            return new
    return {}


async def awake(tx: Tx) -> list[Hearer]:
    """The duty chats, which have no quiet hours."""
    return [_group(chat) for chat in await tx.once(chats.bound_to, DUTY)]


async def _at(tx: Tx, ticket: Ticket, clock: Clock, level: Level) -> list[Hearer]:
    if level is Level.OFFICE or (clock is Clock.ASSIGN and level is Level.OWNER):
        return [*_each(await tx.once(people.serving, (Role.OFFICE,), None)), *await awake(tx)]
    if clock is Clock.VERIFY and level is Level.OWNER:
        return _each(await tx.once(people.serving, (Role.INSPECTOR,), None))
    if clock in {Clock.VERIFY, Clock.ASSIGN} or ticket.town is None:
        return []
    if level is Level.LEADER:
        return _each(await tx.once(people.serving, (Role.TOWN_LEADER,), ticket.town))
    if level is Level.BUREAU:
        staff = await tx.once(people.serving, (Role.BUREAU_STAFF,), None)
        return _each(person for person in staff if person.post.unit == ticket.bureau)
    groups = [_group(chat) for chat in await tx.once(chats.bound_to, ticket.town)]
    return [*groups, *await _owner(tx, ticket)]


async def _owner(tx: Tx, ticket: Ticket) -> list[Hearer]:
    """Who accepted it, else the town's staff."""
    if ticket.assignee_id is not None:
        person = (await tx.once(people.of, (ticket.assignee_id,))).get(ticket.assignee_id)
        if person and person.reachable:
            return _each([person])
    return _each(await tx.once(people.serving, (Role.TOWN_STAFF,), ticket.town))


def _each(persons: Iterable[Person]) -> list[Hearer]:
    return [Hearer(person.id, person.language) for person in persons]


def _group(chat: Chat) -> Hearer:
    return Hearer(chat.id, GROUP_LANGUAGE, chat.thread_id)
