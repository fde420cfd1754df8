"""Revision 0013: tables of air data that are sent in a chat, and files whose rankings are to be made anew."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "air_papers",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("grid", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_air_papers")),
    )
    op.create_index("ix_air_papers_state_next_try_at", "air_papers", ["state", "next_try_at"], unique=False)
    with op.batch_alter_table("air_files") as table:
        table.add_column(sa.Column("recount", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("air_files") as table:
        table.alter_column("recount", server_default=None)
    op.create_index("ix_air_files_recount", "air_files", ["recount"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_air_files_recount", table_name="air_files")
    with op.batch_alter_table("air_files") as table:
        table.drop_column("recount")
    op.drop_table("air_papers")
