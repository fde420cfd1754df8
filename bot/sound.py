"""Whether an update that was read is made of what it should be made of, before anybody relies on it."""

from dataclasses import fields
from typing import Any, get_args, get_type_hints

from handlers.said import Content, Said

MOST_INT = 2**62  # what a database's integer holds


def sound(said: Said) -> Said:
    """The same; raises TypeError or ValueError for what a strange sender put where an id or a text belongs."""
    _check(said)
    _check(said.content)
    return said


def _allowed(kind: type[Any]) -> dict[str, frozenset[type]]:
    """The types of each field; a JSON number without a fraction is good where one with a fraction is."""
    shape: dict[str, frozenset[type]] = {}
    hints = get_type_hints(kind)
    for field in fields(kind):
        types = set(get_args(hints[field.name])) or {hints[field.name]}
        shape[field.name] = frozenset(types | ({int} if float in types else set()))
    return shape


SHAPES = {kind: _allowed(kind) for kind in (Said, *get_args(Content))}


def _check(value: Any) -> None:
    for name, allowed in SHAPES[type(value)].items():
        given = getattr(value, name)
        if type(given) not in allowed:
            raise TypeError(f"{name} is {type(given).__name__}")
        if type(given) is int and abs(given) > MOST_INT:
            raise ValueError(f"{name} is too large")
