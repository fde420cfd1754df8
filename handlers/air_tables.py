"""A table of air data that somebody brings: read against what is kept, and shown before it is taken."""

from dataclasses import replace
from datetime import datetime

from cards import air as cards
from domain.air_table import AirTable, names_of, read_air
from domain.district import District
from domain.imports import Grid
from domain.message import Message
from domain.people import Person
from handlers.desk import Office
from handlers.notice import view_of
from storage import air
from storage.air_papers import AirPaper
from storage.tx import Tx


async def read_against(tx: Tx, district: District, grid: Grid, now: datetime) -> AirTable:
    """The table beside the readings of its days that are kept already."""
    names, local = names_of(district.towns, district.air), now.astimezone(district.basics.zone)
    days = {row.reading.day for row in read_air(grid, names, district.air, local, {}).rows}
    return read_air(grid, names, district.air, local, await air.stored(tx.c, days))


def made_sure(table: AirTable) -> AirTable:
    """The same after somebody said that what was asked about is right: nothing of it is held."""
    new = tuple(replace(row, reading=replace(row.reading, is_held=False)) for row in table.new)
    changed = tuple(
        (before, replace(row, reading=replace(row.reading, is_held=False))) for before, row in table.changed
    )
    return replace(table, new=new, changed=changed, questions=())


async def preview(
    tx: Tx, office: Office, person: Person, paper: AirPaper, now: datetime
) -> tuple[Message, AirTable | None]:
    """What the table would change, with buttons; None beside it where there is nothing to decide."""
    view = view_of(office, person, now)
    before = await air.file_of(tx.c, paper.sha256 or "")
    if before:
        return cards.brought_before(view, before), None
    table = await read_against(tx, office.district, paper.grid or (), now)
    if table.faults:
        return cards.faults(view, paper.name, table.faults), None
    if table.is_known:
        return cards.nothing_new(view, table.same), None
    return cards.preview(view, paper.id, paper.name, table), table
