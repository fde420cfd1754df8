"""Slots: what of the day was sent or skipped, each once a local date."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import slots
from storage.tx import Tx


async def last(c: AsyncConnection, job: str) -> date | None:
    """The newest local date for which this job was dealt with."""
    found: date | None = await c.scalar(select(func.max(slots.c.local_date)).where(slots.c.job == job))
    return found


def done(tx: Tx, job: str, day: date, at: datetime, note: str | None = None) -> None:
    """The job has had its turn on this date."""
    tx.insert_once(slots, {"job": job, "local_date": day, "state": "done", "at": at, "note": note})


def skipped(tx: Tx, job: str, day: date, at: datetime, note: str) -> None:
    """It was too late for this date."""
    tx.insert_once(slots, {"job": job, "local_date": day, "state": "skipped", "at": at, "note": note})
