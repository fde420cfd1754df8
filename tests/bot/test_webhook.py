"""The webhook as Telegram and as strangers meet it: kept before it is acknowledged, and never a 5xx without need."""

import asyncio
import gzip
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from bot.health import Health
from bot.intake import MOST_BYTES
from bot.settings import Settings
from bot.web import serving
from bot.webhook import PATH, SECRET_HEADER, webhook
from handlers.desk import Desk
from tests.support.desk import NOW, ZHANG
from tests.support.post import Mill, message, mill, photo, pin, press

SECRET, NEXT = "the-secret-of-today", "the-secret-of-tomorrow"
HELP = message(1, text="/help")
SLOW_BODY = (
    f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 90\r\n\r\n{{".encode()
)


@dataclass(slots=True)
class Hook:
    """A bot's web server and what stands behind it."""

    url: str
    port: int
    session: aiohttp.ClientSession
    mill: Mill

    async def post(self, body: Any, *, secret: str | None = SECRET, path: str = PATH, **more: Any) -> int:
        headers = {"Content-Type": "application/json", **more.pop("headers", {})}
        if secret is not None:
            headers[SECRET_HEADER] = secret
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.url + path, data=data, headers=headers, **more) as answer:
            await answer.read()
            return answer.status


@asynccontextmanager
async def hooked(folder: Path, routed: Callable[[Desk], Any] | None = None) -> AsyncIterator[Hook]:
    more = {"routed": routed} if routed else {}
    async with mill(folder, **more) as at:
        handler = webhook(at.intake, [SECRET, NEXT], lambda: None)
        health = Health(at.clock, NOW)
        async with (
            serving("127.0.0.1", 0, health, CollectorRegistry(), (PATH, handler)) as port,
            aiohttp.ClientSession() as session,
        ):
            yield Hook(f"http://127.0.0.1:{port}", port, session, at)


@pytest.fixture
async def hook(tmp_path: Path) -> AsyncIterator[Hook]:
    async with hooked(tmp_path) as made:
        yield made


async def test_w01_the_same_update_fifty_times_at_once_is_kept_once(hook: Hook) -> None:
    assert set(await asyncio.gather(*(hook.post(HELP) for _ in range(50)))) == {200}
    await hook.mill.work()
    assert await hook.mill.states() == {"processed": 1}


async def test_w02_a_callback_an_edit_and_a_move_that_come_too_early_are_taken(hook: Hook) -> None:
    moved = message(4, chat=-5, migrate_from_chat_id=-4)
    edit = message(5, kind="edited_message", message_id=9, text="改")
    for update in (press(3, "dcat.x.y.z"), edit, moved, message(6, message_id=9, text="原")):
        assert await hook.post(update) == 200
    await hook.mill.work()
    assert await hook.mill.states() == {"processed": 4}


async def test_w03_an_update_replayed_after_a_week_is_known_and_an_unknown_one_is_set_apart(
    hook: Hook,
) -> None:
    assert await hook.post(HELP) == 200
    hook.mill.clock.later(timedelta(days=7).total_seconds())
    assert await hook.post(HELP) == 200
    assert await hook.post(HELP | {"update_id": 2}) == 200
    await hook.mill.work()
    assert await hook.mill.states() == {"processed": 1, "quarantined": 1}


async def test_w04_ids_that_begin_again_lower_are_taken(hook: Hook) -> None:
    for update_id in (900_000_000, 5, 4):
        assert await hook.post(HELP | {"update_id": update_id}) == 200
    assert await hook.mill.pending() == 3


WRONG = (None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), f"{SECRET},{NEXT}", "é")


@pytest.mark.parametrize("secret", WRONG)
async def test_w05_without_the_secret_nothing_is_kept_and_nothing_is_said(
    hook: Hook, secret: str | None
) -> None:
    assert await hook.post(HELP, secret=secret) == 401
    assert await hook.mill.pending() == 0


async def test_w05_two_secrets_at_once_are_refused(hook: Hook) -> None:
    headers = [(SECRET_HEADER, "wrong"), (SECRET_HEADER, SECRET)]
    async with hook.session.post(hook.url + PATH, json=HELP, headers=headers) as answer:
        assert (answer.status, await answer.read()) == (401, b"")


async def test_w05_while_the_secret_is_changed_both_are_good(hook: Hook) -> None:
    assert await hook.post(HELP, secret=NEXT) == 200


async def test_w05_a_header_of_a_megabyte_is_refused(hook: Hook) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hook.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {'a' * (1 << 20)}\r\n\r\n".encode())
    assert b" 400 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize("secret", [None, "", " , "])
def test_w06_a_webhook_without_a_secret_does_not_start(secret: str | None) -> None:
    with pytest.raises(ValidationError, match=r"(?i)webhook_secret"):
        Settings(_env_file=None, intake="webhook", webhook_url="https://example.org/", webhook_secret=secret)


@pytest.mark.parametrize("secrets", [[], [""], [SECRET, ""]])
def test_w06_nor_can_its_handler_be_made(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        webhook(None, secrets, lambda: None)  # type: ignore[arg-type]  # it is refused before it is looked at


STRANGE_BODIES = (
    b"", b"null", b"[]", b'"x"', b"{", b"\xef\xbb\xbf{}", b"\x00", b'{"update_id":1e400}', b'{"update_id":true}',
    b'{"update_id":"1"}', b'{"update_id":' + b"9" * 200 + b"}", b"[" * 100_000, b'{"a":' * 50_000,
    b'{"update_id":1,"update_id":2}', '{"update_id":1,"message":{"text":"中"}}'.encode("gbk"),
    json.dumps({"update_id": 2**70}).encode(), b'{"update_id":7,"message":{"chat":{"id":' + b"9" * 30 + b"}}}",
)  # fmt: skip


@pytest.mark.parametrize("body", STRANGE_BODIES)
async def test_w07_whatever_the_body_is_it_is_accounted_for_and_holds_up_nobody(
    hook: Hook, body: bytes
) -> None:
    assert await hook.post(body) == 200
    assert await hook.post(message(1000, text="/help")) == 200
    await asyncio.wait_for(hook.mill.work(), 5)
    states = await hook.mill.states()
    assert states["processed"] == 1
    assert sum(states.values()) == 2


@pytest.mark.parametrize(
    "headers",
    [{"Content-Type": "text/plain; charset=gbk"}, {"Content-Type": "nonsense"}, {"Content-Encoding": "gzip"}],
)
async def test_w07_strange_headers_are_no_fault_of_ours(hook: Hook, headers: dict[str, str]) -> None:
    body = json.dumps(HELP).encode()
    is_packed = "Content-Encoding" in headers
    assert await hook.post(gzip.compress(body) if is_packed else body, headers=headers) in (200, 400)
    assert await hook.post(b"no gzip at all", headers={"Content-Encoding": "gzip"}) in (200, 400)


async def test_w07_two_thousand_raw_bodies_are_never_answered_by_a_fault(hook: Hook) -> None:
    whole = json.dumps(photo(1, "f")).encode()
    bodies = [whole[:n] + bytes([n % 256]) + whole[n + n % 7 :] for n in range(len(whole))]
    bodies += [bytes([n % 256, n // 256]) * 3 for n in range(2000 - len(bodies))]
    for start in range(0, len(bodies), 100):
        answers = await asyncio.gather(*(hook.post(body) for body in bodies[start : start + 100]))
        assert set(answers) == {200}
    await asyncio.wait_for(hook.mill.work(), 30)
    assert sum((await hook.mill.states()).values()) >= len(set(bodies[len(whole) :]))


async def test_w08_a_body_of_more_than_a_megabyte_is_refused(hook: Hook) -> None:
    headers = {SECRET_HEADER: SECRET}
    async with hook.session.post(
        hook.url + PATH, data=BytesIO(b"x" * (MOST_BYTES + 1)), headers=headers
    ) as answer:
        assert answer.status == 413
    assert await hook.mill.states() == {}


async def test_w08_nor_is_one_without_a_length_read_to_its_end(hook: Hook) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 65_536

    headers = {SECRET_HEADER: SECRET}
    async with hook.session.post(hook.url + PATH, data=endless(), headers=headers) as answer:
        assert answer.status == 413


async def test_w09_hundreds_of_idle_sockets_do_not_slow_down_the_others(hook: Hook) -> None:
    idle = [await asyncio.open_connection("127.0.0.1", hook.port) for _ in range(300)]
    for _, writer in idle[::2]:
        writer.write(b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Le")
    took = []
    for n in range(40):
        began = time.perf_counter()
        assert await hook.post(HELP | {"update_id": n}) == 200
        took.append(time.perf_counter() - began)
    assert sorted(took)[37] < 0.2
    for _, writer in idle:
        writer.close()


async def test_w09_who_only_holds_a_connection_is_cut_off(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        hook = PATH, webhook(at.intake, [SECRET], lambda: None)
        health = Health(at.clock, NOW)
        async with serving("127.0.0.1", 0, health, CollectorRegistry(), hook, idle_seconds=0.3) as port:
            for begun in (b"", b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Le", SLOW_BODY):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(begun)
                async with asyncio.timeout(3):
                    assert await reader.read() == b""
                writer.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", PATH), ("PUT", PATH), ("HEAD", PATH), ("POST", "/"), ("POST", "/bot1:x"), ("POST", PATH + "/x")],
)
async def test_w10_every_other_method_and_path_tells_nothing(hook: Hook, method: str, path: str) -> None:
    headers = {SECRET_HEADER: SECRET}
    async with hook.session.request(method, hook.url + path, json=HELP, headers=headers) as answer:
        assert answer.status in (404, 405)
    assert await hook.mill.pending() == 0


@pytest.mark.parametrize("update", [{"poll_answer": {"id": 1}}, {"of_next_year": {"x": 1}}, {}])
async def test_w11_an_update_of_an_unknown_kind_is_kept_as_ignored(
    hook: Hook, update: dict[str, Any]
) -> None:
    assert await hook.post({"update_id": 1, **update}) == 200
    await hook.mill.work()
    assert await hook.mill.states() == {"ignored": 1}


async def test_w11_unknown_fields_and_values_do_no_harm(hook: Hook) -> None:
    update = message(1, text="/help", of_next_year={"a": [1]}, sender_tag="x")
    update["message"]["chat"]["type_of_next_year"] = "galaxy"
    assert await hook.post(update) == 200
    await hook.mill.work()
    assert await hook.mill.states() == {"processed": 1}


@pytest.mark.parametrize("missing", ["chat", "date", "message_id"])
async def test_w12_an_update_without_what_it_must_have_is_set_apart_and_nobody_is_told(
    hook: Hook, missing: str
) -> None:
    update = photo(1, "f")
    del update["message"][missing]
    assert await hook.post(update) == 200
    await hook.mill.work()
    assert await hook.mill.states() == {"quarantined": 1}
    assert await hook.mill.owed() == []


@pytest.mark.sqlite  # tests/storage/test_postgres.py has it for the other
async def test_w13_while_the_database_is_down_telegram_is_asked_to_come_again_and_then_all_is_taken(
    hook: Hook, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "lanxun.db", isolation_level=None)
    other.execute("begin immediate")
    async with hook.session.post(hook.url + PATH, json=HELP, headers={SECRET_HEADER: SECRET}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    other.execute("rollback")
    other.close()
    assert await hook.post(HELP) == 200
    assert await hook.mill.states() == {"pending": 1}


async def test_w14_slow_handlers_delay_an_acknowledgement_by_one_of_them_at_most(tmp_path: Path) -> None:
    async def slow(_desk: Desk) -> None:
        await asyncio.sleep(0.2)

    async with hooked(tmp_path, slow) as hook:
        worker = hook.mill.worker()
        await hook.mill.take(*(pin(n) for n in range(1, 6)))
        running = asyncio.create_task(worker.run())
        await asyncio.sleep(0.05)
        began = time.perf_counter()
        assert await hook.post(pin(9, person=ZHANG + 1)) == 200
        took = time.perf_counter() - began
        worker.stop()
        await running
    assert took < 0.3
