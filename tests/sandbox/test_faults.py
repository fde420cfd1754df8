"""Ordered faults, latency and the ledger that tells what really took effect."""

import asyncio
import time

import aiohttp
import pytest


async def send(client, person, seconds=2.0):
    async with asyncio.timeout(seconds):
        return await client.api("sendMessage", chat_id=person, text="a")


async def accepted(client):
    return [call["accepted"] for call in await client.ledger("sendMessage")]


async def test_an_ordered_answer_stands_in_for_the_call(client, person):
    await client.fault("answer", method="sendMessage", status=429, headers={"Retry-After": "7"})
    answer = await send(client, person)
    assert answer == {"ok": False, "error_code": 429, "description": "Too Many Requests"}
    assert (await send(client, person))["ok"]
    assert await accepted(client) == [False, True]


async def test_an_answer_may_be_given_after_the_call_took_effect(client, person):
    await client.fault("answer", status=500, body="Internal Server Error: restart", accept=True)
    answer = await send(client, person)
    assert answer["description"] == "Internal Server Error: restart"
    assert await accepted(client) == [True]


async def test_a_fault_waits_for_its_call_and_chat(client, person):
    other = (await client.person("李四"))["id"]
    await client.send(other, "您好")
    await client.fault("answer", method="sendMessage", chat=person, after=1, times=2, status=502)
    chats = [person, other, person, person, person]
    answers = [await send(client, chat) for chat in chats]
    assert [answer["ok"] for answer in answers] == [True, True, False, False, True]


async def test_raw_bytes_may_be_anything(client, person):
    await client.fault("raw", status=200, body='{"ok":tr', headers={"Content-Type": "text/html"})
    url = f"{client.url}/bot{client.token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        answer = await session.post(url, json={"chat_id": person, "text": "a"})
        assert (answer.content_type, await answer.text()) == ("text/html", '{"ok":tr')
    assert await accepted(client) == [True]


@pytest.mark.parametrize(
    ("do", "took_effect"), [("hang_before", False), ("hang_after", True), ("reset_after", True)]
)
async def test_a_broken_connection_leaves_the_outcome_unknown(client, person, do, took_effect):
    await client.fault(do, method="sendMessage", seconds=0.05)
    with pytest.raises(aiohttp.ClientError):
        await send(client, person)
    assert await accepted(client) == [took_effect]


async def test_a_hanging_call_hangs(client, person):
    await client.fault("hang_after", method="sendMessage")
    with pytest.raises(TimeoutError):
        await send(client, person, seconds=0.2)
    assert await accepted(client) == [True]


async def test_a_dripping_answer_is_the_true_one(client, person):
    await client.fault("drip", seconds=0)
    assert (await send(client, person))["result"]["text"] == "a"


async def test_a_download_can_be_broken_too(client, person, picture):
    photo = (await client.photos(person, picture()))[0]["photo"][0]
    path = (await client.api("getFile", file_id=photo["file_id"]))["result"]["file_path"]
    await client.fault("answer", method="download", status=404)
    first, second = [await client.file(f"/file/bot{client.token}/{path}") for _ in range(2)]
    assert first == b'{"ok":false,"error_code":404,"description":"Not Found"}'
    assert len(second) == photo["file_size"]


async def test_a_fault_without_end_lasts_until_it_is_cleared(client, person):
    await client.fault("answer", times=0)
    assert [(await send(client, person))["ok"] for _ in range(3)] == [False] * 3
    await client.clear_faults()
    assert (await send(client, person))["ok"]


async def test_cleared_faults_do_nothing(client, person):
    await client.fault("answer", times=9)
    await client.clear_faults()
    assert (await send(client, person))["ok"]


async def test_latency_slows_every_call(client, person):
    await client.latency(0.1)
    begun = time.perf_counter()
    await send(client, person)
    assert time.perf_counter() - begun >= 0.1


async def test_the_ledger_names_the_call_its_chat_and_its_message(client, person):
    sent = await send(client, person)
    await client.api("sendMessage", chat_id=person, text="")
    good, bad = await client.ledger("sendMessage")
    assert (good["chat_id"], good["status"], good["message_id"]) == (
        person,
        200,
        sent["result"]["message_id"],
    )
    assert good["params"] == {"chat_id": person, "text": "a"}
    assert (bad["accepted"], bad["status"], bad["message_id"]) == (False, 400, None)
    assert bad["n"] == good["n"] + 1
