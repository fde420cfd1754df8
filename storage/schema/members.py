"""People, in which posts they serve, how they join, and the chats."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from storage.schema.base import Seq, metadata
from storage.types import UtcTime

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # the numeric id of the channel
    Column("name", Text, nullable=False),
    Column("language", String(5), nullable=False),  # zh · en
    Column("post_id", BigInteger),  # the post in which the person acts now
    Column("joined_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("unreachable_at", UtcTime),  # blocked the bot or deleted the account
)

posts = Table(
    # In which role a person serves, where.
    "posts",
    metadata,
    Column("id", Seq, primary_key=True, autoincrement=True),
    Column("person_id", BigInteger, nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("town", String(20), index=True),
    Column("unit", Text),
    Column("granted_at", UtcTime, nullable=False),
    Column("granted_by", BigInteger),
    Column("revoked_at", UtcTime),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("role", String(12), nullable=False),
    Column("town", String(20)),
    Column("unit", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", BigInteger),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("used_by", BigInteger),
)

wrong_codes = Table(
    # Guesses, for the brute-force limit.
    "wrong_codes",
    metadata,
    Column("id", Seq, primary_key=True, autoincrement=True),
    Column("person_id", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_wrong_codes_person_id_at", "person_id", "at"),
)

chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    Column("title", Text, nullable=False),
    Column("bound_to", String(20), index=True),  # a town's code, district or duty
    Column("bound_by", BigInteger),
    Column("bound_at", UtcTime),
    Column("thread_id", BigInteger),
    Column("bot_status", String(16), nullable=False),  # member · administrator · left · kicked · restricted
    Column("told_at", UtcTime),  # when an unbound group was last told what to do
)
