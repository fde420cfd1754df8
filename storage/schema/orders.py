"""Orders from above: what makes a ticket one, its units, their answers, and orders in the making."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from storage.schema.base import metadata
from storage.types import UtcTime

orders = Table(
    # A ticket that was ordered from above; its deadline is the ticket's.
    "orders",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("source", String(10), nullable=False),
    Column("document", String(80), index=True),  # more than one order may come in one document
    Column("received_at", UtcTime, nullable=False, index=True),
    Column("registered_by", BigInteger, nullable=False),
    Column("last_reminder", String(20)),
    Column("ended", Boolean, nullable=False, index=True),  # closed or rejected: nobody is reminded
)

order_units = Table(
    "order_units",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("unit", String(30), primary_key=True),  # a town's or a bureau's code
    Column("position", Integer, nullable=False),
    Index("ix_order_units_unit", "unit", "number"),
)

order_replies = Table(
    # The answer of one unit, or of the office for all of them.
    "order_replies",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("unit", String(30), primary_key=True),  # empty: the office
    Column("at", UtcTime, nullable=False),
    Column("by", BigInteger, nullable=False),
)

order_papers = Table(
    # A document as the channel keeps it; photos of documents are fetched and kept like all photos.
    "order_papers",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("number", String(24), nullable=False, index=True),
    Column("kind", String(6), nullable=False),  # order · reply
    Column("unit", String(30)),
    Column("file_id", Text, nullable=False),
    Column("as_file", Boolean, nullable=False),
    Column("name", Text),
    Column("at", UtcTime, nullable=False),
    Column("by", BigInteger, nullable=False),
)

order_drafts = Table(
    # An order, or with a number the answer to one, in the making.
    "order_drafts",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("touched_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open · done · cancelled
    Column("number", String(24)),
    Column("body", JSON, nullable=False),
    Index("ix_order_drafts_chat_id_person_id_state", "chat_id", "person_id", "state"),
)
