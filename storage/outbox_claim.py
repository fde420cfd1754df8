"""Which pushes go out now: the head of each chat's queue, leased to the process that sends them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Row,
    and_,
    bindparam,
    case,
    delete,
    exists,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.delivery import MISSED_BY_OFFICE, Claimed
from domain.push import Act, Push, PushClass, PushState
from storage.outbox import ASIDE, BULK
from storage.push_json import answer_of, message_of
from storage.schema import chat_limits, outbox
from storage.tx import Tx
from storage.types import UtcTime

WAITING, SENDING = PushState.WAITING.value, PushState.SENDING.value
OPEN = (WAITING, SENDING, PushState.PARKED.value)
SPARE_CANDIDATES = (
    100  # more are looked at than taken: some belong to one chat, others are held up by the rates
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """The head of a chat's queue; ``counted`` says whether the channel's rates count it."""

    seq: int
    chat_id: int
    act: Act
    is_bulk: bool

    @property
    def counted(self) -> bool:
        return self.act is Act.SEND or (self.act is Act.EDIT and self.chat_id < 0)


Pick = Callable[[Candidate], bool]

_b, _t = outbox.alias("b"), outbox.alias("t")
_NOW = bindparam("now", type_=UtcTime)
_on_its_way = exists().where(_b.c.chat_id == outbox.c.chat_id, _b.c.state == SENDING, _b.c.priority > ASIDE)
_ahead = exists().where(
    _b.c.chat_id == outbox.c.chat_id,
    _b.c.state == WAITING,
    _b.c.priority > ASIDE,
    _b.c.act == Act.SEND.value,  # an edit may wait for its target, and must not hold up what comes after it
    _b.c.due_at <= _NOW,
    tuple_(_b.c.priority, _b.c.seq) < tuple_(outbox.c.priority, outbox.c.seq),
)
_frozen = exists().where(chat_limits.c.chat_id == outbox.c.chat_id, chat_limits.c.frozen_until > _NOW)
_in_turn = and_(
    ~_on_its_way,
    ~_frozen,
    ~_ahead,
    or_(outbox.c.target_key.is_(None), _t.c.seq.is_(None), _t.c.state.not_in(OPEN)),
)
_CANDIDATES = (
    select(
        outbox.c.seq, outbox.c.chat_id, outbox.c.act, outbox.c.priority, _t.c.message_id.label("of_target")
    )
    .select_from(outbox.outerjoin(_t, _t.c.key == outbox.c.target_key))
    .where(outbox.c.state == WAITING, outbox.c.due_at <= _NOW, outbox.c.expires_at > _NOW)
    .where(or_(outbox.c.priority == ASIDE, _in_turn))
    .order_by(outbox.c.priority, outbox.c.seq)
    .limit(bindparam("some"))
)
_ROW = (
    *(
        outbox.c[name]
        for name in ("seq", "key", "chat_id", "due_at", "expires_at", "act", "payload", "thread_id")
    ),
    *(
        outbox.c[name]
        for name in ("subject", "target_key", "message_id", "attempts", "repeats", "plain", "progress")
    ),
    outbox.c["class"].label("push_class"),
)
_TAKE = (
    update(outbox)
    .where(outbox.c.seq.in_(bindparam("which", expanding=True)))
    .values(
        state=SENDING,
        attempts=outbox.c.attempts + 1,
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until", type_=UtcTime),
    )
    .returning(*_ROW)
)
_STALE = select(*_ROW).where(outbox.c.state == SENDING, outbox.c.lease_owner != bindparam("owner"))
_ADOPT = (
    update(outbox)
    .where(outbox.c.seq.in_(bindparam("which", expanding=True)))
    .values(lease_owner=bindparam("owner"))
)
_GIVE_BACK = (
    update(outbox)
    .where(outbox.c.state == SENDING, outbox.c.lease_owner == bindparam("owner"))
    .where(outbox.c.seq.not_in(bindparam("which", expanding=True)))
    .values(state=WAITING, attempts=outbox.c.attempts - 1)
)
_EXPIRE = (
    update(outbox)
    .where(outbox.c.state.in_([WAITING, PushState.PARKED.value]), outbox.c.expires_at <= _NOW)
    .values(
        state=PushState.EXPIRED.value,
        payload=case((outbox.c["class"] == PushClass.ONCE.value, literal({}, JSON)), else_=outbox.c.payload),
    )
    .returning(*_ROW)
)
_THAW = delete(chat_limits).where(chat_limits.c.frozen_until <= _NOW)
_RECENT = (
    select(outbox.c.chat_id, outbox.c.act, outbox.c.priority, outbox.c.sent_at)
    .where(outbox.c.state == PushState.SENT.value, outbox.c.sent_at > bindparam("since", type_=UtcTime))
    .order_by(outbox.c.sent_at)
)


async def claim(
    tx: Tx, now: datetime, owner: str, *, until: datetime, most: int, pick: Pick
) -> list[Claimed]:
    """Lease at most ``most`` pushes that may go now, at most one of each chat (answers and reactions aside).

    ``pick`` is asked for each in the order of urgency, and must change nothing outside. The lease ends at ``until``.
    """
    targets: dict[int, int | None] = {}
    chats: set[int] = set()
    for seq, chat_id, act, priority, of_target in await tx.c.execute(
        _CANDIDATES, {"now": now, "some": most + SPARE_CANDIDATES}
    ):
        if len(targets) >= most:
            break
        if priority > ASIDE and chat_id in chats:
            continue
        if not pick(Candidate(seq, chat_id, Act(act), priority == BULK)):
            continue
        targets[seq] = of_target
        if priority > ASIDE:
            chats.add(chat_id)
    if not targets:
        return []
    rows = await tx.c.execute(_TAKE, {"which": list(targets), "owner": owner, "until": until})
    return sorted((_claimed(row, targets[row.seq]) for row in rows), key=lambda one: one.seq)


async def stale(tx: Tx, owner: str) -> list[Claimed]:
    """Take over what other processes left on its way: whoever sends now is the only one who may."""
    rows = (await tx.c.execute(_STALE, {"owner": owner})).all()
    if rows:
        await tx.c.execute(_ADOPT, {"which": [row.seq for row in rows], "owner": owner})
    return [_claimed(row, None) for row in rows]


async def give_back(tx: Tx, owner: str, on_the_wire: Collection[int]) -> None:
    """Let wait again what ``owner`` leased without learning of it, as the answer to its commit was lost."""
    await tx.c.execute(_GIVE_BACK, {"owner": owner, "which": list(on_the_wire)})


async def expire(tx: Tx, now: datetime) -> list[Push]:
    """End what came too late, and return what the office must hear of."""
    await tx.c.execute(_THAW, {"now": now})
    rows = await tx.c.execute(_EXPIRE, {"now": now})
    pushes = [_claimed(row, None).push for row in rows]
    return [push for push in pushes if push.push_class in MISSED_BY_OFFICE]


async def recent(c: AsyncConnection, since: datetime) -> list[tuple[Candidate, datetime]]:
    """What went out after ``since``, oldest first: the rates go on from there after a restart."""
    rows = await c.execute(_RECENT, {"since": since})
    return [(Candidate(0, chat, Act(act), priority == BULK), at) for chat, act, priority, at in rows]


def _claimed(row: Row[Any], of_target: int | None) -> Claimed:
    push = Push(
        key=row.key,
        chat_id=row.chat_id,
        due_at=row.due_at,
        expires_at=row.expires_at,
        act=Act(row.act),
        push_class=PushClass(row.push_class),
        message=message_of(row.payload),
        answer=answer_of(row.payload),
        reaction=row.payload.get("reaction"),
        thread_id=row.thread_id,
        subject=row.subject,
        target_key=row.target_key,
        message_id=row.message_id,
    )
    return Claimed(
        seq=row.seq,
        push=push,
        attempts=row.attempts,
        repeats=row.repeats,
        plain=row.plain,
        progress=row.progress,
        message_id=of_target or row.message_id,
    )
