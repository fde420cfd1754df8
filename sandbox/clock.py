"""The sandbox's own time, which a test may move forward."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Unix seconds; `offset` is what was added by hand."""

    offset: float = 0.0

    def now(self) -> float:
        return time.time() + self.offset  # noqa: TID251 - the sandbox may not import bot/clock.py

    def stamp(self) -> int:
        return int(self.now())

    def advance(self, seconds: float) -> None:
        self.offset += seconds
