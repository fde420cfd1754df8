"""From what a bot or a person wrote to text with entities: markup, links and commands found, ends trimmed."""

import re

from sandbox.errors import bad_request
from sandbox.html_text import parse_html
from sandbox.records import Json
from sandbox.text_units import units

_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/@#])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![A-Za-z0-9_])"
    r"|(?P<url>https?://[^\s<>]+[^\s<>.,;:!?，。；：！？、）)])"
    r"|(?P<mention>(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{2,31})"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
)
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})
_MAY_HOLD_ONE = re.compile(r"[/@#]")


def formatted(
    text: str, parse_mode: str | None = None, given: list[Json] | None = None
) -> tuple[str, list[Json]]:
    """Raises ApiError 400 for markup that Telegram refuses. MarkdownV2 is not spoken here."""
    if not parse_mode:
        entities = [dict(entity) for entity in given or ()]
    elif parse_mode.lower() == "html":
        text, entities = parse_html(text)
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = _trimmed(text, entities)
    entities += _detected(text, entities)
    return text, sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    stripped = text.strip()
    if stripped == text:
        return text, entities
    lead, size = units(text[: len(text) - len(text.lstrip())]), units(stripped)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, size)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return stripped, kept


def _detected(text: str, entities: list[Json]) -> list[Json]:
    if not _MAY_HOLD_ONE.search(text):
        return []
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _OPAQUE]
    found = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or ""
        offset, length = units(text[: match.start()]), units(match.group(kind))
        if not any(start < offset + length and offset < end for start, end in taken):
            found.append({"offset": offset, "length": length, "type": kind})
    return found
