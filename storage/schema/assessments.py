"""Assessments of work."""

from sqlalchemy import JSON, Column, String, Table

from storage.schema.base import metadata
from storage.types import UtcTime

assessments = Table(
    # The work of all units of a group in a period, with the points taken, as it was published.
    "assessments",
    metadata,
    Column("length", String(8), primary_key=True),  # domain.period.Length
    Column("period", String(10), primary_key=True),
    Column("whose", String(8), primary_key=True),  # domain.assessment.Group
    Column("rules", String(40), nullable=False),  # the version of the district's table
    Column("at", UtcTime, nullable=False),
    Column("rows", JSON, nullable=False),
)
