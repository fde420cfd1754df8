"""What people are in the midst of besides a report, read for many of them at once."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BindParameter, bindparam, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.lookback import Stand
from storage.schema import asked, lookbacks, order_drafts, works

LATELY = timedelta(hours=24)  # the longest that anything of it waits; each talk has its own, shorter rules


class Busy(StrEnum):
    """Which talks may want to hear what somebody says next."""

    WORK = "work"  # a proof of work, or the rest of its album
    LOOK_BACK = "look_back"
    ORDER = "order"
    QUESTION = "question"


_ANSWERS = [Stand.ANSWERING.value, Stand.CLEAR.value, Stand.RELAPSED.value]
_WHO: BindParameter[list[int]] = bindparam("who", expanding=True)
_SINCE: BindParameter[datetime] = bindparam("since")
_BUSY = union_all(
    select(works.c.person_id, literal(Busy.WORK.value)).where(
        works.c.person_id.in_(_WHO), or_(works.c.state == "open", works.c.touched_at >= _SINCE)
    ),
    select(lookbacks.c.person_id, literal(Busy.LOOK_BACK.value)).where(
        lookbacks.c.person_id.in_(_WHO), lookbacks.c.state.in_(_ANSWERS), lookbacks.c.answered_at >= _SINCE
    ),
    select(order_drafts.c.person_id, literal(Busy.ORDER.value)).where(
        order_drafts.c.chat_id.in_(_WHO), order_drafts.c.state == "open"
    ),
    select(asked.c.person_id, literal(Busy.QUESTION.value)).where(
        asked.c.chat_id.in_(_WHO), asked.c.verb.is_not(None), asked.c.at >= _SINCE
    ),
)


async def of(c: AsyncConnection, persons: Collection[int], now: datetime) -> dict[int, frozenset[Busy]]:
    """What each of these people is busy with in the private chat; who is not named is free."""
    found: dict[int, set[Busy]] = {}
    for person, busy in await c.execute(_BUSY, {"who": list(persons), "since": now - LATELY}):
        found.setdefault(person, set()).add(Busy(busy))
    return {person: frozenset(every) for person, every in found.items()}
