"""Small things that must survive a restart."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import facts
from storage.tx import Tx

_FORGET = delete(facts).where(facts.c.name == bindparam("which"))


async def first(tx: Tx, name: str, value: str) -> str:
    """The kept value of this name; ``value`` becomes it when there was none."""
    statement = tx.insert_statement(facts).values(name=name, value=value).on_conflict_do_nothing()
    await tx.c.execute(statement)
    kept: str = (await tx.c.execute(select(facts.c.value).where(facts.c.name == name))).scalar_one()
    return kept


async def of(c: AsyncConnection, names: Collection[str]) -> dict[str, str]:
    """The kept values of those names that have one."""
    rows = await c.execute(select(facts.c.name, facts.c.value).where(facts.c.name.in_(names)))
    return {row.name: row.value for row in rows}


def keep(tx: Tx, name: str, value: str) -> None:
    """From now on this is the value."""
    tx.upsert(facts, {"name": name, "value": value})


def forget(tx: Tx, name: str) -> None:
    """From now on there is none."""
    tx.change(_FORGET, {"which": name})
