"""Who said what to whom and when, as lines of text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from sandbox.ledger import Call

MEDIA = {"sendPhoto", "sendMediaGroup"}
ANSWER = "answerCallbackQuery"


@dataclass(slots=True)
class Transcript:
    """Grows while it is played; ``names`` are those of people and groups by chat id."""

    names: dict[int, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    presser: str = ""
    _heard: int = 0
    _day: str = ""

    def act(self, at: datetime, who: str, what: str, where: str = "蓝巡") -> None:
        """Somebody does something."""
        self._line(at, f"{who} → {where}：{what}")
        self.presser = who

    def note(self, at: datetime, what: str) -> None:
        self._line(at, f"―― {what}")

    def hear(self, calls: Iterable[Call], at: datetime) -> None:
        """What the bot said since the last time."""
        fresh = []
        for call in reversed(calls):  # type: ignore[call-overload]
            if call.n <= self._heard:
                break
            fresh.append(call)
        for call in reversed(fresh):
            self._heard = call.n
            if call.accepted and (said := _said(call.method, call.params)):
                whom = self.presser if call.method == ANSWER else self.names.get(call.chat_id, "?")
                mark = "（改）" if call.method.startswith("edit") else ""
                self._line(at, f"蓝巡 → {whom}：{mark}{said}")

    def _line(self, at: datetime, text: str) -> None:
        if (day := f"{at:%Y-%m-%d}") != self._day:
            self._day = day
            self.lines += ["", f"══ {day} ══"]
        self.lines.append(f"{at:%H:%M} {text}")


def _said(method: str, params: dict[str, Any]) -> str:
    if method == ANSWER:
        return f"〔提示〕{params['text']}" if params.get("text") else ""
    media = params.get("media")
    captions = (
        [one.get("caption", "") for one in media if isinstance(one, dict)] if isinstance(media, list) else []
    )
    rich = params.get("rich_message")
    html = rich.get("html", "") if isinstance(rich, dict) else ""
    text = plain(params.get("text") or params.get("caption") or "".join(captions) or html)
    picture = "〔图〕" if method in MEDIA or captions else ""
    labels = "".join(f"[{one}]" for one in _labels(params.get("reply_markup")))
    return " ".join(part for part in (picture + text, labels) if part)


def plain(html: str) -> str:
    """What is read, in one line."""
    return " / ".join(line for line in unescape(re.sub(r"<[^>]+>", "", html)).splitlines() if line.strip())


def _labels(markup: Any) -> list[str]:
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return [str(one["text"]) for row in rows for one in row if isinstance(one, dict)]
