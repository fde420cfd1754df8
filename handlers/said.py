"""What somebody said to the bot, on whatever channel: the door through which everything comes in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class Speaker(StrEnum):
    """Who speaks: only a person can do anything."""

    PERSON = "person"
    BOT = "bot"
    ANONYMOUS = "anonymous"  # an administrator or a channel that hides behind the group


@dataclass(frozen=True, slots=True)
class Words:
    """Text that is no command."""

    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """``/name argument``, already without the slash, the bot's name and in lower case."""

    name: str
    argument: str


@dataclass(frozen=True, slots=True)
class PhotoSent:
    """A photo, or a picture sent as a file. ``size`` is in bytes where the channel says it."""

    file_id: str
    unique_id: str
    as_file: bool = False
    size: int | None = None
    media_type: str | None = None
    file_name: str | None = None
    caption: str = ""
    album: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceSent:
    """A location in WGS-84 degrees; ``how`` is pin, live or venue."""

    lat: float
    lng: float
    how: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button under one of our messages was pressed."""

    query_id: str
    token: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class BotStatus:
    """The bot's own standing in a chat changed: member, administrator, restricted, left, kicked."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has a new id."""

    old_id: int
    new_id: int


@dataclass(frozen=True, slots=True)
class Other:
    """Something the bot cannot use: a voice message, a sticker, a poll."""

    kind: str


Content = Words | Command | PhotoSent | PlaceSent | Press | BotStatus | Moved | Other


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said in one chat.

    ``addressed`` is whether the bot is meant: always in private, in a group by command, reply or @name.
    """

    update_id: int
    chat_id: int
    chat_kind: ChatKind
    chat_title: str
    person_id: int
    person_name: str
    language: str
    speaker: Speaker
    at: datetime
    message_id: int
    content: Content
    thread_id: int | None = None
    edited: bool = False
    forwarded: bool = False
    addressed: bool = True
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that asks for nothing, and why."""

    reason: str
