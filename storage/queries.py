"""Questions: of somebody whose answer has pages, and of ours that somebody answers by typing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import asked
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; with a ``verb`` it is ours, and the answer is for the talk that has this verb in its ANSWERS.

    ``number`` and ``version`` are the ticket that it is about, ``facts`` what else the talk has to know.
    """

    id: str
    chat_id: int
    person_id: int
    at: datetime
    text: str = ""
    number: str | None = None
    version: int | None = None
    prompt_key: str | None = None
    verb: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


_ENDED = delete(asked).where(asked.c.id == bindparam("which"))
_SETTLED = delete(asked).where(
    asked.c.person_id == bindparam("who"), asked.c.number == bindparam("about"), asked.c.verb.is_not(None)
)
_COLUMNS = tuple(asked.c[field.name] for field in fields(Asked))


def keep(tx: Tx, question: Asked) -> None:
    """Remember a question for its buttons."""
    tx.insert_once(asked, {field.name: getattr(question, field.name) for field in fields(Asked)})


async def by_id(c: AsyncConnection, question: str) -> Asked | None:
    """A question that is still remembered."""
    row = (await c.execute(select(*_COLUMNS).where(asked.c.id == question))).one_or_none()
    return Asked(*row) if row else None


async def awaiting(c: AsyncConnection, chat_id: int, person_id: int, since: datetime) -> list[Asked]:
    """Our questions to this person in this chat since then that are not answered yet, the newest first."""
    where = asked.c.chat_id == chat_id, asked.c.person_id == person_id, asked.c.verb.is_not(None)
    rows = await c.execute(
        select(*_COLUMNS).where(*where, asked.c.at >= since).order_by(asked.c.at.desc()).limit(10)
    )
    return [Asked(*row) for row in rows]


def end(tx: Tx, question: str) -> None:
    """It was answered, or nobody wants to know any more."""
    tx.change(_ENDED, {"which": question})


def settle(tx: Tx, person_id: int, number: str) -> None:
    """Whoever was asked about this ticket has acted otherwise."""
    tx.change(_SETTLED, {"who": person_id, "about": number})


async def forget(tx: Tx, before: datetime) -> None:
    """Drop questions that nobody turns the pages of any more."""
    await tx.c.execute(delete(asked).where(asked.c.at < before))
