"""Revision 0005: what the program remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _facts()
    _instances()
    _asked()


def downgrade() -> None:
    op.drop_table("asked")
    op.drop_table("instances")
    op.drop_table("facts")


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )


def _instances() -> None:
    op.create_table(
        "instances",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_instances")),
    )


def _asked() -> None:
    op.create_table(
        "asked",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("prompt_key", sa.String(length=120), nullable=True),
        sa.Column("verb", sa.String(length=20), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
    )
    op.create_index(op.f("ix_asked_at"), "asked", ["at"], unique=False)
    op.create_index("ix_asked_chat_id_person_id_at", "asked", ["chat_id", "person_id", "at"], unique=False)
