"""Invitations by the hash of their code, and the wrong codes that people tried."""

from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.audit import Deed
from domain.invitation import ALL_WAIT, WRONG_BY_ALL, WRONG_BY_ONE, Guesses, Invitation
from domain.people import Post, Role
from storage import audit
from storage.schema import invitations, wrong_codes
from storage.tx import Tx

_VOID = (
    update(invitations)
    .where(
        invitations.c.code_hash == bindparam("which"),
        invitations.c.used_at.is_(None),
        invitations.c.expires_at > bindparam("now"),
    )
    .values(expires_at=bindparam("now"))
)
_BY_ALL = select(func.count()).select_from(wrong_codes).where(wrong_codes.c.at > bindparam("since"))
_MINE = (
    select(wrong_codes.c.at)
    .where(wrong_codes.c.person_id == bindparam("who"))
    .order_by(wrong_codes.c.at.desc())
    .limit(WRONG_BY_ONE)
)


def create(tx: Tx, invitation: Invitation) -> None:
    """A new invitation."""
    row = {
        "code_hash": invitation.code_hash,
        "role": invitation.post.role,
        "town": invitation.post.town,
        "unit": invitation.post.unit,
        "created_at": invitation.created_at,
        "created_by": invitation.created_by,
        "expires_at": invitation.expires_at,
    }
    tx.insert(invitations, row)
    post = {name: row[name] for name in ("role", "town", "unit", "expires_at")}
    audit.note(
        tx, Deed.INVITED, invitation.code_hash, at=invitation.created_at, by=invitation.created_by, **post
    )


def void(tx: Tx, code_hash: str, now: datetime) -> None:
    """Nobody can take it any more; nothing happens to one that is used, expired or unknown."""
    tx.change(_VOID, {"which": code_hash, "now": now})


async def by_hash(c: AsyncConnection, code_hash: str) -> Invitation | None:
    """The invitation of a code, in whatever state."""
    row = (await c.execute(select(invitations).where(invitations.c.code_hash == code_hash))).one_or_none()
    if row is None:
        return None
    post = Post(Role(row.role), row.town, row.unit)
    times = row.created_at, row.created_by, row.expires_at
    return Invitation(row.code_hash, post, *times, used_at=row.used_at, used_by=row.used_by)


async def take(tx: Tx, code_hash: str, person_id: int, now: datetime) -> bool:
    """Use an invitation up, at once: of any number of takers exactly one is told that it is theirs."""
    free = invitations.c.used_at.is_(None), invitations.c.expires_at > now
    taken = (
        update(invitations)
        .where(invitations.c.code_hash == code_hash, *free)
        .values(used_at=now, used_by=person_id)
        .returning(invitations.c.code_hash)
    )
    return (await tx.c.execute(taken)).one_or_none() is not None


async def guesses(c: AsyncConnection, person_id: int, now: datetime) -> Guesses:
    """The wrong codes that count against everybody and, while those are few enough, against this person."""
    by_all = int((await c.execute(_BY_ALL, {"since": now - ALL_WAIT})).scalar_one())
    if by_all >= WRONG_BY_ALL:
        return Guesses((), by_all)
    times = (await c.execute(_MINE, {"who": person_id})).scalars().all()
    return Guesses(tuple(reversed(times)), by_all)


async def count_wrong(tx: Tx, person_id: int, now: datetime) -> None:
    """Remember a wrong code at once, so that the next guess of the same transaction is counted after it."""
    await tx.c.execute(insert(wrong_codes).values(person_id=person_id, at=now))
