"""Calls of deadlines: the tickets to look at, what was called already, and the pushes that carry the calls."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.push import PushState
from domain.ticket import OPEN, Ticket
from storage.schema import call_pushes, calls, outbox, tickets
from storage.tickets import COLUMNS, ticket_of
from storage.tx import Tx


class CallState(StrEnum):
    """How a call was dealt with; one that is held has been heard by the duty chat only."""

    CALLED = "called"
    HELD = "held"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Carried:
    """A call in a push to one chat; ``level`` is in which capacity the chat hears it."""

    call_key: str
    chat_id: int
    push_key: str
    number: str
    level: str


_HERE = (PushState.WAITING.value, PushState.PARKED.value)
_CARRIED = (
    call_pushes.c.call_key,
    call_pushes.c.chat_id,
    call_pushes.c.push_key,
    call_pushes.c.number,
    call_pushes.c.level,
)
_DUE = (
    select(*COLUMNS)
    .where(tickets.c.next_action_at <= bindparam("now"), tickets.c.state.in_(sorted(OPEN)))
    .order_by(tickets.c.next_action_at, tickets.c.number)
    .limit(bindparam("most"))
)
_MADE = select(calls.c.number, calls.c.key, calls.c.state).where(
    calls.c.number.in_(bindparam("numbers", expanding=True))
)
_TOLD = (
    select(call_pushes.c.call_key, call_pushes.c.chat_id, outbox.c.state)
    .outerjoin(outbox, outbox.c.key == call_pushes.c.push_key)
    .where(call_pushes.c.call_key.in_(bindparam("keys", expanding=True)))
)
_LOST = (PushState.FAILED.value, PushState.EXPIRED.value)
_STILL_HERE = (
    # held until the commit, so that it is not taken for sending while others are told in its place
    select(outbox.c.key).where(
        outbox.c.key.in_(select(call_pushes.c.push_key).where(call_pushes.c.number == bindparam("about"))),
        outbox.c.state.in_(_HERE),
    )
)
_IN = select(*_CARRIED).where(call_pushes.c.push_key.in_(bindparam("pushes", expanding=True)))
_CANCEL = (
    update(outbox)
    .where(outbox.c.key == bindparam("which"), or_(*(outbox.c.state == state for state in _HERE)))
    .values(state=PushState.CANCELLED.value, reason="the ticket has moved")
)
_UNCARRY = delete(call_pushes).where(
    call_pushes.c.call_key == bindparam("which"), call_pushes.c.chat_id == bindparam("chat")
)
_said = calls.alias("said")
_UNSKIP = delete(calls).where(
    # what was skipped for the sake of a call that is taken back may be the one that is to be said now
    calls.c.state == CallState.SKIPPED.value,
    exists().where(
        _said.c.key == bindparam("which"),
        _said.c.number == calls.c.number,
        _said.c.called_at == calls.c.called_at,
    ),
)
_UNCALL = delete(calls).where(calls.c.key == bindparam("which"))


async def candidates(c: AsyncConnection, now: datetime, most: int) -> list[Ticket]:
    """The open tickets that have to be looked at by now, the longest waiting first."""
    return [ticket_of(row) for row in await c.execute(_DUE, {"now": now, "most": most})]


async def made(c: AsyncConnection, numbers: Collection[str]) -> dict[str, dict[str, CallState]]:
    """The calls of these tickets that were dealt with, by number and key."""
    found: dict[str, dict[str, CallState]] = {number: {} for number in numbers}
    for number, key, state in await c.execute(_MADE, {"numbers": list(numbers)}):
        found[number][key] = CallState(state)
    return found


async def told(c: AsyncConnection, keys: Collection[str]) -> dict[tuple[str, int], bool]:
    """Which chats have been told of which of these calls, or are about to be; False for what did not arrive."""
    rows = await c.execute(_TOLD, {"keys": list(keys)}) if keys else ()
    return {(key, chat): state not in _LOST for key, chat, state in rows}


async def not_yet_sent(c: AsyncConnection, number: str) -> list[Carried]:
    """Everything in the pushes that carry a call of this ticket and have not been sent."""
    keys = (await c.scalars(_STILL_HERE, {"about": number})).all()
    return await carried_by(c, keys) if keys else []


async def carried_by(c: AsyncConnection, push_keys: Collection[str]) -> list[Carried]:
    """The calls that these pushes carry."""
    return [Carried(*row) for row in await c.execute(_IN, {"pushes": list(push_keys)})]


def keep(tx: Tx, key: str, number: str, *, at: datetime, state: CallState, reason: str | None = None) -> None:
    """A call was dealt with."""
    tx.upsert(calls, {"key": key, "number": number, "called_at": at, "state": state.value, "reason": reason})


def carry(tx: Tx, one: Carried) -> None:
    """A push carries a call to a chat."""
    row = {"call_key": one.call_key, "chat_id": one.chat_id, "push_key": one.push_key}
    tx.upsert(call_pushes, {**row, "number": one.number, "level": one.level})


def take_back(tx: Tx, pushes: Iterable[Carried]) -> None:
    """These pushes are not sent, and their calls were never made; what is on its way goes on."""
    for one in pushes:
        tx.change(_CANCEL, {"which": one.push_key})
        tx.change(_UNCARRY, {"which": one.call_key, "chat": one.chat_id})
        tx.change(_UNSKIP, {"which": one.call_key})
        tx.change(_UNCALL, {"which": one.call_key})
