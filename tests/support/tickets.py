"""Tickets that stand in the database already when a test begins."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.moves import open_ticket
from domain.ticket import Evidence, Number, Source, State, Ticket
from storage import tickets
from storage.db import Database
from storage.tickets import Report
from storage.tx import Tx
from tests.support.desk import NOW, TOWN, ZHANG, office

ZONE = office().district.basics.zone


def a_ticket(sequence: int, *, at: datetime = NOW, **more: Any) -> Ticket:
    """Bare earth in TOWN, reported by ZHANG, waiting to be accepted."""
    day = at.astimezone(ZONE).date()
    ticket = Ticket(
        number=str(Number("HJ", day, sequence)),
        day=day,
        sequence=sequence,
        category="bare_earth",
        description="裸土没盖",
        source=Source.PATROL,
        evidence=Evidence.PIN,
        reporter_id=ZHANG,
        reported_at=at,
        photo_count=1,
        state=State.ASSIGNED,
        town=TOWN,
        site="示例工地",
        lat=34.912345,
        lng=113.512345,
        accept_due_at=at + timedelta(minutes=30),
        fix_due_at=at + timedelta(hours=24),
    )
    return replace(ticket, **more)


async def filed(db: Database, *every: Ticket) -> None:
    """Put the tickets and their first reports into the database."""

    async def job(tx: Tx) -> None:
        for ticket in every:
            tickets.add(tx, open_ticket(ticket))
            tickets.report(tx, report_of(ticket))

    await db.write(job)


def report_of(ticket: Ticket, person_id: int | None = None, draft_id: str | None = None) -> Report:
    """Somebody's report of a ticket, by default the first one."""
    person_id = person_id or ticket.reporter_id
    draft_id = draft_id or f"{ticket.number[2:]}"[-12:]
    return Report(draft_id, ticket.number, person_id, person_id, "zh", ticket.reported_at, "", None, None)
