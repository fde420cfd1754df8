"""Parameters may come by query, form, JSON or multipart, and of any shape."""

import aiohttp
import pytest

MARKUP = '{"inline_keyboard": [[{"text": "a", "callback_data": "d"}]]}'


def multipart(fields):
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form


@pytest.mark.parametrize("way", ["get", "form", "json", "multipart"])
async def test_all_ways_of_sending_parameters_mean_the_same(client, person, way):
    fields = {"chat_id": str(person), "text": "您好 & 再见", "reply_markup": MARKUP}
    sent = {
        "get": {"params": fields},
        "form": {"data": fields},
        "json": {"json": fields},
        "multipart": {"data": multipart(fields)},
    }[way]
    url = f"{client.url}/bot{client.token}/SENDmessage"
    verb = "GET" if way == "get" else "POST"
    async with aiohttp.ClientSession() as session, session.request(verb, url, **sent) as answer:
        result = (await answer.json())["result"]
    assert result["text"] == "您好 & 再见"
    assert result["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "d"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMessage", {"text": "a", "entities": [7]}),
        ("sendMessage", {"text": "a", "entities": {}}),
        ("sendMessage", {"text": "a", "reply_markup": [1]}),
        ("sendMessage", {"text": "a", "reply_parameters": {"message_id": "x"}}),
        ("sendMessage", {"text": "a", "message_thread_id": "x"}),
        ("sendMediaGroup", {"media": [1, 2]}),
        ("sendVenue", {"latitude": "x"}),
        ("sendLocation", {"latitude": 91, "longitude": 0}),
        ("setMessageReaction", {"message_id": 1, "reaction": [1]}),
        ("sendRichMessage", {"rich_message": {"blocks": [1]}}),
        ("setMyCommands", {"commands": [1]}),
        ("sendChatAction", {"action": "dance"}),
    ],
)
async def test_parameters_of_a_wrong_shape_are_a_bad_request(client, person, method, params):
    answer = await client.api(method, chat_id=person, **params)
    assert (answer["ok"], answer["error_code"]) == (False, 400)


async def test_a_body_that_is_no_json_is_a_bad_request(client):
    url = f"{client.url}/bot{client.token}/getMe"
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session, session.post(url, data=b"{", headers=headers) as answer:
        assert (await answer.json())["description"] == "Bad Request: can't parse JSON object"
