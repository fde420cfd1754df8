"""Proofs of work in the making."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from storage.schema.base import metadata
from storage.types import Thousandths, UtcTime

works = Table(
    # The photos after the work are in photos under its id, the parts of an album in albums.
    "works",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    Column("touched_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("number", String(24)),
    Column("draft_id", String(12)),
    Column("on_the_spot", Boolean, nullable=False),
    Column("state", String(10), nullable=False),  # open · submitted · cancelled · expired
    Column("version", Integer, nullable=False),
    Column("lat", Float),
    Column("lng", Float),
    Column("quantity", Thousandths),
    Column("quantity_unit", String(20)),
    Column("uncounted", Boolean, nullable=False),
    Column("note", Text),
    Column("prompt_key", String(120)),
    Column("fixed_version", Integer),
    Index("ix_works_person_id_state", "person_id", "state"),
    Index("ix_works_state_expires_at", "state", "expires_at"),
)
