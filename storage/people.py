"""People and their posts."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.audit import Deed
from domain.people import Person, Post, Role
from domain.push import PushClass, PushState
from storage import audit, leaving
from storage.schema import outbox, people, posts
from storage.tx import Tx

_WITH_POST = (
    select(people, posts.c.role, posts.c.town, posts.c.unit)
    .join(posts, (posts.c.id == people.c.post_id) & posts.c.revoked_at.is_(None))
    .where(people.c.revoked_at.is_(None))
)
_MEMBERS = _WITH_POST.where(people.c.id.in_(bindparam("ids", expanding=True)))
_SERVING = _WITH_POST.where(
    posts.c.role.in_(bindparam("roles", expanding=True)),
    posts.c.person_id
    == people.c.id,  # follows from the join, and lets the search begin at the posts of a town
    people.c.unreachable_at.is_(None),
)
_IN_TOWN = _SERVING.where(posts.c.town == bindparam("town"))
_IN_DISTRICT = _SERVING.where(posts.c.town.is_(None))
_LANGUAGE = update(people).where(people.c.id == bindparam("who")).values(language=bindparam("new"))
_POST = update(people).where(people.c.id == bindparam("who")).values(post_id=bindparam("new"))
_REACHED = update(people).where(people.c.id == bindparam("who")).values(unreachable_at=bindparam("at"))
_ALL = (
    select(people.c.id, people.c.name, posts.c.role, posts.c.town, posts.c.unit, posts.c.id.label("post"))
    .join(posts, posts.c.person_id == people.c.id)
    .where(people.c.revoked_at.is_(None), posts.c.revoked_at.is_(None))
    .order_by(people.c.id, posts.c.id)
)
_TAKE_BACK = (
    update(outbox)
    .where(
        outbox.c.chat_id == bindparam("who"),
        outbox.c.state.in_([PushState.WAITING.value, PushState.PARKED.value]),
        outbox.c["class"] != PushClass.REPLY.value,
    )
    .values(state=PushState.CANCELLED.value, reason="the post has ended")
)
_END_POSTS = (
    update(posts)
    .where(posts.c.person_id == bindparam("who"), posts.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)


async def of(c: AsyncConnection, ids: Collection[int]) -> dict[int, Person]:
    """The members among these ids, each in the post in which they act now."""
    rows = await c.execute(_MEMBERS, {"ids": list(ids)})
    return {row.id: _person(row) for row in rows}


async def serving(c: AsyncConnection, roles: Collection[Role], town: str | None) -> list[Person]:
    """The reachable members who serve in one of these roles in this town (or, with None, in the district)."""
    wanted = {"roles": [role.value for role in roles]}
    rows = await (c.execute(_IN_TOWN, {**wanted, "town": town}) if town else c.execute(_IN_DISTRICT, wanted))
    return [_person(row) for row in rows]


async def posts_of(c: AsyncConnection, person_id: int) -> list[Post]:
    """Every post in which this person may act, the oldest first."""
    where = posts.c.person_id == person_id, posts.c.revoked_at.is_(None)
    rows = await c.execute(
        select(posts.c.role, posts.c.town, posts.c.unit, posts.c.id).where(*where).order_by(posts.c.id)
    )
    return [Post(Role(row.role), row.town, row.unit, row.id) for row in rows]


async def join(tx: Tx, person: Person, granted_by: int | None) -> Person:
    """Give ``person.post`` to somebody, at once, and make it the one in which they act; a post held already is reused.

    A member keeps name, language and first day; somebody whose membership had ended starts with this post alone.
    """
    at = person.joined_at
    known = (await of(tx.c, [person.id])).get(person.id)
    if known is None:
        await tx.c.execute(_END_POSTS, {"who": person.id, "at": at})
    held = {(post.role, post.town, post.unit): post.id for post in await posts_of(tx.c, person.id)}
    post = person.post
    post_id = held.get((post.role, post.town, post.unit)) or await _grant(tx, person, granted_by)
    _note(tx, Deed.POST_GIVEN, person.id, replace(post, id=post_id), at=at, by=granted_by)
    fresh = {
        "name": person.name,
        "language": person.language,
        "joined_at": at,
        "revoked_at": None,
        "unreachable_at": None,
    }
    if known:
        await tx.c.execute(_POST, {"who": person.id, "new": post_id})
    else:
        row = {"id": person.id, "post_id": post_id, **fresh}
        statement = tx.insert_statement(people).values(row)
        await tx.c.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))
    return (await of(tx.c, [person.id]))[person.id]


async def end_posts(
    tx: Tx, person_id: int, post_id: int | None, *, at: datetime, by: int | None
) -> list[Post]:
    """End one post of somebody, or with None all of them, at once; returns those that ended.

    Who acted in an ended one acts in the oldest that is left; who has none left is no member any more, and what they
    were in the midst of is closed.
    What still waits to be sent to them is taken back, but for the replies to what they said.
    """
    held = await posts_of(tx.c, person_id)
    ended = [post for post in held if post_id in (None, post.id)]
    if not ended:
        return []
    left = [post.id for post in held if post not in ended]
    ids = [post.id for post in ended]
    await tx.c.execute(update(posts).where(posts.c.id.in_(ids)).values(revoked_at=at))
    who = update(people).where(people.c.id == person_id)
    if left:
        await tx.c.execute(who.where(people.c.post_id.in_(ids)).values(post_id=left[0]))
    else:
        await tx.c.execute(who.values(revoked_at=at))
        leaving.close_all(tx, person_id)
    await tx.c.execute(_TAKE_BACK, {"who": person_id})
    for post in ended:
        _note(tx, Deed.POST_ENDED, person_id, post, at=at, by=by)
    return ended


async def everybody(c: AsyncConnection) -> list[tuple[int, str, Post]]:
    """The id and the name of every member with each of their posts, by id."""
    return [
        (row.id, row.name, Post(Role(row.role), row.town, row.unit, row.post))
        for row in await c.execute(_ALL)
    ]


def use_post(tx: Tx, person_id: int, post_id: int) -> None:
    """From now on this person acts in this post."""
    tx.change(_POST, {"who": person_id, "new": post_id})


def set_language(tx: Tx, person_id: int, language: str) -> None:
    """The language in which this person is spoken to."""
    tx.change(_LANGUAGE, {"who": person_id, "new": language})


def set_reachable(tx: Tx, person_id: int, unreachable_at: datetime | None) -> None:
    """Since when this person cannot be written to, or None when they can; nothing happens for somebody unknown."""
    tx.change(_REACHED, {"who": person_id, "at": unreachable_at})


async def _grant(tx: Tx, person: Person, granted_by: int | None) -> int:
    row = {
        "person_id": person.id,
        "role": person.post.role,
        "town": person.post.town,
        "unit": person.post.unit,
        "granted_at": person.joined_at,
        "granted_by": granted_by,
    }
    return int((await tx.c.execute(insert(posts).values(row).returning(posts.c.id))).scalar_one())


def _note(tx: Tx, deed: Deed, person_id: int, post: Post, *, at: datetime, by: int | None) -> None:
    audit.note(
        tx, deed, person_id, at=at, by=by, post=post.id, role=post.role, town=post.town, unit=post.unit
    )


def _person(row: Row) -> Person:  # type: ignore[type-arg]  # the columns of _WITH_POST
    post = Post(Role(row.role), row.town, row.unit, row.post_id)
    return Person(row.id, row.name, row.language, post, row.joined_at, reachable=row.unreachable_at is None)
