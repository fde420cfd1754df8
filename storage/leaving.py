"""What somebody was in the midst of ends when they leave: reports, proofs and orders in the making, and our questions."""

from typing import Any

from sqlalchemy import Executable, Select, Table, bindparam, delete, select, union_all, update

from storage.schema import asked, drafts, order_drafts, photos, works
from storage.tx import Tx

IN_THE_MAKING = (drafts, works, order_drafts)


def _open(table: Table) -> tuple[Any, Any]:
    return table.c.person_id == bindparam("who"), table.c.state == "open"


def _cancelled(table: Table) -> Executable:
    statement = update(table).where(*_open(table))
    return statement.values(state="cancelled", version=table.c.version + 1)


def _unsent(table: Table) -> Select[tuple[str]]:
    """What was shown to nobody yet; the pages of an answer to an order count as they come."""
    rows = select(table.c.id).where(*_open(table))
    return rows.where(order_drafts.c.number.is_(None)) if table is order_drafts else rows


_DROPPED = (
    update(photos)
    .where(photos.c.draft_id.in_(union_all(*map(_unsent, IN_THE_MAKING))), photos.c.number.is_(None))
    .values(state="dropped")
)
_STATEMENTS = (
    _DROPPED,  # first: it looks for what is open
    *map(_cancelled, IN_THE_MAKING),
    delete(asked).where(asked.c.person_id == bindparam("who")),
)


def close_all(tx: Tx, person_id: int) -> None:
    """Close all of it; its photos are dropped, and nothing of it goes on if the person joins again."""
    for statement in _STATEMENTS:
        tx.change(statement, {"who": person_id})
