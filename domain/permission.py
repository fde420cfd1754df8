"""Who may do what: the matrix of roles and actions as one table; what it does not name is denied."""

from collections.abc import Callable, Mapping
from enum import Flag, StrEnum, auto
from types import MappingProxyType

from domain.people import Person, Role
from domain.ticket import Ticket


class Action(StrEnum):
    """What somebody may ask for: the moves of a ticket, what is seen of it, and what is about no single ticket."""

    SEE = "see"
    SEE_PHOTO = "see_photo"
    SEE_REPORTER = "see_reporter"
    ASSIGN = "assign"
    ACCEPT = "accept"
    HAND_OVER = "hand_over"
    NOT_OURS = "not_ours"
    FIX = "fix"
    FIX_ON_THE_SPOT = "fix_on_the_spot"
    VERIFY = "verify"
    REJECT = "reject"
    SUSPEND = "suspend"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    REOPEN = "reopen"
    LOOK_BACK = "look_back"
    REPLY_ORDER = "reply_order"
    SEE_CONSEQUENCES = "see_consequences"
    DECIDE_CONSEQUENCE = "decide_consequence"
    REPORT = "report"
    REGISTER_ORDER = "register_order"
    IMPORT = "import"
    PUBLISH = "publish"
    CORRECT = "correct"
    INVITE = "invite"
    CHANGE_ROLE = "change_role"
    BIND = "bind"
    EXPORT = "export"
    ERASE = "erase"
    READ_AUDIT = "read_audit"


ABOUT_NO_TICKET = frozenset(
    {
        *(Action.REPORT, Action.REGISTER_ORDER, Action.IMPORT, Action.PUBLISH, Action.CORRECT, Action.INVITE),
        *(Action.CHANGE_ROLE, Action.BIND, Action.EXPORT, Action.ERASE, Action.READ_AUDIT),
    }
)


class Reach(Flag):
    """Which tickets a role's right covers; a grid is not drawn on the map, so its lead acts for the town."""

    OWN = auto()  # reported by the person
    ASSIGNED = auto()  # handed to the person
    GRID = auto()
    TOWN = auto()
    BUREAU = auto()  # of a category that is the bureau's
    OTHER_TOWN = auto()  # of any town but the person's own
    ANY = auto()


_R, _G, _S, _L = Role.PATROL, Role.GRID_LEAD, Role.TOWN_STAFF, Role.TOWN_LEADER
_B, _I, _O = Role.BUREAU_STAFF, Role.INSPECTOR, Role.OFFICE
_OFFICE = {_O: Reach.ANY}
_OF_THE_TOWN = {_G: Reach.GRID, _S: Reach.TOWN, _L: Reach.TOWN, _B: Reach.BUREAU}
_WORKERS = {_R: Reach.ASSIGNED, _G: Reach.GRID, _S: Reach.TOWN, _B: Reach.BUREAU}
_REVIEWERS = {_I: Reach.OTHER_TOWN, _O: Reach.ANY}
_SEEN = {role: reach | Reach.OWN | Reach.ASSIGNED for role, reach in _OF_THE_TOWN.items()}
_SEEN |= {_R: Reach.OWN | Reach.ASSIGNED, _I: Reach.ANY, _O: Reach.ANY}

TABLE: Mapping[Action, Mapping[Role, Reach]] = MappingProxyType(
    {
        Action.SEE: _SEEN,
        Action.SEE_PHOTO: _SEEN,
        Action.SEE_REPORTER: {_R: Reach.OWN, _G: Reach.GRID, _S: Reach.TOWN, _O: Reach.ANY},
        Action.ASSIGN: _OFFICE,
        Action.ACCEPT: {**_OF_THE_TOWN, **_OFFICE},
        Action.HAND_OVER: {**_OF_THE_TOWN, **_OFFICE},
        Action.NOT_OURS: _OF_THE_TOWN,
        Action.FIX: _WORKERS,
        Action.FIX_ON_THE_SPOT: {**_WORKERS, _R: Reach.OWN | Reach.ASSIGNED},
        Action.VERIFY: _REVIEWERS,
        Action.REJECT: _OFFICE,
        Action.SUSPEND: _REVIEWERS,
        Action.ASK_EXTENSION: {_S: Reach.TOWN, _L: Reach.TOWN, _B: Reach.BUREAU},
        Action.DECIDE_EXTENSION: _REVIEWERS,
        Action.REOPEN: _REVIEWERS,
        Action.LOOK_BACK: {_R: Reach.TOWN, _G: Reach.GRID, **_REVIEWERS},
        Action.REPLY_ORDER: {_S: Reach.TOWN, _L: Reach.TOWN, _B: Reach.BUREAU, **_OFFICE},
        Action.SEE_CONSEQUENCES: {_L: Reach.TOWN, _I: Reach.ANY, _O: Reach.ANY},
        Action.DECIDE_CONSEQUENCE: _OFFICE,
        Action.REPORT: dict.fromkeys(Role, Reach.ANY),
        Action.REGISTER_ORDER: _OFFICE,
        Action.IMPORT: _OFFICE,
        Action.PUBLISH: _OFFICE,
        Action.CORRECT: _OFFICE,
        Action.INVITE: {_S: Reach.TOWN, _L: Reach.TOWN, _O: Reach.ANY},
        Action.CHANGE_ROLE: _OFFICE,
        Action.BIND: _OFFICE,
        Action.EXPORT: _OFFICE,
        Action.ERASE: _OFFICE,
        Action.READ_AUDIT: _OFFICE,
    }
)


def may(person: Person | None, action: Action, ticket: Ticket | None = None) -> bool:
    """Whether the table gives this right to the post in which the person acts now; nobody (None) has any.

    Without a ticket only a right over all tickets counts, except for what is about no ticket: that the role has it
    is all that is said there (an invitation's town and roles are judged by domain.invitation).
    """
    reach = TABLE[action].get(person.post.role) if person and action in TABLE else None
    if person is None or reach is None:
        return False
    if action in ABOUT_NO_TICKET or Reach.ANY in reach:
        return True
    return ticket is not None and any(_COVERS[part](person, ticket) for part in reach)


def unit_of(person: Person) -> str | None:
    """The code of the town or the bureau for which the person acts; None for the district's own."""
    post = person.post
    return post.unit if post.role is Role.BUREAU_STAFF else post.town


def _assigned(person: Person, ticket: Ticket) -> bool:
    """Handed to the person, who still acts where the ticket is."""
    here = person.post.role is Role.BUREAU_STAFF or person.post.town in {None, ticket.town}
    return ticket.assignee_id == person.id and here


def _in_town(person: Person, ticket: Ticket) -> bool:
    return person.post.town is not None and person.post.town == ticket.town


def _of_bureau(person: Person, ticket: Ticket) -> bool:
    return person.post.unit is not None and person.post.unit == ticket.bureau


_COVERS: Mapping[Reach, Callable[[Person, Ticket], bool]] = MappingProxyType(
    {
        Reach.OWN: lambda person, ticket: ticket.reporter_id == person.id,
        Reach.ASSIGNED: _assigned,
        Reach.GRID: _in_town,
        Reach.TOWN: _in_town,
        Reach.BUREAU: _of_bureau,
        Reach.OTHER_TOWN: lambda person, ticket: not _in_town(person, ticket),
    }
)
