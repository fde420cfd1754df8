"""What is measured all the time: how many of what, and how long the oldest waits."""

import asyncio

from prometheus_client import CollectorRegistry, Gauge

from bot.dispatcher import Dispatcher
from bot.house import Shell
from storage import findings, inbox
from storage.errors import StorageError

LOOK_SECONDS = 5.0


class Meter:
    """Looks at the database every few seconds and tells health and the metrics."""

    def __init__(self, shell: Shell, dispatcher: Dispatcher) -> None:
        self.registry = CollectorRegistry()
        self._shell, self._dispatcher = shell, dispatcher
        self._updates = Gauge(
            "lanxun_updates", "Updates kept, by what became of them", ["state"], registry=self.registry
        )
        self._pushes = Gauge(
            "lanxun_pushes_ended",
            "Pushes since the start, by how they ended",
            ["state"],
            registry=self.registry,
        )
        self._waiting = Gauge(
            "lanxun_oldest_waiting_seconds", "How long the oldest row waits", ["box"], registry=self.registry
        )

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except StorageError:
                self._shell.health.fell("database")
            else:
                self._shell.health.beat("database")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Take one look."""
        now, health, stats = self._shell.clock.now(), self._shell.health, self._dispatcher.stats
        async with self._shell.db.read() as c:
            counts = await inbox.counts(c)
            health.oldest_inbox = await inbox.oldest_pending(c)
            health.findings = await findings.last(c)
        for state, count in counts.items():
            self._updates.labels(state).set(count)
        for ended, count in stats.ended.items():
            self._pushes.labels(ended.value).set(count)
        health.token_refused = not stats.is_authorized
        health.oldest_outbox = now - stats.oldest_wait if stats.oldest_wait else None
        if stats.last_tick:
            health.beats["dispatcher"] = stats.last_tick
        waits = {"inbox": health.oldest_inbox, "outbox": health.oldest_outbox}
        for box, since in waits.items():
            self._waiting.labels(box).set((now - since).total_seconds() if since else 0)
