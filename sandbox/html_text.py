"""Telegram's HTML: text and entities out of markup, or the sentence with which it is refused."""

import re
from dataclasses import dataclass

from sandbox.errors import bad_request
from sandbox.records import Json
from sandbox.text_units import units

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
LITERALS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LAST_CODE = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_PLAIN = re.compile(r"[^<]+")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-]+)(?=[\s>])))?""")
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    piece: int


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> None:
        while self.at < len(self.source):
            plain = _PLAIN.match(self.source, self.at)
            if plain:
                self._add(unescape(plain.group()))
                self.at = plain.end()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += units(text)

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def _name(self, at: int) -> tuple[str, int]:
        found = _NAME.match(self.source, at)
        end = found.end() if found else at
        return self.source[at:end].lower(), end

    def _start_tag(self) -> None:
        begin = self.at
        tag, self.at = self._name(begin + 1)
        if self.at >= len(self.source):
            raise _refusal(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in KINDS:
            raise _refusal(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.open.append(_Open(tag, _argument(tag, attributes), self.offset, len(self.pieces)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            while self.at < len(self.source) and self.source[self.at].isspace():
                self.at += 1
            if self.at >= len(self.source):
                raise _refusal(f"Unclosed start tag at byte offset {self._byte(begin)}")
            if self.source[self.at] == ">":
                self.at += 1
                return found
            where = f'the tag "{tag}" at byte offset {self._byte(begin)}'
            name, value = self._attribute(where, begin)
            if value is None and (tag, name) != ("blockquote", "expandable"):
                raise _refusal(f"Expected equal sign in declaration of an attribute of {where}")
            found[name] = unescape(value or "")

    def _attribute(self, where: str, begin: int) -> tuple[str, str | None]:
        match = _ATTRIBUTE.match(self.source, self.at)
        if match is None:
            raise _refusal(f"Empty attribute name in {where}")
        if self.source[match.end() : match.end() + 1] == "=":
            raise _refusal(f"Unclosed start tag at byte offset {self._byte(begin)}")
        self.at = match.end()
        value = next((part for part in match.groups()[1:] if part is not None), None)
        return match.group(1).lower(), value

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _refusal(f"Unexpected end tag at byte offset {self._byte(begin)}")
        tag, self.at = self._name(begin + 2)
        while self.source[self.at : self.at + 1].isspace():
            self.at += 1
        if self.source[self.at : self.at + 1] != ">":
            raise _refusal(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            where = f"at byte offset {self._byte(begin)}"
            raise _refusal(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{tag}>"')
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "offset": opened.offset,
            "length": self.offset - opened.offset,
            "type": KINDS[opened.tag],
        }
        last = self.entities[-1] if self.entities else {}
        same_place = all(last.get(key) == entity[key] for key in ("offset", "length"))
        if opened.tag == "a":
            self._add_link(entity, opened)
        elif opened.tag == "pre" and same_place and last.get("language"):
            last["type"] = "pre"
        elif opened.tag == "code" and same_place and last.get("type") == "pre" and opened.argument:
            last["language"] = opened.argument
        else:
            extra = {"code": "language", "tg-emoji": "custom_emoji_id"}.get(opened.tag)
            if opened.tag == "blockquote" and opened.argument:
                entity["type"] = "expandable_blockquote"
            self.entities.append(entity | ({extra: opened.argument} if extra and opened.argument else {}))

    def _add_link(self, entity: Json, opened: _Open) -> None:
        url = opened.argument or "".join(self.pieces[opened.piece :])
        user = _USER_LINK.fullmatch(url)
        if user:
            self.entities.append(entity | {"type": "text_mention", "user": {"id": int(user.group(1))}})
        elif "." in url or "://" in url:
            full = url if "://" in url else f"http://{url}"
            self.entities.append(entity | {"url": full})


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The visible text and its entities; raises ApiError 400 as Telegram words it."""
    reader = _Reader(source)
    reader.read()
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return "".join(reader.pieces), reader.entities


def unescape(text: str) -> str:
    """Only the four named references and numbers are known; others stay as they are written."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, literal = match.groups()
    if literal:
        return LITERALS[literal]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < LAST_CODE and code not in SURROGATES else match.group()


def _argument(tag: str, attributes: dict[str, str]) -> str:
    if tag == "blockquote":
        return "expandable" if "expandable" in attributes else ""
    name = {"a": "href", "code": "class", "tg-emoji": "emoji-id"}.get(tag, "")
    value = attributes.get(name, "")
    return value.removeprefix("language-") if tag == "code" else value


def _refusal(text: str) -> Exception:
    return bad_request(f"can't parse entities: {text}")
