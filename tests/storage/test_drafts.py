"""Reports in the making: one a problem, several a person, and albums that find theirs again."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.draft import Awaited, Draft, DraftPhoto, DraftPlace
from domain.ticket import Evidence
from storage import drafts
from storage.db import Database
from storage.tx import Tx
from tests.support.desk import LI, NOW, TOWN, ZHANG, fresh_db

LATER = NOW + timedelta(hours=24)
PLAIN = Draft("d1", ZHANG, ZHANG, NOW, LATER, version=1)
FULL = replace(
    PLAIN,
    photos=(DraftPhoto("f1", "u1", 5), DraftPhoto("f2", "u2", 6, as_file=True, forwarded=True)),
    place=DraftPlace(Evidence.PIN, 34.9, 113.6, "s1", "示例工地", 12),
    town=TOWN,
    town_choices=(TOWN, "410108003"),
    category="site_dust",
    words=((5, "围挡外有土"), (9, "")),
    site_choices=("s1", "s2"),
    apart=True,
    changing=Awaited.PLACE,
    prompt_key="say:1:2:3",
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as made:
        yield made


async def write(db: Database, act: Callable[[Tx], None]) -> None:
    async def job(tx: Tx) -> None:
        act(tx)

    await db.write(job)


async def save(db: Database, *made: Draft) -> None:
    await write(db, lambda tx: [drafts.save(tx, one) for one in made] and None)


@pytest.mark.parametrize("draft", [PLAIN, FULL, replace(FULL, state="submitted", number="HJ20261123-0001")])
async def test_a_draft_comes_back_as_it_was_saved(db: Database, draft: Draft) -> None:
    await save(db, draft)
    async with db.read() as c:
        assert await drafts.by_id(c, "d1") == draft
        assert await drafts.by_id(c, "d2") is None


async def test_saving_again_replaces(db: Database) -> None:
    await save(db, PLAIN)
    await save(db, PLAIN, replace(PLAIN, category="rubble", version=2))
    async with db.read() as c:
        assert await drafts.by_id(c, "d1") == replace(PLAIN, category="rubble", version=2)


async def test_open_drafts_are_found_by_chat_and_person_the_last_touched_first(db: Database) -> None:
    older = replace(PLAIN, id="d2", touched_at=NOW - timedelta(minutes=1))
    ended = replace(PLAIN, id="d3", state="submitted")
    others = replace(PLAIN, id="d4", person_id=LI)
    await save(db, older, PLAIN, ended, others)
    async with db.read() as c:
        found = await drafts.open_of(c, {(ZHANG, ZHANG)})
    assert [one.id for one in found[(ZHANG, ZHANG)]] == ["d1", "d2"]


@pytest.mark.parametrize("state", ["open", "submitted"])
async def test_an_album_finds_its_draft_in_whatever_state_and_in_its_own_chat_only(
    db: Database, state: str
) -> None:
    await save(db, replace(PLAIN, state=state))
    await write(db, lambda tx: drafts.claim_album(tx, PLAIN, "a", NOW))
    async with db.read() as c:
        found = await drafts.by_album(c, {(ZHANG, "a"), (LI, "a"), (ZHANG, "b")})
        assert await drafts.by_album(c, set()) == {}
    assert {key: one.id for key, one in found.items()} == {(ZHANG, "a"): "d1"}


async def test_the_first_draft_that_claims_an_album_keeps_it(db: Database) -> None:
    other = replace(PLAIN, id="d2")
    await save(db, PLAIN, other)
    for draft in (PLAIN, other):
        await write(db, lambda tx, draft=draft: drafts.claim_album(tx, draft, "a", NOW))
    async with db.read() as c:
        assert (await drafts.by_album(c, {(ZHANG, "a")}))[(ZHANG, "a")].id == "d1"


async def test_only_open_drafts_expire_and_at_their_time(db: Database) -> None:
    await save(db, PLAIN, replace(PLAIN, id="d2", state="submitted"))
    async with db.read() as c:
        assert await drafts.expired(c, LATER - timedelta(seconds=1), 10) == []
        assert [one.id for one in await drafts.expired(c, LATER, 10)] == ["d1"]


async def test_the_last_submitted_ones_are_found_newest_first(db: Database) -> None:
    many = [
        replace(PLAIN, id=f"d{n}", state="submitted", number=f"N{n}", touched_at=NOW + timedelta(minutes=n))
        for n in range(7)
    ]
    await save(db, PLAIN, *many)
    async with db.read() as c:
        assert [one.id for one in await drafts.recent(c, (ZHANG, ZHANG))] == ["d6", "d5", "d4", "d3", "d2"]
