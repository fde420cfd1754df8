"""Every call of the Bot API in order: the oracle of tests."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.records import Json

KEPT_CALLS = 200_000


@dataclass(slots=True)
class Call:
    """`accepted` is whether the call took effect, whatever the caller was then told with `status`."""

    n: int
    method: str
    chat_id: Any
    params: Json
    uploads: list[str]
    at: float
    accepted: bool = False
    status: int | None = None
    message_id: int | None = None


@dataclass(slots=True)
class Ledger:
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))
    count: int = 0

    def open(self, method: str, params: Json, uploads: list[str], at: float) -> Call:
        self.count += 1
        call = Call(self.count, method, params.get("chat_id"), params, uploads, at)
        self.calls.append(call)
        return call
