"""Brings the office's tables of sites and people into the database: a whole file or nothing."""

from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock
from bot.tables import read_table
from cards.catalogue import LANGUAGES
from cards.people import link, role_name
from domain import imports
from domain.district import District
from domain.imports import Enrolled
from domain.people import Person, Role
from domain.sites import Site
from handlers.chat.joining import make_invitation
from storage import people, sites
from storage.db import Database
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody of the table and the link that lets them join; no link for those who are members at once."""

    name: str
    link: str | None


def read_sites(path: Path, district: District) -> tuple[Site, ...]:
    """The sites of a file; raises TableFileError and TableError."""
    return imports.read_sites(read_table(path), district)


def read_people(path: Path, district: District) -> tuple[Enrolled, ...]:
    """The people of a file; raises TableFileError and TableError."""
    return imports.read_people(read_table(path), district, _role_names())


async def keep_sites(db: Database, register: tuple[Site, ...]) -> None:
    """Add these sites or replace those of the same id, all in one transaction."""

    async def job(tx: Tx) -> None:
        sites.save(tx, register)

    await db.write(job)


async def enrol(db: Database, clock: Clock, everybody: tuple[Enrolled, ...], bot_name: str) -> list[Invited]:
    """Invite everybody, or make a member at once of those whose id is known, all in one transaction."""
    now = clock.now()

    async def job(tx: Tx) -> list[Invited]:
        done = []
        for one in everybody:
            if one.id is not None:
                await people.join(tx, Person(one.id, one.name, LANGUAGES[0], one.post, now), None)
                done.append(Invited(one.name, None))
            else:
                code, _ = make_invitation(tx, now, one.post)
                done.append(Invited(one.name, link(bot_name, code)))
        return done

    return await db.write(job)


def _role_names() -> dict[str, Role]:
    named = {role_name(language, role): role for language in LANGUAGES for role in Role}
    return named | {role.value: role for role in Role}
