"""How Alembic finds the database and the tables: everything in one transaction, one starter at a time."""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

from storage.db import Database
from storage.schema import metadata
from storage.types import UtcTime

OTHER_STARTER_SECONDS = 60.0
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7081941)")


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """A revision must not change its meaning when our own column types do."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(ONE_AT_A_TIME)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=_rendered,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    db = Database(context.config.attributes["url"], busy_seconds=OTHER_STARTER_SECONDS)
    try:
        async with db.writer.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await db.stop()


asyncio.run(_run())
