"""Tickets with their history and searchable words, and the sites that they are about."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.schema.base import Seq, metadata
from storage.types import Codes, Thousandths, UtcTime

tickets = Table(
    "tickets",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("day", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("source", String(10), nullable=False),
    Column("source_document", Text),
    Column("category", String(30), nullable=False),
    Column("town", String(20)),
    Column("site_id", String(40)),
    Column("site", Text),
    Column("description", Text, nullable=False),
    Column("lat", Float),
    Column("lng", Float),
    Column("evidence", String(10), nullable=False),  # pin · live · venue · link · name
    Column("reporter_id", BigInteger, nullable=False),
    Column("assignee_id", BigInteger),
    Column("unit", Text),
    Column("bureau", String(30)),
    Column("reported_at", UtcTime, nullable=False),
    Column("assigned_at", UtcTime),
    Column("accept_due_at", UtcTime),
    Column("accepted_at", UtcTime),
    Column("fix_due_at", UtcTime),
    Column("fixed_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("reopened", Integer, nullable=False),
    Column("outcome", Text),
    Column("returned_at", UtcTime),
    Column("fixed_by", BigInteger),
    Column("fixed_unit", String(30)),
    Column("quantity", Thousandths),
    Column("quantity_unit", String(20)),
    Column("on_the_spot", Boolean, nullable=False),
    Column("doubts", Codes, nullable=False),
    Column("suspended_at", UtcTime),
    Column("suspended_until", UtcTime),
    Column("suspended_from", String(10)),
    Column("suspended_reason", Text),
    Column("extended", Integer, nullable=False),
    Column("extension_until", UtcTime),
    Column("extension_by", BigInteger),
    Column("extension_reason", Text),
    Column("relapses", Integer, nullable=False),
    Column("level", String(10)),
    Column("next_action_at", UtcTime, index=True),
    Column("photo_count", Integer, nullable=False),
    UniqueConstraint("day", "sequence"),
    Index("ix_tickets_sequence", "sequence", "day"),
    Index("ix_tickets_state_fix_due_at", "state", "fix_due_at"),
    Index("ix_tickets_town_reported_at", "town", "reported_at"),
    Index("ix_tickets_town_state_fix_due_at", "town", "state", "fix_due_at"),
    Index("ix_tickets_town_category_reported_at", "town", "category", "reported_at"),
    Index("ix_tickets_category_lat", "category", "lat"),
    Index("ix_tickets_category_number", "category", "number"),
    Index("ix_tickets_category_reported_at", "category", "reported_at"),
    Index("ix_tickets_reporter_id_reported_at", "reporter_id", "reported_at"),
    Index("ix_tickets_reported_at", "reported_at"),
    Index("ix_tickets_site_id", "site_id"),
    Index("ix_tickets_assignee_id", "assignee_id"),
    Index("ix_tickets_source_reported_at", "source", "reported_at"),
)

ticket_grams = Table(
    # Every two neighbouring characters of a ticket's words: a text search that both databases can do.
    "ticket_grams",
    metadata,
    Column("gram", String(8), primary_key=True),
    Column("number", String(24), primary_key=True),
    sqlite_with_rowid=False,
)

history = Table(
    # What happened to a ticket: rows are only ever added.
    "history",
    metadata,
    Column("id", Seq, primary_key=True, autoincrement=True),
    Column("number", String(24), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("by", BigInteger),
    Column("from", String(10)),
    Column("to", String(10), nullable=False),
    Column("note", Text),
    Column("move", String(20), nullable=False),
    Column("unit", String(20)),
    Index("ix_history_move_at", "move", "at"),
)

counters = Table(
    # The last number given of each day.
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

sites = Table(
    "sites",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("town", String(20), nullable=False, index=True),
    Column("lat", Float),
    Column("lng", Float),
    Column("aliases", JSON, nullable=False),
)
