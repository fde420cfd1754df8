"""Who somebody is: roles, posts, and what each may see."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """The roles of the office, from the street to the district."""

    PATROL = "patrol"
    GRID_LEAD = "grid_lead"
    TOWN_STAFF = "town_staff"
    TOWN_LEADER = "town_leader"
    BUREAU_STAFF = "bureau_staff"
    INSPECTOR = "inspector"
    OFFICE = "office"


OF_A_TOWN = frozenset({Role.PATROL, Role.GRID_LEAD, Role.TOWN_STAFF, Role.TOWN_LEADER})
SEES_ITS_TOWN = frozenset({Role.GRID_LEAD, Role.TOWN_STAFF, Role.TOWN_LEADER})
SEES_EVERYTHING = frozenset({Role.OFFICE, Role.INSPECTOR})
OF_A_UNIT = frozenset({Role.BUREAU_STAFF})


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a place: ``town`` is a town's code, ``unit`` a bureau's code or a team's name."""

    role: Role
    town: str | None = None
    unit: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member, by the channel's numeric id; ``post`` is the one in which the person acts now."""

    id: int
    name: str
    language: str
    post: Post
    joined_at: datetime
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets an asker may see: all, those of a town, those of a bureau, and always the own reports."""

    person_id: int
    everything: bool = False
    town: str | None = None
    bureau: str | None = None


def scope(person: Person) -> Scope:
    """What this person may see (permission table: reporters their own, towns their town, the district all)."""
    post = person.post
    return Scope(
        person.id,
        everything=post.role in SEES_EVERYTHING,
        town=post.town if post.role in SEES_ITS_TOWN else None,
        bureau=post.unit if post.role is Role.BUREAU_STAFF else None,
    )


def may_see_reporter(person: Person) -> bool:
    """A reporter's name is for the town's own staff and the office, never for leaders, inspectors or groups."""
    return person.post.role in {Role.GRID_LEAD, Role.TOWN_STAFF, Role.OFFICE}
