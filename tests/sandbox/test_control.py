"""What people do and what an onlooker sees, through the control API."""

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from sandbox.client import Client, ControlRefusedError

ROOT = Path(__file__).parents[2]
OTHER_KINDS = (
    "contact", "sticker", "voice", "video", "video_note", "animation", "audio", "poll", "dice", "game"
)  # fmt: skip


async def last(client):
    return (await client.api("getUpdates"))["result"][-1]["message"]


async def test_the_state_tells_who_is_where(client, person):
    group = await client.group("示例群", [person], admins=[person])
    await client.api(
        "setMyCommands", commands=[{"command": "rank", "description": "排名"}], language_code="zh"
    )
    state = await client.state()
    assert state["bot"]["username"] == "lanxun_demo_bot"
    assert [one["first_name"] for one in state["people"]] == ["张三"]
    assert [chat["bot_status"] for chat in state["chats"]] == ["member", "member"]
    assert state["chats"][1] == group
    assert state["commands"][0]["scope"] == {"type": "default"}


async def test_a_person_made_again_is_renamed(client, person):
    await client.person("张三丰", person)
    assert [one["first_name"] for one in (await client.state())["people"]] == ["张三丰"]


@pytest.mark.parametrize("kind", OTHER_KINDS)
async def test_messages_of_any_kind_can_be_sent(client, person, kind):
    await client.send(person, kind=kind)
    assert kind in await last(client)


async def test_a_venue_and_a_place_arrive(client, person):
    await client.location(person, 34.8, 113.6, kind="venue", title="示例工地", address="示例路1号")
    venue = await last(client)
    await client.location(person, 34.8, 113.6)
    assert venue["venue"]["title"] == "示例工地"
    assert (await last(client))["location"] == {"latitude": 34.8, "longitude": 113.6}


async def test_forwards_topics_and_anonymous_administrators(client, person):
    group = (await client.group("示例群", [person]))["id"]
    await client.bot_status(group, "administrator")
    await client.send(person, "一", chat=group, forward_from=person, thread=7)
    topic = await last(client)
    await client.send(person, "二", chat=group, anonymous=True)
    hidden = await last(client)
    answer = await client.api("sendMessage", chat_id=group, text="三", message_thread_id=7)
    assert topic["forward_origin"]["sender_user"]["id"] == person
    assert (hidden["from"]["username"], hidden["sender_chat"]["id"]) == ("GroupAnonymousBot", group)
    assert answer["result"]["message_thread_id"] == topic["message_thread_id"] == 7


async def test_a_chat_is_shown_with_answers_edits_and_deletions(client, person):
    first = (await client.messages(person))[0]
    reply = {"message_id": first["message_id"]}
    sent = await client.api("sendMessage", chat_id=person, text="a", reply_parameters=reply)
    where = {"chat_id": person, "message_id": sent["result"]["message_id"]}
    await client.api("editMessageText", text="b", **where)
    await client.api("deleteMessage", **where)
    shown = (await client.messages(person))[1]
    assert (shown["text"], shown["edits"], shown["deleted"]) == ("b", 1, True)
    assert shown["reply_to"] == first["message_id"]


async def test_a_keyboard_below_the_chat_is_shown(client, person):
    markup = {"keyboard": [[{"text": "上报"}]], "is_persistent": True}
    answer = await client.api("sendMessage", chat_id=person, text="a", reply_markup=markup)
    assert "reply_markup" not in answer["result"]
    assert (await client.messages(person))[-1]["reply_markup"] == markup


async def test_a_picture_is_served_to_the_page(client, person, picture):
    await client.photos(person, picture())
    photo = (await client.messages(person))[-1]["photo"]
    assert (photo["width"], photo["height"]) == (1280, 960)
    assert (await client.file(photo["url"])).startswith(b"\xff\xd8")


async def test_a_hidden_message_is_shown_only_to_its_receiver(client, person):
    other = (await client.person("李四"))["id"]
    group = (await client.group("示例群", [person, other]))["id"]
    hidden = {"receiver_user_id": person}
    params = {"chat_id": group, "text": "a", "ephemeral_message_parameters": hidden}
    refused = await client.api("sendMessage", **params)
    await client.bot_status(group, "administrator")
    sent = (await client.api("sendMessage", **params))["result"]
    assert refused["error_code"] == 400
    assert (sent["message_id"], sent["receiver_user"]["id"]) == (0, person)
    assert "a" in [message.get("text") for message in await client.messages(group, person)]
    assert "a" not in [message.get("text") for message in await client.messages(group, other)]


async def test_an_ephemeral_command_opens_fifteen_seconds(client, person):
    command = {"command": "status", "description": "查", "is_ephemeral": True}
    await client.api("setMyCommands", commands=[command])
    group = (await client.group("示例群", [person]))["id"]
    params = {"chat_id": group, "text": "a", "receiver_user_id": person}
    await client.send(person, "/status 7", chat=group)
    assert (await client.api("sendMessage", **params))["ok"]
    await client.advance(16)
    assert not (await client.api("sendMessage", **params))["ok"]


async def test_a_button_of_a_hidden_message_can_be_pressed_by_its_receiver(client, person, keyboard):
    group = (await client.group("示例群", [person]))["id"]
    await client.bot_status(group, "administrator")
    params = {"receiver_user_id": person, "reply_markup": keyboard(callback_data="d")}
    await client.api("sendMessage", chat_id=group, text="a", **params)
    shown = (await client.messages(group, person))[-1]
    await client.press(person, shown["message_id"], row=0, col=0, chat=group, wait=0)
    query = (await client.api("getUpdates"))["result"][-1]["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("d", 0)
    answer = {"receiver_user_id": person, "callback_query_id": query["id"]}
    await client.bot_status(group, "member")
    assert (await client.api("sendMessage", chat_id=group, text="b", **answer))["ok"]


async def test_a_talk_waits_for_what_the_bot_says(client, person):
    asked = await client.send(person, "在吗")
    later = asyncio.get_running_loop().call_later
    later(0.05, lambda: asyncio.ensure_future(client.api("sendMessage", chat_id=person, text="在")))
    said = await client.said(person, after=asked["message_id"])
    assert [message["text"] for message in said] == ["在"]
    with pytest.raises(TimeoutError):
        await client.said(person, after=said[-1]["message_id"], seconds=0.1)


async def test_a_hidden_message_can_be_changed_and_removed(client, person):
    group = (await client.group("示例群", [person]))["id"]
    await client.bot_status(group, "administrator")
    sent = await client.api("sendMessage", chat_id=group, text="a", receiver_user_id=person)
    number = sent["result"]["ephemeral_message_id"]
    where = {"chat_id": group, "receiver_user_id": person, "ephemeral_message_id": number}
    assert (await client.api("editEphemeralMessageText", text="b", **where))["ok"]
    assert (await client.messages(group))[-1]["text"] == "b"
    assert (await client.api("deleteEphemeralMessage", **where))["ok"]
    assert not (await client.api("deleteEphemeralMessage", **where))["ok"]


async def test_a_rich_message_is_shown_as_it_was_sent(client, person):
    table = {"type": "table", "cells": [[{"text": "花园口镇", "align": "left", "valign": "top"}]]}
    rich = {"blocks": [table]}
    sent = await client.api("sendRichMessage", chat_id=person, rich_message=rich)
    both = await client.api("sendRichMessage", chat_id=person, rich_message=rich | {"html": "<b>a</b>"})
    assert sent["result"]["rich_message"]["blocks"] == [table]
    assert (await client.messages(person))[-1]["rich"] == rich
    assert both["error_code"] == 400


async def test_the_page_is_told_what_changed(client, person):
    async with aiohttp.ClientSession() as session, session.get(f"{client.url}/sandbox/events") as events:
        await events.content.readuntil(b"\n\n")
        await client.api("sendMessage", chat_id=person, text="a")
        async with asyncio.timeout(2):
            assert await events.content.readline() == b'data: {"chat":%d}\n' % person


@pytest.mark.parametrize("wish", [{"kind": "spell"}, {"chat": 5}, {"reply_to": 999}])
async def test_an_impossible_wish_is_refused_with_a_sentence(client, person, wish):
    with pytest.raises(ControlRefusedError, match=r"\w+"):
        await client.send(person, "a", **wish)


async def test_a_button_that_is_not_there_cannot_be_pressed(client, person, keyboard):
    sent = await client.api(
        "sendMessage", chat_id=person, text="a", reply_markup=keyboard(disabled={}, callback_data="d")
    )
    for row in (0, 1):
        with pytest.raises(ControlRefusedError, match="button"):
            await client.press(person, sent["result"]["message_id"], row=row, col=0)


async def test_the_program_prints_its_address_and_ends_on_sigterm():
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    url = (await process.stdout.readline()).decode().strip()
    async with Client(url) as client:
        assert (await client.api("getMe"))["result"]["id"] == 100001
    poll = aiohttp.ClientSession()
    waiting = asyncio.create_task(poll.get(f"{url}/bot{client.token}/getUpdates?timeout=50"))
    await asyncio.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(5):
        assert await process.wait() == 0
    await asyncio.gather(waiting, return_exceptions=True)
    await poll.close()
