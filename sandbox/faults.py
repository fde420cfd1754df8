"""Faults that a test orders: which call they meet, and what they do to it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ControlError
from sandbox.records import Json

KINDS = ("answer", "hang_before", "hang_after", "reset_after", "drip", "raw")
NOT_ACCEPTING = frozenset({"answer", "hang_before"})


@dataclass(slots=True)
class Fault:
    """`accept` is whether the call takes effect before the fault shows; `times` 0 is until cleared."""

    id: int
    do: str
    accept: bool
    method: str | None = None
    chat: int | None = None
    after: int = 0
    times: int = 1
    status: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float | None = None

    def meets(self, method: str, chat_id: Any) -> bool:
        same_method = self.method is None or self.method.lower() == method.lower()
        return same_method and (self.chat is None or str(self.chat) == str(chat_id))


@dataclass(slots=True)
class Faults:
    rules: list[Fault] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def order(self, wish: Json) -> int:
        """Raises ControlError for an unknown kind or field."""
        do = wish.get("do")
        if do not in KINDS:
            raise ControlError(f"do must be one of {', '.join(KINDS)}")
        defaults: Json = {"accept": do not in NOT_ACCEPTING, "status": 500 if do == "answer" else 200}
        try:
            rule = Fault(id=next(self._numbers), **(defaults | wish))
        except TypeError as why:
            raise ControlError(str(why)) from why
        self.rules.append(rule)
        return rule.id

    def meet(self, method: str, chat_id: Any) -> Fault | None:
        """The fault that this call runs into, used up once; calls that `after` skips are counted."""
        for rule in self.rules:
            if not rule.meets(method, chat_id):
                continue
            if rule.after > 0:
                rule.after -= 1
                continue
            rule.times -= 1
            if rule.times == 0:
                self.rules.remove(rule)
            return rule
        return None
