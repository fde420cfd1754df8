"""The outbox: what is owed to whom, taken back, or waiting for a chat that cannot be written to."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.push import Act, Push, PushClass, PushState
from storage.push_json import dumped
from storage.schema import outbox
from storage.tx import Tx

ASIDE, SOON, BULK = 0, 1, 2
NOTHING = "nothing"  # the act of a row that takes back what was owed before it, and is gone before the commit
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
STILL_HERE = (PushState.WAITING.value, PushState.PARKED.value)

_newer = outbox.alias("newer")
_SUPERSEDE = (
    # of one subject only the newest row counts: this holds in whatever order rows of one transaction are written
    update(outbox)
    .where(
        outbox.c.subject == bindparam("about"),
        or_(*(outbox.c.state == state for state in STILL_HERE)),  # an IN cannot be executed for many rows
        outbox.c.seq
        < select(func.max(_newer.c.seq)).where(_newer.c.subject == bindparam("about")).scalar_subquery(),
    )
    .values(state=PushState.CANCELLED.value, reason="replaced or taken back")
)
_CLEAR = delete(outbox).where(outbox.c.key == bindparam("which"))
_RESUME = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), outbox.c.state == PushState.PARKED.value)
    .values(state=PushState.WAITING.value)
)


def owe(tx: Tx, push: Push, now: datetime) -> None:
    """Owe a push unless its key is owed already; what still waits about the same subject is cancelled."""
    tx.insert_once(outbox, _row(push, push.act.value, now))
    if push.subject is not None:
        tx.change(_SUPERSEDE, {"about": push.subject})


def cancel(tx: Tx, subject: str) -> None:
    """Take back everything about ``subject`` that was owed before and is not on its way yet."""
    nothing = Push(key=f"cancel:{uuid4().hex}", chat_id=0, due_at=NEVER, expires_at=NEVER, subject=subject)
    tx.insert_once(outbox, _row(nothing, NOTHING, NEVER))
    tx.change(_SUPERSEDE, {"about": subject})
    tx.change(_CLEAR, {"which": nothing.key})


def resume(tx: Tx, chat_id: int) -> None:
    """The chat can be written to again: what was parked waits again, in its old order."""
    tx.change(_RESUME, {"chat": chat_id})


def priority_of(push: Push) -> int:
    if push.act in (Act.ANSWER, Act.REACT):
        return ASIDE
    return BULK if push.push_class is PushClass.DAILY else SOON


async def message_of(c: AsyncConnection, key: str) -> int | None:
    """The message that the push became, or nothing while it is not sent."""
    found: int | None = await c.scalar(select(outbox.c.message_id).where(outbox.c.key == key))
    return found


async def oldest_wait(c: AsyncConnection, now: datetime) -> timedelta:
    """For how long the longest waiting push has been due; parked ones and those of frozen chats count too."""
    due = select(func.min(outbox.c.due_at)).where(outbox.c.state == PushState.WAITING.value)
    oldest = await c.scalar(due)
    return max(now - oldest, timedelta(0)) if oldest else timedelta(0)


async def counts(c: AsyncConnection) -> dict[PushState, int]:
    """How many pushes stand in each state that is not an end."""
    open_states = [PushState.WAITING.value, PushState.SENDING.value, PushState.PARKED.value]
    query = (
        select(outbox.c.state, func.count()).where(outbox.c.state.in_(open_states)).group_by(outbox.c.state)
    )
    return {PushState(state): number for state, number in await c.execute(query)}


def _row(push: Push, act: str, now: datetime) -> dict[str, object]:
    return {
        "key": push.key,
        "class": push.push_class.value,
        "act": act,
        "chat_id": push.chat_id,
        "thread_id": push.thread_id,
        "subject": push.subject,
        "target_key": push.target_key,
        "payload": dumped(push),
        "priority": priority_of(push),
        "state": PushState.WAITING.value,
        "attempts": 0,
        "repeats": 0,
        "plain": False,
        "progress": 0,
        "created_at": now,
        "due_at": push.due_at,
        "expires_at": push.expires_at,
        "message_id": push.message_id,
    }
