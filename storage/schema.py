"""Every table of the database, with what a row means."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Seq = BigInteger().with_variant(Integer, "sqlite")

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
    Column("bound_to", String(20), index=True),  # a town's code or "district"
    Column("bound_by", BigInteger),
    Column("bound_at", UtcTime),
    Column("thread_id", BigInteger),
    Column("bot_status", String(16), nullable=False),  # member · administrator · left · kicked · restricted
    Column("told_at", UtcTime),  # when an unbound group was last told what to do
)

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

tickets = Table(
    "tickets",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("day", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("source", String(10), nullable=False),
    Column("source_document", Text),
    Column("category", String(30), nullable=False),
    Column("town", String(20)),
    Column("site_id", String(40)),
    Column("site", Text),
    Column("description", Text, nullable=False),
    Column("lat", Float),
    Column("lng", Float),
    Column("evidence", String(10), nullable=False),  # pin · live · venue · link · name
    Column("reporter_id", BigInteger, nullable=False),
    Column("assignee_id", BigInteger),
    Column("unit", Text),
    Column("bureau", String(30)),
    Column("reported_at", UtcTime, nullable=False),
    Column("assigned_at", UtcTime),
    Column("accept_due_at", UtcTime),
    Column("accepted_at", UtcTime),
    Column("fix_due_at", UtcTime),
    Column("fixed_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("reopened", Integer, nullable=False),
    Column("outcome", Text),
    Column("next_action_at", UtcTime, index=True),
    Column("photo_count", Integer, nullable=False),
    UniqueConstraint("day", "sequence"),
    Index("ix_tickets_sequence", "sequence", "day"),
    Index("ix_tickets_state_fix_due_at", "state", "fix_due_at"),
    Index("ix_tickets_town_reported_at", "town", "reported_at"),
    Index("ix_tickets_town_state_fix_due_at", "town", "state", "fix_due_at"),
    Index("ix_tickets_town_category_reported_at", "town", "category", "reported_at"),
    Index("ix_tickets_category_lat", "category", "lat"),
    Index("ix_tickets_category_reported_at", "category", "reported_at"),
    Index("ix_tickets_reporter_id_reported_at", "reporter_id", "reported_at"),
    Index("ix_tickets_reported_at", "reported_at"),
    Index("ix_tickets_site_id", "site_id"),
)

ticket_grams = Table(
    # Every two neighbouring characters of a ticket's words: a text search that both databases can do.
    "ticket_grams",
    metadata,
    Column("gram", String(8), primary_key=True),
    Column("number", String(24), primary_key=True),
)

history = Table(
    # What happened to a ticket: rows are only ever added.
    "history",
    metadata,
    Column("id", Seq, primary_key=True, autoincrement=True),
    Column("number", String(24), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("by", BigInteger),
    Column("from", String(10)),
    Column("to", String(10), nullable=False),
    Column("note", Text),
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

sites = Table(
    "sites",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("town", String(20), nullable=False, index=True),
    Column("lat", Float),
    Column("lng", Float),
    Column("aliases", JSON, nullable=False),
)

counters = Table(
    # The last number given of each day.
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

facts = Table(
    # Small things that must survive: the button key, the group-message epoch.
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

slots = Table(
    # A timed job that ran for a local date: the unique key is what makes it once.
    "slots",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("outcome", Text, nullable=False),
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
    # What somebody asked: a question whose pages can be turned, or the message that waits for a typed reason.
    "asked",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("number", String(24)),  # reason: the ticket and the version that it is about
    Column("version", Integer),
    Column("prompt_key", String(120)),  # reason: the push that asked for it
    Index("ix_asked_chat_id_person_id_at", "chat_id", "person_id", "at"),
)
