"""Revision 0003: reports and photos."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _drafts()
    _albums()
    _reports()
    _photos()


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_table("reports")
    op.drop_table("albums")
    op.drop_table("drafts")


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(
        "ix_drafts_chat_id_person_id_state", "drafts", ["chat_id", "person_id", "state"], unique=False
    )
    op.create_index("ix_drafts_state_expires_at", "drafts", ["state", "expires_at"], unique=False)


def _albums() -> None:
    op.create_table(
        "albums",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("media_group", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "media_group", name=op.f("pk_albums")),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("draft_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_number"), "reports", ["number"], unique=False)
    op.create_index(
        "ix_reports_person_id_number", "reports", ["person_id", "number", "draft_id"], unique=False
    )


def _photos() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("draft_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("as_file", sa.Boolean(), nullable=False),
        sa.Column("forwarded", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exif_lat", sa.Float(), nullable=True),
        sa.Column("exif_lng", sa.Float(), nullable=True),
        sa.Column("perceptual", sa.String(length=64), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index(op.f("ix_photos_draft_id"), "photos", ["draft_id"], unique=False)
    op.create_index(op.f("ix_photos_number"), "photos", ["number"], unique=False)
    op.create_index(op.f("ix_photos_sha256"), "photos", ["sha256"], unique=False)
    op.create_index("ix_photos_state_next_try_at", "photos", ["state", "next_try_at"], unique=False)
