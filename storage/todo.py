"""What waits for somebody: by role, the longest due first, with what each ticket waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import SEES_ITS_TOWN, Person, Role
from domain.permission import unit_of
from domain.ticket import OPEN, State, Ticket
from storage.schema import reports, tickets
from storage.tickets import by_numbers

LEFT_LYING = timedelta(days=1)  # work that no inspector has looked at for so long is the office's too


class Waits(StrEnum):
    """What a ticket waits for."""

    EXTENSION = "extension"
    ASSIGN = "assign"
    ACCEPT = "accept"
    FIX = "fix"
    VERIFY = "verify"
    AGAIN = "again"  # the own report, which has been opened again


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page of what waits for somebody, and how much there is of each kind."""

    page: list[tuple[Ticket, Waits]]
    counts: Mapping[Waits, int]


_state, _due = tickets.c.state, tickets.c.fix_due_at
_AT_WORK = _state.in_([State.ASSIGNED, State.ACCEPTED])
_LATE = or_(
    _due < bindparam("now"), and_(_state == State.ASSIGNED, tickets.c.accept_due_at < bindparam("now"))
)
_TO_DECIDE = and_(_AT_WORK, tickets.c.extension_until.is_not(None), tickets.c.extension_by != bindparam("me"))
_NOT_MINE = or_(tickets.c.fixed_by.is_(None), tickets.c.fixed_by != bindparam("me"))
_NOT_OF_MY_TOWN = or_(
    bindparam("unit", type_=String).is_(None), tickets.c.town.is_(None), tickets.c.town != bindparam("unit")
)
_TO_VERIFY = and_(_state == State.FIXED, _NOT_MINE)
_AGAIN = and_(
    tickets.c.reopened > 0,
    _state.in_(sorted(OPEN)),
    tickets.c.number.in_(select(reports.c.number).where(reports.c.person_id == bindparam("me"))),
)
_MINE = and_(_AT_WORK, tickets.c.assignee_id == bindparam("me"))
_OF: Mapping[Role, ColumnElement[bool]] = {
    Role.PATROL: or_(_MINE, _AGAIN),
    **dict.fromkeys(SEES_ITS_TOWN, and_(_AT_WORK, tickets.c.town == bindparam("unit"))),
    Role.BUREAU_STAFF: and_(_AT_WORK, tickets.c.bureau == bindparam("unit")),
    Role.INSPECTOR: and_(_NOT_OF_MY_TOWN, or_(_TO_VERIFY, _TO_DECIDE)),
    Role.OFFICE: or_(
        _state == State.REPORTED,
        _TO_DECIDE,
        and_(_AT_WORK, _LATE),
        and_(_TO_VERIFY, tickets.c.fixed_at < bindparam("lain")),
    ),
}
_DECIDES = frozenset({Role.INSPECTOR, Role.OFFICE})
_SINCE = case(
    (_state == State.ASSIGNED, func.coalesce(tickets.c.accept_due_at, _due)),
    (_state == State.REPORTED, func.coalesce(tickets.c.returned_at, tickets.c.reported_at)),
    (_state == State.FIXED, tickets.c.fixed_at),
    else_=func.coalesce(_due, tickets.c.suspended_until),
)


def _waits(role: Role) -> ColumnElement[Any]:
    """For what a ticket waits, as somebody in this role sees it."""
    return case(
        (_TO_DECIDE if role in _DECIDES else false(), Waits.EXTENSION.value),
        (_AGAIN if role is Role.PATROL else false(), Waits.AGAIN.value),
        (_state == State.REPORTED, Waits.ASSIGN.value),
        (_state == State.ASSIGNED, Waits.ACCEPT.value),
        (_state == State.FIXED, Waits.VERIFY.value),
        else_=Waits.FIX.value,
    )


_KIND = {role: _waits(role).label("kind") for role in Role}
_PAGE = {
    role: select(tickets.c.number, _KIND[role])
    .where(_OF[role])
    .order_by(_SINCE, tickets.c.number)
    .offset(bindparam("first"))
    .limit(bindparam("most"))
    for role in Role
}
_COUNTS = {
    role: select(_KIND[role], func.count().label("counted")).where(_OF[role]).group_by("kind")
    for role in Role
}


async def waiting(c: AsyncConnection, person: Person, now: datetime, *, offset: int, limit: int) -> Waiting:
    """What waits for this person in the post in which they act now."""
    role = person.post.role
    values = {"me": person.id, "unit": unit_of(person), "now": now, "lain": now - LEFT_LYING}
    counted = await c.execute(_COUNTS[role], values)
    counts = {Waits(row.kind): row.counted for row in counted}
    if not counts:
        return Waiting([], {})
    rows = (await c.execute(_PAGE[role], {**values, "first": offset, "most": limit})).all()
    found = await by_numbers(c, [row.number for row in rows])
    return Waiting([(found[row.number], Waits(row.kind)) for row in rows], counts)
