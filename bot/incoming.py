"""Reads what Telegram sends into what somebody said; the only place that knows the shape of an update."""

import re
from typing import Any

from telegram import CallbackQuery, Chat, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update, User

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


class Reader:
    """Reads updates for one bot. ``read`` raises whatever PTB raises at an update that it cannot decode."""

    def __init__(self, bot_id: int, username: str) -> None:
        self._id, self._username = bot_id, username.lower()

    def read(self, raw: dict[str, Any]) -> Said | Ignored:
        """What was said, or why the update asks for nothing."""
        update = Update.de_json(raw)
        if update.callback_query:
            return _press(update.update_id, update.callback_query)
        if update.my_chat_member:
            return _bot_status(update.update_id, update.my_chat_member)
        message = update.message or update.edited_message
        if message is None:
            return Ignored("update of a kind that is not used: " + ",".join(sorted(set(raw) - {"update_id"})))
        return self._message(update.update_id, message, edited=update.message is None)

    def _message(self, update_id: int, message: Message, *, edited: bool) -> Said | Ignored:
        if message.location and edited:
            return Ignored("a live location moved on")
        content = self._content(message)
        if isinstance(content, Ignored):
            return content
        return Said(
            update_id=update_id,
            **_where(message.chat),
            **_who(message.from_user, anonymous=message.sender_chat is not None),
            at=message.date,
            message_id=message.message_id,
            content=content,
            thread_id=_thread(message),
            edited=edited,
            forwarded=message.forward_origin is not None,
            addressed=self._addressed(message),
            reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        )

    def _content(self, message: Message) -> Content | Ignored:
        if message.migrate_to_chat_id:
            return Moved(message.chat.id, message.migrate_to_chat_id)
        if message.migrate_from_chat_id:
            return Moved(message.migrate_from_chat_id, message.chat.id)
        if message.text is not None:
            return self._text(message.text)
        media = _photo(message) or _place(message)
        if media:
            return media
        for kind in UNUSABLE:
            if getattr(message, kind, None):
                return Other(kind)
        if any(getattr(message, kind, None) for kind in SERVICE):
            return Ignored("a service message")
        return Other("unknown")

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

    def _addressed(self, message: Message) -> bool:
        if message.chat.type == Chat.PRIVATE:
            return True
        text = message.text or message.caption or ""
        named = f"@{self._username}" in text.lower()
        answered = message.reply_to_message and message.reply_to_message.from_user
        return text.startswith("/") or named or bool(answered and answered.id == self._id)


def _where(chat: Chat) -> dict[str, Any]:
    return {
        "chat_id": chat.id,
        "chat_kind": KINDS.get(chat.type, ChatKind.CHANNEL),
        "chat_title": chat.title or chat.full_name or "",
    }


def _who(user: User | None, *, anonymous: bool) -> dict[str, Any]:
    if user is None or anonymous:
        kind, user_id, name = Speaker.ANONYMOUS, user.id if user else 0, ""
    else:
        kind, user_id, name = Speaker.BOT if user.is_bot else Speaker.PERSON, user.id, user.full_name
    return {
        "person_id": user_id,
        "person_name": name,
        "language": (user.language_code if user else None) or "zh",
        "speaker": kind,
    }


def _press(update_id: int, query: CallbackQuery) -> Said | Ignored:
    if query.message is None:
        return Ignored("a button under a message that is gone")
    return Said(
        update_id=update_id,
        **_where(query.message.chat),
        **_who(query.from_user, anonymous=False),
        at=query.message.date,
        message_id=query.message.message_id,
        thread_id=_thread(query.message),
        content=Press(query.id, query.data or "", query.message.message_id),
    )


def _thread(message: MaybeInaccessibleMessage) -> int | None:
    """The topic of a forum; replies in ordinary groups carry a number there too, which is none."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def _bot_status(update_id: int, change: ChatMemberUpdated) -> Said:
    return Said(
        update_id=update_id,
        **_where(change.chat),
        **_who(change.from_user, anonymous=False),
        at=change.date,
        message_id=0,
        content=BotStatus(change.old_chat_member.status, change.new_chat_member.status),
    )


def _photo(message: Message) -> PhotoSent | None:
    caption, album = message.caption or "", message.media_group_id
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return PhotoSent(best.file_id, best.file_unique_id, False, best.file_size, None, None, caption, album)
    document = message.document
    if document:
        file = (document.file_id, document.file_unique_id, True, document.file_size)
        return PhotoSent(*file, document.mime_type, document.file_name, caption, album)
    return None


def _place(message: Message) -> PlaceSent | None:
    if message.venue:
        spot = message.venue.location
        return PlaceSent(spot.latitude, spot.longitude, "venue", message.venue.title)
    if message.location:
        spot = message.location
        return PlaceSent(spot.latitude, spot.longitude, "live" if spot.live_period else "pin")
    return None
