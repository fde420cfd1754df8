"""The audit log and its head."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from storage.schema.base import Seq, metadata

audit = Table(
    # Something that was done. Rows are only added; each is hashed with the one before it (domain/audit.py).
    "audit",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),  # without gaps
    Column("at", String(32), nullable=False),  # as text: what was hashed must come back letter by letter
    Column("actor", BigInteger),  # none: the system, or somebody on the console
    Column("action", String(30), nullable=False),
    Column("subject", String(64), nullable=False),  # a ticket's number, the id of a person or a chat, …
    Column("details", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_head = Table(
    # The one row that says where the log ends; whoever adds to the log holds it until the commit.
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
