"""Tells whether a database file is damaged."""

from sqlalchemy.ext.asyncio import AsyncConnection


async def damage(c: AsyncConnection) -> str | None:
    """What SQLite finds wrong in its file, in its own words; None for a sound one, and for a server."""
    if c.dialect.name != "sqlite":
        return None
    found = (await c.exec_driver_sql("PRAGMA quick_check(3)")).scalars().all()
    return None if found == ["ok"] else "; ".join(map(str, found))
