"""Checks of reply_markup: what Telegram allows on buttons and where."""

from typing import Any

from sandbox.errors import bad_request
from sandbox.records import Chat, Json
from sandbox.text_units import units

DATA_BYTES = 64
BUTTONS = 100
MARKUP_BYTES = 10_240
STYLES = frozenset({"danger", "success", "primary"})
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled",
)  # fmt: skip
SCHEMES = ("http://", "https://", "tg://", "ton://", "tonsite://")
PRIVATE_ONLY = {
    "request_location": "location can be requested in private chats only",
    "request_contact": "phone number can be requested in private chats only",
    "web_app": "web App buttons can be used in private chats only",
}


def checked_markup(markup: Json | None, chat: Chat) -> Json | None:
    """The inline keyboard that the message will carry, if it is one; raises ApiError 400."""
    if not markup:
        return None
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"])
        for button in (button for row in rows for button in row):
            _check_inline(button, chat)
        size = sum(units(str(button)) for row in rows for button in row)
        if sum(len(row) for row in rows) > BUTTONS or size > MARKUP_BYTES:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": [row for row in rows if row]}
    for row in _rows(markup.get("keyboard") or []):
        for button in row:
            _check_reply(button, chat)
    return None


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse reply keyboard markup JSON object")
    return rows


def _check_inline(button: Any, chat: Chat) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text can't be empty")
    if not any(button.get(action) is not None for action in ACTIONS):
        raise bad_request("text buttons are unallowed in the inline keyboard")
    data, url = button.get("callback_data"), button.get("url")
    if data is not None and not 0 < len(str(data).encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and "://" in url and not url.startswith(SCHEMES):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: unsupported URL protocol")
    if button.get("web_app") and not chat.private:
        raise bad_request("BUTTON_TYPE_INVALID")
    _check_style(button)


def _check_reply(button: Any, chat: Chat) -> None:
    if isinstance(button, str):
        return
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    for name, refusal in PRIVATE_ONLY.items():
        if button.get(name) and not chat.private:
            raise bad_request(refusal)
    _check_style(button)


def _check_style(button: Json) -> None:
    if button.get("style") not in STYLES | {None}:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
