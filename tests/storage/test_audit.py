"""The audit log in the database: one chain whoever writes, no gap where work failed, and no row altered unseen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.audit import Deed, Fault, Head, Why, chained
from domain.message import Message
from domain.moves import open_ticket
from domain.people import Post, Role
from domain.push import Push, PushClass
from storage import audit, chats, outbox, people
from storage.chats import Chat
from storage.db import Database
from storage.errors import StorageRefused
from storage.migrate import upgrade
from storage.schema import facts
from storage.tx import Tx
from tests.support import databases
from tests.support.databases import url_of
from tests.support.desk import GROUP, NOW, OFFICER, TOWN, WANG, ZHANG, enrol, fresh_db, owed
from tests.support.tickets import a_ticket

CHANGED, MISSING, UNLINKED = Why.CHANGED, Why.MISSING, Why.UNLINKED
SWAP = "update audit set seq = case seq when 4 then -5 else -4 end where seq in (4, 5); update audit set seq = -seq where seq < 0"
COPY = "insert into audit select 11, at, actor, action, subject, details, prev_hash, hash from audit where seq = 10"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as made:
        yield made


SQLITE = pytest.mark.sqlite  # what no column of PostgreSQL would take


def notes(*subjects: object, fails: bool = False) -> Any:
    async def job(tx: Tx) -> None:
        for subject in subjects:
            audit.note(tx, Deed.INVITED, subject, at=NOW, by=OFFICER, role=Role.PATROL, expires_at=NOW)
        await asyncio.sleep(0)
        if fails:
            raise LookupError

    return job


async def check(db: Database, anchor: str | None = None) -> Head | Fault:
    async with db.read() as c:
        return await audit.checked(c, anchor)


async def logged(db: Database) -> list[tuple[Any, ...]]:
    async with db.read() as c:
        rows = await c.exec_driver_sql("select action, actor, subject, details from audit order by seq")
        return [tuple(row) for row in rows]


async def subjects(db: Database) -> list[str]:
    return [subject for _, _, subject, _ in await logged(db)]


def tamper(folder: Path, script: str) -> None:
    databases.script(folder, script)


async def test_an_empty_log_is_whole(db: Database) -> None:
    assert await check(db) == Head()


async def test_the_entries_of_several_jobs_of_one_transaction_stand_in_their_order(db: Database) -> None:
    await asyncio.gather(db.write(notes("a", "b")), db.write(notes("c")), db.write(notes("d")))
    await db.write(notes("e"))
    assert await subjects(db) == ["a", "b", "c", "d", "e"]
    async with db.read() as c:
        assert await audit.checked(c) == await audit.head(c) != Head()


async def test_fifty_writers_of_five_processes_make_one_chain(db: Database, tmp_path: Path) -> None:
    others = [Database(url_of(tmp_path)) for _ in range(4)]
    await asyncio.gather(*(other.start() for other in others))
    await asyncio.gather(
        *((db, *others)[n % 5].write(notes(f"{n}-{part}")) for n in range(50) for part in (1, 2))
    )
    await asyncio.gather(*(other.stop() for other in others))
    found = await check(db)
    assert isinstance(found, Head)
    assert (found.seq, len(set(await subjects(db)))) == (100, 100)


async def test_a_job_that_fails_leaves_neither_entry_nor_gap(db: Database) -> None:
    jobs = db.write(notes("a")), db.write(notes("lost", fails=True)), db.write(notes("b"))
    await asyncio.gather(*jobs, return_exceptions=True)
    assert await subjects(db) == ["a", "b"]
    assert isinstance(await check(db), Head)


async def test_a_transaction_that_is_refused_is_done_again_without_gap(db: Database) -> None:
    async def refused(tx: Tx) -> None:
        await notes("lost")(tx)
        tx.insert(facts, {"name": None, "value": "x"})

    jobs = db.write(notes("a")), db.write(refused), db.write(notes("b"))
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(results[1], StorageRefused)
    assert await subjects(db) == ["a", "b"]
    assert isinstance(await check(db), Head)


async def test_more_rows_than_a_page_are_all_looked_at(db: Database, tmp_path: Path) -> None:
    await db.write(notes(*range(audit.PAGE * 2 + 1)))
    assert await check(db) == await check(db, (await head(db)).hash)
    tamper(tmp_path, f"update audit set actor = 5 where seq = {audit.PAGE * 2}")  # a number of ours
    assert await check(db) == Fault(audit.PAGE * 2, CHANGED)


async def head(db: Database) -> Head:
    async with db.read() as c:
        return await audit.head(c)


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("update audit set details = '{}' where seq = 4", Fault(4, CHANGED)),
        pytest.param("update audit set at = 'never' where seq = 4", Fault(4, CHANGED), marks=SQLITE),
        pytest.param("update audit set subject = x'00' where seq = 4", Fault(4, CHANGED), marks=SQLITE),
        ("delete from audit where seq = 4", Fault(4, MISSING)),
        ("delete from audit where seq = 1", Fault(1, MISSING)),
        ("delete from audit where seq > 8", Fault(9, MISSING)),
        ("delete from audit", Fault(1, MISSING)),
        (SWAP, Fault(4, CHANGED)),
        (COPY, Fault(11, CHANGED)),
        ("update audit_head set hash = 'x'", Fault(10, Why.NOT_THE_HEAD)),
        ("update audit_head set seq = 9", Fault(10, Why.BEYOND_THE_HEAD)),
        ("delete from audit_head", Fault(1, Why.BEYOND_THE_HEAD)),
    ],
)
async def test_whatever_is_done_to_a_row_is_found(
    script: str, fault: Fault, db: Database, tmp_path: Path
) -> None:
    await db.write(notes(*range(10)))
    tamper(tmp_path, script)
    assert await check(db) == fault


async def test_a_row_that_was_put_in_is_found(db: Database, tmp_path: Path) -> None:
    await db.write(notes(*range(3)))
    forged = chained(await head(db), [audit.Entry(NOW, ZHANG, Deed.INVITED, "x", {})])[0]
    values = ", ".join("NULL" if one is None else repr(one) for one in (forged.seq, forged.at, forged.actor))
    rest = ", ".join(
        f"'{one}'" for one in (forged.action, forged.subject, forged.details, forged.prev_hash, forged.hash)
    )
    tamper(tmp_path, f"insert into audit values ({values}, {rest})")  # values of ours
    assert await check(db) == Fault(4, Why.BEYOND_THE_HEAD)


async def test_a_tail_removed_together_with_the_head_is_seen_by_who_kept_a_head(
    db: Database, tmp_path: Path
) -> None:
    await db.write(notes("a", "b"))
    early = await head(db)
    await db.write(notes("c"))
    kept = await head(db)
    tamper(tmp_path, f"delete from audit where seq = 3; update audit_head set seq = 2, hash = '{early.hash}'")
    assert await check(db) == await check(db, early.hash) == early
    assert await check(db, kept.hash) == Fault(2, Why.NOT_THE_ANCHOR)


@pytest.mark.parametrize("script", ["update audit set actor = 5", "delete from audit"])
async def test_the_database_itself_refuses_to_change_or_remove_rows(script: str, tmp_path: Path) -> None:
    url = url_of(tmp_path)
    await asyncio.to_thread(upgrade, url)
    db = Database(url)
    await db.start()
    await db.write(notes("a"))
    with pytest.raises(StorageRefused, match="only added to"):
        await db.write(lambda tx: tx.c.exec_driver_sql(script))
    await db.stop()


async def test_a_move_is_written_down_without_anybodys_words(db: Database) -> None:
    async def job(tx: Tx) -> None:
        audit.moved(tx, open_ticket(a_ticket(7)))

    await db.write(job)
    ((action, actor, subject, details),) = await logged(db)
    assert (action, actor, subject) == ("ticket_moved", ZHANG, "HJ20261123-0007")
    assert '"move":"open"' in details
    assert '"to":"' in details
    assert "裸土" not in details


async def test_binding_renumbering_and_unbinding_a_group_are_written_down(db: Database) -> None:
    chat = Chat(GROUP, "group", "示例群", None, None, "member")

    async def bind(tx: Tx) -> None:
        chats.bind(tx, chat, TOWN, by=OFFICER, at=NOW, thread_id=None)

    async def move(tx: Tx) -> None:
        await chats.moved(tx, GROUP, -1009, NOW)
        await chats.moved(tx, GROUP, -1009, NOW)

    async def unbind(tx: Tx) -> None:
        chats.bind(tx, chat, None, by=OFFICER, at=NOW, thread_id=None)

    for job in (bind, move, unbind):
        await db.write(job)
    assert [row[:3] for row in await logged(db)] == [
        ("group_bound", OFFICER, str(GROUP)),
        ("group_renumbered", None, "-1009"),
        ("group_unbound", OFFICER, str(GROUP)),
    ]


async def end(db: Database, person: int, post: int | None = None) -> list[Post]:
    async def job(tx: Tx) -> list[Post]:
        return await people.end_posts(tx, person, post, at=NOW, by=OFFICER)

    return await db.write(job)


async def test_somebody_whose_last_post_ended_is_no_member_from_the_same_transaction_on(db: Database) -> None:
    await enrol(db, WANG, Post(Role.PATROL, TOWN))

    async def job(tx: Tx) -> tuple[list[Post], dict[int, Any]]:
        return await people.end_posts(tx, WANG, None, at=NOW, by=OFFICER), await people.of(tx.c, [WANG])

    ended, members = await db.write(job)
    assert ([post.role for post in ended], members) == ([Role.PATROL], {})
    assert [row[:3] for row in await logged(db)] == [
        ("post_given", None, str(WANG)),
        ("post_ended", OFFICER, str(WANG)),
    ]


async def test_who_loses_the_post_in_which_they_act_goes_on_in_the_other(db: Database) -> None:
    await enrol(db, WANG, Post(Role.PATROL, TOWN))
    person = await enrol(db, WANG, Post(Role.TOWN_STAFF, TOWN))
    assert [post.role for post in await end(db, WANG, person.post.id)] == [Role.TOWN_STAFF]
    async with db.read() as c:
        assert (await people.of(c, [WANG]))[WANG].post.role is Role.PATROL
        assert [post.role for _, _, post in await people.everybody(c)] == [Role.PATROL]


async def test_what_waits_for_somebody_whose_post_ended_is_taken_back_but_for_replies(db: Database) -> None:
    await enrol(db, WANG, Post(Role.TOWN_STAFF, TOWN))

    async def job(tx: Tx) -> None:
        for key, chat_id, push_class in (
            ("notice", WANG, PushClass.DAILY),
            ("reply", WANG, PushClass.REPLY),
            ("other", ZHANG, PushClass.DAILY),
        ):
            message = Message("x")
            outbox.owe(tx, Push(key, chat_id, NOW, NOW, message=message, push_class=push_class), NOW)

    await db.write(job)
    await end(db, WANG)
    assert {row.key: row.state for row in await owed(db)} == {
        "notice": "cancelled",
        "reply": "waiting",
        "other": "waiting",
    }


async def test_a_post_of_somebody_else_is_not_ended(db: Database) -> None:
    person = await enrol(db, WANG, Post(Role.PATROL, TOWN))
    await enrol(db, ZHANG, Post(Role.PATROL, TOWN))
    assert await end(db, ZHANG, person.post.id) == []
    assert [row[0] for row in await logged(db)] == ["post_given", "post_given"]
