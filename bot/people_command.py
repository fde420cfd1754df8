"""The command that shows who serves, and ends it."""

from enum import StrEnum
from typing import Annotated

import typer
import uvloop

from bot import console, edge
from bot.clock import SystemClock
from bot.district_files import load_district
from domain.audit import Deed
from domain.district import District
from domain.people import Post
from storage import audit, people
from storage.tx import Tx


class Verb(StrEnum):
    """What can be done with people."""

    LIST = "list"
    END = "end"


def people_command(
    what: Annotated[Verb, typer.Argument(help="Show who serves, or end it.")],
    who: Annotated[int | None, typer.Argument(metavar="ID", help="Somebody's numeric id.")] = None,
    *,
    post: Annotated[int | None, typer.Option(help="End only this post, by its number in the list.")] = None,
) -> None:
    """Show the members, or one of them, with their posts; or end somebody's posts, at once."""
    if what is Verb.END and who is None:
        raise typer.BadParameter("whose posts are to end?", param_hint="ID")
    if what is Verb.LIST and post is not None:
        raise typer.BadParameter("is for end only", param_hint="--post")
    read = edge.settings()
    district = load_district(read.district)

    async def job(tx: Tx) -> list[tuple[int, str, Post]]:
        return await (_listed(tx, who) if what is Verb.LIST or who is None else _ended(tx, who, post))

    async def work() -> list[tuple[int, str, Post]]:
        async with console.database(read) as db:
            return await db.write(job)

    found = uvloop.run(work())
    for one, name, held in found:
        typer.echo("\t".join((str(held.id), str(one), name, held.role, _place(held, district))))
    if not found and who is not None:
        typer.echo(f"{who} has no such post" if post is not None else f"{who} is no member", err=True)
        raise typer.Exit(1)


async def _listed(tx: Tx, who: int | None) -> list[tuple[int, str, Post]]:
    audit.note(tx, Deed.EXPORTED, "people", at=SystemClock().now(), by=None, person=who)
    return [one for one in await people.everybody(tx.c) if who in (None, one[0])]


async def _ended(tx: Tx, who: int, post: int | None) -> list[tuple[int, str, Post]]:
    names = {one: name for one, name, _ in await people.everybody(tx.c)}
    ended = await people.end_posts(tx, who, post, at=SystemClock().now(), by=None)
    return [(who, names[who], each) for each in ended]


def _place(post: Post, district: District) -> str:
    town = next((town.name for town in district.towns if town.code == post.town), post.town)
    return " ".join(part for part in (town, post.unit) if part)
