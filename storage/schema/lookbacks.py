"""Looking back at what was closed."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table

from storage.schema.base import metadata
from storage.types import Codes, UtcTime

lookbacks = Table(
    # A day on which a closed ticket is looked at again, and what was found.
    "lookbacks",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("number", String(24), nullable=False, index=True),
    Column("days", Integer, nullable=False),  # after the closing
    Column("due_at", UtcTime, nullable=False),  # when somebody is to be asked next
    Column("state", String(10), nullable=False),  # domain.lookback.Stand
    Column("asked", Codes, nullable=False),  # the ids of those who were asked, the last one last
    Column("person_id", BigInteger),  # who was asked last, or has answered; none: the office
    Column("office", Boolean, nullable=False),  # it is the office's turn
    Column("answered_at", UtcTime),
    Column("lat", Float),
    Column("lng", Float),
    Column("photos", Integer, nullable=False),
    Column("settled", Boolean, nullable=False),  # what is doubtful in the photos is known
    Column("doubts", Codes, nullable=False),
    Index("ix_lookbacks_answered_at", "answered_at"),
    Index("ix_lookbacks_state_due_at", "state", "due_at"),
    Index("ix_lookbacks_person_id_state", "person_id", "state"),
)
