"""What the sandbox's world consists of: people, chats, messages, pressed buttons."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Person:
    """`started` is whether the person ever wrote to the bot; before that the bot may not write first."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str = "zh-hans"
    started: bool = False
    deactivated: bool = False
    link: str | None = None
    """The payload of a deep link that the person has open and has not pressed START on."""

    def wire(self) -> Json:
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language_code}


@dataclass(slots=True)
class Message:
    """A message as the bot sees it (`wire`) and what only the sandbox knows of it."""

    wire: Json
    mine: bool = False
    edits: int = 0
    deleted: bool = False
    rich: Json | None = None
    keyboard: Json | None = None
    ephemeral_to: int | None = None
    reactions: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Chat:
    """`bot_status` is member, administrator, restricted, left or kicked; in a private chat kicked means blocked."""

    id: int
    type: str
    title: str
    ids: Iterator[int]
    members: list[int] = field(default_factory=list)
    admins: list[int] = field(default_factory=list)
    bot_status: str = "left"
    migrated_to: int | None = None
    threads: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    ephemeral_ids: int = 0
    pinned: int | None = None
    ephemeral_asked: dict[int, float] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.type == "private"

    def find(self, message_id: int | None) -> Message | None:
        """Nothing when the message never was or was deleted."""
        message = self.messages.get(message_id) if message_id is not None else None
        return None if message is None or message.deleted else message


@dataclass(slots=True)
class Press:
    """A pressed button that waits for answerCallbackQuery until `expires_at`."""

    id: str
    user_id: int
    chat_id: int
    pressed_at: float
    answer: asyncio.Future[Json]
