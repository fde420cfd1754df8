"""Updates as they arrived: kept before they are acknowledged, handled in order inside a lane, accounted for at the end."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import takewhile

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts
from storage.schema import inbox
from storage.tx import Tx

MOST_LANES = 128
MOST_FORGOTTEN = 500  # at a time
FORGOTTEN_TO = "forgotten_to"


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update on its way in; ``lane`` is its chat."""

    bot_id: int
    update_id: int
    lane: int
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """The update that a lane waits for; ``attempts`` counts the tries that failed."""

    seq: int
    update_id: int
    lane: int
    body: bytes
    received_at: datetime
    attempts: int


_DONE = (
    update(inbox)
    .where(inbox.c.seq == bindparam("which"))
    .values(state=bindparam("new_state"), reason=bindparam("why"), done_at=bindparam("at"))
)
_first = select(func.min(inbox.c.seq)).where(inbox.c.state == "pending").group_by(inbox.c.lane)
_HEADS = (
    select(inbox.c.seq, inbox.c.update_id, inbox.c.lane, inbox.c.body, inbox.c.received_at, inbox.c.attempts)
    .where(inbox.c.seq.in_(_first))
    .order_by(inbox.c.seq)
    .limit(bindparam("most"))
)
_NEXT_BODIES = (
    select(inbox.c.seq, inbox.c.body, inbox.c.done_at)
    .where(inbox.c.seq > bindparam("after"))
    .order_by(inbox.c.seq)
    .limit(MOST_FORGOTTEN)
)
_FORGET = update(inbox).where(inbox.c.seq == bindparam("which")).values(body=bindparam("sum"))
_FAILED = update(inbox).where(inbox.c.seq == bindparam("which")).values(attempts=inbox.c.attempts + 1)


def keep(tx: Tx, arrived: Iterable[Arrived]) -> None:
    """Take updates in; one that is known already (by bot and update id) changes nothing."""
    for one in arrived:
        row = {
            "bot_id": one.bot_id,
            "update_id": one.update_id,
            "lane": one.lane,
            "body": one.body,
            "received_at": one.at,
            "state": "pending",
            "attempts": 0,
        }
        tx.insert_once(inbox, row)


def refuse(tx: Tx, one: Arrived, reason: str) -> None:
    """Keep something that cannot even be read as an update, set apart."""
    row = {"bot_id": one.bot_id, "update_id": one.update_id, "lane": one.lane, "body": one.body}
    kept = {"received_at": one.at, "state": "quarantined", "attempts": 0, "reason": reason, "done_at": one.at}
    tx.insert_once(inbox, {**row, **kept})


async def heads(tx: Tx, most: int = MOST_LANES) -> list[Pending]:
    """The oldest pending update of each lane, oldest first."""
    rows = await tx.c.execute(_HEADS, {"most": most})
    return [Pending(*row) for row in rows]


def done(tx: Tx, seq: int, state: str, reason: str | None, at: datetime) -> None:
    """The update is accounted for: processed, ignored or quarantined, with the reason."""
    tx.change(_DONE, {"which": seq, "new_state": state, "why": reason, "at": at})


def failed(tx: Tx, seq: int) -> None:
    """One more try went wrong; the update stays pending."""
    tx.change(_FAILED, {"which": seq})


async def oldest_pending(c: AsyncConnection) -> datetime | None:
    """When the update that waits longest arrived."""
    oldest = select(func.min(inbox.c.received_at)).where(inbox.c.state == "pending")
    moment: datetime | None = (await c.execute(oldest)).scalar_one()
    return moment


async def counts(c: AsyncConnection) -> dict[str, int]:
    """How many updates wait and how many were set apart; those that are done are not counted, they only grow."""
    open_states = inbox.c.state.in_(["pending", "quarantined"])
    rows = await c.execute(select(inbox.c.state, func.count()).where(open_states).group_by(inbox.c.state))
    return {"pending": 0, "quarantined": 0, **{row[0]: row[1] for row in rows}}


async def quarantined(
    c: AsyncConnection, since: datetime, span: timedelta
) -> Collection[tuple[int, str | None]]:
    """What was set apart in a span of time: update id and reason."""
    where = inbox.c.state == "quarantined", inbox.c.received_at.between(since, since + span)
    rows = await c.execute(select(inbox.c.update_id, inbox.c.reason).where(*where))
    return [(row[0], row[1]) for row in rows]


async def forget_bodies(tx: Tx, before: datetime) -> int:
    """Replace the next bodies that were dealt with before then by their SHA-256; returns how many."""
    done_to = int((await facts.of(tx.c, (FORGOTTEN_TO,))).get(FORGOTTEN_TO, 0))
    rows = (await tx.c.execute(_NEXT_BODIES, {"after": done_to})).all()
    old = list(takewhile(lambda row: row.done_at is None or row.done_at < before, rows))
    for row in old:
        if row.done_at is not None:  # else it waits for a lane that is stuck, and is needed
            tx.change(_FORGET, {"which": row.seq, "sum": sha256(row.body).digest()})
    if old:
        facts.keep(tx, FORGOTTEN_TO, str(old[-1].seq))
    return len(old)
