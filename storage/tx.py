"""A transaction: reads go to the database at once, writes are gathered and sent table by table at its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]


@dataclass(slots=True)
class Tx:
    """One transaction, shared by all the units of work that are ready together.

    Reads through ``c`` do not see what was gathered but not flushed. Gathered writes of one kind leave as one
    statement, kinds in the order of their first appearance; rows of one kind keep their order.
    """

    c: AsyncConnection
    _writes: list[tuple[object, Executable, Row]] = field(default_factory=list)

    def insert(self, table: Table, row: Row) -> None:
        """Add a row; a double key fails the transaction."""
        self._writes.append(((table, "insert", tuple(row)), insert(table), row))

    def insert_once(self, table: Table, row: Row) -> None:
        """Add a row unless one with the same key stands already."""
        key = (table, "once", tuple(row))
        self._writes.append((key, self.insert_statement(table).on_conflict_do_nothing(), row))

    def upsert(self, table: Table, row: Row) -> None:
        """Add a row, or replace the named columns of the one with the same primary key."""
        keys = [column.name for column in table.primary_key]
        statement = self.insert_statement(table)
        changed = {name: statement.excluded[name] for name in row if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
        self._writes.append(((table, "upsert", tuple(row)), statement, row))

    def change(self, statement: Executable, row: Row) -> None:
        """Gather an UPDATE or DELETE whose bound parameters are ``row``; pass the same object for the same kind."""
        self._writes.append((id(statement), statement, row))

    def mark(self) -> int:
        """Where the gathered writes stand now, for ``back_to``."""
        return len(self._writes)

    def back_to(self, mark: int) -> None:
        """Forget what was gathered since ``mark``: the unit that gathered it failed."""
        del self._writes[mark:]

    async def flush(self) -> None:
        """Send everything gathered so far."""
        kinds: dict[object, tuple[Executable, list[Row]]] = {}
        for kind, statement, row in self._writes:
            kinds.setdefault(kind, (statement, []))[1].append(row)
        self._writes.clear()
        for statement, rows in kinds.values():
            await self.c.execute(statement, rows)

    def insert_statement(self, table: Table) -> Any:
        """An INSERT in the words of this database, for those who need ON CONFLICT or RETURNING at once."""
        build = postgresql.insert if self.c.dialect.name == "postgresql" else sqlite.insert
        statement: Insert = build(table)
        return statement
