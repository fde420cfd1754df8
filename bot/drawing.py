"""Sheets become PNG and PDF beside the event loop: by a process that lives while there is something to draw."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from bot.drawing_order import HEAD, REFUSED, DrawingError, Form, order_of
from cards.glyphs import missing
from cards.picture import Sheet

KEPT = 20  # a district of eight towns, in two languages
IDLE_S = 60.0
LONGEST_S = 30.0
TRIES = 2

log = structlog.get_logger()


class Drawing:
    """Belongs to one event loop; to be closed at the end. The latest ``kept`` pictures are remembered."""

    def __init__(self, *, kept: int = KEPT, idle_s: float = IDLE_S) -> None:
        self._kept, self._idle_s = kept, idle_s
        self._tasks: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()
        self._one = asyncio.Lock()
        self._process: Process | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[int] | None = None

    async def png(self, sheet: Sheet) -> bytes:
        """Raises DrawingError; the same sheet is drawn once, also when several ask at the same time."""
        return await self._drawn(sheet, "png")

    async def pdf(self, sheet: Sheet) -> bytes:
        """Raises DrawingError like ``png``."""
        return await self._drawn(sheet, "pdf")

    @property
    def pid(self) -> int | None:
        """Of the process that draws, while there is one."""
        return self._process.pid if self._process else None

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._end()
        if self._leaving:
            await self._leaving

    async def _drawn(self, sheet: Sheet, form: Form) -> bytes:
        key = f"{form}:{sheet.key}"
        task = self._tasks.get(key)
        if task is None:
            if lost := missing(sheet.values):
                log.warning("a picture lacks characters", characters=lost, template=sheet.template)
            task = self._tasks[key] = asyncio.create_task(self._draw(order_of(sheet, form)))
            task.add_done_callback(lambda done: self._forget_failed(key, done))
        self._tasks.move_to_end(key)
        self._forget_old()
        # Shielded: who stops waiting does not take the picture from the others.
        return await asyncio.shield(task)

    def _forget_failed(self, key: str, task: asyncio.Task[bytes]) -> None:
        if task.cancelled() or task.exception():
            self._tasks.pop(key, None)

    def _forget_old(self) -> None:
        done = [key for key, task in self._tasks.items() if task.done()]
        for key in done[: max(len(self._tasks) - self._kept, 0)]:
            del self._tasks[key]

    async def _draw(self, order: bytes) -> bytes:
        for left in reversed(range(TRIES)):
            try:
                async with self._at_work() as process:
                    return await asyncio.wait_for(_ask(process, order), LONGEST_S)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                await self._end()  # it was killed or hangs: the next one is a new process
                if not left:
                    raise DrawingError(f"the drawing process failed: {error!r}") from error
        raise AssertionError

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator[Process]:
        async with self._one:
            if self._rest:
                self._rest.cancel()
            if self._process is None or self._process.returncode is not None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot.draftsman", stdin=PIPE, stdout=PIPE, start_new_session=True
                )
            try:
                yield self._process
            finally:
                self._rest = asyncio.get_running_loop().call_later(self._idle_s, self._send_home)

    def _send_home(self) -> None:
        """It ends by itself when its input ends; the next sheet gets another one at once."""
        process, self._process = self._process, None
        if process and process.stdin:
            process.stdin.close()
            self._leaving = asyncio.create_task(process.wait())

    async def _end(self) -> None:
        if self._rest:
            self._rest.cancel()
        process, self._process = self._process, None
        if process:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _ask(process: Process, order: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    process.stdin.write(order)
    await process.stdin.drain()
    kind, length = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
    answer = await process.stdout.readexactly(length)
    if kind == REFUSED:
        raise DrawingError(answer.decode())
    return answer
