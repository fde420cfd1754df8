"""Revision 0009: looking back at what was closed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _lookbacks()


def downgrade() -> None:
    op.drop_table("lookbacks")


def _lookbacks() -> None:
    op.create_table(
        "lookbacks",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("office", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("doubts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookbacks")),
    )
    op.create_index(op.f("ix_lookbacks_number"), "lookbacks", ["number"], unique=False)
    op.create_index(op.f("ix_lookbacks_person_id_state"), "lookbacks", ["person_id", "state"], unique=False)
    op.create_index(op.f("ix_lookbacks_state_due_at"), "lookbacks", ["state", "due_at"], unique=False)
