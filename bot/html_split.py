"""Cutting a long HTML text into messages, without breaking a tag, an entity or a character."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

_TAG: Final = re.compile(
    r"</?(?:b|strong|i|em|u|ins|s|strike|del|code|pre|a|blockquote|tg-spoiler|span)\b[^<>]*>"
)
_TOKEN: Final = re.compile(_TAG.pattern + r"|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|[\s\S]")
_NAME: Final = re.compile(r"</?([a-zA-Z-]+)")
_BREAKS: Final = ("\n", " ", "，", "。", "；", "、")
SHORTEST_PIECE: Final = 0.5  # a piece is cut at a line's end only when that leaves it at least this full


def units(text: str) -> int:
    """How long Telegram finds the text: UTF-16 code units."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def plain(html: str) -> str:
    """The text without its markup."""
    return unescape(_TAG.sub("", html))


def split(html: str, limit: int) -> tuple[str, ...]:
    """Cut so that each piece has at most ``limit`` visible units; tags open at a cut are closed and opened again."""
    if len(html) * 2 <= limit or units(plain(html)) <= limit:
        return (html,)
    pieces = list(_pieces(_TOKEN.findall(html), limit))
    return tuple(piece for piece in pieces if plain(piece).strip()) or ("",)


def _pieces(tokens: list[str], limit: int) -> Iterator[str]:
    start, opened = 0, []  # type: int, list[str]
    while start < len(tokens):
        end = _cut(tokens, start, limit)
        prefix = "".join(opened)
        for token in tokens[start:end]:
            _follow(opened, token)
        closing = "".join(f"</{_name(tag)}>" for tag in reversed(opened))
        yield prefix + "".join(tokens[start:end]) + closing
        start = end


def _cut(tokens: list[str], start: int, limit: int) -> int:
    """Where the piece that begins at ``start`` ends: after a line, else a word, else where it is full."""
    room, end = limit, start
    while end < len(tokens):
        cost = 0 if _is_tag(tokens[end]) else units(unescape(tokens[end]))
        if cost > room:
            break
        room, end = room - cost, end + 1
    if end == len(tokens):
        return end
    earliest = start + int((end - start) * SHORTEST_PIECE)
    for mark in _BREAKS:
        for place in range(end - 1, earliest, -1):
            if tokens[place] == mark:
                return place + 1
    return max(end, start + 1)


def _follow(opened: list[str], token: str) -> None:
    if not _is_tag(token):
        return
    if not token.startswith("</"):
        opened.append(token)
    elif opened:
        opened.pop()


def _is_tag(token: str) -> bool:
    return len(token) > 1 and token[0] == "<"


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1] if found else ""
