"""How fast may be sent: the rates of the channel, and when a chat's next message may go."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

WINDOW: Final = 60.0
MANY_CHATS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Rates:
    """``per_second`` 0 switches every limit off (a Bot API server of one's own)."""

    per_second: int = 29
    bulk_per_second: int = 29
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 19


@dataclass(slots=True)
class _Chat:
    tokens: float
    at: float
    recent: deque[float] = field(default_factory=deque)  # groups only


class Limiter:
    """What was sent lately; times are seconds of one monotonic clock. Only what counts as a send is told to it."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._sent: deque[float] = deque()
        self._bulk_free_at = -math.inf
        self._chats: dict[int, _Chat] = {}

    def took(self, chat_id: int, now: float, *, bulk: bool) -> None:
        """Remember a send; sends are told in the order of their times."""
        if not self.rates.per_second:
            return
        self._sent.append(now)
        while self._sent[0] <= now - 1.0:
            self._sent.popleft()
        if bulk:
            self._bulk_free_at = max(self._bulk_free_at, now - 0.05) + 1 / self.rates.bulk_per_second
        chat = self._chats.get(chat_id)
        if chat is None:
            self._forget_the_quiet(now)
            chat = self._chats[chat_id] = _Chat(float(self.rates.chat_burst), now)
        refill = (now - chat.at) * self.rates.chat_per_second
        chat.tokens = min(self.rates.chat_burst, chat.tokens + refill) - 1
        chat.at = now
        if chat_id < 0:
            chat.recent.append(now)
            while chat.recent[0] <= now - WINDOW:
                chat.recent.popleft()

    def plan(self, now: float) -> "Plan":
        return Plan(self, now, *self._room(now))

    def chat_free_at(self, chat_id: int, now: float) -> float:
        """When this chat may get its next message, all else being free."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return now
        missing = 1 - chat.tokens
        free_at = chat.at + missing / self.rates.chat_per_second
        recent = [at for at in chat.recent if at > now - WINDOW]
        if len(recent) >= self.rates.group_per_minute:
            free_at = max(free_at, recent[-self.rates.group_per_minute] + WINDOW)
        return max(now, free_at)

    def all_free_at(self, now: float) -> float:
        """When anything may go again, once the second is full."""
        recent = [at for at in self._sent if at > now - 1.0]
        return recent[-self.rates.per_second] + 1.0 if len(recent) >= self.rates.per_second else now

    def bulk_free_at(self, now: float) -> float:
        return max(now, self._bulk_free_at)

    def _room(self, now: float) -> tuple[int, int]:
        recent = sum(1 for at in self._sent if at > now - 1.0)
        bulk = 0 if self._bulk_free_at > now else 1
        return self.rates.per_second - recent, bulk

    def _forget_the_quiet(self, now: float) -> None:
        if len(self._chats) >= MANY_CHATS:
            self._chats = {key: chat for key, chat in self._chats.items() if chat.at > now - WINDOW}


@dataclass(slots=True)
class Plan:
    """What may go now. Taking changes nothing but the plan; the limiter is told after the claim is committed."""

    limiter: Limiter
    now: float
    room: int
    bulk_room: int
    wake_at: float = math.inf  # when something that was turned down may go

    def take(self, chat_id: int, *, bulk: bool) -> bool:
        if not self.limiter.rates.per_second:
            return True
        free_at = self.limiter.chat_free_at(chat_id, self.now)
        if self.room <= 0:
            free_at = max(free_at, self.limiter.all_free_at(self.now), self.now + 0.001)
        if bulk and self.bulk_room <= 0:
            step = 1 / self.limiter.rates.bulk_per_second
            free_at = max(free_at, self.limiter.bulk_free_at(self.now), self.now + step / 4)
        if free_at > self.now:
            self.wake_at = min(self.wake_at, free_at)
            return False
        self.room -= 1
        self.bulk_room -= bulk
        return True
