"""A push's content as JSON of the outbox, and back."""

from collections.abc import Mapping
from typing import Any

from domain.message import Button, Message, Picture, Style, Table
from domain.push import Answer, Push

Json = Mapping[str, Any]


def dumped(push: Push) -> dict[str, Any]:
    """What the push shows; the database's serializer writes the values themselves (orjson knows dataclasses)."""
    payload: dict[str, Any] = {}
    if push.message is not None:
        payload["message"] = push.message
    if push.answer is not None:
        payload["answer"] = push.answer
    if push.reaction is not None:
        payload["reaction"] = push.reaction
    return payload


def message_of(payload: Json) -> Message | None:
    return _message(payload["message"]) if "message" in payload else None


def answer_of(payload: Json) -> Answer | None:
    return Answer(**payload["answer"]) if "answer" in payload else None


def _message(raw: Json) -> Message:
    table, fallback = raw["table"], raw["fallback"]
    return Message(
        text=raw["text"],
        buttons=tuple(tuple(_button(one) for one in row) for row in raw["buttons"]),
        pictures=tuple(Picture(one["file_id"], one["sha256"]) for one in raw["pictures"]),
        table=Table(tuple(table["header"]), tuple(tuple(row) for row in table["rows"])) if table else None,
        ask_location=raw["ask_location"],
        reply_to=raw["reply_to"],
        only_for=raw["only_for"],
        fallback=_message(fallback) if fallback else None,
    )


def _button(raw: Json) -> Button:
    style = raw["style"]
    return Button(raw["label"], raw["token"], raw["url"], Style(style) if style else None)
