"""The right to send, which only one process has at a time."""

from typing import Protocol

from storage.tx import Tx


class Seat(Protocol):
    """What a process that sends holds on to."""

    async def check(self, tx: Tx) -> None:
        """Raises LeaseLost when another process has it: nothing may be claimed in this transaction."""
        ...

    @property
    def is_fresh(self) -> bool:
        """Whether nobody else can have taken it since it was last confirmed."""
        ...


class OnlySeat:
    """Where no second process can be."""

    is_fresh = True

    async def check(self, _tx: Tx) -> None:
        """Nothing happens."""
