"""The long poll: a connection that is dead without saying so, another poller, a webhook in the way."""

import asyncio
from typing import Any

import pytest

from bot import poller
from bot.poller import Conflict, Poller


class Source:
    """Hangs, refuses or answers, in the order of its script; then it is silent."""

    def __init__(self, *script: Any) -> None:
        self.script, self.renewed, self.offsets = list(script), 0, []

    async def get_updates(self, offset: int | None, _timeout_seconds: int) -> list[dict[str, Any]]:
        self.offsets.append(offset)
        step = self.script.pop(0) if self.script else "hang"
        if step == "hang":
            await asyncio.sleep(60)
        if isinstance(step, Exception):
            raise step
        return step

    async def renew_polling(self) -> None:
        self.renewed += 1


class Kept:
    """An intake that remembers."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def keep(self, bodies: list[bytes]) -> None:
        self.bodies += bodies


async def polled(source: Source, monkeypatch: pytest.MonkeyPatch, seconds: float = 0.3) -> tuple[Kept, int]:
    for name, value in {"SILENT_SECONDS": 0.05, "FIRST_PAUSE": 0.01, "CONFLICT_PAUSE": 0.01}.items():
        monkeypatch.setattr(poller, name, value)
    kept, beats = Kept(), []
    polling = Poller(source, kept, lambda: beats.append(1))  # type: ignore[arg-type]
    running = asyncio.create_task(polling.run())
    await asyncio.sleep(seconds)
    polling.stop()
    await running
    return kept, len(beats)


async def test_t33_a_poll_that_hangs_for_ever_is_given_up_with_its_connection(monkeypatch):
    source = Source("hang", [{"update_id": 5}])
    kept, beats = await polled(source, monkeypatch)
    assert source.renewed >= 1
    assert kept.bodies == [b'{"update_id":5}']
    assert beats >= 1


async def test_t21_beside_another_poller_it_waits_and_goes_on_and_confirms_nothing_it_did_not_keep(
    monkeypatch,
):
    source = Source(
        Conflict("terminated by other getUpdates request"), [{"update_id": 5}], [{"update_id": 6}]
    )
    kept, _ = await polled(source, monkeypatch)
    assert len(kept.bodies) == 2
    assert source.offsets[:4] == [None, None, 6, 7]


async def test_t36_without_a_way_to_telegram_it_keeps_asking(monkeypatch):
    source = Source(*(ConnectionError("no route") for _ in range(3)), [{"update_id": 5}])
    kept, _ = await polled(source, monkeypatch, 0.6)
    assert len(kept.bodies) == 1
