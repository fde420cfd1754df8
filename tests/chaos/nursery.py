"""Starts real bots by forking a process that has paid for the imports, and ends them with any signal."""

import asyncio
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import uvloop

from bot import assembly, log
from bot.settings import Settings
from tests.chaos.clock import FastClock

REAP_SECONDS = 0.002
PR_SET_PDEATHSIG = 1


def serve() -> None:
    """One order a line on stdin, one answer a line on stdout; at the end of the orders no child is left."""
    running: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "start":
            pid = os.fork()
            if not pid:
                _be_a_bot(order["settings"], order["log"], order["clock"])
            running.add(pid)
            answer: Any = pid
        else:
            answer = _end(order["pid"], order["signal"], order["within"])
            running.discard(order["pid"])
        print(json.dumps(answer), flush=True)
    for pid in running:
        _end(pid, signal.SIGKILL, 5)


def _be_a_bot(settings: dict[str, Any], log_file: str, clock: list[float]) -> None:
    """What `lanxun run` does, in a process without threads or a loop so far; never returns."""
    ctypes.CDLL(None).prctl(
        PR_SET_PDEATHSIG, signal.SIGKILL
    )  # nobody is left behind when the nursery is killed
    out = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    status = 1
    try:
        read = Settings(_env_file=None, **settings)
        log.configure("json", "WARNING", read.secrets)
        uvloop.run(assembly.run(read, FastClock(*clock)))
        status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def _end(pid: int, number: int, within: float) -> list[float]:
    """The wait status as a shell names it (negative: the signal) and the seconds that it took; kills what stays."""
    began = time.monotonic()
    os.kill(pid, number)
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        took = time.monotonic() - began
        if done:
            return [os.waitstatus_to_exitcode(status), took]
        if took > within:
            os.kill(pid, signal.SIGKILL)
        time.sleep(REAP_SECONDS)


@dataclass(slots=True)
class Nursery:
    """The other end of ``serve``."""

    process: subprocess.Popen[str]

    @classmethod
    def open(cls) -> "Nursery":
        command = [sys.executable, "-m", "tests.chaos.nursery"]
        root = Path(__file__).parents[2]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, text=True))

    async def start(self, settings: dict[str, Any], log_file: Path, clock: FastClock) -> int:
        order = {"do": "start", "settings": settings, "log": str(log_file), "clock": astuple(clock)}
        return int(await self._order(order))

    async def end(self, pid: int, number: int = signal.SIGKILL, within: float = 15.0) -> tuple[int, float]:
        status, seconds = await self._order({"do": "end", "pid": pid, "signal": number, "within": within})
        return int(status), float(seconds)

    def close(self) -> None:
        with self.process as process:
            assert process.stdin
            process.stdin.close()

    async def _order(self, order: dict[str, Any]) -> Any:
        return await asyncio.to_thread(self._ask, json.dumps(order))

    def _ask(self, line: str) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


if __name__ == "__main__":
    serve()
