"""Questions that were asked, kept because a button is too short for them, and reasons that are waited for."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import asked
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; with a number it waits for the reason why that version of the ticket is rejected."""

    id: str
    chat_id: int
    person_id: int
    at: datetime
    text: str = ""
    number: str | None = None
    version: int | None = None
    prompt_key: str | None = None


_COLUMNS = tuple(asked.c[field.name] for field in fields(Asked))


def keep(tx: Tx, question: Asked) -> None:
    """Remember a question for its buttons."""
    tx.insert_once(asked, {field.name: getattr(question, field.name) for field in fields(Asked)})


async def by_id(c: AsyncConnection, question: str) -> Asked | None:
    """A question that is still remembered."""
    row = (await c.execute(select(*_COLUMNS).where(asked.c.id == question))).one_or_none()
    return Asked(*row) if row else None


async def reasons_awaited(c: AsyncConnection, chat_id: int, person_id: int, since: datetime) -> list[Asked]:
    """The reasons that this person was asked for in this chat since then, the newest first."""
    where = asked.c.chat_id == chat_id, asked.c.person_id == person_id, asked.c.number.is_not(None)
    rows = await c.execute(
        select(*_COLUMNS).where(*where, asked.c.at >= since).order_by(asked.c.at.desc()).limit(10)
    )
    return [Asked(*row) for row in rows]


async def forget(tx: Tx, before: datetime) -> None:
    """Drop questions that nobody turns the pages of any more."""
    await tx.c.execute(delete(asked).where(asked.c.at < before))
