"""The words that do the same as commands when they are typed."""

import re
from functools import cache

from cards.catalogue import LANGUAGES, sentences

TOPIC = "commands."


@cache
def _commands() -> dict[str, str]:
    """Each typed word with the command that it stands for."""
    return {
        word: key.removeprefix(TOPIC)
        for language in LANGUAGES
        for key, words in sentences(language).items()
        if key.startswith(TOPIC)
        for word in words.split("|")
    }


def command_of(text: str) -> tuple[str, str] | None:
    """The command and its argument when a text is one of the words, alone or before a space or a number."""
    first, _, rest = text.strip().partition(" ")
    known = _commands()
    if first.lower() in known:
        return known[first.lower()], rest.strip()
    glued = re.fullmatch(r"(\D{1,2}?)\s*((?:[A-Za-z]{2})?\d.*)", text.strip(), re.DOTALL)
    if glued and known.get(glued[1]) == "status":
        return "status", glued[2]
    return None
