"""Every row of every table, out of one database and into another, whichever of the two kinds each is."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.db import Database
from storage.errors import StorageRefused
from storage.schema import facts, instances, metadata, outbox, photos
from storage.tx import Tx
from storage.types import Codes, Thousandths, UtcTime

PAGE = 1000
LEFT_OUT = frozenset({instances.name})  # who runs now is no part of a copy
NOT_AGAIN = "stood in the copy that was restored: it may have been sent since"
RESTORED = "restored"  # the fact that tells from when to when something may be missing
_READ: dict[type[Any], Callable[[Any], Any]] = {
    UtcTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    LargeBinary: b64decode,
    Thousandths: Decimal,
    Codes: tuple,
}
Row = list[Any]
Handle = AsyncConnection  # for those who only hand it back


def tables() -> list[Table]:
    """Those that a copy has, each after what it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


async def rows(c: AsyncConnection, table: Table) -> AsyncIterator[Row]:
    """The rows as JSON can hold them."""
    async for row in await c.stream(select(table).execution_options(yield_per=PAGE)):
        yield [_plain(value) for value in row]


async def snapshot(db: Database, c: AsyncConnection) -> None:
    """Let everything that is read from now on be of one moment, while others write."""
    if not db.is_sqlite:
        await c.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


async def stored(c: AsyncConnection) -> AsyncIterator[str]:
    """The sha256 of every photo that has to be in the store."""
    found = select(photos.c.sha256).where(photos.c.state == "stored").distinct()
    async for (sha256,) in await c.stream(found):
        yield sha256


async def refuse_if_used(c: AsyncConnection) -> None:
    """Raises StorageRefused for a database in which anything stands already."""
    for table in tables():
        if (await c.execute(select(table).limit(1))).first():
            raise StorageRefused(
                f"the database is not empty: {table.name} has rows; restore into an empty one"
            )


async def put(tx: Tx, table: Table, found: list[Row]) -> None:
    """Add rows that ``rows`` gave."""
    columns = list(table.columns)
    values = [{one.name: _read(one, value) for one, value in zip(columns, row, strict=True)} for row in found]
    if values:
        await tx.c.execute(insert(table), values)


async def settle(tx: Tx, told: str) -> int:
    """Let nothing be sent again that may have been sent since the copy; returns how many pushes that ends."""
    waiting = outbox.c.state.in_(["waiting", "sending", "parked"])
    ended = await tx.c.execute(outbox.update().where(waiting).values(state="cancelled", reason=NOT_AGAIN))
    tx.upsert(facts, {"name": RESTORED, "value": told})
    if tx.c.dialect.name == "postgresql":
        for table in tables():
            await _count_on(tx.c, table)
    return int(ended.rowcount)


async def _count_on(c: AsyncConnection, table: Table) -> None:
    """Let the next number of a table be one that no row has."""
    key = table.autoincrement_column
    if key is not None and await c.scalar(select(func.pg_get_serial_sequence(table.name, key.name))):
        last = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
        await c.execute(select(func.setval(func.pg_get_serial_sequence(table.name, key.name), last, False)))  # noqa: FBT003 - SQL's


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(column: "Column[Any]", value: Any) -> Any:
    if value is None:
        return None
    read = next((read for kind, read in _READ.items() if isinstance(column.type, kind)), None)
    return read(value) if read else value
