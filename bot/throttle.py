"""Somebody who sends far more than a person can: told once, and heard again when it is quiet."""

from collections import deque
from datetime import datetime, timedelta
from enum import Enum, auto

from handlers.said import PhotoSent, PlaceSent, Said

MOST, WINDOW = 60, timedelta(minutes=1)
MANY_PEOPLE = 10_000


class Pace(Enum):
    """Whether somebody is heard, told to slow down, or was told already."""

    FINE = auto()
    TELL = auto()
    HUSH = auto()


class Throttle:
    """Counts what each person says; photos and places are evidence and always pass."""

    def __init__(self) -> None:
        self._heard: dict[int, deque[datetime]] = {}
        self._told: dict[int, datetime] = {}

    def judge(self, said: Said, now: datetime) -> Pace:
        """Decide about one more; what is held back does not count against the next."""
        if isinstance(said.content, (PhotoSent, PlaceSent)):
            return Pace.FINE
        heard = self._heard.setdefault(said.person_id, deque())
        while heard and now - heard[0] >= WINDOW:
            heard.popleft()
        if len(heard) < MOST:
            heard.append(now)
            self._forget(now)
            return Pace.FINE
        told = self._told.get(said.person_id)
        if told is not None and now - told < WINDOW:
            return Pace.HUSH
        self._told[said.person_id] = now
        return Pace.TELL

    def _forget(self, now: datetime) -> None:
        if len(self._heard) > MANY_PEOPLE:
            self._heard = {who: heard for who, heard in self._heard.items() if now - heard[-1] < WINDOW}
            self._told = {who: at for who, at in self._told.items() if now - at < WINDOW}
