"""What arrives and what is owed: the inbox and the outbox with what sending needs to remember."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.schema.base import Seq, metadata
from storage.types import UtcTime

inbox = Table(
    # An update exactly as it arrived; it leaves "pending" in the transaction that did its work.
    "inbox",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("lane", BigInteger, nullable=False),  # the chat: updates of one lane are handled in order
    Column("body", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("state", String(12), nullable=False),  # pending · processed · ignored · quarantined
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("done_at", UtcTime),
    UniqueConstraint("bot_id", "update_id"),
    Index("ix_inbox_state_lane_seq", "state", "lane", "seq"),
)

outbox = Table(
    # A push that is owed; its key is what it is about, so that owing it twice is owing it once.
    "outbox",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("class", String(10), nullable=False),  # critical · daily · reply · once
    Column("act", String(10), nullable=False),  # send · edit · answer · react
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("subject", String(120)),  # a newer push about the same subject replaces a waiting one
    Column("target_key", String(120)),  # edit: the push whose message is edited
    Column("payload", JSON, nullable=False),
    Column("priority", Integer, nullable=False),  # 0 beside the order of its chat · 1 soon · 2 in bulk
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),  # sent again because nobody knew whether it arrived
    Column("plain", Boolean, nullable=False),  # the server could not read the markup
    Column("progress", Integer, nullable=False),  # calls that arrived, of a push that takes several
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("lease_owner", String(40)),
    Column("lease_until", UtcTime),
    Column("sent_at", UtcTime),
    Column("message_id", BigInteger),
    Column("reason", Text),
    Index("ix_outbox_state_priority", "state", "priority", "seq"),
    Index("ix_outbox_chat_state", "chat_id", "state", "priority", "seq"),
    Index(
        "ix_outbox_subject",
        "subject",
        "seq",
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
)

chat_limits = Table(
    # The server's own word about a chat: nothing is sent there before this time.
    "chat_limits",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("frozen_until", UtcTime, nullable=False),
)

uploads = Table(
    # A stored photo that Telegram already has: sent by this id from then on.
    "uploads",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("bot_id", BigInteger, primary_key=True),
    Column("file_id", Text, nullable=False),
)
