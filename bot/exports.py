"""Exports of a span of local days, with the fields that the contract names."""

import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from bot.ranking_rows import exported
from bot.sheets import Csv, Format, JsonLines, Sheet, Xlsx
from domain.air_cells import ITEMS
from domain.air_reading import PlaceKind, Reading
from domain.audit import Deed
from domain.consequence import Consequence
from domain.district import District
from domain.ticket import is_overdue
from storage import air, audit, consequences, exports, rankings
from storage.db import Database
from storage.exports import Span, Told
from storage.tx import Tx

Row = dict[str, Any]
TICKET_COLUMNS = (
    *(
        "number",
        "state",
        "source",
        "source_document",
        "category",
        "town",
        "site",
        "description",
        "lat",
        "lng",
    ),
    *("photos", "reporter_id", "assignee_id", "unit", "reported_at", "assigned_at", "accept_due_at"),
    *("accepted_at", "fix_due_at", "fixed_at", "closed_at", "reopened", "overdue", "outcome", "history"),
    *(
        "quantity",
        "quantity_unit",
        "on_the_spot",
        "relapses",
        "extended",
        "suspended_until",
        "next_action_at",
    ),
)
PUSH_COLUMNS = ("key", "class", "chat_id", "state", "attempts", "due_at", "sent_at", "message_id", "reason")
PEOPLE_COLUMNS = (
    *("id", "name", "language", "joined_at", "role", "town", "unit"),
    *("granted_at", "granted_by", "revoked_at"),
)

AUDIT_COLUMNS = ("seq", "at", "actor", "action", "subject", "details", "prev_hash", "hash")


CONSEQUENCE_COLUMNS = (
    *("id", "kind", "title", "town", "number", "stand", "proposed_at", "proposed_by", "confirmed_at"),
    *("confirmed_by", "decided_at", "decided_by", "yuan", "costs", "count", "reason"),
)


AIR_COLUMNS = (
    *("date", "hour", "station", "town", "so2", "no2", "co", "o3", "o3_8h", "pm10", "pm25", "held"),
)
RANKING_COLUMNS = ("kind", "period", "version", "edition", "rows")


class What(StrEnum):
    """What can be exported."""

    TICKETS = "tickets"
    AIR = "air"
    RANKINGS = "rankings"
    PUSHES = "pushes"
    PEOPLE = "people"
    AUDIT = "audit"
    CONSEQUENCES = "consequences"


COLUMNS = {
    What.TICKETS: TICKET_COLUMNS,
    What.AIR: AIR_COLUMNS,
    What.RANKINGS: RANKING_COLUMNS,
    What.PUSHES: PUSH_COLUMNS,
    What.PEOPLE: PEOPLE_COLUMNS,
    What.AUDIT: AUDIT_COLUMNS,
    What.CONSEQUENCES: CONSEQUENCE_COLUMNS,
}


PLAIN = {
    What.PUSHES: exports.all_pushes,
    What.PEOPLE: exports.all_people,
    What.AUDIT: exports.all_audit,
}


@dataclass(frozen=True, slots=True)
class Exporter:
    """Writes rows of one district; towns by name, times in its zone."""

    db: Database
    district: District
    now: datetime

    async def write(self, what: What, sheet: Sheet, *, since: date | None, until: date | None) -> int:
        """Write the rows of these local days, both included; returns how many. Nothing is written that is not noted."""

        async def job(tx: Tx) -> None:
            audit.note(tx, Deed.EXPORTED, what, at=self.now, by=None, since=since, until=until)

        await self.db.write(job)
        rows, count = self._rows(what, since, until), 0
        async with aclosing(rows):
            async for row in rows:
                sheet.add(self._shown(row))
                count += 1
        return count

    async def _rows(self, what: What, since: date | None, until: date | None) -> AsyncGenerator[Row]:
        span = self._span(since, until)
        async with self.db.read() as c:
            if what is What.TICKETS:
                async for told in exports.all_tickets(c, span):
                    yield self._ticket(told)
            elif what is What.AIR:
                async for reading in air.every(c, since, until):
                    yield self._air(reading)
            elif what is What.RANKINGS:
                async for one in rankings.every(c, since, until):
                    yield exported(self.district, one.period, one.version, one.edition, one.rows)
            elif what is What.CONSEQUENCES:
                async for proposal in consequences.every(c, span.since, span.until):
                    yield _consequence(proposal)
            else:
                async for row in PLAIN[what](c, span):
                    yield row

    def _ticket(self, told: Told) -> Row:
        ticket = told.ticket
        own = {
            "photos": told.photos,
            "history": told.history,
            "overdue": is_overdue(ticket, self.now),
        }
        return {name: own[name] if name in own else getattr(ticket, name) for name in TICKET_COLUMNS}

    def _air(self, reading: Reading) -> Row:
        kind, code = reading.place
        monitors = {one.code: one.name for one in self.district.air.monitors}
        values = {column: reading.values.get(item) for column, item in ITEMS.items()}
        return {
            "date": reading.day,
            "hour": reading.hour,
            "station": monitors.get(code, code) if kind is PlaceKind.STATION else None,
            "town": code if kind is PlaceKind.TOWN else None,
            **{column: None if v is None else Decimal(v).scaleb(-3) for column, v in values.items()},
            "held": reading.is_held,
        }

    def _shown(self, row: Row) -> Row:
        names = {town.code: town.name for town in self.district.towns}
        shown = {name: self._local(value) for name, value in row.items()}
        return shown | ({"town": names.get(row["town"], row["town"])} if "town" in row else {})

    def _local(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(self.district.basics.zone)
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        if isinstance(value, list):
            return [{name: self._local(part) for name, part in one.items()} for one in value]
        return value

    def _span(self, since: date | None, until: date | None) -> Span:
        zone = self.district.basics.zone
        first = datetime.combine(since, time(), zone) if since else None
        last = datetime.combine(until + timedelta(days=1), time(), zone) if until else None
        return Span(first, last)


def _consequence(one: Consequence) -> Row:
    costs = [{"name": cost.name, "yuan": cost.yuan} for cost in one.costs]
    return {name: costs if name == "costs" else getattr(one, name) for name in CONSEQUENCE_COLUMNS}


@contextmanager
def open_sheet(what: What, form: Format, out: Path | None) -> Iterator[Sheet]:
    """The sheet to write to, in place of ``out`` only when everything went well; XLSX needs ``out``."""
    if out is None:
        with closing(_sheet(what, form, sys.stdout.buffer)) as sheet:
            yield sheet
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as stream, closing(_sheet(what, form, stream)) as sheet:
            yield sheet
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _sheet(what: What, form: Format, out: BinaryIO) -> Sheet:
    match form:
        case Format.JSON:
            return JsonLines(out)
        case Format.CSV:
            return Csv(out, COLUMNS[what])
        case Format.XLSX:
            return Xlsx(out, COLUMNS[what])
