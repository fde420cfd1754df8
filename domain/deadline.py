"""When the clocks of an open ticket are called, and who hears each call."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendar import Calendar, Span, add_working
from domain.ticket import OPEN, Source, State, Ticket

DAILY_STEP = 1000  # the daily calls count from here, by the days since the deadline
MOST_DAYS = 31
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


class Clock(StrEnum):
    """What is waited for."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    FIX = "fix"
    VERIFY = "verify"
    SUSPENDED = "suspended"


class Level(StrEnum):
    """Who hears a call, from the one who has the ticket upwards."""

    OWNER = "owner"
    LEADER = "leader"
    BUREAU = "bureau"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Step:
    """A call so long after the deadline; before it where that is negative."""

    wait: timedelta
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take, in open minutes of a calendar."""

    minutes: int
    calendar: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """A district's rules of calling.

    ``steps`` are in the order of time. ``percent`` is, by control level, what is left of a limit and of the waits
    after a deadline; ``relapse_percent`` what each relapse leaves of a limit. Of more than ``single_messages``
    calls to one chat at one time a single message is made.
    """

    zone: ZoneInfo
    steps: Mapping[Clock, tuple[Step, ...]]
    assign: Term
    review: Term
    daily_at: time
    daily_levels: tuple[Level, ...]
    percent: Mapping[str, int]
    relapse_percent: int
    extension_most_days: int
    single_messages: int
    quiet: Span
    urgent_sources: frozenset[Source]
    urgent_levels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Call:
    """One reminder that falls due at ``at``, a whole minute."""

    clock: Clock
    due_at: datetime
    step: int
    at: datetime
    levels: tuple[Level, ...]


def calls(ticket: Ticket, rules: CallRules, now: datetime) -> tuple[Call, ...]:
    """The calls of the clocks that run, in the order of time; none for a ticket that has ended.

    Of the daily calls, which never end, there are those until the next one, MOST_DAYS at most. A step that lies before
    its clock began is none: the ticket's own notice has just been sent.
    """
    found: list[Call] = []
    for clock, began, due_at in _running(ticket, rules):
        steps = list(_steps(ticket, rules, clock, due_at))
        found += (call for call in steps if call.at >= due_at or call.at > began)
        found += _daily(rules, clock, due_at, steps[-1].at, now)
    return tuple(sorted(found, key=lambda call: (call.at, call.due_at)))


def due(every: Collection[Call], now: datetime, number: str, done: Collection[str]) -> tuple[Call, ...]:
    """What should have been called by now and was not."""
    return tuple(call for call in every if call.at <= now and key(number, call) not in done)


def next_at(every: Collection[Call], number: str, done: Collection[str]) -> datetime | None:
    """When there is next something to call; it may be past. None for no calls at all."""
    return min((call.at for call in every if key(number, call) not in done), default=None)


def key(number: str, call: Call) -> str:
    """What the call is about: a deadline that is moved has new calls."""
    return f"{number}:{call.clock}:{int(call.due_at.timestamp())}:{call.step}"


def quiet_until(now: datetime, rules: CallRules) -> datetime | None:
    """The end of the quiet hours in which ``now`` lies."""
    local = now.astimezone(rules.zone)
    if local.time() not in rules.quiet:
        return None
    for day in (local.date() - _DAY, local.date()):
        opens, closes = rules.quiet.on(day, rules.zone)
        if opens <= now < closes:
            return closes
    return None


def is_urgent(ticket: Ticket, rules: CallRules) -> bool:
    """Whether its calls are heard in the quiet hours too."""
    return ticket.source in rules.urgent_sources or ticket.level in rules.urgent_levels


def _running(ticket: Ticket, rules: CallRules) -> Iterator[tuple[Clock, datetime, datetime]]:
    """The clocks that run, each with its beginning and its deadline; an open ticket has always one."""
    if ticket.state not in OPEN:
        return
    began = ticket.assigned_at or ticket.returned_at or ticket.reported_at
    if ticket.state is State.SUSPENDED and ticket.suspended_until:
        yield Clock.SUSPENDED, began, ticket.suspended_until
    elif ticket.state is State.FIXED and ticket.fixed_at:
        review = add_working(ticket.fixed_at, rules.review.minutes, rules.review.calendar)
        yield Clock.VERIFY, ticket.fixed_at, review
    elif ticket.state in {State.ASSIGNED, State.ACCEPTED} and ticket.fix_due_at:
        if ticket.state is State.ASSIGNED and ticket.accept_due_at:
            yield Clock.ACCEPT, began, ticket.accept_due_at
        yield Clock.FIX, began, ticket.fix_due_at
    else:
        yield Clock.ASSIGN, began, add_working(began, rules.assign.minutes, rules.assign.calendar)


def _steps(ticket: Ticket, rules: CallRules, clock: Clock, due_at: datetime) -> Iterator[Call]:
    percent = rules.percent.get(ticket.level or "", 100)
    for number, step in enumerate(rules.steps[clock]):
        is_before = step.wait < timedelta(0)
        at = _whole(due_at + (step.wait if is_before else step.wait * percent / 100), down=is_before)
        yield Call(clock, due_at, number, at, step.levels)


def _daily(
    rules: CallRules, clock: Clock, due_at: datetime, ended: datetime, now: datetime
) -> Iterator[Call]:
    """The daily calls until the next one; they begin when the steps have ended."""
    last, local = ended.astimezone(rules.zone), now.astimezone(rules.zone)
    first = last.date() + _DAY if last.time() >= rules.daily_at else last.date()
    coming = local.date() + _DAY if local.time() >= rules.daily_at else local.date()
    zero, day = due_at.astimezone(rules.zone).date(), max(first, coming - MOST_DAYS * _DAY)
    while day <= max(first, coming):
        at = datetime.combine(day, rules.daily_at, rules.zone).astimezone(UTC)
        yield Call(clock, due_at, DAILY_STEP + (day - zero).days, at, rules.daily_levels)
        day += _DAY


def _whole(moment: datetime, *, down: bool) -> datetime:
    """A whole minute, so that what falls due within one is called together."""
    whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if down or whole == moment else whole + _MINUTE
