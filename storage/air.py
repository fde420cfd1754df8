"""Air data: every version of every reading, the files that brought them, and the days of sand."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.air_editions import Pollutant
from domain.air_file import SAMPLE, AirFile, Stand
from domain.air_reading import PlaceKind, Reading
from domain.air_table import Key
from storage.schema import air_files, air_readings, sand_days
from storage.tx import Tx

_VALUES = (
    *(air_readings.c[name] for name in ("place_kind", "place", "day", "hour", "vals", "never", "held")),
)
_FILE = tuple(air_files.c[name] for name in AirFile.__slots__)
_OLD = update(air_readings).values(newest=False)
for _name in ("place_kind", "place", "day", "hour", "version"):
    _OLD = _OLD.where(air_readings.c[_name] == bindparam(f"old_{_name}"))
_JUDGED = (
    update(air_files)
    .where(air_files.c.sha256 == bindparam("which"))
    .values(
        stand=bindparam("new_stand"),
        judged_by=bindparam("by"),
        judged_at=bindparam("now"),
        recount=bindparam("again"),
        waiting=None,
    )
)
_RECOUNTED = update(air_files).where(air_files.c.sha256 == bindparam("which")).values(recount=False)
_NO_SAND = delete(sand_days).where(sand_days.c.day == bindparam("which"))


async def of_days(c: AsyncConnection, first: date, last: date) -> list[Reading]:
    """The newest version of every reading of these days, those that are held included."""
    query = select(*_VALUES).where(air_readings.c.newest, air_readings.c.day.between(first, last))
    return [_reading(row) for row in await c.execute(query)]


async def stored(c: AsyncConnection, days: Collection[date]) -> dict[Key, Reading]:
    """What is kept of these days, by place and time."""
    query = select(*_VALUES).where(air_readings.c.newest, air_readings.c.day.in_(sorted(days)))
    readings = [_reading(row) for row in await c.execute(query)]
    return {reading.key: reading for reading in readings}


async def every(c: AsyncConnection, since: date | None, until: date | None) -> AsyncIterator[Reading]:
    """The newest version of every reading of these days, in the order of time."""
    query = select(*_VALUES).where(
        air_readings.c.newest,
        *([air_readings.c.day >= since] if since else []),
        *([air_readings.c.day <= until] if until else []),
    )
    order = (air_readings.c[name] for name in ("day", "place_kind", "place", "hour"))
    for row in await c.execute(query.order_by(*order)):
        yield _reading(row)


async def latest_day(c: AsyncConnection) -> date | None:
    """The newest day of which anything is kept."""
    found: date | None = await c.scalar(select(func.max(air_readings.c.day)).where(air_readings.c.newest))
    return found


async def has_sample(c: AsyncConnection, first: date, last: date) -> bool:
    """Whether any reading of these days is invented."""
    query = exists().where(
        air_readings.c.newest,
        air_readings.c.day.between(first, last),
        air_files.c.sha256 == air_readings.c.file,
        air_files.c.name.startswith(SAMPLE, autoescape=True),
    )
    return bool(await c.scalar(select(query)))


async def take(tx: Tx, file: AirFile, readings: Iterable[Reading]) -> None:
    """Keep the readings of a file that differ from what is kept, as the next version of each."""
    await _take(tx, file.sha256, readings)
    tx.insert(air_files, _row(file))


def wait(tx: Tx, file: AirFile, readings: Iterable[Reading]) -> None:
    """Keep a file aside until a second person has looked at it."""
    row = _row(replace(file, stand=Stand.WAITING)) | {"waiting": [_packed(one) for one in readings]}
    tx.upsert(air_files, row)


async def confirm(tx: Tx, file: AirFile, by: int, now: datetime) -> tuple[Reading, ...]:
    """Take what waits; returns what it replaces or adds. Whoever may is the caller's to judge."""
    readings = await waiting_rows(tx.c, file.sha256)
    await _take(tx, file.sha256, readings)
    _judge(tx, file, Stand.TAKEN, by, now)
    return readings


def refuse(tx: Tx, file: AirFile, by: int, now: datetime) -> None:
    """The second person says no."""
    _judge(tx, file, Stand.REFUSED, by, now)


async def file_of(c: AsyncConnection, sha256: str) -> AirFile | None:
    """The file with these bytes, whatever became of it."""
    row = (await c.execute(select(*_FILE).where(air_files.c.sha256 == sha256))).one_or_none()
    return _file(row) if row else None


async def waiting(c: AsyncConnection) -> list[AirFile]:
    """The files that a second person has to look at, the oldest first."""
    query = select(*_FILE).where(air_files.c.stand == Stand.WAITING.value).order_by(air_files.c.at)
    return [_file(row) for row in await c.execute(query)]


async def waiting_rows(c: AsyncConnection, sha256: str) -> tuple[Reading, ...]:
    """The readings of a file that waits; none of one that was judged."""
    packed = await c.scalar(select(air_files.c.waiting).where(air_files.c.sha256 == sha256))
    return tuple(_unpacked(one) for one in packed or ())


async def is_overtaken(c: AsyncConnection, file: AirFile) -> bool:
    """Whether a value of this waiting file was brought or corrected by another one since it was handed in."""
    keys = {reading.key for reading in await waiting_rows(c, file.sha256)}
    days = sorted({day for _, day, _ in keys})
    newer = func.coalesce(air_files.c.judged_at, air_files.c.at) > file.at
    query = select(*_VALUES).join(air_files, air_files.c.sha256 == air_readings.c.file)
    rows = await c.execute(query.where(air_readings.c.newest, air_readings.c.day.in_(days), newer))
    return any(_reading(row).key in keys for row in rows)


async def to_recount(c: AsyncConnection) -> dict[str, tuple[date, date] | None]:
    """The files whose rankings are to be made anew, with the first and the last day that they brought."""
    first, last = func.min(air_readings.c.day), func.max(air_readings.c.day)
    query = select(air_files.c.sha256, first, last).outerjoin(
        air_readings, air_readings.c.file == air_files.c.sha256
    )
    rows = await c.execute(query.where(air_files.c.recount).group_by(air_files.c.sha256))
    return {sha256: (first, last) if first else None for sha256, first, last in rows}


def recounted(tx: Tx, sha256: str) -> None:
    tx.change(_RECOUNTED, {"which": sha256})


async def sand(c: AsyncConnection, first: date, last: date) -> frozenset[date]:
    """The days that the staff has marked."""
    query = select(sand_days.c.day).where(sand_days.c.day.between(first, last))
    return frozenset((await c.execute(query)).scalars())


def mark_sand(tx: Tx, day: date, by: int | None, now: datetime, *, is_sand: bool) -> None:
    if is_sand:
        tx.insert_once(sand_days, {"day": day, "marked_by": by, "marked_at": now})
    else:
        tx.change(_NO_SAND, {"which": day})


async def _take(tx: Tx, sha256: str, readings: Iterable[Reading]) -> None:
    tx.take("air")  # versions are counted from what is read here
    new = {reading.key: reading for reading in readings}
    versions = await _versions(tx.c, sorted({reading.day for reading in new.values()}))
    for key, reading in new.items():
        version, before = versions.get(key, (0, None))
        if before == reading:
            continue
        if version:
            tx.change(_OLD, {f"old_{name}": value for name, value in _key(reading, version).items()})
        row = {"file": sha256, "vals": _values(reading), "never": sorted(reading.never)}
        tx.insert(air_readings, _key(reading, version + 1) | row | {"held": reading.is_held, "newest": True})


async def _versions(c: AsyncConnection, days: Sequence[date]) -> dict[Key, tuple[int, Reading]]:
    query = select(air_readings.c.version, *_VALUES)
    found = await c.execute(query.where(air_readings.c.newest, air_readings.c.day.in_(days)))
    rows = [(row.version, _reading(row)) for row in found]
    return {reading.key: (version, reading) for version, reading in rows}


def _judge(tx: Tx, file: AirFile, stand: Stand, by: int, now: datetime) -> None:
    tx.take(f"air file {file.sha256}")
    row = {"which": file.sha256, "new_stand": stand.value, "by": by, "now": now}
    tx.change(_JUDGED, row | {"again": stand is Stand.TAKEN})


def _key(reading: Reading, version: int) -> dict[str, Any]:
    kind, place = reading.place
    return {
        "place_kind": kind.value,
        "place": place,
        "day": reading.day,
        "hour": reading.hour or 0,
        "version": version,
    }


def _values(reading: Reading) -> dict[str, int]:
    return {pollutant.value: value for pollutant, value in reading.values.items()}


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        (PlaceKind(row.place_kind), row.place),
        row.day,
        row.hour or None,
        {Pollutant(name): value for name, value in row.vals.items()},
        frozenset(map(Pollutant, row.never)),
        row.held,
    )


def _packed(reading: Reading) -> list[Any]:
    kind, place = reading.place
    never = sorted(reading.never)
    return [
        kind.value,
        place,
        reading.day.isoformat(),
        reading.hour,
        _values(reading),
        never,
        reading.is_held,
    ]


def _unpacked(packed: Sequence[Any]) -> Reading:
    kind, place, day, hour, values, never, is_held = packed
    return Reading(
        (PlaceKind(kind), place),
        date.fromisoformat(day),
        hour,
        {Pollutant(name): value for name, value in values.items()},
        frozenset(map(Pollutant, never)),
        is_held,
    )


def _row(file: AirFile) -> dict[str, Any]:
    row = {name: getattr(file, name) for name in AirFile.__slots__}
    return row | {"stand": file.stand.value, "recount": file.stand is Stand.TAKEN}


def _file(row: Row[Any]) -> AirFile:
    return AirFile(**dict(row._mapping) | {"stand": Stand(row.stand)})  # noqa: SLF001 - the documented mapping of a row
