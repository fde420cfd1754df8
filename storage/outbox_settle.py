"""What sending taught: the rows of the outbox are settled, and chats and people are marked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.delivery import Settlement
from domain.push import Act, PushClass, PushState
from storage.outbox import ASIDE
from storage.outbox_claim import OPEN
from storage.schema import chat_limits, chats, outbox, people, uploads
from storage.tx import Tx
from storage.types import UtcTime

_mine = (
    outbox.c.seq == bindparam("which"),
    outbox.c.state == PushState.SENDING.value,
    outbox.c.lease_owner == bindparam("owner"),
)
_SENT = (
    update(outbox)
    .where(*_mine)
    .values(
        state=PushState.SENT.value,
        sent_at=bindparam("at", type_=UtcTime),
        message_id=bindparam("message"),
        reason=bindparam("why"),
    )
)
_OTHER = (
    update(outbox)
    .where(*_mine)
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("due", type_=UtcTime),
        repeats=bindparam("times"),
        plain=bindparam("markup_is_off"),
        progress=bindparam("calls"),
        message_id=bindparam("message"),
        reason=bindparam("why"),
    )
)
_BLANK = (
    update(outbox).where(outbox.c.seq == bindparam("which")).values(payload=bindparam("nothing", type_=JSON))
)
_RETARGET = update(outbox).where(outbox.c.key == bindparam("target")).values(message_id=bindparam("message"))
_PARK = (
    update(outbox)
    .where(
        outbox.c.chat_id == bindparam("chat"),
        outbox.c.state == PushState.WAITING.value,
        outbox.c.priority > ASIDE,
    )
    .values(state=PushState.PARKED.value)
)
_STATUS = update(chats).where(chats.c.id == bindparam("chat")).values(bot_status=bindparam("status"))
_UNREACHABLE = (
    update(people)
    .where(people.c.id == bindparam("chat"), people.c.unreachable_at.is_(None))
    .values(unreachable_at=bindparam("at", type_=UtcTime))
)
_MOVE_PUSHES = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("old"), or_(*(outbox.c.state == state for state in OPEN)))
    .values(chat_id=bindparam("new"))
)
_there = chats.alias("there")
_MOVE_CHAT = (
    update(chats)
    .where(
        chats.c.id == bindparam("old"), ~exists(select(_there.c.id).where(_there.c.id == bindparam("new")))
    )
    .values(id=bindparam("new"), kind="supergroup")
)


def settle(tx: Tx, settlements: Sequence[Settlement], owner: str, *, bot_id: int, now: datetime) -> None:
    """Write down how attempts of ``owner`` ended; a row that it no longer holds is left alone."""
    for one in settlements:
        if one.state is PushState.SENT:
            row = {"which": one.claimed.seq, "owner": owner, "at": one.sent_at}
            tx.change(_SENT, {**row, "message": one.message_id, "why": one.reason})
        else:
            tx.change(_OTHER, _row(one, owner))
        if one.claimed.push.push_class is PushClass.ONCE and one.state.value not in OPEN:
            tx.change(
                _BLANK, {"which": one.claimed.seq, "nothing": {}}
            )  # a secret is kept no longer than it must be
        _retarget(tx, one)
        _mark(tx, one, now)
        for sha256, file_id in one.uploads:
            tx.upsert(uploads, {"sha256": sha256, "bot_id": bot_id, "file_id": file_id})


def freeze(tx: Tx, chat_id: int, until: datetime) -> None:
    """Send nothing to the chat before ``until``; answers to pressed buttons go on."""
    tx.upsert(chat_limits, {"chat_id": chat_id, "frozen_until": until})


def moved(tx: Tx, old: int, new: int) -> None:
    """The chat has a new id: what is owed to it and its binding go along. Telling it twice changes nothing."""
    tx.change(_MOVE_PUSHES, {"old": old, "new": new})
    tx.change(_MOVE_CHAT, {"old": old, "new": new})


async def upload_of(c: AsyncConnection, sha256: str, bot_id: int) -> str | None:
    """The file id under which this bot has sent the photo already."""
    where = uploads.c.sha256 == sha256, uploads.c.bot_id == bot_id
    found: str | None = await c.scalar(select(uploads.c.file_id).where(*where))
    return found


def _row(one: Settlement, owner: str) -> dict[str, object]:
    return {
        "which": one.claimed.seq,
        "owner": owner,
        "new_state": one.state.value,
        "due": one.due_at,
        "times": one.repeats,
        "markup_is_off": one.plain,
        "calls": one.progress,
        "message": one.message_id,
        "why": one.reason,
    }


def _retarget(tx: Tx, one: Settlement) -> None:
    """A message that was edited away from under its push, or sent anew, is the one to edit from now on."""
    push = one.claimed.push
    if push.act is not Act.EDIT or push.target_key is None:
        return
    is_new = one.state is PushState.SENT and one.message_id != one.claimed.message_id
    if one.forget or is_new:
        tx.change(_RETARGET, {"target": push.target_key, "message": one.message_id})


def _mark(tx: Tx, one: Settlement, now: datetime) -> None:
    chat_id = one.claimed.push.chat_id
    if one.freeze_until is not None:
        freeze(tx, chat_id, one.freeze_until)
    if one.moved_to is not None:
        moved(tx, chat_id, one.moved_to)
    if one.unreachable:
        tx.change(_UNREACHABLE, {"chat": chat_id, "at": now})
    if one.bot_status is not None:
        tx.change(_PARK, {"chat": chat_id})
        tx.change(_STATUS, {"chat": chat_id, "status": one.bot_status})
