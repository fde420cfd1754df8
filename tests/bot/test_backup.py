"""Copies: made while others write, opened by the right key only, restored whole or not at all, and nothing sent again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from sqlalchemy import func, select

from bot.backup import INDEX, BackupRefused, back_up, identity_of, recipient_of, restore
from domain.push import PushClass
from handlers.timed import gap
from handlers.timed.retention import RAW, forget_raw_updates
from storage import audit, copying, inbox
from storage.db import Database
from storage.errors import StorageRefused
from storage.migrate import upgrade
from storage.photo_store import PhotoDamaged, PhotoStore
from storage.schema import facts, metadata, outbox, photos, tickets
from storage.schema import inbox as inbox_rows
from tests.drill import drill, is_met
from tests.support.databases import url_of
from tests.support.desk import GROUP, NOW, OFFICE_POST, OFFICER, TOWN, enrol, office, owed
from tests.support.post import HandClock, message, mill
from tests.support.tickets import a_ticket, filed
from tests.support.wire import Rig

KEY = Identity.generate()
PICTURE = b"a photo" * 1000
SUM = sha256(PICTURE).hexdigest()
LATER = NOW + timedelta(hours=2)


def store_in(folder: Path) -> PhotoStore:
    return PhotoStore.open(f"file://{folder}/photos")


@asynccontextmanager
async def other_place(folder: Path) -> AsyncIterator[tuple[Database, PhotoStore]]:
    place = folder / "other"
    place.mkdir(exist_ok=True)
    async with migrated(place) as db:
        yield db, store_in(place)


@asynccontextmanager
async def migrated(folder: Path) -> AsyncIterator[Database]:
    await asyncio.to_thread(upgrade, url_of(folder))
    db = Database(url_of(folder))
    await db.start()
    yield db
    await db.stop()


@pytest.fixture
async def full(db: Database, tmp_path: Path) -> Database:
    """A ticket with a photo, an office, a bound group, and one push in each state that is not an end."""
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await filed(db, a_ticket(1))
    rig = Rig(db, None, now=NOW)
    await rig.owe(*(rig.push(f"p{n}", 70 + n, push_class=PushClass.CRITICAL) for n in range(4)))
    for n, state in enumerate(("waiting", "sending", "parked", "sent")):
        await rig.write(
            lambda tx, n=n, state=state: tx.change(
                outbox.update().where(outbox.c.key == f"p{n}").values(state=state), {}
            )
        )
    row = {"id": GROUP, "kind": "group", "title": "示例群", "bound_to": TOWN, "bot_status": "member"}
    await rig.write(lambda tx: tx.insert(metadata.tables["chats"], row))
    await rig.write(lambda tx: tx.insert(photos, PHOTO))
    store = store_in(tmp_path)
    await store.put(SUM, PICTURE)
    await store.put(SUM, b"smaller", "shown")
    return db


PHOTO = {
    "id": "draft1:f",
    "draft_id": "draft1",
    "number": "HJ20261123-0001",
    "kind": "before",
    "position": 1,
    "file_id": "f",
    "as_file": False,
    "forwarded": False,
    "person_id": 7,
    "chat_id": 7,
    "received_at": NOW,
    "state": "stored",
    "attempts": 1,
    "next_try_at": NOW,
    "sha256": SUM,
}


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with migrated(tmp_path) as made:
        yield made


async def copy_of(db: Database, folder: Path, at=NOW):
    return await back_up(db, store_in(folder), folder / "copies", KEY.to_public(), at)


async def counted(db: Database) -> dict[str, int]:
    async with db.read() as c:
        return {one.name: await c.scalar(select(func.count()).select_from(one)) for one in copying.tables()}


async def test_s16_what_was_copied_while_others_write_is_restored_whole(full, tmp_path):
    over = asyncio.Event()

    async def writes() -> None:
        n = 10
        while not over.is_set():
            n += 1
            await filed(full, a_ticket(n))

    writing = asyncio.create_task(writes())
    copied = await copy_of(full, tmp_path)
    over.set()
    await writing
    async with other_place(tmp_path) as (db, store):
        made = await restore(db, store, copied.file, KEY, LATER)
        assert (made.rows, made.photos) == (copied.rows, 1)
        assert await store.get(SUM) == PICTURE
        found = await counted(db)
        assert found["tickets"] == found["reports"]
        async with db.read() as c:
            assert (await audit.checked(c)).seq == found["audit"]


async def test_s16_nothing_that_waited_in_the_copy_is_sent_again(full, tmp_path):
    copied = await copy_of(full, tmp_path)
    async with other_place(tmp_path) as (db, store):
        made = await restore(db, store, copied.file, KEY, LATER)
        async with db.read() as c:
            states = dict((await c.execute(select(outbox.c.key, outbox.c.state))).all())
        assert states == {"p0": "cancelled", "p1": "cancelled", "p2": "cancelled", "p3": "sent"}
        assert made.ended == 3


async def test_s17_the_groups_and_the_office_are_told_once_what_may_be_missing(full, tmp_path):
    copied = await copy_of(full, tmp_path)
    async with other_place(tmp_path) as (db, store):
        await restore(db, store, copied.file, KEY, LATER)
        told = [await db.write(lambda tx: gap.tell(tx, office(), LATER)) for _ in range(2)]
        said = {row.chat_id: row.text for row in await owed(db) if row.key.startswith("gap:")}
    assert told == [2, 0]
    assert set(said) == {GROUP, OFFICER}
    assert "11月23日 09:40 至 11月23日 11:40" in said[GROUP]


async def test_t39_who_was_away_longer_than_telegram_keeps_anything_says_what_is_lost(db):
    await enrol(db, OFFICER, OFFICE_POST, "赵六")

    async def at(hours: float) -> int:
        return await db.write(lambda tx: gap.tell(tx, office(), NOW + timedelta(hours=hours)))

    assert [await at(hours) for hours in (0, 0.01, 23, 48, 48.1)] == [0, 0, 0, 1, 0]
    (said,) = await owed(db)
    assert "11月24日 08:40 至 11月24日 09:40" in said.text


async def test_a_second_copy_adds_only_the_photos_that_are_new(full, tmp_path):
    first, second = await copy_of(full, tmp_path), await copy_of(full, tmp_path, LATER)
    assert (first.new, second.new, second.photos) == (1, 0, 1)
    lines = [json.loads(line) for line in (tmp_path / "copies" / INDEX).read_text().splitlines()]
    assert [line["file"] for line in lines] == [first.file.name, second.file.name]


async def test_nothing_of_a_copy_can_be_read_without_the_key(full, tmp_path):
    await copy_of(full, tmp_path)
    files = [file for file in (tmp_path / "copies").rglob("*") if file.is_file()]
    together = b"".join(file.read_bytes() for file in files)
    assert len(files) == 4
    assert not any(secret in together for secret in ("赵六".encode(), b"HJ2026", PICTURE[:50], b'"table"'))


async def refused(file: Path, folder: Path, key: Identity = KEY) -> str:
    async with other_place(folder) as (db, store):
        with pytest.raises((BackupRefused, StorageRefused)) as why:
            await restore(db, store, file, key, LATER)
        assert sum((await counted(db)).values()) == 0 or "photo" in str(why.value)
    assert not list(file.parent.glob("*.clear"))
    return str(why.value)


async def test_another_key_opens_nothing(full, tmp_path):
    copied = await copy_of(full, tmp_path)
    assert "cannot be opened with this key" in await refused(copied.file, tmp_path, Identity.generate())


@pytest.mark.parametrize("place", [0.2, 0.5, 0.99])
async def test_one_flipped_bit_is_found(place, full, tmp_path):
    file = (await copy_of(full, tmp_path)).file
    damaged = bytearray(file.read_bytes())
    damaged[int(len(damaged) * place)] ^= 1
    file.write_bytes(damaged)
    assert "damaged" in await refused(file, tmp_path)


async def test_a_missing_photo_is_named(full, tmp_path):
    file = (await copy_of(full, tmp_path)).file
    (lost,) = file.parent.rglob("*.original.age")
    lost.unlink()
    assert lost.name in await refused(file, tmp_path)


async def test_a_database_in_which_anything_stands_is_left_as_it_is(full, tmp_path):
    file = (await copy_of(full, tmp_path)).file
    before = await counted(full)
    with pytest.raises(StorageRefused, match="not empty"):
        await restore(full, store_in(tmp_path), file, KEY, LATER)
    assert await counted(full) == before


async def test_a_photo_that_is_damaged_in_the_store_is_not_copied_as_if_it_were_whole(full, tmp_path):
    (file,) = (tmp_path / "photos").rglob("*.original")
    file.write_bytes(b"rotten")
    with pytest.raises(PhotoDamaged):
        await copy_of(full, tmp_path)


def test_what_is_no_key_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(BackupRefused, match="LANXUN_BACKUP_RECIPIENT: must be a public key of age"):
        recipient_of("age1nonsense")
    (tmp_path / "key").write_text("# created\nnothing\n")
    with pytest.raises(BackupRefused, match="holds no secret key"):
        identity_of(tmp_path / "key")
    (tmp_path / "key").write_text(f"# created\n{KEY}\n")
    assert str(identity_of(tmp_path / "key").to_public()) == str(KEY.to_public())


async def test_s18_raw_updates_are_forgotten_after_72_hours_and_still_known(tmp_path):
    clock = HandClock()
    async with mill(tmp_path, clock=clock) as at:
        await at.take(message(1, text="我叫张三"))
        await at.work()
        await at.db.write(lambda tx: forget_raw_updates(tx, NOW + RAW))
        assert "张三".encode() in (await bodies(at.db))[0] or b"\\u" in (await bodies(at.db))[0]
        clock.later(RAW.total_seconds() + 1)
        await at.db.write(lambda tx: forget_raw_updates(tx, clock.now()))
        assert [len(body) for body in await bodies(at.db)] == [32]
        await at.take(message(1, text="我叫张三"))
        assert await at.states() == {"processed": 1}


async def test_an_update_that_still_waits_is_not_forgotten(tmp_path):
    async with mill(tmp_path) as at:
        await at.take(message(1, text="您好"))
        await at.db.write(lambda tx: inbox.forget_bodies(tx, NOW + RAW * 2))
        assert len((await bodies(at.db))[0]) > 32
        await at.work()
        assert await at.states() == {"processed": 1}


async def bodies(db: Database) -> list[bytes]:
    async with db.read() as c:
        return list((await c.execute(select(inbox_rows.c.body))).scalars())


async def test_the_key_of_the_buttons_and_the_numbers_go_on_after_a_restore(full, tmp_path):
    await full.write(lambda tx: tx.c.execute(facts.insert().values(name="button_key", value="k")))
    file = (await copy_of(full, tmp_path)).file
    async with other_place(tmp_path) as (db, store):
        await restore(db, store, file, KEY, LATER)
        await filed(db, a_ticket(2))
        async with db.read() as c:
            assert await c.scalar(select(facts.c.value).where(facts.c.name == "button_key")) == "k"
            assert await c.scalar(select(func.count()).select_from(tickets)) == 2


@pytest.mark.simulation  # takes its time on a server
async def test_g14_the_drill_restores_every_report(tmp_path):
    rows = await drill(tmp_path, 1000)
    assert is_met(rows, 1000)
    assert not is_met(rows, 1001)
