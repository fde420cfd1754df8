"""A transaction: reads go to the database at once, writes are gathered and sent table by table at its end."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Executable, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import TakenAlready

Row = Mapping[str, Any]
T = TypeVar("T")
Last = Callable[[AsyncConnection, list[Any]], Awaitable[object]]


@dataclass(slots=True)
class Tx:
    """One transaction, shared by all the units of work that are ready together.

    Reads through ``c`` do not see what was gathered but not flushed. Gathered writes of one kind leave as one
    statement, kinds in the order of their first appearance; rows of one kind keep their order.
    """

    c: AsyncConnection
    _known: dict[object, Any] = field(default_factory=dict)
    _writes: list[tuple[object, Executable | Last, Any]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    async def once(self, read: Callable[..., Awaitable[T]], *args: Hashable) -> T:
        """What ``read(c, *args)`` gives, asked once a transaction: for what many units of work want to know."""
        if (read, args) not in self._known:
            self._known[read, args] = await read(self.c, *args)
        found: T = self._known[read, args]
        return found

    def insert(self, table: Table, row: Row) -> None:
        """Add a row; a double key fails the transaction."""
        self._writes.append(((table, "insert", tuple(row)), _insert(table), row))

    def insert_once(self, table: Table, row: Row) -> None:
        """Add a row unless one with the same key stands already."""
        statement = _insert_once(table, self.c.dialect.name)
        self._writes.append(((table, "once", tuple(row)), statement, row))

    def upsert(self, table: Table, row: Row) -> None:
        """Add a row, or replace the named columns of the one with the same primary key."""
        names = tuple(row)
        statement = _upsert(table, self.c.dialect.name, names)
        self._writes.append(((table, "upsert", names), statement, row))

    def change(self, statement: Executable, row: Row) -> None:
        """Gather an UPDATE or DELETE whose bound parameters are ``row``; pass the same object for the same kind."""
        self._writes.append((id(statement), statement, row))

    def last(self, write: Last, row: object) -> None:
        """Gather a row for ``write(c, rows)``, which gets all of its rows when everything else has been sent."""
        self._writes.append((write, write, row))

    def take(self, what: str) -> None:
        """Be the only unit of this transaction that moves ``what``; raises TakenAlready for the second.

        The second would decide on what it read before the first one's writes: it is done in the next transaction.
        """
        if what in self._taken:
            raise TakenAlready(what)
        self._taken.add(what)

    def mark(self) -> int:
        """Where the gathered writes stand now, for ``back_to``."""
        return len(self._writes)

    def back_to(self, mark: int) -> None:
        """Forget what was gathered since ``mark``: the unit that gathered it failed."""
        del self._writes[mark:]

    async def flush(self) -> None:
        """Send everything gathered so far."""
        kinds: dict[object, tuple[Executable | Last, list[Any]]] = {}
        for kind, statement, row in self._writes:
            kinds.setdefault(kind, (statement, []))[1].append(row)
        self._writes.clear()
        for write, rows in sorted(kinds.values(), key=_comes_last):
            await (self.c.execute(write, rows) if isinstance(write, Executable) else write(self.c, rows))

    def insert_statement(self, table: Table) -> Any:
        """An INSERT in the words of this database, for those who need ON CONFLICT or RETURNING at once."""
        return worded(table, self.c.dialect.name)


def _comes_last(kind: tuple[object, list[Any]]) -> bool:
    return not isinstance(kind[0], Executable)


# Statements are built once a kind: building one costs more than running it.


def worded(table: Table, dialect: str) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _insert_once(table: Table, dialect: str) -> Executable:
    statement: Executable = worded(table, dialect).on_conflict_do_nothing()
    return statement


@cache
def _upsert(table: Table, dialect: str, names: tuple[str, ...]) -> Executable:
    keys = [column.name for column in table.primary_key]
    statement = worded(table, dialect)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    upserting: Executable = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return upserting
