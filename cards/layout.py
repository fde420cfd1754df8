"""Small pieces that every card shares: rows of buttons."""

from collections.abc import Iterable

from domain.message import Button, Rows


def columns(buttons: Iterable[Button], wide: int) -> Rows:
    """Buttons in rows of ``wide``."""
    every = list(buttons)
    return tuple(tuple(every[at : at + wide]) for at in range(0, len(every), wide))
