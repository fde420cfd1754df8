"""A table of air data that somebody brought, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SAMPLE = "sample:"


class Stand(StrEnum):
    TAKEN = "taken"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AirFile:
    """``sha256`` is that of its bytes; ``brought_by`` is None for the command line.

    One whose name begins with SAMPLE has invented values, and every picture of them says so.
    """

    sha256: str
    name: str
    brought_by: int | None
    at: datetime
    rows: int
    stand: Stand = Stand.TAKEN
    judged_by: int | None = None
    judged_at: datetime | None = None

    @property
    def is_sample(self) -> bool:
        return self.name.startswith(SAMPLE)
