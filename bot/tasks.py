"""Keeps the loops of the process running: one that fails is logged and started again, never silently gone."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

log = structlog.get_logger()


class Tasks:
    """The loops; ``failed`` is told the name of one each time it falls over."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        self._failed = failed
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a loop until it returns or is stopped."""
        self._tasks[name] = asyncio.create_task(self._keep(name, run), name=name)

    async def stop(self, within_seconds: float, *patient: str) -> None:
        """Let the loops named ``patient`` end by themselves within that time; cancel the others and what is left."""
        waiting = [task for name, task in self._tasks.items() if name in patient]
        others = [task for name, task in self._tasks.items() if name not in patient]
        for task in others:
            task.cancel()
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=within_seconds)
            for task in late:
                task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        pause, clock = FIRST_PAUSE, asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                await run()
            except Exception:  # whatever a loop fell over, the process goes on
                pause = pause if clock() - began < LONGEST_PAUSE else FIRST_PAUSE
                log.exception("a loop fell over", loop=name, again_in_seconds=pause)
                self._failed(name)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            return
