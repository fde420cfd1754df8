"""The command `lanxun`: what it can do, and how it says no."""

import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer
import uvloop

from bot import console, demo, edge, imports, log
from bot.air_command import air_command
from bot.air_import import AirRefused, bring
from bot.audit_command import audit_command
from bot.backup import BackupRefused
from bot.backup_command import backup_command, restore_command
from bot.check import look_at_everything
from bot.clock import SystemClock
from bot.district_files import load_district
from bot.edge import settings
from bot.exports import Exporter, What, open_sheet
from bot.finding import Finding, Level
from bot.invite import NotInvited, Wish, span
from bot.invite import invite as make_invitation
from bot.people_command import people_command
from bot.rank_command import NoRanking, bulletin_command, rank_command
from bot.settings import Settings
from bot.sheets import Format
from bot.tables import TableFileError
from domain.district import District
from domain.imports import Enrolled, TableError
from domain.people import Role
from domain.sites import Site
from storage.migrate import newest, upgrade

REFUSALS = (*edge.REFUSALS, TableError, TableFileError, NotInvited, AirRefused, NoRanking, BackupRefused)


class Table(StrEnum):
    """What can be imported."""

    AIR = "air"
    SITES = "sites"
    PEOPLE = "people"


Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A local day, itself included.")]

app = typer.Typer(
    name="lanxun",
    help="Lanxun: clean-air patrols of a district as a chat bot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("air")(air_command)
app.command("audit")(audit_command)
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.command("people")(people_command)
app.command("rank")(rank_command)
app.command("bulletin")(bulletin_command)


def main() -> None:
    edge.guarded(app, REFUSALS)


@app.command("demo")
def demo_command(
    port: Annotated[int, typer.Option(help="Where the chat page is.")] = 8080,
    data: Annotated[
        Path | None, typer.Option(help="Folder to keep everything in; else it is forgotten.")
    ] = None,
) -> None:
    """The bot with a Telegram of its own, to be looked at in a browser."""
    log.configure(level="WARNING")
    uvloop.run(demo.run(port, data))


@app.command()
def sandbox(port: Annotated[int, typer.Option(help="Where it listens on 127.0.0.1.")] = 8080) -> None:
    """The local Telegram alone."""
    _become("sandbox", "--port", str(port))


@app.command()
def run() -> None:
    """The bot."""
    read = settings()
    if read.auto_migrate:
        upgrade(read.database_url)
    _become("bot.run")


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision; a second time nothing happens."""
    upgrade(settings().database_url)
    typer.echo(f"the database is at revision {newest()}")


@app.command()
def check(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Look at everything the bot needs, and say what is wrong and what to do."""
    read = settings()

    async def look() -> bool:
        healthy = True
        async for finding in look_at_everything(read, SystemClock()):
            typer.echo(orjson.dumps(finding).decode() if as_json else _line(finding))
            healthy = healthy and finding.level is not Level.FAULT
        return healthy

    if not uvloop.run(look()):
        raise typer.Exit(1)


@app.command()
def invite(
    *,
    role: Annotated[Role, typer.Option(help="The role of the new member.")],
    town: Annotated[str | None, typer.Option(help="A town by name, alias or code.")] = None,
    unit: Annotated[str | None, typer.Option(help="A bureau by name, or the name of a team.")] = None,
    expires: Annotated[str, typer.Option(help="30m, 48h or 7d.")] = "48h",
    as_json: Annotated[bool, typer.Option("--json", help="Everything about it as JSON.")] = False,
) -> None:
    """Make an invitation that one person can use once, and print its link."""
    try:
        wish = Wish(role, town, unit, span(expires))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--expires") from None
    read = settings()
    district = load_district(read.district)

    async def work() -> dict[str, str | None]:
        name = await console.bot_name(read)
        async with console.database(read) as db:
            return await make_invitation(db, district, wish, now=SystemClock().now(), bot_name=name)

    made = uvloop.run(work())
    typer.echo(orjson.dumps(made).decode() if as_json else made["link"])


@app.command("import")
def import_command(
    what: Annotated[Table, typer.Argument(help="What the table lists.")],
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8 or GB18030) or XLSX.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    is_sure: Annotated[bool, typer.Option("--yes", help="Doubtful values of air are right.")] = False,
) -> None:
    """Bring a table into the database, all of it or nothing. For people it prints name and link of each."""
    read = settings()
    district = load_district(read.district)
    if what is Table.AIR:
        for line in uvloop.run(_air(read, district, file, is_sure=is_sure, dry_run=dry_run)):
            typer.echo(line)
        return
    if what is Table.SITES:
        count = uvloop.run(_sites(read, imports.read_sites(file, district), dry_run=dry_run))
    else:
        count = uvloop.run(_people(read, imports.read_people(file, district), dry_run=dry_run))
    typer.echo(f"{count} {what} {'could be ' if dry_run else ''}imported", err=True)


@app.command()
def export(
    what: Annotated[What, typer.Argument(help="What to export.")],
    since: Day = None,
    until: Day = None,
    form: Annotated[Format, typer.Option("--format", help="json is one object a line.")] = Format.JSON,
    out: Annotated[Path | None, typer.Option(help="A file; else it is printed.")] = None,
) -> None:
    """Write tickets, pushes, people, the audit log or consequences as a table."""
    if form is Format.XLSX and out is None:
        raise typer.BadParameter("a workbook needs --out FILE")
    read = settings()
    district = load_district(read.district)

    async def work() -> None:
        async with console.database(read) as db:
            exporter = Exporter(db, district, SystemClock().now())
            with open_sheet(what, form, out) as sheet:
                await exporter.write(
                    what, sheet, since=since.date() if since else None, until=until.date() if until else None
                )

    uvloop.run(work())


def _become(module: str, *words: str) -> None:
    """Go on as another program of ours, without what the commands here have loaded."""
    os.execv(sys.executable, [sys.executable, "-m", module, *words])  # noqa: S606 - nothing that a user typed


async def _air(read: Settings, district: District, file: Path, *, is_sure: bool, dry_run: bool) -> list[str]:
    async with console.database(read) as db:
        brought = await bring(db, SystemClock(), district, file, is_sure=is_sure, dry_run=dry_run)
    return brought.told(dry_run=dry_run)


async def _sites(read: Settings, register: tuple[Site, ...], *, dry_run: bool) -> int:
    if not dry_run:
        async with console.database(read) as db:
            await imports.keep_sites(db, register)
    return len(register)


async def _people(read: Settings, everybody: tuple[Enrolled, ...], *, dry_run: bool) -> int:
    if not dry_run:
        name = await console.bot_name(read) if any(one.id is None for one in everybody) else ""
        async with console.database(read) as db:
            for invited in await imports.enrol(db, SystemClock(), everybody, name):
                typer.echo(f"{invited.name},{invited.link or ''}")
    return len(everybody)


def _line(finding: Finding) -> str:
    line = f"{finding.level:5} {finding.about}: {finding.found}"
    return f"{line}\n      -> {finding.remedy}" if finding.remedy else line
