"""Reading one table of a district file: every fault is noted with its place, and reading goes on."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from domain.calendar import Span

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_MOST = 10**9
CODE = (r"[a-z][a-z0-9_]*", "a code of small letters, digits and _")


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    key: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key or '(file)'}: expected {self.expected}, found {self.found}"


class DistrictError(ValueError):
    """All that is wrong with a district's files, one line a fault."""

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Table:
    """Values by key. A fault yields a harmless stand-in, so the caller never stops at the first."""

    def __init__(
        self, file: str, values: Mapping[str, object], faults: list[Fault], *, path: str = ""
    ) -> None:
        self.file = file
        self._values = values
        self._faults = faults
        self._path = path
        self._asked: set[str] = set()

    def fault(self, key: str, expected: str, found: object) -> None:
        shown = "nothing" if found is None else repr(found)
        self._faults.append(Fault(self.file, f"{self._path}{key}", expected, shown))

    def raw(self, key: str) -> object:
        self._asked.add(key)
        return self._values.get(key)

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._values

    def names(self) -> tuple[str, ...]:
        """The keys of a table whose keys are names; whoever takes them answers for each."""
        self._asked.update(self._values)
        return tuple(self._values)

    def text(self, key: str, pattern: str = r"\S(?:.*\S)?", expected: str = "a text") -> str:
        value = self.raw(key)
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        self.fault(key, expected, value)
        return ""

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        value = self.raw(key)
        if value is None and optional:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            self.fault(key, "a list of texts", value)
            return ()
        for text in {text for text in value if value.count(text) > 1}:
            self.fault(key, "each text once", text)
        return tuple(value)

    def choice(self, key: str, allowed: Collection[str]) -> str:
        value = self.raw(key)
        if isinstance(value, str) and value in allowed:
            return value
        self.fault(key, f"one of {', '.join(allowed)}", value)
        return ""

    def whole(self, key: str, low: int = 0, high: int = _MOST) -> int:
        value = self.raw(key)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.fault(key, f"a whole number from {low} to {high}", value)
        return low

    def degrees(self, key: str, most: int) -> float:
        value = self.raw(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most:
            return float(value)
        self.fault(key, f"degrees from -{most} to {most}", value)
        return 0.0

    def flag(self, key: str) -> bool:
        value = self.raw(key)
        if isinstance(value, bool):
            return value
        self.fault(key, "true or false", value)
        return False

    def clock(self, key: str) -> time:
        value = self.raw(key)
        match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
        if match:
            return time(int(match[1]), int(match[2]))
        self.fault(key, "a time from '00:00' to '23:59'", value)
        return time(0)

    def day(self, key: str) -> date | None:
        value = self.raw(key)
        if type(value) is date:
            return value
        self.fault(key, "a date like 2027-12-31", value)
        return None

    def days(self, key: str) -> frozenset[date]:
        value = self.raw(key)
        # TOML has dates of its own; a datetime is a date to Python but not to the office.
        if isinstance(value, list) and all(type(day) is date for day in value):
            return frozenset(value)
        self.fault(key, "a list of dates like 2027-02-06", value)
        return frozenset()

    def span(self) -> Span:
        return Span(self.clock("from"), self.clock("until"))

    def child(self, key: str) -> "Table":
        value = self.raw(key)
        if isinstance(value, dict):
            return Table(self.file, value, self._faults, path=f"{self._path}{key}.")
        self.fault(key, "a table", value)
        return Table(self.file, {}, [], path=f"{self._path}{key}.")

    def children(self, key: str) -> tuple["Table", ...]:
        value = self.raw(key)
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            paths = (f"{self._path}{key}[{index}]." for index in range(1, len(value) + 1))
            return tuple(
                Table(self.file, row, self._faults, path=path) for row, path in zip(value, paths, strict=True)
            )
        self.fault(key, "at least one table", value)
        return ()

    def close(self) -> None:
        """Notes every key that nobody asked for: a typo would otherwise be a rule that never works."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, f"one of {', '.join(sorted(self._asked))}", key)

    def in_order(self, *keys: str) -> None:
        """Notes where a later of the keys holds less than an earlier one."""
        for less, more in pairwise(keys):
            low, high = self._values.get(less), self._values.get(more)
            if isinstance(low, int) and isinstance(high, int) and low > high:
                self.fault(more, f"not less than {less} ({low})", high)
