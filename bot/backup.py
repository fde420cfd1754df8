"""Copies for the day when the machine is gone: the database in one encrypted file, and each photo once, encrypted too."""

import asyncio
import gzip
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import orjson
from pyrage import DecryptError, IdentityError, RecipientError, decrypt, decrypt_file, encrypt, encrypt_file
from pyrage.x25519 import Identity, Recipient

from domain.audit import Fault
from storage import audit, copying
from storage.db import Database
from storage.migrate import newest, revision
from storage.photo_store import Kind, PhotoStore
from storage.tx import Tx

FORMAT = 1
INDEX = "index.jsonl"
KINDS: tuple[Kind, ...] = get_args(Kind)


class BackupRefused(Exception):
    """The copy cannot be made or used; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What is in a copy: rows of all tables, photos that it names, and how many of these were new."""

    file: Path
    at: datetime
    rows: int
    photos: int
    new: int


@dataclass(frozen=True, slots=True)
class Restored:
    """``ended`` pushes stood in the copy and are not sent again."""

    at: datetime
    rows: int
    photos: int
    ended: int


def recipient_of(key: str | None) -> Recipient:
    """Raises BackupRefused for what is no public key of age."""
    try:
        return Recipient.from_str(key or "")
    except RecipientError:
        raise BackupRefused(
            "LANXUN_BACKUP_RECIPIENT: must be a public key of age, like age1…; age-keygen makes one"
        ) from None


def identity_of(file: Path) -> Identity:
    """The secret key in a file of age-keygen; raises BackupRefused."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    try:
        return Identity.from_str(lines[0].strip())
    except (IdentityError, IndexError):
        raise BackupRefused(f"{file} holds no secret key of age (AGE-SECRET-KEY-…)") from None


async def back_up(
    db: Database, store: PhotoStore, folder: Path, recipient: Recipient, now: datetime
) -> Copied:
    """Copy the database as of one moment while others write, then every photo that it names and the folder lacks."""
    file = folder / f"lanxun-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.age"
    plain = file.with_suffix(".unfinished")
    try:
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        async with db.read() as c:
            await copying.snapshot(db, c)
            count = await _write(c, plain, now)
            named = [sha async for sha in copying.stored(c)]
        await asyncio.to_thread(encrypt_file, str(plain), str(file), [recipient])
    finally:
        plain.unlink(missing_ok=True)
    new = [await _keep(store, sha, kind, folder, recipient) for sha in named for kind in KINDS]
    copied = Copied(file, now, count, len(named), sum(new) // len(KINDS))
    _enter(folder, copied)
    return copied


async def _write(c: copying.Handle, file: Path, now: datetime) -> int:
    """Lines of JSON: what it is, each table's name and rows, and the count at the end."""
    count = 0
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3) as out:
        out.write(_line({"format": FORMAT, "at": now.isoformat(), "revision": await revision(c)}))
        for table in copying.tables():
            out.write(_line({"table": table.name, "columns": [one.name for one in table.columns]}))
            async for row in copying.rows(c, table):
                out.write(_line(row))
                count += 1
        out.write(_line({"end": count}))
    return count


async def _keep(store: PhotoStore, sha: str, kind: Kind, folder: Path, recipient: Recipient) -> bool:
    """A photo never changes, so one that is there is the same; returns whether it was not."""
    file = _photo(folder, sha, kind)
    if file.exists():
        return False
    data = await store.get(sha, kind)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_bytes(await asyncio.to_thread(encrypt, data, [recipient]))
    unfinished.rename(file)
    return True


def _enter(folder: Path, copied: Copied) -> None:
    line = {
        "file": copied.file.name,
        "at": copied.at.isoformat(),
        "revision": newest(),
        "rows": copied.rows,
        "photos": copied.photos,
        "sha256": sha256(copied.file.read_bytes()).hexdigest(),
    }
    with (folder / INDEX).open("ab") as index:
        index.write(_line(line))


async def restore(db: Database, store: PhotoStore, file: Path, identity: Identity, now: datetime) -> Restored:
    """Fill an empty database and the photo store from a copy, all of it or nothing; raises BackupRefused."""
    async with _opened(file, identity) as lines:
        head = next(lines)
        if head.get("format") != FORMAT or head["revision"] != newest():
            raise BackupRefused(
                f"the copy is of revision {head.get('revision')}, this program of {newest()}: "
                "restore with the version that made it, then upgrade"
            )
        told = orjson.dumps({"from": head["at"], "to": now.isoformat()}).decode()

        async def job(tx: Tx) -> tuple[int, int]:
            await copying.refuse_if_used(tx.c)
            count = await _fill(tx, lines)
            return count, await copying.settle(tx, told)

        count, ended = await db.write(job)
    async with db.read() as c:
        named = [sha async for sha in copying.stored(c)]
        chain = await audit.checked(c)
    if isinstance(chain, Fault):
        raise BackupRefused(f"the audit log of the copy is broken at row {chain.seq}: {chain.why}")
    for sha in named:
        for kind in KINDS:
            await store.put(sha, await _photo_of(file.parent, sha, kind, identity), kind)
    return Restored(datetime.fromisoformat(head["at"]), count, len(named), ended)


@asynccontextmanager
async def _opened(file: Path, identity: Identity) -> AsyncIterator[Iterator[Any]]:
    """The lines of a copy, which stands in the clear beside it meanwhile."""
    plain = file.with_suffix(".clear")
    try:
        os.close(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            await asyncio.to_thread(decrypt_file, str(file), str(plain), [identity])
        except (DecryptError, OSError) as error:
            raise BackupRefused(f"{file} cannot be opened with this key, or it is damaged: {error}") from None
        with gzip.open(plain) as lines:
            yield map(orjson.loads, lines)
    finally:
        plain.unlink(missing_ok=True)


async def _fill(tx: Tx, lines: Iterator[Any]) -> int:
    by_name = {table.name: table for table in copying.tables()}
    table = None
    page: list[Any] = []
    count = 0
    for line in lines:
        if isinstance(line, list):
            page.append(line)
            if len(page) < copying.PAGE:
                continue
        if table is not None:
            await copying.put(tx, table, page)
            count += len(page)
            page = []
        if "table" in line:
            table = by_name[line["table"]]
        if "end" in line:
            if line["end"] != count:
                raise BackupRefused(f"the copy says {line['end']} rows and holds {count}")
            return count
    raise BackupRefused("the copy ends in its middle")


async def _photo_of(folder: Path, sha: str, kind: Kind, identity: Identity) -> bytes:
    file = _photo(folder, sha, kind)
    try:
        return await asyncio.to_thread(lambda: decrypt(file.read_bytes(), [identity]))
    except (DecryptError, OSError) as error:
        raise BackupRefused(f"the photo {file.name} is missing or damaged: {error}") from None


def _photo(folder: Path, sha: str, kind: Kind) -> Path:
    return folder / "photos" / sha[:2] / f"{sha}.{kind}.age"


def _line(value: Any) -> bytes:
    return orjson.dumps(value) + b"\n"
