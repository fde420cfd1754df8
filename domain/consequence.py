"""Consequences of work that is not done: what the rules propose, and what people need to decide on it.

A rule only proposes. What is proposed is in force when two members of the office have confirmed it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.errors import Refusal
from domain.people import Person
from domain.permission import TABLE, Action, Reach, may
from domain.ticket import NeedsReason, NotYours, Outcome, Ticket

MOST_ITEMS = 20
MOST_YUAN = Decimal(10**8)
_COST = re.compile(
    r"(?P<name>\S.*?)[\s:：]+(?P<yuan>\d[\d,，]*(?:\.\d{1,2})?)\s*(?:元|yuan|¥)?", re.IGNORECASE
)


class Kind(StrEnum):
    """What may follow."""

    SUBSTITUTE = "substitute"  # somebody else does the work, and the unit pays
    BLACKLIST = "blacklist"
    TALK = "talk"
    ACCOUNT = "account"
    STOP = "stop"
    PUNISH = "punish"
    REWARD = "reward"  # money for the first of a ranking
    PENALTY = "penalty"  # and from the last


class Stand(StrEnum):
    """How far it has come."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"  # by one
    IN_FORCE = "in_force"  # confirmed by a second
    REFUSED = "refused"


MONEY = frozenset({Kind.REWARD, Kind.PENALTY})
BY_OUTCOME: Mapping[str, Kind] = MappingProxyType(
    {Outcome.STOPPED: Kind.STOP, Outcome.SEALED: Kind.STOP, Outcome.PUNISHED: Kind.PUNISH}
)


class NeedsCost(Refusal):
    """A substitute rectification is not confirmed before its costs are known."""


class BadCost(Refusal):
    """A cost is a name and an amount of yuan with at most two decimals."""


class SecondPerson(Refusal):
    """Who confirmed it first may not be the second."""


class Decided(Refusal):
    """It is in force or refused already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequenceRules:
    """When the rules are looked at (local time), and from where on each of them proposes something.

    ``overdue``: work of a ticket that late is done by others. ``repeat_tickets`` at one site within ``repeat_days``:
    blacklist. ``late_tickets`` of one town within ``late_days``: its leaders are talked to.
    """

    at: time
    overdue: timedelta
    repeat_tickets: int
    repeat_days: int
    late_tickets: int
    late_days: int


@dataclass(frozen=True, slots=True)
class Cost:
    """One item of what substitute work costs."""

    name: str
    yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One consequence: ``subject`` is the ticket's number, the site's id or the unit's code, ``title`` its name.

    ``period`` says for when the rule speaks, so that it speaks once; ``count`` is what it has counted (hours, tickets), or the place.
    ``proposed_by`` is None where a rule did, ``reason`` what was typed.
    """

    id: str
    kind: Kind
    subject: str
    title: str
    period: str
    proposed_at: datetime
    proposed_by: int | None = None
    town: str | None = None
    number: str | None = None
    count: int = 0
    reason: str = ""
    costs: tuple[Cost, ...] = ()
    stand: Stand = Stand.PROPOSED
    version: int = 1
    confirmed_by: int | None = None
    confirmed_at: datetime | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None

    @property
    def yuan(self) -> Decimal:
        """All costs together: what is taken from the unit's funds."""
        return sum((cost.yuan for cost in self.costs), Decimal(0))


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many tickets at one site."""

    site_id: str
    site: str
    town: str | None
    tickets: int


def substitutes(late: Iterable[Ticket], rules: ConsequenceRules, now: datetime) -> Iterator[Consequence]:
    """Work that is later than the limit."""
    for ticket in late:
        if ticket.fix_due_at and now - ticket.fix_due_at >= rules.overdue:
            hours = int((now - ticket.fix_due_at) / timedelta(hours=1))
            period = f"{ticket.fix_due_at:%Y%m%d%H%M}"  # a deadline that was moved may be missed anew
            yield _of_ticket(Kind.SUBSTITUTE, ticket, period, now, hours)


def blacklisted(
    repeats: Iterable[Repeat], rules: ConsequenceRules, now: datetime, zone: ZoneInfo
) -> Iterator[Consequence]:
    """Sites at which there were too many tickets; once a month each."""
    for one in repeats:
        if one.tickets >= rules.repeat_tickets:
            yield Consequence(
                id="",
                kind=Kind.BLACKLIST,
                subject=one.site_id,
                title=one.site,
                period=_month(now, zone),
                proposed_at=now,
                town=one.town,
                count=one.tickets,
            )


def talks(
    late: Iterable[tuple[str, str, int]], rules: ConsequenceRules, now: datetime, zone: ZoneInfo
) -> Iterator[Consequence]:
    """Towns (code, name, how many tickets late) whose leaders are to be talked to; once a month each."""
    for town, name, count in late:
        if count >= rules.late_tickets:
            yield Consequence(
                id="",
                kind=Kind.TALK,
                subject=town,
                title=name,
                period=_month(now, zone),
                proposed_at=now,
                town=town,
                count=count,
            )


def of_outcomes(closed: Iterable[Ticket], now: datetime) -> Iterator[Consequence]:
    """Tickets that were closed by stopping, sealing or punishing: these belong in the register."""
    for ticket in closed:
        if kind := BY_OUTCOME.get(ticket.outcome or ""):
            yield _of_ticket(kind, ticket, f"{ticket.closed_at:%Y%m%d%H%M}", now, 0)


def confirm(one: Consequence, *, by: Person, at: datetime) -> Consequence:
    """The first and then a second person; raises NotYours, Decided, NeedsCost, or SecondPerson for the same person twice."""
    _undecided(one, by)
    if one.kind is Kind.SUBSTITUTE and not one.costs:
        raise NeedsCost
    if one.stand is Stand.PROPOSED:
        return replace(
            one, stand=Stand.CONFIRMED, confirmed_by=by.id, confirmed_at=at, version=one.version + 1
        )
    if one.confirmed_by == by.id:
        raise SecondPerson
    return replace(one, stand=Stand.IN_FORCE, decided_by=by.id, decided_at=at, version=one.version + 1)


def refuse(one: Consequence, *, reason: str, by: Person, at: datetime) -> Consequence:
    """Nothing follows; raises NotYours, Decided or NeedsReason."""
    _undecided(one, by)
    if not reason.strip():
        raise NeedsReason
    told = replace(one, stand=Stand.REFUSED, decided_by=by.id, decided_at=at, version=one.version + 1)
    return replace(told, reason=reason.strip())


def with_costs(one: Consequence, costs: Iterable[Cost], *, by: Person) -> Consequence:
    """What the work costs; who had confirmed other costs has to do it again. Raises NotYours, Decided or BadCost."""
    _undecided(one, by)
    every = (*one.costs, *costs)
    if one.kind is not Kind.SUBSTITUTE or len(every) > MOST_ITEMS:
        raise BadCost
    return replace(
        one, costs=every, stand=Stand.PROPOSED, confirmed_by=None, confirmed_at=None, version=one.version + 1
    )


def read_costs(text: str) -> tuple[Cost, ...]:
    """One a line, like ``防尘网 3500``; raises BadCost."""
    found = [_COST.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    costs = tuple(
        Cost(one["name"], Decimal(re.sub("[,，]", "", one["yuan"]))) for one in found if one is not None
    )
    if not costs or len(costs) != len(found) or any(not 0 < cost.yuan < MOST_YUAN for cost in costs):
        raise BadCost
    return costs


def sees(person: Person, one: Consequence) -> bool:
    """The office and inspectors everything; a leader what is in force about the own town."""
    if may(person, Action.SEE_CONSEQUENCES):
        return True
    reach = TABLE[Action.SEE_CONSEQUENCES].get(person.post.role)
    is_own = person.post.town is not None and person.post.town == one.town
    return is_own and reach is not None and Reach.TOWN in reach and one.stand is Stand.IN_FORCE


def _undecided(one: Consequence, by: Person) -> None:
    if not may(by, Action.DECIDE_CONSEQUENCE):
        raise NotYours
    if one.stand in {Stand.IN_FORCE, Stand.REFUSED}:
        raise Decided


def _of_ticket(kind: Kind, ticket: Ticket, period: str, now: datetime, count: int) -> Consequence:
    return Consequence(
        id="",
        kind=kind,
        subject=ticket.number,
        title=ticket.site or ticket.number,
        period=period,
        proposed_at=now,
        town=ticket.town,
        number=ticket.number,
        count=count,
    )


def _month(now: datetime, zone: ZoneInfo) -> str:
    return f"{now.astimezone(zone):%Y-%m}"
