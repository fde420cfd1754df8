"""Invitations: a code that gives one person one post, who may hand it out, and when it is not taken."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.people import OF_A_TOWN, OF_A_UNIT, Post, Role

RANDOM_BYTES = 24
LEAST_BYTES = 16
LIVES = timedelta(hours=48)
WRONG_BY_ONE = 5
ONE_WAITS = timedelta(minutes=15)
WRONG_BY_ALL = 50
ALL_WAIT = timedelta(hours=1)

_BY_OFFICE = tuple(
    role for role in Role if role is not Role.OFFICE
)  # the office itself is invited on the console only
_BY_TOWN = (Role.PATROL, Role.GRID_LEAD)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A post that waits for the person who brings the code; only the code's hash is known."""

    code_hash: str
    post: Post
    created_at: datetime
    created_by: int | None
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = None


@dataclass(frozen=True, slots=True)
class Guesses:
    """Wrong codes: when this person brought the last few (oldest first), and how many everybody did in ``ALL_WAIT``."""

    mine: Sequence[datetime] = ()
    by_all: int = 0


class Standing(StrEnum):
    """What becomes of a code that somebody brings."""

    GOOD = "good"
    YOURS = "yours"  # this very person has used it before
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    WAIT = "wait"  # too many wrong codes: not even looked at


def code_from(random: bytes) -> str:
    """A code of letters, digits, - and _ that fits into a link; raises ValueError for fewer than 16 bytes."""
    if len(random) < LEAST_BYTES:
        raise ValueError("an invitation needs at least 128 random bits")
    return urlsafe_b64encode(random).decode().rstrip("=")


def hash_of(code: str) -> str:
    """What is stored of a code: 43 characters of the code's alphabet, short enough for a button."""
    return urlsafe_b64encode(hashlib.sha256(code.encode()).digest()).decode().rstrip("=")


def must_wait(guesses: Guesses, now: datetime) -> bool:
    """Five wrong codes within a quarter of an hour cost one person the next quarter; fifty in an hour stop everybody."""
    last = guesses.mine[-WRONG_BY_ONE:]
    hasty = len(last) == WRONG_BY_ONE and last[-1] - last[0] <= ONE_WAITS
    return guesses.by_all >= WRONG_BY_ALL or (hasty and now < last[-1] + ONE_WAITS)


def judge(invitation: Invitation | None, person_id: int, now: datetime) -> Standing:
    """What a code is worth to this person."""
    if invitation is None:
        return Standing.UNKNOWN
    if invitation.used_by is not None:
        return Standing.YOURS if invitation.used_by == person_id else Standing.USED
    return Standing.EXPIRED if now >= invitation.expires_at else Standing.GOOD


def roles_to_give(by: Post) -> tuple[Role, ...]:
    """The roles that somebody in this post may invite to."""
    if by.role is Role.OFFICE:
        return _BY_OFFICE
    return _BY_TOWN if by.role in {Role.TOWN_STAFF, Role.TOWN_LEADER} else ()


def may_invite(by: Post, post: Post) -> bool:
    """The office invites to any post but its own kind; a town's staff and leaders the patrols of their own town."""
    if post.role not in roles_to_give(by) or not is_whole(post):
        return False
    return by.role is Role.OFFICE or by.town == post.town


def is_whole(post: Post) -> bool:
    """Roles of a town name their town and nobody else does; those of a bureau name the bureau."""
    if (post.town is not None) != (post.role in OF_A_TOWN):
        return False
    return post.unit is not None or post.role not in OF_A_UNIT
