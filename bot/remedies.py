"""Another form of a call that was refused for certain: without the thread, as a caption, as a document, in plain words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.gateway_errors import Blocked, Obstacle
from bot.render import WHISPER, Call, as_caption, as_text

WITHOUT_PICTURE: Final = frozenset({"sendPhoto", "sendDocument"})


def other_form(call: Call, blocked: Blocked) -> Call | None:
    """The call to try instead, or nothing when there is no other form."""
    if call.plainer is not None:
        return call.plainer
    remedy = _REMEDIES.get(blocked.obstacle)
    return remedy(call, blocked) if remedy else None


def _without(parameter: str) -> Callable[[Call, Blocked], Call | None]:
    def remedy(call: Call, _blocked: Blocked) -> Call | None:
        if parameter not in call.params:
            return None
        return replace(call, params={key: value for key, value in call.params.items() if key != parameter})

    return remedy


def _with_caption(call: Call, _blocked: Blocked) -> Call | None:
    return as_caption(call) if call.method == "editMessageText" else None


def _other_picture(call: Call, blocked: Blocked) -> Call | None:
    """A photo that is no photo to Telegram may still be a file; one that is too large stays words only."""
    if call.method == "sendPhoto" and "too large" not in blocked.reason:
        return replace(call, method="sendDocument")
    return _only_words(call, blocked)


def _only_words(call: Call, _blocked: Blocked) -> Call | None:
    if call.method in WITHOUT_PICTURE:
        return as_text(call)
    if call.method != "editMessageMedia":
        return None
    words = {key: value for key, value in call.params["media"].items() if key != "type"}
    kept = {key: value for key, value in call.params.items() if key != "media"}
    return Call("editMessageCaption", kept | words)


_REMEDIES: Final = {
    Obstacle.NO_THREAD: _without("message_thread_id"),
    Obstacle.NO_REPLY: _without("reply_parameters"),
    Obstacle.NO_TEXT: _with_caption,
    Obstacle.BAD_PHOTO: _other_picture,
    Obstacle.BAD_FILE: _only_words,
    Obstacle.NO_METHOD: _only_words,
    Obstacle.NO_WHISPER: _without(WHISPER),  # what a group is told is fit for all of it
}
