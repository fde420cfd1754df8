"""The updates that wait for the bot, as bytes, with the rules of their expiry and confirmation."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from sandbox.clock import Clock
from sandbox.records import Json

Lane: TypeAlias = tuple[str, int]

REPLY_BYTES = 4 << 20
QUEUE_LENGTH = 100_000
# An offset this far beyond the last update is not believed (ids may have restarted lower).
OFFSET_SLACK = 10
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Pending:
    update_id: int
    body: bytes
    lane: Lane
    expires_at: float


class UpdateQueue:
    """`listeners` are told of every stored update."""

    def __init__(self, clock: Clock) -> None:
        self.waiting: OrderedDict[int, Pending] = OrderedDict()
        self.allowed: frozenset[str] | None = None
        self.listeners: list[Callable[[Pending], None]] = []
        self._clock = clock
        self._last_id = int(clock.now())  # so that another sandbox for the same bot goes on higher

    def add(self, kind: str, content: Json, *, lane: Lane, expires_at: float) -> None:
        """Nothing happens when the bot did not allow this kind."""
        if kind in self.allowed if self.allowed is not None else kind not in NOT_BY_DEFAULT:
            update_id = self._last_id + 1
            self._store(
                Pending(update_id, orjson.dumps({"update_id": update_id, kind: content}), lane, expires_at)
            )

    def inject(self, update: Json) -> int:
        """Store an update word for word; update_id is given when absent. Returns the id."""
        given = update.get("update_id")
        update_id = given if isinstance(given, int) else self._last_id + 1
        body = orjson.dumps({"update_id": update_id} | update)
        self._store(Pending(update_id, body, _lane_of(update), self._clock.now() + 86_400))
        return update_id

    def drop(self, update_id: int) -> None:
        self.waiting.pop(update_id, None)

    def clear(self) -> None:
        self.waiting.clear()

    def confirm(self, offset: int) -> None:
        if offset < 0:
            for update_id in list(self.waiting)[:offset]:
                del self.waiting[update_id]
        elif offset <= self._last_id + OFFSET_SLACK:
            while self.waiting and next(iter(self.waiting)) < offset:
                self.waiting.popitem(last=False)

    def batch(self, limit: int) -> list[Pending]:
        """The oldest unexpired updates, at most `limit` and at most 4 MiB of them."""
        now, chosen, old, size = self._clock.now(), list[Pending](), list[int](), 0
        for pending in self.waiting.values():
            if pending.expires_at <= now:
                old.append(pending.update_id)
                continue
            size += len(pending.body)
            if len(chosen) == limit or (chosen and size > REPLY_BYTES):
                break
            chosen.append(pending)
        for update_id in old:
            self.drop(update_id)
        return chosen

    def _store(self, pending: Pending) -> None:
        self._last_id = pending.update_id
        if len(self.waiting) >= QUEUE_LENGTH:
            return
        self.waiting[pending.update_id] = pending
        for listener in self.listeners:
            listener(pending)


def _lane_of(update: Json) -> Lane:
    for kind, content in update.items():
        if not isinstance(content, dict):
            continue
        key = "from" if kind in {"callback_query", "my_chat_member", "chat_member"} else "chat"
        whose: Any = content.get(key)
        if isinstance(whose, dict) and isinstance(whose.get("id"), int):
            return ("user" if key == "from" else "chat", whose["id"])
    return ("other", 0)
