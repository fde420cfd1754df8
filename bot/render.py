"""From a push to calls of the Bot API: plain values, ready for JSON; pictures are filled in when they are sent."""

from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import Any, Final

from telegram.constants import CallbackQueryLimit, MediaGroupLimit, MessageLimit, ParseMode

from bot.html_split import plain, split, units
from domain.delivery import Claimed
from domain.message import Button, Message, Picture, Rows, Table
from domain.push import Act, Push

Params = dict[str, Any]
MOST_TEXT: Final = int(MessageLimit.MAX_TEXT_LENGTH)
MOST_CAPTION: Final = int(MessageLimit.CAPTION_LENGTH)
MOST_ANSWER: Final = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
MOST_ALBUM: Final = int(MediaGroupLimit.MAX_MEDIA_LENGTH)
WHISPER: Final = "ephemeral_message_parameters"
NO_PREVIEW: Final = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``pictures`` go to the parameter that the method wants; ``plainer`` says the same to an older server."""

    method: str
    params: Params
    pictures: tuple[Picture, ...] = ()
    plainer: "Call | None" = field(default=None)


@dataclass(frozen=True, slots=True)
class Shown:
    """Where and how a message is shown: in which chat, with markup or without, under which label of a repeat."""

    chat_id: int
    thread_id: int | None = None
    is_plain: bool = False
    label: str | None = None

    def text(self, html: str) -> str:
        labelled = f"{self.label}\n{html}" if self.label else html
        return plain(labelled) if self.is_plain else labelled

    def pieces(self, text: str, limit: int = MOST_TEXT) -> tuple[str, ...]:
        if self.is_plain:
            return tuple(unescape(piece) for piece in split(escape(text, quote=False), limit))
        return split(text, limit)

    def fits_caption(self, text: str) -> bool:
        return len(text) * 2 <= MOST_CAPTION or units(text if self.is_plain else plain(text)) <= MOST_CAPTION

    @property
    def address(self) -> Params:
        where: Params = {"chat_id": self.chat_id}
        if self.thread_id is not None:
            where["message_thread_id"] = self.thread_id
        return where

    @property
    def mode(self) -> Params:
        return {} if self.is_plain else {"parse_mode": ParseMode.HTML.value}


def calls_of(claimed: Claimed, label: str | None) -> list[Call]:
    """The calls that the push takes, in their order; the message id of the last one is the push's."""
    push = claimed.push
    if push.act is Act.ANSWER:
        return [_answer(push)]
    if push.act is Act.REACT:
        return [_reaction(push, claimed.message_id)]
    if push.message is None:
        return []
    shown = Shown(push.chat_id, push.thread_id, claimed.plain, label)
    if push.act is Act.EDIT and claimed.message_id is not None:
        return _edit(push.message, claimed.message_id, replace(shown, label=None))
    return _send(push.message, shown)


def sends_of(message: Message, push: Push, *, is_plain: bool, label: str | None) -> list[Call]:
    """The calls that send another message in the push's place: its fallback."""
    return _send(message, Shown(push.chat_id, push.thread_id, is_plain, label))


def _answer(push: Push) -> Call:
    answer = push.answer
    if answer is None:
        return Call("answerCallbackQuery", {"callback_query_id": ""})
    params: Params = {"callback_query_id": answer.query_id}
    if answer.text:
        params["text"] = answer.text[:MOST_ANSWER]
    if answer.alert:
        params["show_alert"] = True
    return Call("answerCallbackQuery", params)


def _reaction(push: Push, message_id: int | None) -> Call:
    reaction = [{"type": "emoji", "emoji": push.reaction}] if push.reaction else []
    return Call(
        "setMessageReaction", {"chat_id": push.chat_id, "message_id": message_id, "reaction": reaction}
    )


def _send(message: Message, shown: Shown) -> list[Call]:
    if not message.pictures:
        calls = _words(message, shown)
    elif len(message.pictures) == 1:
        calls = _photo(message, shown)
    else:
        calls = _album(message, shown)
    if message.only_for is not None and shown.chat_id < 0:
        calls = [_marked(call, {WHISPER: {"receiver_user_id": message.only_for}}) for call in calls]
    return _with_markup(calls, message, shown)


def _words(message: Message, shown: Shown) -> list[Call]:
    pieces = shown.pieces(shown.text(message.text))
    calls = [_text(piece, shown, message.reply_to if n == 0 else None) for n, piece in enumerate(pieces)]
    if message.table is not None and len(calls) == 1:
        rich = {**shown.address, "rich_message": {"html": _rich(message.text, message.table, shown.label)}}
        return [Call("sendRichMessage", rich | _reply(message.reply_to), plainer=calls[0])]
    return calls


def _photo(message: Message, shown: Shown) -> list[Call]:
    text = shown.text(message.text)
    params = shown.address | _reply(message.reply_to)
    if shown.fits_caption(text):
        captioned = {**params, "caption": text, **shown.mode} if text else params
        return [Call("sendPhoto", captioned, message.pictures)]
    return [
        Call("sendPhoto", params, message.pictures),
        *_words(replace(message, pictures=(), reply_to=None), shown),
    ]


def _album(message: Message, shown: Shown) -> list[Call]:
    """Albums carry no buttons: with buttons, or too much text, the words follow."""
    text = shown.text(message.text)
    is_short = shown.fits_caption(text) and not message.buttons
    caption = {"caption": text, **shown.mode} if text and is_short else {}
    calls = []
    for start in range(0, len(message.pictures), MOST_ALBUM):
        pictures = message.pictures[start : start + MOST_ALBUM]
        params = shown.address | (_reply(message.reply_to) if start == 0 else {})
        words = caption if start == 0 else {}
        if len(pictures) == 1:
            calls.append(Call("sendPhoto", params | words, pictures))
        else:
            media = [{"type": "photo"} | (words if n == 0 else {}) for n in range(len(pictures))]
            calls.append(Call("sendMediaGroup", {**params, "media": media}, pictures))
    return calls if is_short else [*calls, *_words(replace(message, reply_to=None), shown)]


def _edit(message: Message, message_id: int, shown: Shown) -> list[Call]:
    """The first call edits; what does not fit follows as new messages. One picture takes the place of the old one."""
    target: Params = {"chat_id": shown.chat_id, "message_id": message_id}
    markup = {"reply_markup": _inline(message.buttons)} if message.buttons else {}
    text = shown.text(message.text)
    if len(message.pictures) == 1:
        words = {"caption": shown.pieces(text, MOST_CAPTION)[0], **shown.mode}
        params = {**target, "media": {"type": "photo", **words}, **markup}
        return [Call("editMessageMedia", params, message.pictures)]
    first, *rest = shown.pieces(text)
    params = {**target, "text": first, **shown.mode, "link_preview_options": NO_PREVIEW, **markup}
    return [Call("editMessageText", params), *(_text(piece, shown, None) for piece in rest)]


def as_caption(call: Call) -> Call:
    """The same edit for a message that turned out to be a picture."""
    params = {key: value for key, value in call.params.items() if key not in ("text", "link_preview_options")}
    return Call("editMessageCaption", {**params, "caption": split(call.params["text"], MOST_CAPTION)[0]})


def as_text(call: Call) -> Call | None:
    """The words of a photo that cannot be shown, or nothing when it has none."""
    if "caption" not in call.params:
        return None
    kept = {key: value for key, value in call.params.items() if key != "caption"}
    return Call("sendMessage", {**kept, "text": call.params["caption"], "link_preview_options": NO_PREVIEW})


def one_by_one(call: Call, arrived: int) -> list[Call]:
    """The rest of an album that broke, photo by photo, each with the words that belong to it."""
    params = {key: value for key, value in call.params.items() if key not in ("media", "reply_parameters")}
    rest = list(zip(call.params["media"], call.pictures, strict=True))[arrived:]
    words = [{key: value for key, value in media.items() if key != "type"} for media, _ in rest]
    return [
        Call("sendPhoto", params | said, (picture,)) for said, (_, picture) in zip(words, rest, strict=True)
    ]


def _text(piece: str, shown: Shown, reply_to: int | None) -> Call:
    params = {**shown.address, "text": piece, **shown.mode, "link_preview_options": NO_PREVIEW}
    return Call("sendMessage", params | _reply(reply_to))


def _reply(message_id: int | None) -> Params:
    if message_id is None:
        return {}
    return {"reply_parameters": {"message_id": message_id, "allow_sending_without_reply": True}}


def _with_markup(calls: list[Call], message: Message, shown: Shown) -> list[Call]:
    """Buttons stand under the last message; the request for a place gives way to them."""
    if message.buttons:
        markup = _inline(message.buttons)
    elif message.ask_location and shown.chat_id > 0:
        button = {"text": message.ask_location, "request_location": True}
        markup = {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
    else:
        return calls
    *before, last = calls
    return [*before, _marked(last, {"reply_markup": markup})]


def _marked(call: Call, more: Params) -> Call:
    plainer = _marked(call.plainer, more) if call.plainer else None
    return replace(call, params=call.params | more, plainer=plainer)


def _inline(rows: Rows) -> Params:
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> Params:
    params: Params = {"text": button.label}
    if button.url is not None:
        params["url"] = button.url
    else:
        params["callback_data"] = button.token
    if button.style is not None:
        params["style"] = button.style.value
    return params


def _rich(html: str, table: Table, label: str | None) -> str:
    """The title line of the text above a true table."""
    title = html.split("\n", 1)[0]
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    above = f"<p>{label}</p>" if label else ""
    return f"{above}<p>{title}</p><table><tr>{head}</tr>{rows}</table>"
