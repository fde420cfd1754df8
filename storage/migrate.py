"""Brings the database to the newest revision, or to any other."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import metadata

FOLDER = Path(__file__).parent / "migrations"


def config(url: str) -> Config:
    """Alembic's own settings for this database."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["url"] = url
    return settings


def upgrade(url: str, to: str = "head") -> None:
    """Go up; runs an event loop of its own, so call it in a thread."""
    _make_room(url)
    command.upgrade(config(url), to)


def downgrade(url: str, to: str) -> None:
    """Go down; what the newer tables held is lost."""
    command.downgrade(config(url), to)


async def differences(c: AsyncConnection) -> list[str]:
    """In what the database is not what the code expects; empty when it is at the newest revision."""

    def compare(connection: Connection) -> list[str]:
        return [str(one) for one in compare_metadata(MigrationContext.configure(connection), metadata)]

    return await c.run_sync(compare)


def _make_room(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
