"""Delivery to a webhook: the secret, order in a lane, retries, expiry and what getWebhookInfo tells."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from sandbox.webhook import LONGEST_DELAY, Failures


@dataclass
class Hook:
    """A bot's web server: answers with `answers` in turn, then 200."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    bodies: list[dict] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    open_now: int = 0
    most_open: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.gate.wait()
        self.open_now -= 1
        return self.answers.pop(0) if self.answers else web.Response()

    async def until(self, count: int) -> list[dict]:
        async with asyncio.timeout(5):
            while len(self.bodies) < count:
                await asyncio.sleep(0.01)
        return self.bodies

    def texts(self) -> list[str]:
        return [body["message"]["text"] for body in self.bodies if "message" in body]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    made.gate.set()
    app = web.Application()
    app.router.add_post("/telegram", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield made
    made.gate.set()
    await runner.cleanup()


async def test_waiting_and_new_updates_come_with_the_secret(client, person, hook):
    await client.api("setWebhook", url=hook.url, secret_token="s-1")
    await hook.until(1)
    await client.send(person, "二")
    await hook.until(2)
    assert hook.texts() == ["您好", "二"]
    assert hook.secrets == ["s-1", "s-1"]
    assert (await client.api("getWebhookInfo"))["result"]["pending_update_count"] == 0


async def test_a_chat_waits_for_its_head_and_others_do_not(client, person, hook):
    other = (await client.person("李四"))["id"]
    hook.gate.clear()
    await client.api("setWebhook", url=hook.url)
    await client.send(person, "二")
    await client.send(other, "三")
    await hook.until(2)
    await asyncio.sleep(0.05)
    assert sorted(hook.texts()) == ["三", "您好"]
    hook.gate.set()
    await hook.until(3)
    assert hook.texts()[2] == "二"


async def test_a_press_overtakes_the_messages_of_its_chat(client, person, hook, keyboard):
    sent = await client.api("sendMessage", chat_id=person, text="a", reply_markup=keyboard(callback_data="d"))
    hook.gate.clear()
    await client.api("setWebhook", url=hook.url)
    await client.send(person, "二")
    await client.press(person, sent["result"]["message_id"], "d", wait=0)
    bodies = await hook.until(2)
    assert [list(body)[1] for body in bodies] == ["message", "callback_query"]


async def test_never_more_connections_than_asked_for(client, hook):
    people = [(await client.person(f"示例{n}"))["id"] for n in range(5)]
    hook.gate.clear()
    await client.api("setWebhook", url=hook.url, max_connections=2)
    for one in people:
        await client.send(one, "您好")
    await hook.until(2)
    await asyncio.sleep(0.05)
    hook.gate.set()
    await hook.until(5)
    assert hook.most_open == 2


@pytest.mark.usefixtures("person")
async def test_a_refused_update_comes_again_and_the_trouble_is_told(client, hook):
    hook.answers = [web.Response(status=503, headers={"Retry-After": "3"}), web.Response(status=500)]
    await client.api("setWebhook", url=hook.url)
    bodies = await hook.until(3)
    info = (await client.api("getWebhookInfo"))["result"]
    assert {body["update_id"] for body in bodies} == {bodies[0]["update_id"]}
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert info["last_error_date"] > 0


@pytest.mark.usefixtures("person")
async def test_an_unreachable_address_is_told(client):
    await client.api("setWebhook", url="http://127.0.0.1:9/none")
    async with asyncio.timeout(5):
        while "last_error_message" not in (info := (await client.api("getWebhookInfo"))["result"]):
            await asyncio.sleep(0.01)
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1


@pytest.mark.usefixtures("person")
async def test_an_expired_update_is_dropped(client, hook):
    hook.answers = [web.Response(status=500)] * 3
    hook.gate.clear()
    await client.api("setWebhook", url=hook.url)
    await hook.until(1)
    await client.advance(86_401)
    hook.gate.set()
    await asyncio.sleep(0.1)
    assert len(hook.bodies) == 1
    assert (await client.api("getWebhookInfo"))["result"]["pending_update_count"] == 0


async def test_a_method_in_the_answer_is_carried_out(client, person, hook):
    hook.answers = [web.json_response({"method": "sendMessage", "chat_id": person, "text": "收到"})]
    await client.api("setWebhook", url=hook.url)
    said = await client.said(person, after=1)
    assert [message["text"] for message in said] == ["收到"]


@pytest.mark.usefixtures("person")
async def test_a_get_method_in_the_answer_is_not(client, hook):
    hook.answers = [web.json_response({"method": "getMe"})]
    await client.api("setWebhook", url=hook.url)
    await hook.until(1)
    await asyncio.sleep(0.05)
    assert await client.ledger("getMe") == []


async def test_410_for_23_hours_removes_the_webhook(client, person, hook):
    hook.answers = [web.Response(status=410) for _ in range(9)]
    await client.api("setWebhook", url=hook.url)
    await hook.until(1)
    await client.advance(23 * 3600 + 60)
    await client.send(person, "二")
    async with asyncio.timeout(5):
        while (info := (await client.api("getWebhookInfo"))["result"])["url"]:
            await asyncio.sleep(0.01)
    assert info["pending_update_count"] == 2


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"url": "ftp://a.example"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://a.example", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://a.example", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_a_bad_setting_is_refused(client, params, sentence):
    answer = await client.api("setWebhook", **params)
    assert answer["description"] == f"Bad Request: {sentence}"


def test_the_first_retry_is_at_once_and_the_next_ones_double():
    failures = Failures()
    waits = [failures.wait_after(0) for _ in range(12)]
    assert waits[:6] == [0, 2, 4, 8, 16, 32]
    assert all(LONGEST_DELAY <= wait <= 2 * LONGEST_DELAY for wait in waits[6:])


def test_a_wish_for_a_later_retry_is_honoured():
    failures = Failures()
    assert [failures.wait_after(7), failures.wait_after(30), failures.wait_after(0)] == [7, 30, 2]
