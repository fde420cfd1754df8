"""The drill: a database with very many reports is copied while it is written to, restored on an empty place, and checked.

``python -m tests.drill --reports 100000 [--postgres]``; exit status 1 when anything is missing or it takes over five minutes.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity
from sqlalchemy import func, insert, select

from bot.backup import back_up, restore
from storage import audit, copying
from storage.db import Database
from storage.migrate import upgrade
from storage.photo_store import PhotoStore
from storage.schema import photos
from storage.tx import Tx
from tests.support.databases import url_of
from tests.support.desk import NOW
from tests.support.postgres import server
from tests.support.tickets import a_ticket, filed

GOAL_SECONDS = 300
AT_ONCE = 500
BYTES = 2_000  # small ones: what is measured is the number of them


async def fill(db: Database, store: PhotoStore, reports: int) -> None:
    """Tickets with their reports, history and audit entries, and one photo each."""
    rng = random.Random(1)
    for first in range(1, reports + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, reports + 1))
        await filed(db, *(a_ticket(n) for n in numbers))
        pictures = {n: rng.randbytes(BYTES) for n in numbers}
        rows = [_photo(n, sha256(data).hexdigest()) for n, data in pictures.items()]

        async def job(tx: Tx, rows: list[dict[str, Any]] = rows) -> None:
            await tx.c.execute(insert(photos), rows)

        await db.write(job)
        for row, data in zip(rows, pictures.values(), strict=True):
            await store.put(row["sha256"], data)
            await store.put(row["sha256"], data[:200], "shown")


def _photo(n: int, sha: str) -> dict[str, Any]:
    whose = {
        "id": f"d{n}:f{n}",
        "draft_id": f"d{n}",
        "number": a_ticket(n).number,
        "person_id": 7,
        "chat_id": 7,
    }
    taken = {"kind": "before", "position": n, "file_id": f"f{n}", "as_file": False, "forwarded": False}
    kept = {"received_at": NOW, "state": "stored", "attempts": 1, "next_try_at": NOW, "sha256": sha}
    return whose | taken | kept


async def counts(db: Database) -> dict[str, int]:
    async with db.read() as c:
        return {one.name: await c.scalar(select(func.count()).select_from(one)) for one in copying.tables()}


async def drill(folder: Path, reports: int) -> list[tuple[str, str, str]]:
    """What was measured: what, figure, goal."""
    places = [folder / "here", folder / "there"]
    opened = []
    for place in places:
        place.mkdir()
        await asyncio.to_thread(upgrade, url_of(place))
        opened.append((Database(url_of(place)), PhotoStore.open(f"file://{place}/photos")))
        await opened[-1][0].start()
    (here, kept), (there, empty) = opened
    key, began = Identity.generate(), time.monotonic()
    await fill(here, kept, reports)
    filled, writes = time.monotonic(), asyncio.create_task(_goes_on(here, reports))
    copied = await back_up(here, kept, folder / "copies", key.to_public(), NOW)
    done = time.monotonic()
    writes.cancel()
    made = await restore(there, empty, copied.file, key, NOW)
    found = await counts(there)
    async with there.read() as c:
        whole = (await audit.checked(c)) == await audit.head(c)
    ended = time.monotonic()
    for db, _ in opened:
        await db.stop()
    return [
        ("reports", str(found["reports"]), f">= {reports}"),
        ("rows in the copy and restored", f"{copied.rows} / {made.rows}", "equal"),
        ("photos restored", str(made.photos), str(reports)),
        ("audit log whole", str(whole), "True"),
        ("filling, s", f"{filled - began:.0f}", "-"),
        ("backup while writing, s", f"{done - filled:.0f}", "-"),
        ("restore and check, s", f"{ended - done:.0f}", f"<= {GOAL_SECONDS}"),
        ("copy of the database, MB", f"{copied.file.stat().st_size / 1e6:.1f}", "-"),
    ]


async def _goes_on(db: Database, reports: int) -> None:
    n = reports
    while True:
        n += 1
        await filed(db, a_ticket(n))


def is_met(rows: list[tuple[str, str, str]], reports: int) -> bool:
    figures = {what: figure for what, figure, _ in rows}
    in_copy, restored = figures["rows in the copy and restored"].split(" / ")
    return (
        in_copy == restored
        and int(figures["reports"]) >= reports
        and int(figures["photos restored"]) == reports
        and figures["audit log whole"] == "True"
        and float(figures["restore and check, s"]) <= GOAL_SECONDS
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lanxun-drill-") as folder, server(needed=given.postgres):
        rows = asyncio.run(drill(Path(folder), given.reports))
    for what, figure, goal in rows:
        print(f"{what:<34} {figure:>18}  goal {goal}")
    return 0 if is_met(rows, given.reports) else 1


if __name__ == "__main__":
    sys.exit(main())
