"""Small things that must survive a restart."""

from sqlalchemy import select

from storage.schema import facts
from storage.tx import Tx


async def first(tx: Tx, name: str, value: str) -> str:
    """The kept value of this name; ``value`` becomes it when there was none."""
    statement = tx.insert_statement(facts).values(name=name, value=value).on_conflict_do_nothing()
    await tx.c.execute(statement)
    kept: str = (await tx.c.execute(select(facts.c.value).where(facts.c.name == name))).scalar_one()
    return kept
