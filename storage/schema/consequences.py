"""Consequences of work that is not done."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.schema.base import metadata
from storage.types import UtcTime

consequences = Table(
    # Something that is proposed, confirmed by two people, or refused.
    "consequences",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("kind", String(12), nullable=False),  # domain.consequence.Kind
    Column("subject", String(40), nullable=False),  # a ticket's number, a site's id, a unit's code
    Column("title", Text, nullable=False),
    Column("period", String(16), nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("proposed_by", BigInteger),  # none: a rule
    Column("town", String(20)),
    Column("number", String(24)),
    Column("count", Integer, nullable=False),  # what the rule has counted
    Column("reason", Text, nullable=False),
    Column("costs", JSON, nullable=False),  # [[name, yuan as text], …]
    Column("stand", String(10), nullable=False),  # domain.consequence.Stand
    Column("version", Integer, nullable=False),
    Column("confirmed_by", BigInteger),
    Column("confirmed_at", UtcTime),
    Column("decided_by", BigInteger),
    Column("decided_at", UtcTime),
    UniqueConstraint("kind", "subject", "period"),
    Index("ix_consequences_stand_decided_at", "stand", "decided_at"),
)
