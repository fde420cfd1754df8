"""What leaves the house as a table: tickets with their photos and history, pushes, people in their posts, and the audit log."""

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.audit import moment
from domain.ticket import Ticket
from storage.schema import audit, history, outbox, people, photos, posts, tickets
from storage.tickets import COLUMNS, ticket_of

PAGE = 500
Row = dict[str, Any]
_PHOTOS = select(photos.c.number, photos.c.sha256, photos.c.kind, photos.c.bytes)
_EVENTS = select(*(history.c[name] for name in ("number", "at", "by", "from", "to", "note", "move", "unit")))
_PUSHES = ("key", "class", "chat_id", "state", "attempts", "due_at", "sent_at", "message_id", "reason")
_POSTS = ("role", "town", "unit", "granted_at", "granted_by", "revoked_at")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` on and before ``until``; None is without an end."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, column: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
        """The conditions on a column of times."""
        after = [column >= self.since] if self.since else []
        return [*after, column < self.until] if self.until else after


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket with the rows of its stored photos and of its history, oldest first."""

    ticket: Ticket
    photos: list[Row]
    history: list[Row]


async def all_tickets(c: AsyncConnection, span: Span) -> AsyncIterator[Told]:
    """The tickets reported in the span, by number."""
    place = tickets.c.day, tickets.c.sequence
    query = select(*COLUMNS).where(*span.holds(tickets.c.reported_at)).order_by(*place)
    last: tuple[Any, Any] | None = None
    while True:
        page = query.where(tuple_(*place) > last) if last else query
        found = [ticket_of(row) for row in await c.execute(page.limit(PAGE))]
        numbers = [ticket.number for ticket in found]
        stored = photos.c.number.in_(numbers), photos.c.sha256.is_not(None)
        pictures = await _by_number(
            c, _PHOTOS.where(*stored).order_by(photos.c.kind.desc(), photos.c.position)
        )
        events = await _by_number(c, _EVENTS.where(history.c.number.in_(numbers)).order_by(history.c.id))
        for ticket in found:
            yield Told(ticket, pictures[ticket.number], events[ticket.number])
        if len(found) < PAGE:
            return
        last = (found[-1].day, found[-1].sequence)


async def all_pushes(c: AsyncConnection, span: Span) -> AsyncIterator[Row]:
    """The pushes owed in the span, in the order in which they were owed."""
    query = select(*(outbox.c[name] for name in _PUSHES)).where(*span.holds(outbox.c.created_at))
    async for row in _streamed(c, query.order_by(outbox.c.seq)):
        yield row


async def all_people(c: AsyncConnection, span: Span) -> AsyncIterator[Row]:
    """Everybody once for each post given in the span, also those that ended."""
    columns = people.c.id, people.c.name, people.c.language, people.c.joined_at
    query = select(*columns, *(posts.c[name] for name in _POSTS)).join(
        posts, posts.c.person_id == people.c.id
    )
    async for row in _streamed(c, query.where(*span.holds(posts.c.granted_at)).order_by(posts.c.id)):
        yield row


async def all_audit(c: AsyncConnection, span: Span) -> AsyncIterator[Row]:
    """The rows of the audit log of the span, letter by letter as they were hashed."""
    since = [audit.c.at >= moment(span.since)] if span.since else []
    until = [audit.c.at < moment(span.until)] if span.until else []
    async for row in _streamed(c, select(audit).where(*since, *until).order_by(audit.c.seq)):
        yield row


async def _streamed(c: AsyncConnection, query: Select[Any]) -> AsyncIterator[Row]:
    async with c.stream(query) as rows:
        async for row in rows.mappings():
            yield {str(name): value for name, value in row.items()}


async def _by_number(c: AsyncConnection, query: Select[Any]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in (await c.execute(query)).mappings():
        found[row["number"]].append({str(name): value for name, value in row.items() if name != "number"})
    return found
