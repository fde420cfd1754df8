"""The command line brings a table of air data: a whole file or nothing, and no correction of what is kept."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock
from bot.tables import read_table
from domain.air_cells import Flaw
from domain.air_file import AirFile
from domain.air_table import AirTable
from domain.audit import Deed
from domain.district import District
from handlers.air_tables import made_sure, read_against
from storage import air, audit
from storage.db import Database
from storage.tx import Tx

MOST_TOLD = 20
BY_TWO = "a correction of what is kept needs two persons and is not made from the command line"


class AirRefused(Exception):
    """Nothing was taken; the text says why, a line for each cell that is wrong."""


@dataclass(frozen=True, slots=True)
class Brought:
    """``is_known``: the very same file, or all of its values, were brought before and nothing is stored now."""

    table: AirTable
    towns: Mapping[str, str]
    is_known: bool

    def told(self, *, dry_run: bool) -> list[str]:
        if self.is_known:
            return ["this table was brought before: nothing is new"]
        days = sorted({row.reading.day for row in self.table.new})
        verb = "could be" if dry_run else "were"
        held = sum(row.reading.is_held for row in self.table.new)
        span = f"{days[0]} to {days[-1]}" if days else "no day"
        return [
            f"{len(self.table.new)} rows {verb} imported, {self.table.same} were known: {span}",
            *([f"{held} of them {verb} held until they are confirmed (--yes)"] if held else []),
            *(f"{flaw}: is that right?" for flaw in self.table.questions[:MOST_TOLD]),
            *(f"{day}: nothing of {self.towns[town]}" for day, town in self.table.absent[:MOST_TOLD]),
        ]


async def bring(
    db: Database,
    clock: Clock,
    district: District,
    path: Path,
    *,
    is_sure: bool = False,
    dry_run: bool = False,
) -> Brought:
    """Take the table, or with ``dry_run`` say what would be; ``is_sure`` confirms what is asked.

    Raises TableFileError, and AirRefused for faults and for corrections.
    """
    grid, sha256 = await asyncio.to_thread(lambda: (read_table(path), _sum(path)))
    now = clock.now()
    towns = {town.code: town.name for town in district.towns}

    async def job(tx: Tx) -> Brought:
        before = await air.file_of(tx.c, sha256)
        table = await read_against(tx, district, grid, now)
        _refuse(table)
        if before or table.is_known:
            return Brought(table, towns, is_known=True)
        if is_sure:
            table = made_sure(table)
        if not dry_run:
            file = AirFile(sha256, path.name, None, now, len(table.rows))
            await air.take(tx, file, [row.reading for row in table.new])
            audit.note(tx, Deed.IMPORTED, sha256, at=now, by=None, rows=len(table.new), same=table.same)
        return Brought(table, towns, is_known=False)

    return await db.write(job)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _refuse(table: AirTable) -> None:
    if table.faults:
        raise AirRefused(_lines(table.faults))
    if table.changed:
        rows = ", ".join(str(row.number) for _, row in table.changed[:MOST_TOLD])
        raise AirRefused(f"row {rows}: other values are kept already; {BY_TWO}")


def _lines(flaws: Sequence[Flaw]) -> str:
    told = [str(flaw) for flaw in flaws[:MOST_TOLD]]
    more = len(flaws) - len(told)
    return "\n".join([*told, *([f"… and {more} more"] if more else [])])
