"""Calls the deadlines that have come: before, at and after them, each once, to those who must hear it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.calendar import Calendar
from domain.deadline import Call, CallRules, Clock, Level, calls, due, is_urgent, key, next_at, quiet_until
from domain.district import District
from domain.moves import resume
from domain.ticket import State, Ticket
from handlers.desk import Office
from handlers.timed.hearers import Hearer, awake, hearers, next_above
from handlers.timed.live_card import show_again
from handlers.timed.speaking import Spoken, Voice
from storage import calls as store
from storage import tickets
from storage.calls import CallState
from storage.errors import TakenAlready
from storage.tx import Tx

AT_ONCE = 500
SUPERSEDED = "a later call was due as well"


@dataclass(slots=True)
class _Round:
    """One look at what is due; what each chat hears is gathered and then said together.

    ``woken`` are the suspensions that have ended, which nobody hears of before the end of the quiet hours.
    """

    tx: Tx
    office: Office
    now: datetime
    quiet: datetime | None
    awake: Sequence[Hearer]
    heard: dict[Hearer, list[Spoken]] = field(default_factory=dict)
    woken: dict[Hearer, list[Spoken]] = field(default_factory=dict)
    said: int = 0

    @property
    def rules(self) -> CallRules:
        return self.office.district.calls


@dataclass(frozen=True, slots=True)
class _Look:
    """A ticket, the calls that are due, those dealt with before, and whether only the duty chat may hear them now."""

    ticket: Ticket
    every: tuple[Call, ...]
    waiting: tuple[Call, ...]
    made: Collection[str]
    hushed: bool
    held: bool

    @property
    def newest(self) -> Call:
        """What is said of several that are due; of two at the same minute that whose deadline is older."""
        return max(self.waiting, key=lambda call: (call.at, -call.due_at.timestamp()))

    @property
    def levels(self) -> list[Level]:
        wanted = {level for call in self.waiting for level in call.levels}
        return [level for level in Level if level in wanted]


async def call_due(tx: Tx, office: Office, now: datetime) -> int:
    """Look at the tickets whose time has come, a bounded number at once; returns how many calls were said."""
    found = [ticket for ticket in await store.candidates(tx.c, now, AT_ONCE) if _take(tx, ticket)]
    if not found:
        return 0
    this = _Round(tx, office, now, quiet_until(now, office.district.calls), await awake(tx))
    made = await store.made(tx.c, [ticket.number for ticket in found])
    looks = []
    for ticket in found:
        if ticket.state is State.SUSPENDED and ticket.suspended_until and ticket.suspended_until <= now:
            await _wake(this, ticket, ticket.suspended_until)
        else:
            looks.append(_look(this, ticket, made[ticket.number]))
    keys = [key(look.ticket.number, look.newest) for look in looks if look.waiting]
    told = await store.told(tx.c, keys)
    for look in looks:
        await _call(this, look, told)
        tickets.look_again(tx, look.ticket.number, _next(this, look))
    for gathered, at in ((this.heard, now), (this.woken, this.quiet or now)):
        voice = Voice(tx, office, now, at)
        for hearer, spoken in gathered.items():
            voice.speak(hearer, spoken)
    return this.said


def _take(tx: Tx, ticket: Ticket) -> bool:
    """Whether nobody moves the ticket in this transaction; otherwise it is looked at in the next one."""
    try:
        tx.take(f"ticket:{ticket.number}")
    except TakenAlready:
        return False
    return True


def _look(this: _Round, ticket: Ticket, made: Mapping[str, CallState]) -> _Look:
    every = calls(ticket, this.rules, this.now)
    hushed = this.quiet is not None and not is_urgent(ticket, this.rules)
    held = {name for name, state in made.items() if state is CallState.HELD}
    done = made.keys() if hushed else made.keys() - held
    waiting = due(every, this.now, ticket.number, done)
    return _Look(ticket, every, waiting, made.keys(), hushed=hushed, held=bool(held))


async def _call(this: _Round, look: _Look, told: Mapping[tuple[str, int], bool]) -> None:
    """Let everybody hear the newest of the calls that are due; the others are skipped."""
    if not look.waiting or (look.hushed and not this.awake):
        return
    number, newest = look.ticket.number, look.newest
    if look.hushed:
        listening = dict.fromkeys(this.awake, Level.OFFICE)
    else:
        listening = await hearers(this.tx, look.ticket, newest.clock, look.levels)
    name = key(number, newest)
    heard = {chat for one, chat in told if one == name}
    for hearer, level in [*listening.items()]:
        if told.get((name, hearer.chat_id)) is False:  # it did not arrive, and above it was taken back
            listening |= await next_above(this.tx, look.ticket, newest.clock, level, heard)
    for hearer, level in listening.items():
        if hearer.chat_id not in heard:
            this.heard.setdefault(hearer, []).append(Spoken(look.ticket, newest, level))
    this.said += 1
    for call in look.waiting:
        state = CallState.HELD if look.hushed else CallState.CALLED if call is newest else CallState.SKIPPED
        reason = SUPERSEDED if state is CallState.SKIPPED else None
        store.keep(this.tx, key(number, call), number, at=this.now, state=state, reason=reason)


def _next(this: _Round, look: _Look) -> datetime:
    """When there is something to say again; in the quiet hours what must wait waits for their end."""
    number = look.ticket.number
    silent = look.hushed and not this.awake
    called = set() if silent else {key(number, call) for call in look.waiting}
    ahead = next_at(look.every, number, {*look.made, *called}) or this.now
    if not look.hushed or this.quiet is None:
        return ahead
    if silent:
        return max(ahead, this.quiet)
    return min(ahead, this.quiet) if look.held or look.waiting else ahead


async def _wake(this: _Round, ticket: Ticket, until: datetime) -> None:
    """The suspension has ended: the clocks go on, and the owner is to hear of it."""
    move = resume(ticket, calendar=_calendar(this.office.district, ticket), at=this.now, by=None)
    tickets.save(this.tx, move)
    call = Call(Clock.SUSPENDED, until, 0, until, (Level.OWNER,))
    clock = Clock.FIX if move.ticket.town else Clock.ASSIGN
    for hearer, level in (await hearers(this.tx, ticket, clock, call.levels)).items():
        this.woken.setdefault(hearer, []).append(Spoken(move.ticket, call, level))
    store.keep(this.tx, key(ticket.number, call), ticket.number, at=this.now, state=CallState.CALLED)
    await show_again(this.tx, this.office, move.ticket, this.now)
    this.said += 1


def _calendar(district: District, ticket: Ticket) -> Calendar:
    return district.calendar_of(district.category(ticket.category).limits_for(ticket.source))
