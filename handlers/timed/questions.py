"""Questions are remembered for turning their pages, and forgotten after two days."""

from datetime import datetime, timedelta

from storage import queries
from storage.tx import Tx

KEPT = timedelta(days=2)


async def forget_old(tx: Tx, now: datetime) -> int:
    """Forget what nobody turns the pages of any more; nobody is told, so it counts as nothing done."""
    await queries.forget(tx, now - KEPT)
    return 0
