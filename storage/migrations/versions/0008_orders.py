"""Revision 0008: orders from above."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _orders()
    _order_units()
    _order_replies()
    _order_papers()
    _order_drafts()


def downgrade() -> None:
    for table in ("order_drafts", "order_papers", "order_replies", "order_units", "orders"):
        op.drop_table(table)


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.BigInteger(), nullable=False),
        sa.Column("last_reminder", sa.String(length=20), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_document"), "orders", ["document"], unique=False)
    op.create_index(op.f("ix_orders_ended"), "orders", ["ended"], unique=False)
    op.create_index(op.f("ix_orders_received_at"), "orders", ["received_at"], unique=False)


def _order_units() -> None:
    op.create_table(
        "order_units",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", "unit", name=op.f("pk_order_units")),
    )
    op.create_index(op.f("ix_order_units_unit"), "order_units", ["unit", "number"], unique=False)


def _order_replies() -> None:
    op.create_table(
        "order_replies",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", "unit", name=op.f("pk_order_replies")),
    )


def _order_papers() -> None:
    op.create_table(
        "order_papers",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=True),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("as_file", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_papers")),
    )
    op.create_index(op.f("ix_order_papers_number"), "order_papers", ["number"], unique=False)


def _order_drafts() -> None:
    op.create_table(
        "order_drafts",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_drafts")),
    )
    op.create_index(
        op.f("ix_order_drafts_chat_id_person_id_state"),
        "order_drafts",
        ["chat_id", "person_id", "state"],
        unique=False,
    )
