"""Looking back at what was closed: when, and who is asked to go there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.people import Person
from domain.permission import Action, may
from domain.ticket import Outcome, State, Ticket

NOT_LOOKED_AT = frozenset({Outcome.UNFOUNDED, Outcome.DUPLICATE})  # there was no work that could come undone
RUNGS = 2  # so many people of the town are asked before the office


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBackRules:
    """On which days after the closing, at which local time, and how long an answer is waited for."""

    days: tuple[int, ...]
    at: time
    patience: timedelta


class Stand(StrEnum):
    """How far a look back has come; the last three are ends."""

    WAITING = "waiting"
    ASKED = "asked"
    ANSWERING = "answering"  # somebody says that all is well and owes the photo that shows it
    CLEAR = "clear"
    RELAPSED = "relapsed"
    CANCELLED = "cancelled"


def dates(ticket: Ticket, rules: LookBackRules, zone: ZoneInfo) -> tuple[tuple[int, datetime], ...]:
    """The days after the closing on which it is looked at again, each with its moment; none where no work was done."""
    if ticket.state is not State.CLOSED or ticket.closed_at is None or ticket.outcome in NOT_LOOKED_AT:
        return ()
    closed = ticket.closed_at.astimezone(zone).date()
    moments = (datetime.combine(closed + timedelta(days=days), rules.at, zone) for days in rules.days)
    return tuple(zip(rules.days, (at.astimezone(UTC) for at in moments), strict=True))


def whom(
    ticket: Ticket, people: Sequence[Person], asked: Collection[int], busy: Mapping[int, int]
) -> Person | None:
    """Who is asked next: who reported it first, then who has least to look at; None when it is the office's turn.

    Nobody looks at the own work, and nobody is asked twice. ``busy`` is how many each has been asked about.
    """
    able = [
        one
        for one in people
        if one.id not in asked and one.id != ticket.fixed_by and may(one, Action.LOOK_BACK, ticket)
    ]
    if len(asked) >= RUNGS or not able:
        return None
    return min(able, key=lambda one: (one.id != ticket.reporter_id, busy.get(one.id, 0), one.id))
