"""The way in: a raw update is kept, committed, and only then acknowledged."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import orjson

from bot.clock import Clock
from storage import inbox
from storage.db import Database
from storage.inbox import Arrived
from storage.tx import Tx

MOST_BYTES = 1 << 20  # the real limit of one update is half of that
MOST_ID = 2**62  # what fits a database's integer
NO_LANE = 0


@dataclass(frozen=True, slots=True)
class Intake:
    """Keeps updates for the workers; ``arrived`` is called after each commit."""

    db: Database
    clock: Clock
    bot_id: int
    arrived: Callable[[], None]

    async def keep(self, bodies: list[bytes]) -> None:
        """Commit these updates, whatever is in them; raises StorageError when that was not possible."""
        read = [self._read(body) for body in bodies]

        async def job(tx: Tx) -> None:
            inbox.keep(tx, (one for one, reason in read if reason is None))
            for one, reason in read:
                if reason is not None:
                    inbox.refuse(tx, one, reason)

        await self.db.add(job)
        self.arrived()

    def _read(self, body: bytes) -> tuple[Arrived, str | None]:
        """The update with its id and lane, and why it cannot be handled when it cannot even be read so far."""
        now = self.clock.now()
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return Arrived(
                self.bot_id, _id_of_the_unreadable(body), NO_LANE, body, now
            ), f"not JSON: {error}"[:200]
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(update_id, int) or isinstance(update_id, bool) or abs(update_id) > MOST_ID:
            return Arrived(self.bot_id, _id_of_the_unreadable(body), NO_LANE, body, now), "no update_id"
        return Arrived(self.bot_id, update_id, lane_of(raw), body, now), None


def lane_of(raw: dict[str, Any]) -> int:
    """The chat of an update, else its sender: what must be handled one after the other."""
    for kind, value in raw.items():
        if kind == "update_id" or not isinstance(value, dict):
            continue
        message = value.get("message")
        holders = (message if isinstance(message, dict) else {}, value)
        for holder, key in ((holders[0], "chat"), (holders[1], "chat"), (holders[1], "from")):
            found = holder.get(key)
            lane = found.get("id") if isinstance(found, dict) else None
            if isinstance(lane, int) and abs(lane) <= MOST_ID:
                return lane
    return NO_LANE


def _id_of_the_unreadable(body: bytes) -> int:
    """A negative id from the content, so that the same unreadable body is kept once."""
    return -1 - int.from_bytes(blake2s(body, digest_size=7).digest(), "big")
