"""The lists behind the lines of a digest: what is counted there, as a question that shows the same tickets."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.query import Query
from domain.ticket import State

_MARK, _EVERYWHERE = "/list", "-"


class Kind(StrEnum):
    """What is counted: of the day, or as it stands now."""

    FOUND = "found"
    FIXED = "fixed"
    CLOSED = "closed"
    OVERDUE = "overdue"
    DUE = "due"
    UNACCEPTED = "unaccepted"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Listing:
    """One line of a digest; ``town`` is a code, or None for the whole district."""

    kind: Kind
    day: date
    town: str | None = None

    @property
    def text(self) -> str:
        """As it is remembered for its button."""
        return f"{_MARK} {self.kind} {self.day} {self.town or _EVERYWHERE}"

    @property
    def query(self) -> Query:
        """The tickets that are counted."""
        every = {
            Kind.FOUND: Query(since=self.day, until=self.day),
            Kind.FIXED: Query(fixed_on=self.day),
            Kind.CLOSED: Query(closed_on=self.day, states=(State.CLOSED,)),
            Kind.OVERDUE: Query(overdue=True),
            Kind.DUE: Query(due_on=self.day, states=(State.ASSIGNED, State.ACCEPTED)),
            Kind.UNACCEPTED: Query(states=(State.ASSIGNED,)),
            Kind.UNVERIFIED: Query(states=(State.FIXED,)),
        }
        return replace(every[self.kind], towns=(self.town,) if self.town else ())


def read_listing(text: str) -> Listing | None:
    """What ``Listing.text`` wrote; None for anything else."""
    mark, *parts = text.split(" ")
    if mark != _MARK or len(parts) != 3:  # noqa: PLR2004  kind, day and town
        return None
    kind, day, town = parts
    return Listing(Kind(kind), date.fromisoformat(day), None if town == _EVERYWHERE else town)
