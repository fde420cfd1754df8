"""What is not kept for longer than it is needed: of an update that was dealt with only its fingerprint stays."""

from datetime import datetime, timedelta

from storage import inbox
from storage.tx import Tx

RAW = timedelta(hours=72)  # long enough to look into a fault, and for every repetition of Telegram's


async def forget_raw_updates(tx: Tx, now: datetime) -> int:
    """Replace what people sent by its SHA-256; nobody is told, so it counts as nothing done."""
    await inbox.forget_bodies(tx, now - RAW)
    return 0
