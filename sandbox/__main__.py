"""The local Telegram alone: `python -m sandbox --port 8080`."""

import argparse
import asyncio
import signal
import sys

from sandbox.app import start
from sandbox.world import DEFAULT_TOKEN


def main() -> int:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    parser.add_argument("--sees-all", action="store_true", help="switch privacy mode off")
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.port, options.token, sees_all=options.sees_all))
    except OSError as why:
        sys.stderr.write(f"port {options.port} cannot be used: {why.strerror}\n")
        return 1
    return 0


async def serve(port: int, token: str, *, sees_all: bool) -> None:
    """Until SIGTERM or SIGINT."""
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    running = await start(port, token=token, sees_all=sees_all)
    sys.stdout.write(f"{running.url}\n")
    sys.stdout.flush()
    await ended.wait()
    await running.stop()


if __name__ == "__main__":
    sys.exit(main())
