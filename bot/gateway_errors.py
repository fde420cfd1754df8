"""What an answer of the Bot API means: a total classifier over phase, status, description and parameters."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import orjson

from bot.telegram_request import HttpAnswer, NoAnswerError, Phase
from domain.delivery import (
    LONGEST_FREEZE,
    SHORTEST_FREEZE,
    Expired,
    Gone,
    Later,
    Moved,
    NotModified,
    NotSent,
    Outcome,
    Parked,
    PlainText,
    Refused,
    Unauthorized,
    Unknown,
    Unreachable,
)

UNSAID_WAIT: Final = 30.0
MOST_REASON: Final = 300
TOO_MANY: Final = (420, HTTPStatus.TOO_MANY_REQUESTS)


class Obstacle(StrEnum):
    """Why this form of a call was refused, where another form may pass."""

    NO_METHOD = "no method"
    NO_THREAD = "no thread"
    NO_REPLY = "no reply"
    NO_TEXT = "no text to edit"
    BAD_FILE = "bad file id"
    BAD_PHOTO = "bad photo"
    ALBUM_BROKE = "album broke"
    NO_WHISPER = "not for one member's eyes"


@dataclass(frozen=True, slots=True)
class Ok:
    result: Any


@dataclass(frozen=True, slots=True)
class Blocked:
    """Refused for certain, in this form. ``arrived`` counts the parts of an album that did arrive."""

    obstacle: Obstacle
    reason: str
    arrived: int = 0


Verdict = Ok | Blocked | Outcome

_BAD_REQUESTS: Final[tuple[tuple[type[Outcome] | Obstacle, tuple[str, ...]], ...]] = (
    (NotModified, ("message is not modified",)),
    (Obstacle.NO_WHISPER, ("ephemeral messages",)),  # before the lack of rights, which parks the whole chat
    (
        Gone,
        (
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "message identifier is not",
        ),
    ),
    (
        PlainText,
        (
            "can't parse entities",
            "can't find end of",
            "unsupported start tag",
            "must be escaped with the preceding",
        ),
    ),
    (Expired, ("query is too old", "query id is invalid", "query_id_invalid")),
    (Obstacle.NO_THREAD, ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")),
    (
        Obstacle.NO_REPLY,
        ("message to be replied not found", "replied message not found", "message to reply not found"),
    ),
    (Obstacle.NO_TEXT, ("there is no text in the message",)),
    (
        Obstacle.BAD_FILE,
        ("wrong file_id", "wrong file identifier", "invalid file_id", "wrong remote file", "file reference"),
    ),
    (
        Obstacle.BAD_PHOTO,
        (
            "wrong type of the web page content",
            "failed to get http url content",
            "photo_invalid_dimensions",
            "photo has unsupported extension",
            "width of the photo",
            "height of the photo",
            "image_process_failed",
            "photo_save_file_invalid",
        ),
    ),
    (
        Parked,
        (
            "not enough rights",
            "have no rights to send",
            "have no write access",
            "chat_admin_required",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_restricted",
            "group chat was deactivated",
            "_forbidden",
        ),
    ),
    (
        Unreachable,
        ("user is deactivated", "user_is_blocked", "input_user_deactivated", "can't initiate conversation"),
    ),
)
_UNREACHABLE: Final = (
    "blocked by the user",
    "user is deactivated",
    "can't initiate conversation",
    "messages to bots",
)
_KICKED: Final = ("kicked", "not a member", "was deleted")
_ALBUM: Final = re.compile(r"failed to send message #(\d+)")
_WAIT_IN_TEXT: Final = re.compile(r"retry (?:after|in) (\d+)")


def verdict_of(answer: HttpAnswer) -> Verdict:
    """Say what the server meant; total over every status and body."""
    body = _json(answer.body)
    if answer.status in TOO_MANY:
        return Later(_wait(body, answer.retry_after))
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Blocked(Obstacle.BAD_PHOTO, "request entity too large")
    if body is None:
        return _not_the_bot_api(answer)
    if answer.status // 100 == 2 and body["ok"]:  # noqa: PLR2004 - the class of a status
        result = body.get("result")
        return Unknown("an answer without a result") if result is None else Ok(result)
    return _refusal(_status(answer.status, body), body, answer.retry_after)


def verdict_of_silence(broken: NoAnswerError) -> NotSent | Unknown:
    reason = str(broken)
    return NotSent(reason) if broken.phase is Phase.CONNECT else Unknown(reason)


def _refusal(status: int, body: dict[str, Any], retry_after: str | None) -> Verdict:
    description = _description(body)
    verdict: Verdict
    match status:
        case HTTPStatus.BAD_REQUEST:
            verdict = _bad_request(description, _parameters(body))
        case HTTPStatus.UNAUTHORIZED:
            verdict = Unauthorized(description)
        case HTTPStatus.FORBIDDEN:
            verdict = _forbidden(description)
        case HTTPStatus.NOT_FOUND:
            verdict = Blocked(Obstacle.NO_METHOD, description)
        case HTTPStatus.CONFLICT:
            verdict = NotSent(description)
        case _ if status in TOO_MANY:
            verdict = Later(_wait(body, retry_after))
        case _:
            verdict = Refused(description) if status // 100 == 4 else Unknown(description)  # noqa: PLR2004
    return verdict


def _bad_request(description: str, parameters: dict[str, Any]) -> Verdict:
    new_id = parameters.get("migrate_to_chat_id")
    if isinstance(new_id, int) and not isinstance(new_id, bool):
        return Moved(new_id)
    said = description.lower()
    if broke := _ALBUM.search(said):
        return Blocked(Obstacle.ALBUM_BROKE, description, arrived=max(0, int(broke[1]) - 1))
    for kind, texts in _BAD_REQUESTS:
        if any(text in said for text in texts):
            return _of(kind, description)
    return Refused(description)


def _of(kind: type[Outcome] | Obstacle, description: str) -> Verdict:
    if isinstance(kind, Obstacle):
        return Blocked(kind, description)
    if kind is NotModified:
        return NotModified()
    return kind(reason=description)  # type: ignore[call-arg]


def _forbidden(description: str) -> Verdict:
    said = description.lower()
    if any(text in said for text in _UNREACHABLE):
        return Unreachable(description)
    return Parked(description, "kicked" if any(text in said for text in _KICKED) else "restricted")


def _not_the_bot_api(answer: HttpAnswer) -> Verdict:
    """Judge a page, a portal, a proxy or a torn answer by its status."""
    kind = answer.status // 100
    if kind == 3:  # noqa: PLR2004 - the class of a status
        return NotSent(f"redirected ({answer.status}): a proxy or a portal is in between")
    if kind == 4 and answer.status != HTTPStatus.REQUEST_TIMEOUT:  # noqa: PLR2004
        return NotSent(f"not an answer of the Bot API ({answer.status})")
    return Unknown(f"an unreadable answer ({answer.status})")


def _wait(body: dict[str, Any] | None, header: str | None) -> float:
    asked = _parameters(body).get("retry_after") if body else None
    in_text = _WAIT_IN_TEXT.search(_description(body).lower()) if body else None
    for said in (asked, header, in_text and in_text[1]):
        if seconds := _number(said):
            return min(max(seconds, SHORTEST_FREEZE), LONGEST_FREEZE)
    return UNSAID_WAIT if asked is None or isinstance(asked, str) else SHORTEST_FREEZE


def _number(said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, (int, float, str)):
        return 0.0
    try:
        seconds = float(said)
    except (ValueError, OverflowError):
        return 0.0
    return seconds if math.isfinite(seconds) else 0.0


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        read = orjson.loads(body)
    except ValueError:
        return None
    return read if isinstance(read, dict) and isinstance(read.get("ok"), bool) else None


def _status(status: int, body: dict[str, Any]) -> int:
    code = body.get("error_code")
    return code if status == HTTPStatus.OK and isinstance(code, int) else status


def _description(body: dict[str, Any]) -> str:
    said = body.get("description")
    return said[:MOST_REASON] if isinstance(said, str) else "no description"


def _parameters(body: dict[str, Any]) -> dict[str, Any]:
    said = body.get("parameters")
    return said if isinstance(said, dict) else {}
