"""The name of a process in the database tells the next one whether it has to wait."""

import asyncio
import os
import sys

import pytest

from bot.process import has_ended, own_name

COLUMN = 40  # characters of outbox.lease_owner
HOST = own_name().split(":")[0]


def test_two_processes_with_one_id_have_different_names() -> None:
    assert own_name() != own_name()
    assert len(own_name()) <= COLUMN


async def test_a_killed_process_has_ended_and_a_living_one_has_not() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE
    )
    name = f"{HOST}:{child.pid}:abc123"
    assert not has_ended(name)
    child.kill()
    await child.wait()
    assert has_ended(name)


def test_an_earlier_process_with_our_own_id_has_ended() -> None:
    assert has_ended(f"{HOST}:{os.getpid()}:before")


@pytest.mark.parametrize(
    "name", ["another-host:1:abc123", f"{HOST}:1:abc123", f"{HOST}:x:abc123", f"{HOST}:99999999", "", "::"]
)
def test_what_is_not_certain_has_not_ended(name: str) -> None:
    assert not has_ended(name)
