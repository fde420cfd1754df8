"""A picture before it is drawn: which template, with which values; words in it are values and never markup."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sheet:
    """``values`` is JSON. ``photos`` are JPEG; the template finds them as ``photo-0``, ``photo-1`` and so on."""

    template: str
    values: str
    photos: tuple[bytes, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same picture, another one when anything in it changes, the templates included."""
        digest = hashlib.sha256(f"{_edition()}\n{self.template}\n{self.values}".encode())
        for photo in self.photos:
            digest.update(hashlib.sha256(photo).digest())
        return digest.hexdigest()


def sheet(template: str, values: Mapping[str, object], photos: tuple[bytes, ...] = ()) -> Sheet:
    """``values`` are what JSON can hold; ``lang`` among them is the language."""
    return Sheet(template, json.dumps(values, ensure_ascii=False, sort_keys=True), photos)


def templates() -> Path:
    """The folder with the templates."""
    return Path(__file__).with_name("pictures")


def fonts() -> Path:
    """The folder with the fonts."""
    return Path(__file__).with_name("fonts")


@cache
def _edition() -> str:
    whole = hashlib.sha256()
    for file in sorted(templates().glob("*.typ")):
        whole.update(file.name.encode() + file.read_bytes())
    return whole.hexdigest()
