"""Calls that Telegram refuses are refused here with the same status and sentence."""

import pytest

TWO_DAYS = 48 * 3600


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "   "}, "text must be non-empty"),
        ({"text": "中" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "a", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "a", "reply_to_message_id": 999}, "message to be replied not found"),
        ({"text": "a", "message_thread_id": 7}, "message thread not found"),
        ({"text": "a", "chat_id": 5}, "chat not found"),
        ({"text": "a", "chat_id": ""}, "chat_id is empty"),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply markup JSON object"),
    ],
)
async def test_a_message_is_refused_with_the_real_sentence(client, person, params, sentence):
    answer = await client.api("sendMessage", **({"chat_id": person} | params))
    assert answer["error_code"] == 400
    assert answer["description"].startswith(f"Bad Request: {sentence}")


@pytest.mark.parametrize("text", ["中" * 4096, "😀" * 2048, "<b>" + "a" * 4096 + "</b>"])
async def test_a_text_of_4096_units_is_taken(client, person, text):
    answer = await client.api("sendMessage", chat_id=person, text=text, parse_mode="HTML")
    assert answer["ok"]


async def test_a_missing_reply_is_overlooked_on_request(client, person):
    reply = {"message_id": 999, "allow_sending_without_reply": True}
    answer = await client.api("sendMessage", chat_id=person, text="a", reply_parameters=reply)
    assert "reply_to_message" not in answer["result"]


@pytest.mark.parametrize(
    ("button", "sentence"),
    [
        ({"callback_data": "中" * 22}, "BUTTON_DATA_INVALID"),
        ({"callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({}, "text buttons are unallowed in the inline keyboard"),
        ({"url": "ftp://a.example"}, "inline keyboard button URL 'ftp://a.example' is invalid"),
        ({"callback_data": "a", "style": "pink"}, "can't parse inline keyboard button"),
    ],
)
async def test_a_bad_button_is_refused(client, person, keyboard, button, sentence):
    answer = await client.api("sendMessage", chat_id=person, text="a", reply_markup=keyboard(**button))
    assert answer["description"].startswith(f"Bad Request: {sentence}")


async def test_a_styled_button_with_64_bytes_is_taken(client, person, keyboard):
    markup = keyboard(callback_data="中" * 21 + "a", style="success")
    answer = await client.api("sendMessage", chat_id=person, text="a", reply_markup=markup)
    assert answer["result"]["reply_markup"] == markup


async def test_a_place_can_be_asked_for_only_in_private(client, person):
    group = await client.group("示例群", [person])
    markup = {"keyboard": [[{"text": "位置", "request_location": True}]]}
    refused = await client.api("sendMessage", chat_id=group["id"], text="a", reply_markup=markup)
    taken = await client.api("sendMessage", chat_id=person, text="a", reply_markup=markup)
    assert refused["description"] == "Bad Request: location can be requested in private chats only"
    assert taken["ok"]


async def test_the_bot_may_not_write_first(client):
    stranger = await client.person("李四")
    answer = await client.api("sendMessage", chat_id=stranger["id"], text="a")
    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"
    await client.send(stranger["id"], "/start")
    assert (await client.api("sendMessage", chat_id=stranger["id"], text="a"))["ok"]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("kicked", "bot was blocked by the user"), ("deactivated", "user is deactivated")],
)
async def test_a_person_who_blocked_the_bot_cannot_be_reached(client, person, status, sentence):
    await client.bot_status(person, status)
    answer = await client.api("sendMessage", chat_id=person, text="a")
    assert (answer["error_code"], answer["description"]) == (403, f"Forbidden: {sentence}")


@pytest.mark.parametrize(
    ("kind", "status", "refusal"),
    [
        ("supergroup", "kicked", "403 Forbidden: bot was kicked from the supergroup chat"),
        ("group", "kicked", "403 Forbidden: bot was kicked from the group chat"),
        ("supergroup", "left", "403 Forbidden: bot is not a member of the supergroup chat"),
        ("supergroup", "restricted", "400 Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_group_where_the_bot_has_no_voice(client, person, kind, status, refusal):
    group = await client.group("示例群", [person], type=kind)
    await client.bot_status(group["id"], status)
    answer = await client.api("sendMessage", chat_id=group["id"], text="a")
    assert f"{answer['error_code']} {answer['description']}" == refusal


async def test_an_upgraded_group_names_its_new_id(client, person):
    group = await client.group("示例群", [person], type="group")
    new_id = await client.upgrade(group["id"])
    answer = await client.api("sendMessage", chat_id=group["id"], text="a")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new_id}
    assert (await client.api("sendMessage", chat_id=new_id, text="a"))["ok"]


async def sent(client, person, **more):
    answer = await client.api("sendMessage", chat_id=person, text="a", **more)
    return {"chat_id": person, "message_id": answer["result"]["message_id"]}


async def test_the_same_text_again_is_not_modified(client, person):
    where = await sent(client, person)
    assert (await client.api("editMessageText", text="b", **where))["result"]["text"] == "b"
    again = await client.api("editMessageText", text="b", **where)
    assert again["description"].startswith(
        "Bad Request: message is not modified: specified new message content"
    )


async def test_the_same_keyboard_again_is_not_modified(client, person, keyboard):
    where = await sent(client, person, reply_markup=keyboard(callback_data="a"))
    other = {"reply_markup": keyboard(callback_data="b")}
    assert (await client.api("editMessageReplyMarkup", **where, **other))["ok"]
    assert not (await client.api("editMessageReplyMarkup", **where, **other))["ok"]
    assert "reply_markup" not in (await client.api("editMessageReplyMarkup", **where))["result"]


@pytest.mark.parametrize(
    ("method", "sentence"),
    [("editMessageText", "message to edit not found"), ("deleteMessage", "message to delete not found")],
)
async def test_a_message_that_is_gone_cannot_be_changed(client, person, method, sentence):
    where = await sent(client, person)
    assert (await client.api("deleteMessage", **where))["ok"]
    answer = await client.api(method, text="b", **where)
    assert answer["description"] == f"Bad Request: {sentence}"


async def test_the_words_of_a_person_cannot_be_edited_by_the_bot(client, person):
    message = (await client.messages(person))[0]
    answer = await client.api("editMessageText", chat_id=person, message_id=message["message_id"], text="b")
    assert answer["description"] == "Bad Request: message can't be edited"


async def test_a_message_older_than_two_days_cannot_be_deleted(client, person):
    where = await sent(client, person)
    await client.advance(TWO_DAYS + 1)
    assert (await client.api("deleteMessage", **where))[
        "description"
    ] == "Bad Request: message can't be deleted"


async def test_pinning_in_a_group_needs_an_administrator(client, person):
    group = (await client.group("示例群", [person]))["id"]
    where = await sent(client, group)
    refused = await client.api("pinChatMessage", **where)
    await client.bot_status(group, "administrator")
    assert "not enough rights to manage pinned messages" in refused["description"]
    assert (await client.api("pinChatMessage", **where))["ok"]


@pytest.mark.parametrize(
    ("reaction", "sentence"),
    [
        ([{"type": "emoji", "emoji": "🏠"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🔥"}], "REACTIONS_TOO_MANY"),
    ],
)
async def test_a_reaction_that_telegram_does_not_know(client, person, reaction, sentence):
    where = await sent(client, person)
    answer = await client.api("setMessageReaction", reaction=reaction, **where)
    assert answer["description"] == f"Bad Request: {sentence}"
    assert (await client.api("setMessageReaction", reaction=reaction[:1][:0], **where))["ok"]


async def test_a_reaction_is_seen_in_the_chat(client, person):
    where = {"chat_id": person, "message_id": (await client.messages(person))[0]["message_id"]}
    assert (await client.api("setMessageReaction", reaction=[{"type": "emoji", "emoji": "👍"}], **where))[
        "ok"
    ]
    assert (await client.messages(person))[0]["reactions"] == [{"type": "emoji", "emoji": "👍"}]


async def test_flood_limits_name_the_seconds_to_wait(client, person):
    await client.limits(enforce=True, chat_burst=2)
    answers = [await client.api("sendMessage", chat_id=person, text=str(n)) for n in range(3)]
    assert [answer["ok"] for answer in answers] == [True, True, False]
    assert answers[2]["error_code"] == 429
    assert answers[2]["description"] == "Too Many Requests: retry after 1"
    assert answers[2]["parameters"] == {"retry_after": 1}
    await client.advance(1.1)
    assert (await client.api("sendMessage", chat_id=person, text="4"))["ok"]


async def test_a_group_takes_twenty_messages_a_minute(client, person):
    group = (await client.group("示例群", [person]))["id"]
    await client.limits(enforce=True, chat_burst=100)
    answers = [await client.api("sendMessage", chat_id=group, text=str(n)) for n in range(21)]
    assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
    assert 55 <= answers[20]["parameters"]["retry_after"] <= 60


async def test_unknown_methods_and_wrong_tokens(client):
    unknown = await client.api("sendPigeon")
    client.token = "1:wrong"
    wrong = await client.api("getMe")
    assert unknown == {"ok": False, "error_code": 404, "description": "Not Found"}
    assert wrong == {"ok": False, "error_code": 401, "description": "Unauthorized"}
