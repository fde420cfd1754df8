"""The conditions and statements of the search for tickets: each built once, because building costs more than running."""

from enum import Enum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)

from domain.ticket import OPEN, State
from storage.schema import reports, ticket_grams, tickets

WEIGHED = 8  # pairs of characters that WEIGH counts at once
RARE = 2000  # a pair of characters in fewer tickets than this leads the search; more are not counted
MOST_ELSEWHERE = 200  # own reports outside the own town that are looked at
SIEVED = 4  # pairs that a ticket is asked for one after the other; the others are counted at once
KINDS = 500  # statements that are kept

Condition = ColumnElement[bool]


class Lead(Enum):
    """From where the tickets are looked up, because the databases' planners do not know how rare a value is."""

    WORDS = "words"
    OWN = "own"
    COLUMN = "column"
    PLANNED = "planned"  # no single thing is rare: the planner chooses


class By(Enum):
    """The order of what is found; all but the longest due begin with the newest."""

    DUE = "due"
    DAY = "day"
    NUMBER = "number"
    TIME = "time"


_lead = ticket_grams.alias("lead")
_other = ticket_grams.alias("other")

NUMBER = tickets.c.number == bindparam("number")
SEQUENCE = tickets.c.sequence == bindparam("sequence")
DAY = tickets.c.day == bindparam("day")
SINCE = tickets.c.reported_at >= bindparam("since")
UNTIL = tickets.c.reported_at < bindparam("until")
SITES = tickets.c.site_id.in_(bindparam("sites", expanding=True))
SENT_BACK = and_(tickets.c.reopened > 0, tickets.c.state.in_(sorted(OPEN)))
OF_PEOPLE = tickets.c.number.in_(
    union(
        select(tickets.c.number).where(tickets.c.assignee_id.in_(bindparam("people", expanding=True))),
        select(reports.c.number).where(reports.c.person_id.in_(bindparam("reporters", expanding=True))),
    )
)
RAREST = _lead.c.gram == bindparam("rarest")


@cache
def on_day(name: str) -> Condition:
    """A moment lies in the local day that is bound as its own ``…_from`` and ``…_to``."""
    column = tickets.c[name]
    return and_(column >= bindparam(f"{name}_from"), column < bindparam(f"{name}_to"))


@lru_cache(KINDS)
def numbers(lead: Lead, by: By, *conditions: Condition) -> Select[Any]:
    """The numbers of the tickets for which all conditions hold, at most ``most``."""
    number = _number(lead)
    keys: tuple[ColumnElement[Any], ...] = {
        By.DUE: (tickets.c.fix_due_at, tickets.c.reported_at),
        By.DAY: (tickets.c.day,),
        By.NUMBER: (number,),
        By.TIME: (tickets.c.reported_at,),
    }[by]
    statement = select(*dict.fromkeys((number, *keys)))
    if lead in {Lead.WORDS, Lead.OWN}:
        statement = statement.join_from(number.table, tickets, tickets.c.number == number)
    if lead is Lead.OWN:  # who reported a ticket twice has it once
        statement = statement.distinct()
    ordered = keys if by is By.DUE else tuple(key.desc() for key in keys)
    return statement.where(*conditions).order_by(*ordered).limit(bindparam("most"))


@cache
def one_of(name: str, key: str, *, led: bool, many: bool = False) -> Condition:
    """A column has the value (one of the values) bound as ``key``."""
    column = _column(name, led=led)
    return column.in_(bindparam(key, expanding=True)) if many else column == bindparam(key)


@cache
def there_or_elsewhere(name: str, *, led: bool) -> Condition:
    return or_(one_of(name, "place", led=led), tickets.c.number.in_(bindparam("elsewhere", expanding=True)))


@cache
def elsewhere(name: str) -> Select[Any]:
    """The newest own reports outside the own ``place``."""
    own = select(tickets.c.number).join_from(reports, tickets, tickets.c.number == reports.c.number)
    outside = or_(tickets.c[name].is_(None), _column(name, led=True) != bindparam("place"))
    mine = reports.c.person_id == bindparam("me")
    return own.where(mine, outside).order_by(reports.c.number.desc()).limit(MOST_ELSEWHERE)


@cache
def overdue(*, led: bool) -> Condition:
    """The same as domain.ticket.is_overdue; the states outside lead to the index."""
    running = [State.REPORTED, State.ASSIGNED, State.ACCEPTED]
    late, state = tickets.c.fix_due_at < bindparam("now"), _column("state", led=led)
    unaccepted = and_(state == State.ASSIGNED, tickets.c.accept_due_at < bindparam("now"))
    return and_(state.in_(running), or_(late, unaccepted))


@cache
def own(lead: Lead) -> Condition:
    """A ticket was reported by ``me``."""
    mine = reports.c.person_id == bindparam("me")
    if lead is Lead.OWN:
        return mine
    there = select(literal(1)).where(mine, reports.c.number == _number(lead))
    return there.correlate(_number(lead).table).exists()


@cache
def has(lead: Lead, key: str) -> Condition:
    """A ticket has the pair bound as ``key``."""
    there = _other.c.number == _number(lead), _other.c.gram == bindparam(key)
    return select(literal(1)).where(*there).correlate(_number(lead).table).exists()


@cache
def has_others(lead: Lead) -> Condition:
    """A ticket has all ``count`` pairs ``others``."""
    there = _other.c.number == _number(lead), _other.c.gram.in_(bindparam("others", expanding=True))
    counted = select(func.count()).where(*there).correlate(_number(lead).table)
    return counted.scalar_subquery() == bindparam("count")


def _weigh(at: int) -> Select[str, int]:
    gram = bindparam(f"gram{at}", type_=String)
    some = select(literal(1)).where(ticket_grams.c.gram == gram).limit(RARE).subquery()
    return select(gram.label("gram"), func.count().label("counted")).select_from(some)


WEIGH = union_all(*(_weigh(at) for at in range(WEIGHED)))


def _number(lead: Lead) -> Column[str]:
    table = {Lead.WORDS: _lead, Lead.OWN: reports}.get(lead, tickets)
    number: Column[str] = table.c.number
    return number


def _column(name: str, *, led: bool) -> ColumnElement[str]:
    """A column whose index is not used when something rarer leads."""
    return tickets.c[name].concat("") if led else tickets.c[name]
