"""The audit log: rows of which each carries the hash of the one before it, so that no row can be altered unseen."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import orjson

START = "0" * 64  # what the first row follows


class Deed(StrEnum):
    """What is written down."""

    TICKET_MOVED = "ticket_moved"
    REPORTER_SEEN = "reporter_seen"
    INVITED = "invited"
    POST_GIVEN = "post_given"
    POST_ENDED = "post_ended"
    GROUP_BOUND = "group_bound"
    GROUP_UNBOUND = "group_unbound"
    GROUP_RENUMBERED = "group_renumbered"
    EXPORTED = "exported"
    IMPORTED = "imported"
    CONSEQUENCE = "consequence"
    SAND_DAY = "sand_day"


class Why(StrEnum):
    """In what a row is broken."""

    CHANGED = "changed"
    MISSING = "missing"
    UNLINKED = "unlinked"  # sound in itself, but the row before it is another one
    NOT_THE_HEAD = "not the head"  # the head that was kept with the rows is not in the chain
    BEYOND_THE_HEAD = "beyond the head"
    NOT_THE_ANCHOR = "not the anchor"  # the head that somebody kept elsewhere is not in the chain


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done to ``subject``; ``actor`` is None where the system or the console acted.

    ``details`` are JSON values without names of people: what is written here is never taken out again.
    """

    at: datetime
    actor: int | None
    action: str
    subject: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in its place in the chain; ``at`` and ``details`` are the very text that was hashed."""

    seq: int
    at: str
    actor: int | None
    action: str
    subject: str
    details: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain."""

    seq: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row of a chain that is broken."""

    seq: int
    why: Why


def moment(at: datetime) -> str:
    """A time as the log writes it: UTC, always of the same length, so that it sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def chained(head: Head, entries: Iterable[Entry]) -> list[Row]:
    """The entries as the rows that follow ``head``."""
    rows: list[Row] = []
    seq, last = head.seq, head.hash
    for entry in entries:
        seq += 1
        at, action, subject = moment(entry.at), str(entry.action), entry.subject
        details = orjson.dumps(entry.details, option=orjson.OPT_SORT_KEYS).decode()
        own = _hash(seq, at, entry.actor, action, subject, details, last)
        rows.append(Row(seq, at, entry.actor, action, subject, details, last, own))
        last = own
    return rows


def follow(head: Head, rows: Iterable[Row]) -> Head | Fault:
    """Go from ``head`` along the rows that come after it: where they end, or the first that is broken."""
    for row in rows:
        if why := _broken(head, row):
            return Fault(head.seq + 1 if why is Why.MISSING else row.seq, why)
        head = Head(row.seq, row.hash)
    return head


def _broken(before: Head, row: Row) -> Why | None:
    own = _hash(row.seq, row.at, row.actor, row.action, row.subject, row.details, row.prev_hash)
    if own != row.hash:
        return Why.CHANGED
    if row.seq > before.seq + 1:
        return Why.MISSING
    return Why.UNLINKED if row.prev_hash != before.hash or row.seq <= before.seq else None


def _hash(*fields: object) -> str:
    # what a tampered database may hold instead of text is no reason to stop: it has another hash
    return hashlib.sha256(orjson.dumps(fields, default=repr)).hexdigest()
