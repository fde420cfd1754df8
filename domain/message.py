"""What the bot shows: a message with buttons and pictures, free of any channel's wire format."""

from dataclasses import dataclass, field
from enum import StrEnum


class Style(StrEnum):
    """The colour of a button where the channel can show one."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: exactly one of ``token`` (pressed, at most 64 bytes) and ``url`` (opened) is set."""

    label: str
    token: str | None = None
    url: str | None = None
    style: Style | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to show: the channel's own ``file_id``, or the ``sha256`` of a stored photo to upload once.

    A picture that is drawn goes by the key of its sheet in place of the ``sha256``.
    """

    file_id: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table for channels that can draw one; the message's text is the plain fallback."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to show.

    ``text`` is the HTML subset of the cards (b, i, code, a, blockquote), already escaped. ``ask_location``
    puts a button "send my location" with that label under the input field (private chats only).
    ``only_for`` is the one member of a group who may see it, where the channel can do that.
    """

    text: str
    buttons: Rows = ()
    pictures: tuple[Picture, ...] = ()
    table: Table | None = None
    ask_location: str | None = None
    reply_to: int | None = None
    only_for: int | None = None
    fallback: "Message | None" = field(default=None)
