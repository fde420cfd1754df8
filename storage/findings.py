"""What is looked for every few minutes: open tickets that nobody will look at, and due pushes that did not go out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.delivery import MISSED_BY_OFFICE
from domain.push import PushState
from domain.ticket import OPEN
from storage.schema import findings, outbox, tickets
from storage.tx import Tx

MOST = 200
NOT_DELIVERED = (PushState.FAILED, PushState.EXPIRED, PushState.UNKNOWN)
_OPEN = tickets.c.state.in_(sorted(OPEN))
_FORGOTTEN = (
    select(tickets.c.number)
    .where(_OPEN, tickets.c.next_action_at.is_(None))
    .order_by(tickets.c.number)
    .limit(MOST)
)
_STUCK = (
    select(tickets.c.number)
    .where(_OPEN, tickets.c.next_action_at < bindparam("before"))
    .order_by(tickets.c.number)
    .limit(MOST)
)
_LATE = (
    select(outbox.c.chat_id)
    .where(
        or_(*(outbox.c.state == state.value for state in (PushState.WAITING, PushState.PARKED))),
        outbox.c.due_at < bindparam("before"),
    )
    .limit(MOST)
)


_MISSED = (
    select(outbox.c.chat_id, func.count().label("counted"))
    .where(
        outbox.c.state.in_([state.value for state in (*NOT_DELIVERED, PushState.PARKED)]),
        outbox.c["class"].in_([kind.value for kind in MISSED_BY_OFFICE]),
        outbox.c.due_at >= bindparam("since"),
        outbox.c.due_at < bindparam("until"),
    )
    .group_by(outbox.c.chat_id)
)


@dataclass(frozen=True, slots=True)
class Findings:
    """Numbers of open tickets without a next action or with one long past, and due pushes not delivered by chat."""

    at: datetime
    without: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    late: Mapping[int, int] | None = None

    @property
    def undelivered(self) -> int:
        return sum((self.late or {}).values())

    @property
    def what(self) -> tuple[object, ...]:
        """What it is about: the office hears when this changes."""
        return self.without, self.stuck, tuple(sorted(self.late or ()))


async def look(c: AsyncConnection, now: datetime, before: datetime) -> Findings:
    """Look now for what should have happened before that moment; at most MOST of each kind."""
    without = (await c.scalars(_FORGOTTEN)).all()
    stuck = (await c.scalars(_STUCK, {"before": before})).all()
    chats = (await c.scalars(_LATE, {"before": before})).all()
    return Findings(now, tuple(without), tuple(stuck), {chat: chats.count(chat) for chat in set(chats)})


async def last(c: AsyncConnection) -> Findings | None:
    """What the last look found."""
    row = (await c.execute(select(findings.c.at, findings.c.found))).one_or_none()
    if row is None:
        return None
    late = {int(chat): count for chat, count in row.found["late"].items()}
    return Findings(row.at, tuple(row.found["without"]), tuple(row.found["stuck"]), late)


async def missed(c: AsyncConnection, since: datetime, until: datetime) -> dict[int, int]:
    """How many pushes that were due in this time, and that somebody waits for, did not arrive, by chat."""
    rows = await c.execute(_MISSED, {"since": since, "until": until})
    return {row.chat_id: row.counted for row in rows}


def keep(tx: Tx, found: Findings) -> None:
    """The last look is this one."""
    late = {str(chat): count for chat, count in (found.late or {}).items()}
    row = {"without": found.without, "stuck": found.stuck, "late": late}
    tx.upsert(findings, {"id": 1, "at": found.at, "found": row})
