"""Flood limits: messages a second in all, a second in a chat, a minute in a group."""

from collections import deque
from dataclasses import dataclass, field
from math import ceil

from sandbox.errors import too_many


@dataclass(slots=True)
class Limits:
    """Off until `enforce`; a refused message counts for nothing."""

    enforce: bool = False
    global_per_second: int = 30
    chat_per_second: float = 1
    chat_burst: int = 3
    group_per_minute: int = 20
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _tokens: dict[int, tuple[float, float]] = field(default_factory=dict)

    def spend(self, chat_id: int, *, group: bool, now: float, messages: int = 1) -> None:
        """Raises ApiError 429 with the whole seconds to wait."""
        if not self.enforce:
            return
        window = self._groups.setdefault(chat_id, deque())
        tokens, at = self._tokens.get(chat_id, (float(self.chat_burst), now))
        tokens = min(float(self.chat_burst), tokens + (now - at) * self.chat_per_second)
        wait = max(
            _wait(self._all, self.global_per_second, 1, now=now),
            _wait(window, self.group_per_minute, 60, now=now) if group else 0.0,
            0.0 if tokens >= 1 else (1 - tokens) / self.chat_per_second,
        )
        if wait > 0:
            raise too_many(max(1, ceil(wait)))
        self._tokens[chat_id] = (tokens - messages, now)
        self._all.extend([now] * messages)
        window.extend([now] * messages)


def _wait(sent: deque[float], allowed: int, seconds: float, *, now: float) -> float:
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    return sent[len(sent) - allowed] + seconds - now if len(sent) >= allowed else 0.0
