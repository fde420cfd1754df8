"""Brings the database to the newest revision, or to any other, and tells in what state it is."""

from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import StorageDown, StorageRefused
from storage.schema import metadata

FOLDER = Path(__file__).parent / "migrations"


def config(url: str) -> Config:
    """Alembic's own settings for this database."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("path_separator", "os")
    settings.attributes["url"] = url
    return settings


def upgrade(url: str, to: str = "head") -> None:
    """Go up; runs an event loop of its own, so call it in a thread.

    Raises StorageRefused for a database that is newer than the program, StorageDown for one that cannot be used.
    """
    try:
        _make_room(url)
        command.upgrade(config(url), to)
    except CommandError as error:
        raise StorageRefused(f"the database does not fit this version of the program: {error}") from error
    except (DBAPIError, OSError) as error:
        raise StorageDown(f"the database cannot be used: {error.__cause__ or error}") from error


def downgrade(url: str, to: str) -> None:
    """Go down; what the newer tables held is lost."""
    command.downgrade(config(url), to)


def exists(url: str) -> bool:
    """Whether there is a database file; always true for a server. To look into a missing file would make it."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def newest() -> str:
    """The revision that this program expects."""
    return str(ScriptDirectory.from_config(config("")).get_current_head())


async def revision(c: AsyncConnection) -> str | None:
    """The revision of the database; None for an empty one."""
    return await c.run_sync(lambda connection: MigrationContext.configure(connection).get_current_revision())


async def differences(c: AsyncConnection) -> list[str]:
    """In what the database is not what the code expects; empty when it is at the newest revision."""

    def compare(connection: Connection) -> list[str]:
        return [str(one) for one in compare_metadata(MigrationContext.configure(connection), metadata)]

    return await c.run_sync(compare)


def write_revision(words: str) -> None:
    """Write down what storage/schema has and the newest revision has not (``make migration``)."""
    number = len(list((FOLDER / "versions").glob("*.py"))) + 1
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/empty.db"
        command.upgrade(config(url), "head")
        command.revision(config(url), words, autogenerate=True, rev_id=f"{number:04d}")


def _make_room(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
