"""Revision 0012: air data, published rankings, and pictures that are drawn when they are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "air_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("brought_by", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("stand", sa.String(length=10), nullable=False),
        sa.Column("judged_by", sa.BigInteger(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_air_files")),
    )
    op.create_index("ix_air_files_stand", "air_files", ["stand"], unique=False)
    op.create_table(
        "air_readings",
        sa.Column("place_kind", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("vals", sa.JSON(), nullable=False),
        sa.Column("never", sa.JSON(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "place_kind", "place", "day", "hour", "version", name=op.f("pk_air_readings")
        ),
    )
    op.create_index(
        "ix_air_readings_newest_day",
        "air_readings",
        ["day"],
        unique=False,
        sqlite_where=sa.text("newest"),
        postgresql_where=sa.text("newest"),
    )
    op.create_table(
        "sand_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("marked_by", sa.BigInteger(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_sand_days")),
    )
    op.create_table(
        "rankings",
        sa.Column("length", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("length", "period", "version", name=op.f("pk_rankings")),
    )
    op.create_index("ix_rankings_first", "rankings", ["first"], unique=False)
    op.create_table(
        "drawings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("vals", sa.Text(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_drawings")),
    )


def downgrade() -> None:
    for name in ("drawings", "rankings", "sand_days", "air_readings", "air_files"):
        op.drop_table(name)
