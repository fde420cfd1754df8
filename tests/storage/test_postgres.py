"""PostgreSQL itself goes wrong: stopped at once, its answers lost, sessions ended; what was said to be kept is there."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text

from bot.dispatcher import Dispatcher
from domain import delivery as d
from domain.limits import Rates
from storage.db import ONE_DECIDES, Database
from storage.errors import StorageDown, StorageError
from storage.migrate import upgrade
from storage.schema import facts, inbox, outbox
from storage.tx import Tx
from tests.support.databases import on_postgres, url_of
from tests.support.post import mill, photo
from tests.support.postgres import Server
from tests.support.wire import Rig

pytestmark = [
    pytest.mark.skipif(not on_postgres(), reason="about PostgreSQL itself: run with --postgres"),
    pytest.mark.xdist_group("postgres"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that syncs every commit and may be killed."""
    made = Server.make(hasty=False)
    upgrade(made.url)
    yield made
    made.remove()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    db = Database(url)
    await db.start()
    yield db
    await db.stop()


def adds(name: str) -> Any:
    async def job(tx: Tx) -> None:
        tx.insert_once(facts, {"name": name, "value": "x"})

    return job


async def names(db: Database) -> set[str]:
    async with db.read() as c:
        return set((await c.execute(select(facts.c.name))).scalars())


@dataclass(slots=True)
class Proxy:
    """Between the bot and its database: the next answer to a COMMIT is lost with the connection, if so asked."""

    to: int
    port: int = 0
    loses_commit: bool = False
    lost: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.to)
        cut = asyncio.Event()
        up = asyncio.create_task(self._up(reader, back, cut))
        down = asyncio.create_task(self._down(there, writer, cut))
        self._tasks |= {up, down}
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        for end in (up, down):
            end.cancel()
        writer.transport.abort()
        back.close()

    async def _up(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if self.loses_commit and b"COMMIT" in data:
                self.loses_commit, self.lost = False, self.lost + 1
                cut.set()
            back.write(data)

    async def _down(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event
    ) -> None:
        while data := await there.read(65536):
            if cut.is_set():  # the server has done it, and nobody hears so
                return
            writer.write(data)


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncIterator[tuple[Proxy, str]]:
    """A way to this test's database on which answers can be lost."""
    url = make_url(url_of(tmp_path))
    proxy = Proxy(url.port or 5432)
    listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    yield proxy, url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    listening.close()


async def test_s07_an_update_whose_commit_was_not_confirmed_is_taken_again_and_kept_once(
    proxied: tuple[Proxy, str], tmp_path: Path
) -> None:
    proxy, url = proxied
    async with mill(tmp_path) as at, opened(url) as db:
        intake = type(at.intake)(db, at.clock, at.intake.bot_id, lambda: None)
        await intake.keep([b'{"update_id":1}'])
        proxy.loses_commit = True
        with pytest.raises(StorageDown):
            await intake.keep([b'{"update_id":2}'])
        await intake.keep([b'{"update_id":2}'])
        assert proxy.lost == 1
        assert [row[0] for row in await at.rows(select(inbox.c.update_id).order_by(inbox.c.seq))] == [1, 2]


async def test_s07_a_move_whose_commit_was_not_confirmed_is_made_once(
    proxied: tuple[Proxy, str], tmp_path: Path
) -> None:
    proxy, url = proxied
    made = 0

    async def counts(tx: Tx) -> None:
        nonlocal made
        made += 1
        found = await tx.c.scalar(select(inbox.c.state).where(inbox.c.update_id == 1))
        if found == "pending":
            await tx.c.execute(inbox.update().values(state="processed", attempts=inbox.c.attempts + 1))

    async with mill(tmp_path) as at, opened(url) as db:
        await at.take(photo(1, "f"))
        await db.write(lambda tx: tx.c.execute(select(1)))  # so that the connection stands
        proxy.loses_commit = True
        with pytest.raises(StorageDown):
            await db.write(counts)
        await db.write(counts)
        assert (made, proxy.lost) == (2, 1)
        assert (await at.rows(select(inbox.c.state, inbox.c.attempts)))[0] == ("processed", 1)


class Told:
    """Takes every push and remembers it."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def send(self, claimed: d.Claimed) -> d.Outcome:
        self.seen.append(claimed.push.key)
        return d.Sent(len(self.seen))

    async def is_authorized(self) -> bool:
        return True


async def test_s07_a_push_whose_claim_was_not_confirmed_is_sent_once_and_without_a_label(
    proxied: tuple[Proxy, str], tmp_path: Path
) -> None:
    proxy, url = proxied
    told = Told()
    async with mill(tmp_path), opened(url) as db:
        rig = Rig(db, told)
        await rig.owe(rig.push("a"))
        proxy.loses_commit = True

        async def nobody(*_: object) -> None: ...

        sends = Dispatcher(
            db,
            told,
            now=lambda: rig.now,
            owner="one",
            bot_id=1,
            undelivered=nobody,
            rates=Rates(per_second=0),
        )
        await rig.deliver(sends, 3)
        async with db.read() as c:
            rows = (await c.execute(select(outbox.c.state, outbox.c.repeats))).all()
    assert (told.seen, proxy.lost, rows) == (["a"], 1, [("sent", 0)])


async def test_s08_a_session_that_the_server_ends_is_a_passing_fault(tmp_path: Path) -> None:
    async with opened(url_of(tmp_path)) as db:

        async def is_ended(tx: Tx) -> None:
            await adds("lost")(tx)
            pid = await tx.c.scalar(text("select pg_backend_pid()"))
            async with db.read() as other:
                await other.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})

        with pytest.raises(StorageDown):
            await db.write(is_ended)
        await db.write(adds("kept"))
        assert await names(db) == {"kept"}


@pytest.mark.parametrize(
    "refusal",
    [
        "select pg_sleep(5)",  # with the limit below
        "do $$ begin raise exception using errcode = '40001'; end $$",
        "do $$ begin raise exception using errcode = '40P01'; end $$",
        "do $$ begin raise exception using errcode = '53300'; end $$",
        "do $$ begin raise exception using errcode = '53100'; end $$",
    ],
    ids=["statement timeout", "serialization", "deadlock", "too many connections", "disk full"],
)
async def test_s08_what_passes_is_told_from_what_is_wrong(refusal: str, tmp_path: Path) -> None:
    async with opened(url_of(tmp_path)) as db:

        async def job(tx: Tx) -> None:
            await tx.c.execute(text("set local statement_timeout = 100"))
            await tx.c.execute(text(refusal))

        with pytest.raises(StorageDown):
            await db.write(job)
        with pytest.raises(StorageError) as wrong:
            await db.write(lambda tx: tx.c.execute(text("select no_such_column from facts")))
        assert not isinstance(wrong.value, StorageDown)
        await db.write(adds("after"))


async def test_w13_what_is_acknowledged_survives_a_server_that_is_killed_again_and_again(
    server: Server,
) -> None:
    acknowledged: set[str] = set()
    refused = 0
    async with opened(server.url) as db:

        async def writes() -> None:
            nonlocal refused
            n = 0
            while not over.is_set():
                n += 1
                try:
                    await asyncio.gather(*(one(adds(f"{n}-{one.__name__}")) for one in (db.write, db.add)))
                except StorageDown:
                    refused += 1
                    await asyncio.sleep(0.02)
                else:
                    acknowledged.update((f"{n}-write", f"{n}-add"))

        over, rng = asyncio.Event(), random.Random(7)
        writing = asyncio.create_task(writes())
        for _ in range(5):
            await asyncio.sleep(rng.uniform(0.1, 0.6))
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
        await asyncio.sleep(0.3)
        over.set()
        await writing
        assert len(acknowledged) > 50
        assert refused
        assert acknowledged <= await names(db)


async def test_p06_a_process_that_is_paused_while_it_decides_holds_the_others_up_for_a_while_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.db.PAUSED_SECONDS", 1)
    async with opened(url_of(tmp_path)) as paused, opened(url_of(tmp_path)) as other:
        begun = asyncio.Event()

        async def is_paused(tx: Tx) -> None:
            begun.set()
            await asyncio.sleep(2.5)
            await adds("zombie")(tx)

        zombie = asyncio.create_task(paused.write(is_paused))
        await begun.wait()
        began = time.monotonic()
        await other.write(adds("other"))
        assert 0.5 < time.monotonic() - began < 2.4
        with pytest.raises(StorageDown):
            await zombie
        assert await names(other) == {"other"}


async def test_decisions_of_two_processes_come_one_after_the_other_and_what_only_adds_waits_for_none(
    tmp_path: Path,
) -> None:
    async with opened(url_of(tmp_path)) as one, opened(url_of(tmp_path)) as two:
        holding, order = asyncio.Event(), []

        async def slow(tx: Tx) -> None:
            holding.set()
            await asyncio.sleep(0.3)
            await adds("slow")(tx)

        async def notes(what: str, done: Any) -> None:
            await done
            order.append(what)

        first = asyncio.create_task(notes("slow", one.write(slow)))
        await holding.wait()
        await asyncio.gather(
            first, notes("decision", two.write(adds("b"))), notes("addition", two.add(adds("c")))
        )
    assert order == ["addition", "slow", "decision"]


async def test_without_the_lock_two_decisions_would_meet(tmp_path: Path) -> None:
    """The control: the same two jobs without it both decide on what they read before the other's commit."""
    seen: list[int] = []

    async def decides(tx: Tx) -> None:
        seen.append(len((await tx.c.execute(select(facts.c.name))).all()))
        await asyncio.sleep(0.1)
        await adds(f"n{len(seen)}")(tx)

    async with opened(url_of(tmp_path)) as one, opened(url_of(tmp_path)) as two:
        with suppress(StorageError):
            await asyncio.gather(one.write(decides), two.write(decides))
        assert seen == [0, 1]
        seen.clear()
        await asyncio.gather(one.add(decides), two.add(decides))
        assert seen == [2, 2]
    assert "advisory" in str(ONE_DECIDES)
