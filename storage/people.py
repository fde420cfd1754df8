"""People and their posts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Person, Post, Role
from storage.schema import people, posts
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


def _person(row: Row) -> Person:  # type: ignore[type-arg]  # the columns of _WITH_POST
    post = Post(Role(row.role), row.town, row.unit, row.post_id)
    return Person(row.id, row.name, row.language, post, row.joined_at, reachable=row.unreachable_at is None)
