"""People of every role and a ticket in every state, for the rules of its moves; nothing stands in a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain import moves
from domain.calendar import Calendar, Span
from domain.fixing import After, FixRules, Work
from domain.people import Person, Post, Role
from domain.ticket import Deadlines, Evidence, Move, Outcome, Source, State, Ticket

NOW = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)  # 09:40 in Zhengzhou
HOUR = timedelta(hours=1)
TOWN, OTHER_TOWN, BUREAU, OTHER_BUREAU = "t1", "t2", "housing", "water"
ALWAYS = Calendar(ZoneInfo("Asia/Shanghai"), frozenset(range(7)), (Span(time(0), time(0)),))
RULES = FixRules(distance_m=600, age=24 * HOUR, units=("家", "吨"))
LIMITS = Deadlines(NOW + HOUR, NOW + 8 * HOUR)


def person(id_: int, role: Role, town: str | None = None, unit: str | None = None) -> Person:
    return Person(id_, f"示例{id_}", "zh", Post(role, town, unit), NOW)


PATROL = person(1, Role.PATROL, TOWN)
GRID = person(2, Role.GRID_LEAD, TOWN)
STAFF = person(3, Role.TOWN_STAFF, TOWN)
LEADER = person(4, Role.TOWN_LEADER, TOWN)
BUREAU_STAFF = person(5, Role.BUREAU_STAFF, unit=BUREAU)
INSPECTOR = person(6, Role.INSPECTOR)
OFFICER = person(7, Role.OFFICE)
OTHER_STAFF = person(8, Role.TOWN_STAFF, OTHER_TOWN)
TOWN_INSPECTOR = person(9, Role.INSPECTOR, TOWN)
EVERYBODY = (
    *(PATROL, GRID, STAFF, LEADER, BUREAU_STAFF, INSPECTOR, OFFICER, OTHER_STAFF, TOWN_INSPECTOR),
    *(person(10, Role.PATROL, TOWN), person(11, Role.BUREAU_STAFF, unit=OTHER_BUREAU)),
)

REPORTED = Ticket(
    number="HJ20261123-0007",
    day=date(2026, 11, 23),
    sequence=7,
    category="dust",
    description="围挡外有土",
    source=Source.PATROL,
    evidence=Evidence.PIN,
    reporter_id=PATROL.id,
    reported_at=NOW - HOUR,
    photo_count=1,
    lat=34.9,
    lng=113.67,
    bureau=BUREAU,
)
_ASSIGNED = {
    "town": TOWN,
    "unit": "示例镇",
    "assigned_at": NOW - HOUR,
    "accept_due_at": NOW + HOUR,
    "fix_due_at": NOW + 8 * HOUR,
}
_ACCEPTED = {**_ASSIGNED, "accepted_at": NOW - HOUR / 2, "assignee_id": STAFF.id}
_FIXED = {
    **_ACCEPTED,
    "fixed_at": NOW,
    "fixed_by": STAFF.id,
    "fixed_unit": TOWN,
    "quantity": Decimal(3),
    "quantity_unit": "家",
}
_ENDED = {"closed_at": NOW, "outcome": "rectified"}
_ASLEEP = {
    "suspended_at": NOW,
    "suspended_until": NOW + 24 * HOUR,
    "suspended_from": State.ACCEPTED,
    "suspended_reason": "雨雪",
}
_FACTS: dict[State, dict[str, Any]] = {
    State.REPORTED: {},
    State.ASSIGNED: _ASSIGNED,
    State.ACCEPTED: _ACCEPTED,
    State.FIXED: _FIXED,
    State.CLOSED: {**_FIXED, **_ENDED},
    State.REJECTED: {**_ASSIGNED, "closed_at": NOW, "outcome": "证据不足"},
    State.SUSPENDED: {**_ACCEPTED, **_ASLEEP},
}


def standing(state: State, **more: Any) -> Ticket:
    """The ticket of TOWN and BUREAU as it stands in this state; STAFF has taken it up and fixed it."""
    return replace(REPORTED, state=state, **_FACTS[state] | more)


def proof(**more: Any) -> Work:
    """One good photo."""
    photo = After(taken_at=NOW, lat=34.9, lng=113.67, sha256="a" * 64)
    return Work(**{"photos": (photo,)} | more)


PLACED = {"town": OTHER_TOWN, "unit": "西示例镇", "deadlines": LIMITS}
WHY = {"reason": " 下雨 "}
LATER = NOW + 24 * HOUR
# by whom, with what, and to which state it leads
MOVES: dict[str, tuple[Person, dict[str, Any], State | None]] = {
    "assign": (OFFICER, PLACED, State.ASSIGNED),
    "accept": (OFFICER, {"holder": "示例3"}, State.ACCEPTED),
    "hand_over": (OFFICER, {"to": STAFF}, State.ACCEPTED),
    "not_ours": (STAFF, WHY, State.REPORTED),
    "fix": (STAFF, {"work": proof(), "rules": RULES}, State.FIXED),
    "fix_on_the_spot": (PATROL, {"before": 1, "work": proof(), "rules": RULES}, State.FIXED),
    "verify_close": (INSPECTOR, {"outcome": Outcome.BANNED}, State.CLOSED),
    "send_back": (INSPECTOR, {**WHY, "calendar": ALWAYS}, State.ACCEPTED),
    "reject": (OFFICER, WHY, State.REJECTED),
    "suspend": (INSPECTOR, {**WHY, "until": LATER}, State.SUSPENDED),
    "resume": (INSPECTOR, {"calendar": ALWAYS}, State.ACCEPTED),
    "ask_extension": (LEADER, {**WHY, "until": LATER}, None),
    "grant_extension": (INSPECTOR, {}, None),
    "refuse_extension": (INSPECTOR, WHY, None),
    "reopen": (INSPECTOR, {**WHY, "deadlines": LIMITS}, State.ASSIGNED),
    "relapse": (PATROL, {**WHY, "deadlines": LIMITS}, State.ASSIGNED),
}
ASKED = {"extension_until": LATER, "extension_by": LEADER.id, "extension_reason": "停工"}


def made(verb: str, ticket: Ticket, *, by: Person | None = None, at: datetime = NOW, **more: Any) -> Move:
    """The move by somebody who may make it, with what it needs, but for what is said here."""
    who, usual, _ = MOVES[verb]
    move: Move = getattr(moves, verb)(ticket, at=at, by=by or who, **usual | more)
    return move


def ready(verb: str, state: State, **more: Any) -> Ticket:
    """The ticket in this state, still in its town and asked about where the move is an answer."""
    asked = ASKED if verb in {"grant_extension", "refuse_extension"} else {}
    return standing(state, **{"town": TOWN, **asked, **more})
