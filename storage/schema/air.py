"""What was measured, the tables that brought it, and the rankings that were published."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text, text

from storage.schema.base import metadata
from storage.types import UtcTime

air_files = Table(
    # A table of air data that somebody brought: taken, waiting for a second person, or refused.
    "air_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("brought_by", BigInteger),  # none: the command line
    Column("at", UtcTime, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("stand", String(10), nullable=False, index=True),  # domain.air_file.Stand
    Column("judged_by", BigInteger),  # the second person
    Column("judged_at", UtcTime),
    Column("waiting", JSON),  # its readings while it waits
    Column("recount", Boolean, nullable=False, index=True),  # the rankings of its days are to be made anew
)

air_papers = Table(
    # A table that somebody sends in a chat, until it is taken or given up.
    "air_papers",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("name", Text, nullable=False),
    Column("file_id", Text),  # none: it was typed
    Column("state", String(8), nullable=False),  # storage.air_papers: fetching · asked · ended
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcTime, nullable=False),
    Column("sha256", String(64)),
    Column("grid", JSON),  # its cells, once they were read
    Index("ix_air_papers_state_next_try_at", "state", "next_try_at"),
)

air_readings = Table(
    # One version of the values of a place at a time; older versions stay.
    "air_readings",
    metadata,
    Column("place_kind", String(8), primary_key=True),  # domain.air_reading.PlaceKind
    Column("place", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("hour", Integer, primary_key=True),  # 1 to 24; 0 is the mean of the day
    Column("version", Integer, primary_key=True),
    Column("file", String(64), nullable=False),
    Column("vals", JSON, nullable=False),  # thousandths by pollutant
    Column("never", JSON, nullable=False),
    Column("held", Boolean, nullable=False),  # waits for somebody's word that it is right
    Column("newest", Boolean, nullable=False),
    Index(
        "ix_air_readings_newest_day",
        "day",
        sqlite_where=text("newest"),
        postgresql_where=text("newest"),
    ),
)

sand_days = Table(
    # Days of sand, which the staff marks.
    "sand_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("marked_by", BigInteger),
    Column("marked_at", UtcTime, nullable=False),
)

rankings = Table(
    # A ranking as it was published; a correction makes the next version.
    "rankings",
    metadata,
    Column("length", String(8), primary_key=True),  # domain.period.Length
    Column("period", String(10), primary_key=True),  # 2026-11-22, 2026-W47, 2026-11
    Column("version", Integer, primary_key=True),
    Column("first", Date, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("rows", JSON, nullable=False),
    Index("ix_rankings_first", "first"),
)

drawings = Table(
    # A picture that is drawn when it is first sent: what to draw, under the name by which pushes know it.
    "drawings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("template", String(40), nullable=False),
    Column("vals", Text, nullable=False),
    Column("photos", JSON, nullable=False),  # the sha256 of stored ones
    Column("kept_at", UtcTime, nullable=False),
)
