"""Reads what Telegram sends into what somebody said; the only place that knows the shape of an update."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from telegram import Chat

from bot.sound import sound
from handlers.said import (
    BotStatus,
    ChatKind,
    Command,
    Content,
    Ignored,
    Moved,
    Other,
    PhotoSent,
    PlaceSent,
    Press,
    Said,
    Speaker,
    Words,
)

Json = Mapping[str, Any]
COMMAND = re.compile(r"/([a-zA-Z0-9_]{1,32})(?:@(\w+))?(?:\s+|$)(.*)", re.DOTALL)
KINDS = {"private": ChatKind.PRIVATE, "group": ChatKind.GROUP, "supergroup": ChatKind.GROUP}
SERVICE = (
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "new_chat_members",
    "left_chat_member",
    "group_chat_created",
    "supergroup_chat_created",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "message_auto_delete_timer_changed",
    "proximity_alert_triggered",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_scheduled",
    "video_chat_participants_invited",
    "write_access_allowed",
)
UNUSABLE = (
    "sticker",
    "voice",
    "video",
    "video_note",
    "animation",
    "audio",
    "contact",
    "poll",
    "dice",
    "game",
    "story",
    "paid_media",
    "giveaway",
    "checklist",
    "invoice",
)


def decoded(body: bytes) -> Json:
    """The update as JSON, without the NUL characters, which no text of a database can hold."""
    update: Json = orjson.loads(body)
    return _without_nul(update) if rb"\u0000" in body else update


def _without_nul(value: Any) -> Any:
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return value.replace("\0", "") if isinstance(value, str) else value


class Reader:
    """Reads updates for one bot. ``read`` raises whatever its decoding raises at one that is broken."""

    def __init__(self, bot_id: int, username: str) -> None:
        self._id, self._username = bot_id, username.lower()

    def read(self, raw: Json) -> Said | Ignored:
        """What was said, or why the update asks for nothing."""
        update_id: int = raw["update_id"]
        if query := raw.get("callback_query"):
            return _checked(_press(update_id, query))
        if change := raw.get("my_chat_member"):
            return _checked(_bot_status(update_id, change))
        message = raw.get("message") or raw.get("edited_message")
        if message is None:
            return Ignored("update of a kind that is not used: " + ",".join(sorted(set(raw) - {"update_id"})))
        return _checked(self._message(update_id, message, edited=not raw.get("message")))

    def _message(self, update_id: int, message: Json, *, edited: bool) -> Said | Ignored:
        if "location" in message and edited:
            return Ignored("a live location moved on")
        content = self._content(message)
        if isinstance(content, Ignored):
            return content
        answered = message.get("reply_to_message")
        return Said(
            update_id=update_id,
            **_where(message["chat"]),
            **_who(message.get("from"), anonymous="sender_chat" in message),
            at=_moment(message["date"]),
            message_id=message["message_id"],
            content=content,
            thread_id=_thread(message),
            edited=edited,
            forwarded="forward_origin" in message,
            addressed=self._addressed(message),
            reply_to=answered["message_id"] if answered else None,
        )

    def _content(self, message: Json) -> Content | Ignored:
        chat_id: int = message["chat"]["id"]
        if new_id := message.get("migrate_to_chat_id"):
            return Moved(chat_id, new_id)
        if old_id := message.get("migrate_from_chat_id"):
            return Moved(old_id, chat_id)
        if (text := message.get("text")) is not None:
            return self._text(text)
        media = _photo(message) or _place(message)
        if media:
            return media
        if any(kind in message for kind in SERVICE):
            return Ignored("a service message")
        return Other(next((kind for kind in UNUSABLE if kind in message), "unknown"))

    def _text(self, text: str) -> Content | Ignored:
        command = COMMAND.match(text)
        if not command:
            return Words(self._without_own_name(text))
        name, addressee, argument = command.groups()
        if addressee and addressee.lower() != self._username:
            return Ignored("a command for another bot")
        return Command(name.lower(), argument.strip())

    def _without_own_name(self, text: str) -> str:
        return re.sub(rf"@{re.escape(self._username)}\b", "", text, flags=re.IGNORECASE).strip()

    def _addressed(self, message: Json) -> bool:
        if message["chat"]["type"] == Chat.PRIVATE:
            return True
        text = message.get("text") or message.get("caption") or ""
        named = f"@{self._username}" in text.lower()
        answered = (message.get("reply_to_message") or {}).get("from")
        return text.startswith("/") or named or bool(answered and answered["id"] == self._id)


def _checked(read: Said | Ignored) -> Said | Ignored:
    return sound(read) if isinstance(read, Said) else read


def _where(chat: Json) -> dict[str, Any]:
    return {
        "chat_id": chat["id"],
        "chat_kind": KINDS.get(chat["type"], ChatKind.CHANNEL),
        "chat_title": chat.get("title") or _full_name(chat),
    }


def _who(user: Json | None, *, anonymous: bool) -> dict[str, Any]:
    if user is None or anonymous:
        kind, user_id, name = Speaker.ANONYMOUS, user["id"] if user else 0, ""
    else:
        kind, user_id, name = Speaker.BOT if user["is_bot"] else Speaker.PERSON, user["id"], _full_name(user)
    return {
        "person_id": user_id,
        "person_name": name,
        "language": (user.get("language_code") if user else None) or "zh",
        "speaker": kind,
    }


def _full_name(named: Json) -> str:
    return " ".join(part for part in (named.get("first_name"), named.get("last_name")) if part)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _press(update_id: int, query: Json) -> Said | Ignored:
    message = query.get("message")
    if message is None:
        return Ignored("a button under a message that is gone")
    return Said(
        update_id=update_id,
        **_where(message["chat"]),
        **_who(query["from"], anonymous=False),
        at=_moment(message["date"]),
        message_id=message["message_id"],
        thread_id=_thread(message),
        content=Press(query["id"], query.get("data") or "", message["message_id"]),
    )


def _thread(message: Json) -> int | None:
    """The topic of a forum; replies in ordinary groups carry a number there too, which is none."""
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def _bot_status(update_id: int, change: Json) -> Said:
    return Said(
        update_id=update_id,
        **_where(change["chat"]),
        **_who(change["from"], anonymous=False),
        at=_moment(change["date"]),
        message_id=0,
        content=BotStatus(change["old_chat_member"]["status"], change["new_chat_member"]["status"]),
    )


def _photo(message: Json) -> PhotoSent | None:
    caption, album = message.get("caption") or "", message.get("media_group_id")
    if sizes := message.get("photo"):
        best = max(sizes, key=lambda size: size["width"] * size["height"])
        file = best["file_id"], best["file_unique_id"]
        return PhotoSent(*file, size=best.get("file_size"), caption=caption, album=album)
    if (document := message.get("document")) and "animation" not in message:  # an animation comes as both
        file = document["file_id"], document["file_unique_id"]
        return PhotoSent(
            *file,
            as_file=True,
            size=document.get("file_size"),
            media_type=document.get("mime_type"),
            file_name=document.get("file_name"),
            caption=caption,
            album=album,
        )
    return None


def _place(message: Json) -> PlaceSent | None:
    if venue := message.get("venue"):
        spot = venue["location"]
        return PlaceSent(spot["latitude"], spot["longitude"], "venue", venue["title"])
    if spot := message.get("location"):
        return PlaceSent(spot["latitude"], spot["longitude"], "live" if spot.get("live_period") else "pin")
    return None
