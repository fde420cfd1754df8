"""Revision 0010: proofs of work in the making."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "works",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("draft_id", sa.String(length=12), nullable=True),
        sa.Column("on_the_spot", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("quantity_unit", sa.String(length=20), nullable=True),
        sa.Column("uncounted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("prompt_key", sa.String(length=120), nullable=True),
        sa.Column("fixed_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
    )
    op.create_index("ix_works_person_id_state", "works", ["person_id", "state"], unique=False)
    op.create_index("ix_works_state_expires_at", "works", ["state", "expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("works")
