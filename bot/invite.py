"""Invitations made on the console, the first one of the district's office among them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cards.people import link
from domain.district import District
from domain.imports import by_names, folded
from domain.invitation import Invitation
from domain.people import OF_A_TOWN, OF_A_UNIT, Post, Role
from handlers.chat.joining import PostNotWhole, make_invitation
from storage.db import Database
from storage.tx import Tx

SPAN = re.compile(r"([1-9]\d{0,3})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class NotInvited(ValueError):
    """The invitation cannot be made; the text says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to invite, in the words of the console."""

    role: Role
    town: str | None
    unit: str | None
    lives: timedelta


def span(text: str) -> timedelta:
    """``90m``, ``48h`` or ``7d`` as time; raises ValueError."""
    found = SPAN.fullmatch(text)
    if not found:
        raise ValueError("a time is a number and m, h or d, like 48h")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def post_of(wish: Wish, district: District) -> Post:
    """The post that is wished for; raises NotInvited for a place that the district has not."""
    town = by_names(district.towns).get(folded(wish.town)) if wish.town else None
    if wish.town and town is None:
        names = ", ".join(one.name for one in district.towns)
        raise NotInvited(f"--town {wish.town} is no town of the district; there are {names}")
    unit = wish.unit
    if unit and wish.role in OF_A_UNIT:
        unit = by_names(district.bureaus).get(folded(unit))
        if unit is None:
            names = ", ".join(one.name for one in district.bureaus)
            raise NotInvited(f"--unit {wish.unit} is no bureau of the district; there are {names}")
    return Post(wish.role, town, unit)


async def invite(
    db: Database, district: District, wish: Wish, *, now: datetime, bot_name: str
) -> dict[str, str | None]:
    """Make the invitation and tell what the contract says of it; raises NotInvited."""
    post = post_of(wish, district)

    async def job(tx: Tx) -> tuple[str, Invitation]:
        return make_invitation(tx, now, post, lives=wish.lives)

    try:
        code, made = await db.write(job)
    except PostNotWhole:
        raise NotInvited(_what_is_missing(wish.role)) from None
    return {
        "code": code,
        "link": link(bot_name, code),
        "role": post.role,
        "town": district.town(post.town).name if post.town else None,
        "expires_at": made.expires_at.astimezone(district.basics.zone).isoformat(timespec="seconds"),
    }


def _what_is_missing(role: Role) -> str:
    if role in OF_A_TOWN:
        return f"the role {role} needs --town"
    return f"the role {role} takes no --town" + (" and needs --unit" if role in OF_A_UNIT else "")
