"""The calls of the tickets' deadlines, the pushes that carry them, the slots of the day, and what a check found."""

from sqlalchemy import JSON, BigInteger, Column, Date, Integer, String, Table, Text

from storage.schema.base import metadata
from storage.types import UtcTime

calls = Table(
    # A call of a deadline that was dealt with: its key is what makes it happen once.
    "calls",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("number", String(24), nullable=False, index=True),
    Column("called_at", UtcTime, nullable=False),
    Column("state", String(10), nullable=False),  # called · held (only the duty chat knows) · skipped
    Column("reason", Text),
)

call_pushes = Table(
    # Which push carries a call to a chat: one about a single ticket, or a list of many.
    "call_pushes",
    metadata,
    Column("call_key", String(80), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("push_key", String(120), nullable=False, index=True),
    Column("number", String(24), nullable=False, index=True),
    Column("level", String(10), nullable=False),  # in which capacity the chat hears it
)

slots = Table(
    # A thing of the day that was sent or skipped: the key is what makes it happen once.
    "slots",
    metadata,
    Column("job", String(30), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("state", String(10), nullable=False),  # done · skipped
    Column("at", UtcTime, nullable=False),
    Column("note", Text),
)

findings = Table(
    # The one row of what the last look for forgotten tickets and pushes found.
    "findings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("found", JSON, nullable=False),
)
