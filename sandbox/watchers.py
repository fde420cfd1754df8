"""Who watches the chats: each watcher is told the chats that changed since it last looked."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Watcher:
    changed: set[int] = field(default_factory=set)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    async def next(self) -> list[int]:
        """Empty when the sandbox closes."""
        await self.wake.wait()
        self.wake.clear()
        chats, self.changed = sorted(self.changed), set()
        return [] if self.closed else chats


@dataclass(slots=True)
class Watchers:
    all: set[Watcher] = field(default_factory=set)

    def changed(self, chat_id: int) -> None:
        for watcher in self.all:
            watcher.changed.add(chat_id)
            watcher.wake.set()

    def close(self) -> None:
        for watcher in self.all:
            watcher.closed = True
            watcher.wake.set()
