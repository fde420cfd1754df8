"""What a running process is called in the database, and whether the process of such a name still runs."""

import os
import secrets
import socket

MOST_OF_A_HOST = 20  # characters: the whole has to fit its column
PARTS = 3


def own_name() -> str:
    """Host, process id, and a word of its own: a container's next process has the same host and id."""
    return f"{_host()}:{os.getpid()}:{secrets.token_hex(3)}"


def has_ended(name: str) -> bool:
    """Whether the process of another name certainly runs no more; about other hosts nothing is certain."""
    parts = name.split(":")
    if len(parts) != PARTS or parts[0] != _host() or not parts[1].isdecimal():
        return False
    pid = int(parts[1])
    return pid == os.getpid() or not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)  # no signal is sent: only asked whether one could be
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _host() -> str:
    return socket.gethostname().replace(":", "-")[:MOST_OF_A_HOST]
