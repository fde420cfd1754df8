"""Reports on their way to a ticket, and their photos."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from storage.schema.base import metadata
from storage.types import UtcTime

drafts = Table(
    # A report in the making: one a problem, not one a person.
    "drafts",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # open · submitted · cancelled · expired
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("number", String(24)),  # the ticket it became
    Column("touched_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("ix_drafts_chat_id_person_id_state", "chat_id", "person_id", "state"),
    Index("ix_drafts_state_expires_at", "state", "expires_at"),
)

albums = Table(
    # Which report the parts of an album belong to, for parts that come late.
    "albums",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("media_group", String(40), primary_key=True),
    Column("draft_id", String(12), nullable=False),
    Column("at", UtcTime, nullable=False),
)

reports = Table(
    # Who reported a ticket: the first, and everybody who said "the same problem".
    "reports",
    metadata,
    Column("draft_id", String(12), primary_key=True),
    Column("number", String(24), nullable=False, index=True),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("language", String(5), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("words", Text, nullable=False),
    Column("lat", Float),
    Column("lng", Float),
    Index("ix_reports_person_id_number", "person_id", "number", "draft_id"),
)

photos = Table(
    # A photo as evidence: fetched once from the channel, then kept by content.
    "photos",
    metadata,
    Column("id", String(80), primary_key=True),  # draft id and the channel's unique id
    Column("draft_id", String(12), nullable=False, index=True),
    Column("number", String(24), index=True),
    Column("kind", String(6), nullable=False),  # before · after
    Column("position", BigInteger, nullable=False),  # message id: the order in which they were taken
    Column("file_id", Text, nullable=False),
    Column("as_file", Boolean, nullable=False),
    Column("forwarded", Boolean, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("state", String(8), nullable=False),  # pending · stored · refused · dropped
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcTime, nullable=False),
    Column("reason", Text),
    Column("sha256", String(64), index=True),
    Column("bytes", BigInteger),
    Column("width", Integer),
    Column("height", Integer),
    Column("taken_at", UtcTime),
    Column("exif_lat", Float),
    Column("exif_lng", Float),
    Column("perceptual", String(64)),
    Column("warnings", JSON),
    Index("ix_photos_state_next_try_at", "state", "next_try_at"),
)
