"""What the running program remembers about itself."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, Text

from storage.schema.base import metadata
from storage.types import UtcTime

facts = Table(
    # Small things that must survive: the button key, the group-message epoch.
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

instances = Table(
    # Who runs: on SQLite one instance at a time, held by a lease.
    "instances",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("fence", BigInteger, nullable=False),
)

asked = Table(
    # What somebody asked: a question whose pages can be turned; or what we asked, until it is answered by typing.
    "asked",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("number", String(24)),  # ours: the ticket and the version that it is about
    Column("version", Integer),
    Column("prompt_key", String(120)),  # ours: the push that asked it
    Column("verb", String(20)),  # ours: for whom the answer is
    Column("facts", JSON, nullable=False),
    Index("ix_asked_chat_id_person_id_at", "chat_id", "person_id", "at"),
)
