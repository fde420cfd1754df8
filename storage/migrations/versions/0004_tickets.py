"""Revision 0004: tickets and sites."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tickets()
    _ticket_indexes()
    _ticket_grams()
    _history()
    _counters()
    _sites()


def downgrade() -> None:
    op.drop_table("sites")
    op.drop_table("counters")
    op.drop_table("history")
    op.drop_table("ticket_grams")
    op.drop_table("tickets")


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("source_document", sa.Text(), nullable=True),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("town", sa.String(length=20), nullable=True),
        sa.Column("site_id", sa.String(length=40), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("evidence", sa.String(length=10), nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("bureau", sa.String(length=30), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accept_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fix_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_by", sa.BigInteger(), nullable=True),
        sa.Column("fixed_unit", sa.String(length=30), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("quantity_unit", sa.String(length=20), nullable=True),
        sa.Column("on_the_spot", sa.Boolean(), nullable=False),
        sa.Column("doubts", sa.Text(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_from", sa.String(length=10), nullable=True),
        sa.Column("suspended_reason", sa.Text(), nullable=True),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("extension_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_by", sa.BigInteger(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("relapses", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=True),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
        sa.UniqueConstraint("day", "sequence", name=op.f("uq_tickets_day_sequence")),
    )


def _ticket_indexes() -> None:
    op.create_index("ix_tickets_assignee_id", "tickets", ["assignee_id"], unique=False)
    op.create_index("ix_tickets_category_lat", "tickets", ["category", "lat"], unique=False)
    op.create_index("ix_tickets_category_number", "tickets", ["category", "number"], unique=False)
    op.create_index("ix_tickets_category_reported_at", "tickets", ["category", "reported_at"], unique=False)
    op.create_index(op.f("ix_tickets_next_action_at"), "tickets", ["next_action_at"], unique=False)
    op.create_index("ix_tickets_reported_at", "tickets", ["reported_at"], unique=False)
    op.create_index(
        "ix_tickets_reporter_id_reported_at", "tickets", ["reporter_id", "reported_at"], unique=False
    )
    op.create_index("ix_tickets_sequence", "tickets", ["sequence", "day"], unique=False)
    op.create_index("ix_tickets_site_id", "tickets", ["site_id"], unique=False)
    op.create_index("ix_tickets_source_reported_at", "tickets", ["source", "reported_at"], unique=False)
    op.create_index("ix_tickets_state_fix_due_at", "tickets", ["state", "fix_due_at"], unique=False)
    op.create_index(
        "ix_tickets_town_category_reported_at", "tickets", ["town", "category", "reported_at"], unique=False
    )
    op.create_index("ix_tickets_town_reported_at", "tickets", ["town", "reported_at"], unique=False)
    op.create_index(
        "ix_tickets_town_state_fix_due_at", "tickets", ["town", "state", "fix_due_at"], unique=False
    )


def _ticket_grams() -> None:
    op.create_table(
        "ticket_grams",
        sa.Column("gram", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("gram", "number", name=op.f("pk_ticket_grams")),
        sqlite_with_rowid=False,
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("from", sa.String(length=10), nullable=True),
        sa.Column("to", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_number"), "history", ["number"], unique=False)


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("town", sa.String(length=20), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_index(op.f("ix_sites_town"), "sites", ["town"], unique=False)
