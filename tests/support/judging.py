"""What stands in the database after an act, and whether that is what should: the oracle of the reminders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from domain.deadline import Call, Clock, Level, calls, is_urgent, key, quiet_until
from domain.push import PushState
from domain.ticket import OPEN, State, Ticket
from storage import schema, tickets
from storage.calls import Carried
from storage.tx import Tx
from tests.support.desk import office

RULES, DUTY_CHAT = office().district.calls, -4009
REPLACED = "replaced or taken back"


@dataclass
class Seen:
    """What stands in the database: tickets, calls by key, who is told by (key, chat), and pushes by key."""

    tickets: dict[str, Ticket]
    calls: dict[str, str]
    told: dict[tuple[str, int], Carried]
    pushes: dict[str, tuple[str, str | None, datetime]]

    def holds(self, one: Carried, now: datetime) -> bool:
        """Whether the call is about a deadline that stands; the end of a suspension is news until the next move."""
        ticket = self.tickets[one.number]
        if f":{Clock.SUSPENDED}:" in one.call_key and ticket.state in OPEN - {State.SUSPENDED}:
            return f":v{ticket.version}:" in one.push_key
        standing = {key(ticket.number, call).rsplit(":", 1)[0] for call in calls(ticket, RULES, now)}
        return one.call_key.rsplit(":", 1)[0] in standing

    def push_of(self, name: str, chat: int) -> tuple[str, str | None, datetime] | None:
        carried = self.told.get((name, chat))
        return self.pushes[carried.push_key] if carried else None


async def look(tx: Tx) -> Seen:
    o, p = schema.outbox.c, schema.call_pushes.c
    carried = [
        Carried(*row)
        for row in await tx.c.execute(select(p.call_key, p.chat_id, p.push_key, p.number, p.level))
    ]
    rows = await tx.c.execute(select(*tickets.COLUMNS))
    return Seen(
        {ticket.number: ticket for ticket in map(tickets.ticket_of, rows)},
        dict((await tx.c.execute(select(schema.calls.c.key, schema.calls.c.state))).all()),
        {(one.call_key, one.chat_id): one for one in carried},
        {row.key: (row.state, row.reason, row.due_at) for row in await tx.c.execute(select(o.key, o.state, o.reason, o.due_at))},
    )  # fmt: skip


class Lived(Protocol):
    """What the judge knows of a life: who heard which call, and what was skipped for which."""

    now: datetime
    latest: datetime
    faults: list[str]
    heard: dict[str, set[int]]
    instead: dict[str, str]

    @property
    def is_on_duty(self) -> bool: ...

    def hearers(self, ticket: Ticket, clock: Clock, levels: Iterable[Level]) -> set[int]: ...


@dataclass
class Judge:
    """Compares what a look at the clock left with what it should have left."""

    life: Lived
    before: Seen
    after: Seen

    def judge(self) -> None:
        now, life = self.life.now, self.life
        for ticket in self.after.tickets.values():
            if (ticket.next_action_at is None) is (ticket.state in OPEN):
                self._fault("a wrong next action", ticket)
        if now == life.latest:  # a clock that was set back makes nothing due that was not
            for ticket in self.before.tickets.values():
                self._ticket(ticket)
        self._nothing_lost()

    def _ticket(self, ticket: Ticket) -> None:
        now, name = self.life.now, ticket.number
        if ticket.state is State.SUSPENDED and ticket.suspended_until <= now:
            self._woken(ticket)
            return
        every = calls(ticket, RULES, now)
        quiet = None if is_urgent(ticket, RULES) else quiet_until(now, RULES)
        done = {one for one, state in self.before.calls.items() if quiet or state != "held"}
        new = [call for call in every if call.at <= now and key(name, call) not in done]
        if quiet and not self.life.is_on_duty:
            if new and self.after.tickets[name].next_action_at > quiet:
                self._fault("forgotten after the night", ticket)
            return
        if new:
            self._said(ticket, new, hushed=bool(quiet))
        left = [call.at for call in every if key(name, call) not in self.after.calls]
        if ticket.state in OPEN and self.after.tickets[name].next_action_at > min(left):
            self._fault("looked at too late", ticket)

    def _said(self, ticket: Ticket, new: list[Call], *, hushed: bool) -> None:
        newest = max(new, key=lambda call: (call.at, -call.due_at.timestamp()))
        levels = [level for level in Level if any(level in call.levels for call in new)]
        chats = {DUTY_CHAT} if hushed else self.life.hearers(ticket, newest.clock, levels)
        name = key(ticket.number, newest)
        wanted = dict.fromkeys((key(ticket.number, call) for call in new), "held" if hushed else "skipped")
        wanted[name] = "held" if hushed else "called"
        if found := {
            one: self.after.calls.get(one) for one in wanted if self.after.calls.get(one) != wanted[one]
        }:
            self._fault(f"forgotten {found}", ticket)
        before = {chat for one, chat in self.before.told if one == name}
        if {chat for one, chat in self.after.told if one == name} != chats | before:
            self._fault(f"{name} heard by others than {chats}", ticket)
        if not hushed:
            self.life.heard[name] = chats
            self.life.instead |= {one: name for one in wanted if one != name}

    def _woken(self, ticket: Ticket) -> None:
        name = f"{ticket.number}:{Clock.SUSPENDED}:{int(ticket.suspended_until.timestamp())}:0"
        back = self.after.tickets[ticket.number]
        chats = self.life.hearers(ticket, Clock.FIX if ticket.town else Clock.ASSIGN, [Level.OWNER])
        alone = {chat for one, chat in self.after.told if one == name}
        new = self.after.pushes.keys() - self.before.pushes.keys()
        listed = {chat for chat in chats if any(push.startswith(f"calls:{chat}:") for push in new)}
        if back.state is not ticket.suspended_from or alone | listed != chats:
            self._fault("not woken", ticket)
        self.life.heard[name] = alone

    def _nothing_lost(self) -> None:
        """Whoever had to hear a call has it coming, has it, or it is known why not."""
        for name, chats in list(self.life.heard.items()):
            if self.after.calls.get(name) != "called":
                del self.life.heard[name]  # taken back; where it holds it was called again
                continue
            for chat in chats:
                push = self.after.push_of(name, chat)
                if push is None or (push[0] == PushState.CANCELLED and push[1] != REPLACED):
                    self.life.faults.append(f"lost: {name} to {chat}: {push}")
        for name, other in self.life.instead.items():
            if self.after.calls.get(name) == "skipped" and other not in self.after.calls:
                ticket = self.after.tickets[name.split(":")[0]]
                if name in {key(ticket.number, call) for call in calls(ticket, RULES, self.life.now)}:
                    self.life.faults.append(f"skipped for what was never said: {name}")

    def _fault(self, what: str, ticket: Ticket) -> None:
        self.life.faults.append(f"{what}: {ticket.number} {ticket.state} at {self.life.now}")
