"""Where tests keep their data: a SQLite file in their folder, or with --postgres a database of a server."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Table, create_engine, insert, make_url, select

from storage.db import Database
from storage.migrate import upgrade
from storage.schema import metadata
from tests.support.postgres import SERVER

MINE = f"lanxun_test_{os.getpid()}"
_TABLES = ", ".join(f'"{name}"' for name in metadata.tables)
# Ten times as quick as a truncation, and a hundred times as quick as a new database.
_EMPTY = ";".join(
    [
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()""",
        "SET session_replication_role = replica",
        *(f'DELETE FROM "{name}"' for name in metadata.tables),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]
)
_lent: dict[Path, str] = {}
_free: list[str] = []
_made: list[str] = []
_thread = ThreadPoolExecutor(1)


def on_postgres() -> bool:
    return SERVER in os.environ


def url_of(folder: Path) -> str:
    """The database of this folder, the same at every call until the test ends; on a server it has every table."""
    if not on_postgres():
        return f"sqlite+aiosqlite:///{folder}/lanxun.db"
    if folder not in _lent:
        _take_back([one for one in _lent if not one.exists()])
        _lent[folder] = _free.pop() if _free else _made_anew()
    return _at(_lent[folder])


def take_back() -> None:
    """The test has ended: its databases are emptied for the next."""
    _take_back(list(_lent))


def drop_all() -> None:
    for name in _made:
        _on("postgres", lambda c, name=name: c.execute(f"DROP DATABASE {name} WITH (FORCE)"))


def empty_url(folder: Path) -> str:
    """A database without tables."""
    if not on_postgres():
        return url_of(folder)
    _lent[folder] = _created()
    return _at(_lent[folder])


def _take_back(folders: list[Path]) -> None:
    for folder in folders:
        name = _lent.pop(folder)
        _on(name, lambda c: c.execute(_EMPTY))
        _free.append(name)


@cache
def _pattern() -> str:
    """A database with every table, of which the others are copies."""
    name = _created()
    _thread.submit(upgrade, _at(name)).result()
    return name


def _made_anew() -> str:
    return _created(f" TEMPLATE {_pattern()}")


def _created(how: str = "") -> str:
    name = f"{MINE}_{len(_made)}"
    _on("postgres", lambda c: c.execute(f"CREATE DATABASE {name}{how}"))
    _made.append(name)
    return name


def _at(name: str) -> str:
    return make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)


def _on(name: str, work: Callable[[asyncpg.Connection], Awaitable[object]]) -> None:
    """Do it beside the loop that may be running here."""

    async def job() -> None:
        c = await asyncpg.connect(_at(name).replace("+asyncpg", ""))
        try:
            await work(c)
        finally:
            await c.close()

    _thread.submit(asyncio.run, job()).result()


def copied(folder: Path, file: Path) -> None:
    """What the server holds for this folder, as a SQLite file, so that both are judged by the same questions."""
    url = _at(_lent[folder])

    async def read() -> dict[Table, list[dict[str, Any]]]:
        db = Database(url)
        try:
            async with db.read() as c:
                tables = metadata.sorted_tables
                return {
                    one: [dict(row) for row in (await c.execute(select(one))).mappings()] for one in tables
                }
        finally:
            await db.stop()

    held = _thread.submit(asyncio.run, read()).result()
    file.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as c:
        metadata.create_all(c)
        for table, found in held.items():
            if found:
                c.execute(insert(table), found)
    engine.dispose()


def script(folder: Path, statements: str) -> None:
    """Statements of somebody who has the database in hand: no trigger stops them."""
    if on_postgres():
        _on(_lent[folder], lambda c: c.execute(f"SET session_replication_role = replica; {statements}"))
        return
    with closing(sqlite3.connect(folder / "lanxun.db")) as c:
        c.executescript(statements)


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What somebody who is not the bot reads."""
    if not on_postgres():
        with closing(sqlite3.connect(folder / "lanxun.db")) as c:
            return list(c.execute(query))
    found: list[Any] = []

    async def read(c: asyncpg.Connection) -> None:
        found.extend(await c.fetch(query))

    _on(_lent[folder], read)
    return [tuple(row) for row in found]
