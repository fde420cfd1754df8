"""getUpdates: order, confirmation, expiry, conflicts, and what privacy mode hides."""

import asyncio

import pytest

DAY = 86_400


async def updates(client, **params):
    return (await client.api("getUpdates", **params))["result"]


async def texts(client, **params):
    found = await updates(client, **params)
    return [update["message"]["text"] for update in found if "message" in update]


async def test_an_offset_confirms_all_before_it(client, person):
    await client.send(person, "二")
    first, second = await updates(client)
    assert second["update_id"] == first["update_id"] + 1
    assert await updates(client, offset=second["update_id"]) == [second]
    assert await updates(client) == [second]
    assert await updates(client, offset=second["update_id"] + 1) == []


async def test_a_negative_offset_keeps_only_the_last(client, person):
    for text in "二三四":
        await client.send(person, text)
    assert await texts(client, offset=-2) == ["三", "四"]
    assert await texts(client) == ["三", "四"]


async def test_a_limit_is_kept(client, person):
    await client.send(person, "二")
    assert await texts(client, limit=1) == ["您好"]


async def test_a_long_poll_ends_when_something_comes(client, person):
    offset = (await updates(client))[-1]["update_id"] + 1
    poll = asyncio.create_task(updates(client, offset=offset, timeout=20))
    while len(await client.ledger("getUpdates")) == 1:
        await asyncio.sleep(0.01)
    await client.send(person, "二")
    assert (await asyncio.wait_for(poll, 2))[0]["message"]["text"] == "二"


async def test_a_long_poll_ends_empty_after_its_time(client):
    assert await asyncio.wait_for(updates(client, timeout=1), 3) == []


async def test_a_second_poller_ousts_the_first(client):
    first = asyncio.create_task(client.api("getUpdates", timeout=20))
    while not await client.ledger("getUpdates"):
        await asyncio.sleep(0.01)
    second = asyncio.create_task(client.api("getUpdates", timeout=1))
    answer = await asyncio.wait_for(first, 2)
    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request; make sure")
    assert (await second)["ok"]


async def test_polling_is_refused_while_a_webhook_is_set(client):
    await client.api("setWebhook", url="http://127.0.0.1:9/none")
    answer = await client.api("getUpdates")
    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    await client.api("deleteWebhook")
    assert (await client.api("getUpdates"))["ok"]


async def test_only_allowed_kinds_are_kept(client, person):
    await updates(client, allowed_updates=["callback_query"], offset=-1)
    await client.send(person, "二")
    assert await texts(client) == ["您好"]
    await updates(client, allowed_updates=[])
    await client.send(person, "三")
    assert await texts(client) == ["您好", "三"]


@pytest.mark.usefixtures("person")
async def test_messages_expire_after_a_day(client):
    await client.advance(DAY - 60)
    assert await texts(client) == ["您好"]
    await client.advance(120)
    assert await texts(client) == []


async def test_a_press_expires_after_150_seconds(client, person, keyboard):
    sent = await client.api("sendMessage", chat_id=person, text="a", reply_markup=keyboard(callback_data="d"))
    await client.press(person, sent["result"]["message_id"], row=0, col=0, wait=0)
    assert [list(update)[1] for update in await updates(client)] == ["message", "callback_query"]
    await client.advance(151)
    assert [list(update)[1] for update in await updates(client)] == ["message"]


async def test_a_late_answer_to_a_press_is_refused(client, person, keyboard):
    sent = await client.api("sendMessage", chat_id=person, text="a", reply_markup=keyboard(callback_data="d"))
    await client.press(person, sent["result"]["message_id"], "d", wait=0)
    query = (await updates(client))[-1]["callback_query"]
    long = await client.api("answerCallbackQuery", callback_query_id=query["id"], text="长" * 201)
    await client.advance(151)
    late = await client.api("answerCallbackQuery", callback_query_id=query["id"])
    assert long["description"] == "Bad Request: MESSAGE_TOO_LONG"
    assert late["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_the_presser_gets_the_answer(client, person, keyboard):
    sent = await client.api("sendMessage", chat_id=person, text="a", reply_markup=keyboard(callback_data="d"))
    offset = (await updates(client))[-1]["update_id"] + 1
    pressing = asyncio.create_task(client.press(person, sent["result"]["message_id"], row=0, col=0))
    query = (await updates(client, offset=offset, timeout=5))[0]["callback_query"]
    await client.api("answerCallbackQuery", callback_query_id=query["id"], text="好", show_alert=True)
    assert query["data"] == "d"
    assert await pressing == {"answered": True, "text": "好", "show_alert": True}


async def test_injected_updates_come_word_for_word(client):
    given, numbered = {"update_id": 7, "strange": {"x": None}}, {"message": "no message"}
    ids = await client.inject(given, numbered)
    assert ids == [7, 8]
    assert await updates(client) == [given, {"update_id": 8, **numbered}]


@pytest.mark.usefixtures("person")
async def test_ids_that_restart_lower_are_still_delivered(client):
    old = (await updates(client))[-1]["update_id"]
    await client.api("getUpdates", offset=old + 1)
    await client.inject({"update_id": 5, "x": {}})
    assert [update["update_id"] for update in await updates(client, offset=old + 1)] == [5]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("大家好", False),
        ("/rank", True),
        ("/rank@lanxun_demo_bot day", True),
        ("/rank@other_demo_bot", False),
        ("@lanxun_demo_bot 排名", True),
        ("@zhangsan 排名", False),
    ],
)
async def test_privacy_mode_shows_the_bot_only_what_is_meant_for_it(client, person, text, seen):
    group = (await client.group("示例群", [person]))["id"]
    await client.send(person, text, chat=group)
    assert (text in await texts_of_group(client, group)) is seen


async def texts_of_group(client, group):
    messages = [update.get("message", {}) for update in await updates(client)]
    return [message["text"] for message in messages if message.get("text") and message["chat"]["id"] == group]


async def test_an_answer_to_the_bot_is_seen_in_a_group(client, person):
    group = (await client.group("示例群", [person]))["id"]
    sent = await client.api("sendMessage", chat_id=group, text="在吗")
    await client.send(person, "在", chat=group, reply_to=sent["result"]["message_id"])
    assert await texts_of_group(client, group) == ["在"]


async def test_an_administrator_and_an_open_bot_see_everything(client, person):
    group = (await client.group("示例群", [person]))["id"]
    await client.bot_status(group, "administrator")
    await client.send(person, "一", chat=group)
    await client.bot_status(group, "member")
    await client.send(person, "二", chat=group)
    await client.privacy(sees_all=True)
    await client.send(person, "三", chat=group)
    assert await texts_of_group(client, group) == ["一", "三"]


async def test_joining_and_upgrading_are_told(client, person):
    group = (await client.group("示例群", [person], type="group"))["id"]
    new_id = await client.upgrade(group)
    joined, service, there, here = (await updates(client))[1:]
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert service["message"]["new_chat_members"][0]["username"] == "lanxun_demo_bot"
    assert there["message"]["migrate_to_chat_id"] == new_id
    assert here["message"]["migrate_from_chat_id"] == group


async def test_a_moving_person_and_an_edited_text_come_as_edits(client, person):
    live = await client.location(person, 34.8, 113.6, kind="live")
    await client.move(person, live["message_id"], 34.9, 113.7)
    text = await client.send(person, "旧")
    await client.edit(person, text["message_id"], text="新")
    edits = [update["edited_message"] for update in await updates(client) if "edited_message" in update]
    assert edits[0]["location"]["latitude"] == 34.9
    assert edits[1]["text"] == "新"
    assert edits[1]["edit_date"] >= edits[1]["date"]
