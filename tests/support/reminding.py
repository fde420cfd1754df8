"""A few tickets, people who move them, a bot that reminds, and a channel that fails; and who should have heard what.

What should have been said is worked out here from the tickets as they stand and the cast below, not from the code
that looks for hearers. Every act is one transaction and leaves its faults in ``Life.faults``.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from domain.deadline import Clock, Level, calls, key
from domain.delivery import Claimed, Outcome, after
from domain.errors import Refusal
from domain.people import Role
from domain.push import Push, PushState
from domain.ticket import Ticket
from handlers.chat.report_submit import deadlines_of
from handlers.timed.undelivered import tell_office
from storage import calls as store
from storage import outbox, schema, tickets
from storage.calls import Carried
from storage.chats import DUTY
from storage.db import Database
from storage.outbox_claim import claim, expire
from storage.outbox_settle import settle
from storage.tx import Tx
from tests.domain.test_moves_at_random import faults as nonsense
from tests.support.desk import GROUP, NOW, OTHER_TOWN, TOWN, enrol, office
from tests.support.judging import DUTY_CHAT, REPLACED, RULES, Judge, Seen, look
from tests.support.moving import ALWAYS, made, person

LI, WANG, OFFICER, BUREAU_MAN, INSPECTOR, ELSEWHERE, PATROL = 1002, 1003, 1004, 1005, 1006, 1008, 1009
ME = "me"
CAST = {
    one.id: one
    for one in (
        person(LI, Role.TOWN_STAFF, TOWN),
        person(WANG, Role.TOWN_LEADER, TOWN),
        person(OFFICER, Role.OFFICE),
        person(BUREAU_MAN, Role.BUREAU_STAFF, unit="housing"),
        person(INSPECTOR, Role.INSPECTOR),
        person(ELSEWHERE, Role.TOWN_STAFF, OTHER_TOWN),  # a town without a leader and without a group
        person(PATROL, Role.PATROL, TOWN),
    )
}
EVERYBODY = tuple(CAST.values())
GROUPS, STAFF, LEADERS = {TOWN: GROUP}, {TOWN: LI, OTHER_TOWN: ELSEWHERE}, {TOWN: WANG}
TOWN_NAMES = {TOWN: "花园口镇", OTHER_TOWN: "示例镇"}
DAY = timedelta(days=1)
ENDED_UNHEARD = {state.value for state in (PushState.FAILED, PushState.UNKNOWN, PushState.EXPIRED)}
CLEARED = ("tickets", "ticket_grams", "history", "reports", "calls", "call_pushes", "outbox", "chat_limits")
Retime = Callable[[Tx, Ticket, datetime], Awaitable[None]]
Caller = Callable[[Tx, object, datetime], Awaitable[int]]
Recall = Callable[[Tx, object, list[str], datetime], Awaitable[None]]


async def enrolled(db: Database) -> None:
    for one in EVERYBODY:
        await enrol(db, one.id, one.post, one.name)

    async def bind(tx: Tx) -> None:
        for chat, place in ((GROUP, TOWN), (DUTY_CHAT, DUTY)):
            row = {"id": chat, "kind": "group", "title": "示例群", "bound_to": place, "bot_status": "member"}
            tx.insert(schema.chats, row)

    await db.write(bind)


@dataclass
class Life:
    """One example. ``retime``, ``call_due`` and ``recall`` are the bot's; a spoilt one must leave faults."""

    db: Database
    now: datetime
    has_duty: bool
    retime: Retime
    call_due: Caller
    recall: Recall
    faults: list[str] = field(default_factory=list)
    on_wire: list[tuple[Claimed, list[Carried]]] = field(default_factory=list)
    sent: Counter[tuple[str, int]] = field(default_factory=Counter)
    heard: dict[str, set[int]] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    latest: datetime = NOW

    async def begin(self) -> None:
        """As if nothing had been before."""

        async def job(tx: Tx) -> None:
            for table in CLEARED:
                await tx.c.execute(delete(schema.metadata.tables[table]))
            duty = update(schema.chats).where(schema.chats.c.id == DUTY_CHAT)
            await tx.c.execute(duty.values(bound_to=DUTY if self.has_duty else None))

        await self.db.write(job)
        await self.come_back()
        self.latest = self.now

    async def come_back(self) -> None:
        """Everybody can be written to again."""

        async def job(tx: Tx) -> None:
            await tx.c.execute(update(schema.people).values(unreachable_at=None))
            await tx.c.execute(update(schema.chats).values(bot_status="member"))
            for chat in (GROUP, DUTY_CHAT):
                outbox.resume(tx, chat)

        await self.db.write(job)
        self.gone.clear()

    @property
    def is_on_duty(self) -> bool:
        return self.has_duty and DUTY_CHAT not in self.gone

    def passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.latest = max(self.latest, self.now)

    async def move(self, number: str, verb: str, who: int) -> None:
        """Somebody tries a move; what is refused changes nothing."""

        async def job(tx: Tx) -> list[str]:
            tx.take(f"ticket:{number}")
            before = (await tickets.by_numbers(tx.c, [number]))[number]
            try:
                move = made(verb, before, at=self.now, by=EVERYBODY[who], **self._with(verb, before, who))
            except Refusal:
                return []
            tickets.save(tx, move)
            await self.retime(tx, move.ticket, self.now)
            return nonsense(before, move)

        self.faults += await self.db.write(job)

    def _with(self, verb: str, ticket: Ticket, who: int) -> dict[str, object]:
        limits = deadlines_of(office().district, ticket.category, ticket.source, self.now)
        town = (TOWN, OTHER_TOWN)[who % 2]
        later = {"until": self.now + 2 * DAY}
        return {
            "assign": {"town": town, "unit": TOWN_NAMES[town], "deadlines": limits},
            "reopen": {"deadlines": limits},
            "relapse": {"deadlines": limits},
            "suspend": later,
            "ask_extension": later,
            "hand_over": {"to": CAST[WANG if who % 2 else LI]},
            "send_back": {"calendar": ALWAYS},
            "resume": {"calendar": ALWAYS},
        }.get(verb, {})

    async def tick(self, *, judged: bool = True) -> None:
        """The timetable's job; ``judged`` when nothing else is in its transaction."""

        async def job(tx: Tx) -> tuple[Seen, Seen]:
            before = await look(tx) if judged else None
            await self.call_due(tx, office(), self.now)
            if before is None:
                return None
            await tx.flush()
            return before, await look(tx)

        seen = await self.db.write(job)
        if seen is None or self.now < self.latest:  # what is said now is not followed up
            self.heard.clear()
            self.instead.clear()
        if seen:
            Judge(self, *seen).judge()

    async def go_out(self, most: int) -> None:
        """What may be sent now is on the wire; what came too late is told upwards."""

        async def job(tx: Tx) -> tuple[list[Push], list[tuple[Claimed, list[Carried]]], list[str]]:
            late = await expire(tx, self.now)
            until = self.now + timedelta(seconds=30)
            claimed = await claim(tx, self.now, ME, until=until, most=most, pick=lambda _: True)
            seen, going, faults = await look(tx), [], []
            for one in claimed:
                carried = await store.carried_by(tx.c, [one.push.key])
                going.append((one, carried))
                faults += [
                    f"sent though it does not hold: {each.push_key} at {self.now}"
                    for each in carried
                    if not seen.holds(each, self.now)
                ]
            return late, going, faults

        late, going, faults = await self.db.write(job)
        self.on_wire += going
        self.faults += faults
        for push in late:
            await self._lost(push)

    async def land(self, outcome: Outcome) -> None:
        """The first that is on the wire ends so."""
        if not self.on_wire:
            return
        one, carried = self.on_wire.pop(0)
        ended = after(one, outcome, self.now, 0.5)

        async def job(tx: Tx) -> None:
            settle(tx, [ended], ME, bot_id=1, now=self.now)
            await tx.flush()
            if ended.state in {PushState.WAITING, PushState.PARKED}:
                await self.recall(tx, office(), [one.push.key], self.now)

        await self.db.write(job)
        if ended.state is PushState.SENT:
            self.sent.update((each.call_key, each.chat_id) for each in carried)
            self.faults += [f"said twice: {it}" for it, count in self.sent.items() if count > 1]
        if ended.unreachable if one.push.chat_id > 0 else ended.bot_status:
            self.gone.add(one.push.chat_id)
        if ended.undelivered:
            await self._lost(one.push)

    async def _lost(self, push: Push) -> None:
        """Told to the office, and those above hear the calls that still hold."""

        async def job(tx: Tx) -> Seen:
            await tell_office(tx, office(), push, "lost", self.now)
            await tx.flush()
            return await look(tx)

        seen = await self.db.write(job)
        for one in (each for each in seen.told.values() if each.push_key == push.key):
            ticket = seen.tickets[one.number]
            standing = {key(ticket.number, call): call for call in calls(ticket, RULES, self.now)}
            if one.call_key not in standing or one.level == Level.OFFICE:
                continue
            above = list(Level)[list(Level).index(Level(one.level)) + 1]
            clock = standing[one.call_key].clock
            for chat in self.hearers(ticket, clock, [above]):
                if (one.call_key, chat) not in seen.told:
                    self.faults.append(f"not told above: {one.call_key} to {chat}")

    async def rest(self) -> None:
        """After everything has been delivered nothing is due that waits."""
        seen = await self.db.write(look)
        for name, (state, _, due_at) in seen.pushes.items():
            if state in {"waiting", "sending", "parked"} and due_at <= self.now:
                self.faults.append(f"still {state}: {name}")
        for name, chats in self.heard.items():
            for chat in chats if seen.calls.get(name) == "called" else ():
                state, reason, due_at = seen.push_of(name, chat) or ("nothing", None, self.now)
                if state not in {"sent", *ENDED_UNHEARD} and reason != REPLACED and due_at <= self.now:
                    self.faults.append(f"never heard: {name} by {chat}: {state}")

    def hearers(self, ticket: Ticket, clock: Clock, levels: Iterable[Level]) -> set[int]:
        """By the cast: the level itself, or the first above it at which there is somebody."""
        at_town = clock in {Clock.ACCEPT, Clock.FIX} and ticket.town is not None
        assignee = ticket.assignee_id if ticket.assignee_id not in self.gone else None
        owner = [INSPECTOR] if clock is Clock.VERIFY else []
        if at_town:
            owner = [GROUPS.get(ticket.town), assignee or STAFF[ticket.town]]
        ladder = {
            Level.OWNER: owner,
            Level.LEADER: [LEADERS.get(ticket.town)] if at_town else [],
            Level.BUREAU: [BUREAU_MAN] if at_town and ticket.bureau == "housing" else [],
            Level.OFFICE: [OFFICER, DUTY_CHAT if self.is_on_duty else None],
        }
        found: set[int] = set()
        for level in levels:
            upwards = list(Level)[list(Level).index(level) :]
            there = ({chat for chat in ladder[one] if chat and chat not in self.gone} for one in upwards)
            found |= next((chats for chats in there if chats), set())
        return found
