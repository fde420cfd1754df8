"""Revision 0014: assessments of work, and the indexes by which the events of a period are found."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessments",
        sa.Column("length", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("whose", sa.String(length=8), nullable=False),
        sa.Column("rules", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("length", "period", "whose", name=op.f("pk_assessments")),
    )
    op.create_index("ix_history_move_at", "history", ["move", "at"], unique=False)
    op.create_index("ix_lookbacks_answered_at", "lookbacks", ["answered_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_lookbacks_answered_at", table_name="lookbacks")
    op.drop_index("ix_history_move_at", table_name="history")
    op.drop_table("assessments")
