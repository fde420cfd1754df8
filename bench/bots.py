"""The bots of a measurement: each a process of its own on the first core, the measurement itself on the second."""

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.reports import FIRST_PERSON
from bench.world import SECRET
from bot.clock import SystemClock
from bot.district_files import load_district
from domain.people import Person, Post, Role
from storage import people
from storage.db import Database
from storage.migrate import upgrade
from storage.tx import Tx

OURS, PTB, AIOGRAM = "lanxun", "ptb", "aiogram"
TOKEN = "100001:token-of-the-measurement"  # noqa: S105  # opens nothing
EXTRAS = (
    Path(tempfile.gettempdir()) / "lanxun-bench-extras"
)  # what only the measurement needs, never in .venv
READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot: its process and the port of its webhook."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_seconds(self) -> float:
        """The processor time that the process has used, all its threads together."""
        return time.clock_gettime(
            (~self.process.pid << 3) | 2
        )  # the process's own clock, as clock_getcpuclockid(3)

    def rss_mb(self) -> float:
        """The memory that the process holds, in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def take_second_core() -> None:
    """This process leaves the first core to the bots, where there are two."""
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {1})


@asynccontextmanager
async def running(kind: str, api: str, folder: Path, members: int) -> AsyncIterator[Bot]:
    """Start a bot that speaks to ``api``, and end it with the block."""
    port = _free_port()
    if kind == OURS:
        await _prepare(folder, members)
        command, environment = [sys.executable, "-m", "bot", "run"], _settings(api, port, folder)
    else:
        command = [sys.executable, "-m", f"bench.echo_{kind}", api, str(port), SECRET]
        environment = {"PYTHONPATH": str(_tornado())} if kind == PTB else {}
    log = (folder / "bot.log").open("wb")
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
    if len(os.sched_getaffinity(process.pid)) == 1 and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(process.pid, {0})
    try:
        await _until_open(process, port, folder)
        yield Bot(process, port)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _settings(api: str, port: int, folder: Path) -> dict[str, str]:
    return {
        "LANXUN_TELEGRAM_TOKEN": TOKEN,
        "LANXUN_TELEGRAM_API_URL": api,
        "LANXUN_INTAKE": "webhook",
        "LANXUN_WEBHOOK_URL": "https://example.org/telegram",
        "LANXUN_WEBHOOK_SECRET": SECRET,
        "LANXUN_HTTP_PORT": str(port),
        "LANXUN_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/lanxun.db",
        "LANXUN_PHOTO_STORE": f"file://{folder}/photos",
        "LANXUN_SENDS_PER_SECOND": "0",
        "LANXUN_LOG_LEVEL": "WARNING",
    }


async def _prepare(folder: Path, members: int) -> None:
    """A database in which everybody who will report is a member of some town's patrol."""
    url = f"sqlite+aiosqlite:///{folder}/lanxun.db"
    await asyncio.to_thread(upgrade, url)
    towns = [town.code for town in load_district(Path("districts/huiji")).towns]
    db, now = Database(url), SystemClock().now()
    await db.start()

    async def job(tx: Tx) -> None:
        for number in range(FIRST_PERSON, FIRST_PERSON + members):
            post = Post(Role.PATROL, towns[number % len(towns)])
            await people.join(tx, Person(number, "张三", "zh", post, now), None)

    await db.write(job)
    await db.stop()


async def _until_open(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        await asyncio.sleep(1)  # menus and webhook are set meanwhile
        return
    raise SystemExit(f"the bot did not start:\n{(folder / 'bot.log').read_text('utf-8', 'replace')[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tornado() -> Path:
    """Where tornado is: PTB's own webhook needs it, and nothing of ours does."""
    if importlib.util.find_spec("tornado") is None and not (EXTRAS / "tornado").is_dir():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(EXTRAS), "tornado~=6.5"]
        subprocess.run(install, check=True)
    return EXTRAS
