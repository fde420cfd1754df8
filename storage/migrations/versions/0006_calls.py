"""Revision 0006: calls of deadlines, slots of the day, and what a check found."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _calls()
    _call_pushes()
    op.create_table(
        "slots",
        sa.Column("job", sa.String(length=30), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job", "local_date", name=op.f("pk_slots")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )


def downgrade() -> None:
    for table in ("findings", "slots", "call_pushes", "calls"):
        op.drop_table(table)


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_number"), "calls", ["number"], unique=False)


def _call_pushes() -> None:
    op.create_table(
        "call_pushes",
        sa.Column("call_key", sa.String(length=80), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("push_key", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("call_key", "chat_id", name=op.f("pk_call_pushes")),
    )
    for name in ("number", "push_key"):
        op.create_index(op.f(f"ix_call_pushes_{name}"), "call_pushes", [name], unique=False)
