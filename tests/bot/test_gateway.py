"""The gateway against a server that misbehaves, in both phases."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.gateway import DownloadFailed, Gateway
from bot.poller import Conflict
from domain import delivery as d
from domain.delivery import Claimed
from domain.message import Button, Message, Picture, Table
from domain.push import Act, Answer, Push
from tests.support.wire import START, TOKEN, Wire, gateway, json_answer, page, refusal, reset, wire

PNG = b"\x89PNG0123"
STORED = {"s1": PNG, "s2": PNG, "s3": PNG}


@pytest.fixture
async def bot_api() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made


@pytest.fixture
async def out(bot_api: Wire) -> AsyncIterator[Gateway]:
    async with gateway(bot_api.url, STORED) as made:
        yield made


def push(message: Message | None = None, **more) -> Claimed:
    state = {key: more.pop(key) for key in ("plain", "progress", "repeats", "message_id") if key in more}
    owed = Push(
        "k",
        more.pop("chat_id", 7),
        START,
        START + timedelta(hours=1),
        message=message or Message("x"),
        **more,
    )
    return Claimed(1, owed, **state)


def methods(bot_api: Wire) -> list[str]:
    return [method for method, _ in bot_api.calls]


async def test_a_message_is_sent_and_its_id_kept(out):
    assert await out.send(push()) == d.Sent(101)


async def test_t07_an_answer_to_a_message_that_is_gone_is_sent_all_the_same(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: message to be replied not found")]
    assert (await out.send(push(Message("x", reply_to=5)))).message_id == 101
    assert "reply_parameters" not in bot_api.calls[1][1]


async def test_t08_a_closed_topic_gives_way_to_the_group_and_is_remarked(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: message thread not found")]
    outcome = await out.send(push(thread_id=5, chat_id=-7))
    assert (outcome.message_id, outcome.reason) == (101, "Bad Request: message thread not found")
    assert "message_thread_id" not in bot_api.calls[1][1]


async def test_t05_an_edit_that_changes_nothing_is_well(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: message is not modified: the same")]
    assert isinstance(await out.send(push(act=Act.EDIT, message_id=9)), d.NotModified)


async def test_t06_a_gone_message_is_said_so(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: message to edit not found")]
    assert isinstance(await out.send(push(act=Act.EDIT, message_id=9)), d.Gone)


async def test_t09_a_late_answer_to_a_button_is_let_go(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: query is too old and response timeout expired")]
    assert isinstance(await out.send(push(act=Act.ANSWER, answer=Answer("q"))), d.Expired)


async def test_an_edit_of_a_photo_changes_its_caption(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: there is no text in the message to edit")]
    assert await out.send(push(act=Act.EDIT, message_id=9)) == d.Sent(
        9, "Bad Request: there is no text in the message to edit"
    )
    assert bot_api.calls[1] == (
        "editMessageCaption",
        {"chat_id": 7, "message_id": 9, "parse_mode": "HTML", "caption": "x"},
    )


async def test_a_picture_is_uploaded_once_and_then_sent_by_its_id(bot_api, out):
    bot_api.seconds = 0.05
    message = Message("x", pictures=(Picture(sha256="s1"),))
    outcomes = await asyncio.gather(*(out.send(push(message, chat_id=-n)) for n in range(1, 6)))
    assert [bool(outcome.uploads) for outcome in outcomes].count(True) == 1
    sent = [params["photo"] for _, params in bot_api.calls]
    assert [isinstance(photo, web.FileField) or photo == "attach://p0" for photo in sent].count(True) == 1
    assert sent[1:] == ["file-101"] * 4


async def test_t12_an_id_that_the_server_forgot_is_uploaded_again(bot_api, out):
    message = Message("x", pictures=(Picture(sha256="s1"),))
    await out.send(push(message))
    bot_api.script = [refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")]
    outcome = await out.send(push(message))
    assert outcome.uploads == (("s1", "file-102"),)


async def test_t14_a_photo_that_is_none_goes_as_a_file_and_then_as_words(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS") for _ in range(2)]
    await out.send(push(Message("x", pictures=(Picture(sha256="s1"),))))
    assert methods(bot_api) == ["sendPhoto", "sendDocument", "sendMessage"]


async def test_t23_a_photo_that_is_too_large_leaves_its_words(bot_api, out):
    bot_api.script = [page(413)]
    await out.send(push(Message("x", pictures=(Picture(sha256="s1"),))))
    assert methods(bot_api) == ["sendPhoto", "sendMessage"]


async def test_t15_the_rest_of_a_broken_album_goes_photo_by_photo(bot_api, out):
    bot_api.script = [refusal(400, 'Bad Request: Failed to send message #2 with the error message "x"')]
    message = Message("x", ((Button("b", token="t"),),), tuple(Picture(sha256=f"s{n}") for n in (1, 2, 3)))
    outcome = await out.send(push(message))
    assert methods(bot_api) == ["sendMediaGroup", "sendPhoto", "sendPhoto", "sendMessage"]
    assert outcome.reason.startswith("Bad Request: Failed to send message #2")


async def test_t20_a_method_that_is_not_known_is_replaced_and_remembered(bot_api, out):
    table = Message("t\nrow", table=Table(("h",), (("c",),)))
    bot_api.script = [refusal(404, "Not Found")]
    assert isinstance(await out.send(push(table)), d.Sent)
    assert isinstance(await out.send(push(table)), d.Sent)
    assert methods(bot_api) == ["sendRichMessage", "sendMessage", "sendMessage"]


async def test_t20_without_the_oldest_method_the_push_waits(bot_api, out):
    bot_api.script = [refusal(404, "Not Found")]
    assert isinstance(await out.send(push()), d.NotSent)


async def test_a_refused_table_is_said_in_words_this_time_only(bot_api, out):
    table = Message("t\nrow", table=Table(("h",), (("c",),)))
    bot_api.script = [refusal(400, "Bad Request: RICH_MESSAGE_INVALID")]
    await out.send(push(table))
    await out.send(push(table))
    assert methods(bot_api) == ["sendRichMessage", "sendMessage", "sendRichMessage"]


@pytest.mark.parametrize(("status", "whispers"), [(404, False), (400, True)])
async def test_what_one_member_may_see_is_never_shown_by_an_old_server(bot_api, out, status, whispers):
    bot_api.script = [refusal(status, "Not Found" if status == 404 else "Bad Request: chat not found")]
    secret = Message("secret", only_for=5, fallback=Message("see our private chat"))
    await out.send(push(secret, chat_id=-7))
    assert bot_api.texts == ["secret" if whispers else "see our private chat"]
    assert ("ephemeral_message_parameters" in bot_api.calls[-1][1]) is whispers


async def test_a_push_of_several_messages_goes_on_where_it_stopped(bot_api, out):
    bot_api.script = [None, page(502)]
    broken = await out.send(push(Message("字" * 5000)))
    assert (type(broken), broken.done) == (d.Unknown, 1)
    await out.send(push(Message("字" * 5000), progress=1))
    assert [len(text) for text in bot_api.texts] == [4096, 904, 904]


async def test_t16_an_unknown_refusal_is_final(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: FROZEN_METHOD_INVALID")]
    assert await out.send(push()) == d.Refused("Bad Request: FROZEN_METHOD_INVALID")


async def test_t27_t28_a_server_that_fails_leaves_it_open(bot_api, out):
    bot_api.script = [refusal(500, "Internal Server Error: restart"), page(502)]
    assert [type(await out.send(push())) for _ in range(2)] == [d.Unknown] * 2


async def test_t30_a_portal_is_not_followed(bot_api, out):
    bot_api.script = [page(302, Location="/bot1/login")]
    assert isinstance(await out.send(push()), d.NotSent)
    assert methods(bot_api) == ["sendMessage"]


async def test_t31_a_refused_connection_is_certainly_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with gateway(f"http://127.0.0.1:{port}") as out:
        outcome = await out.send(push())
    assert isinstance(outcome, d.NotSent)


async def test_t32_a_reset_after_the_request_leaves_it_open(bot_api, out):
    bot_api.script = [reset]
    assert isinstance(await out.send(push()), d.Unknown)
    assert len(bot_api.calls) == 1


async def test_t29_torn_and_foreign_answers_leave_it_open(bot_api, out):
    bot_api.script = [
        web.Response(text='{"ok":true,"re'),
        page(200),
        json_answer(200, {"ok": True, "result": None}),
    ]
    assert [type(await out.send(push())) for _ in range(3)] == [d.Unknown] * 3


async def test_the_token_is_in_no_text_of_a_failure(bot_api, out):
    secret = TOKEN.split(":")[1]
    bot_api.script = [reset, page(302), web.Response(status=404), page(502)]
    outcomes = [await out.send(push()) for _ in range(4)]
    assert secret not in repr(outcomes)
    async with gateway("http://no-such-host.invalid") as nowhere:
        with pytest.raises(ConnectionError) as broken:
            await nowhere.get_me()
    assert secret not in str(broken.getrepr(style="long", showlocals=False))


async def test_updates_come_as_they_are(bot_api, out):
    updates = [{"update_id": 5, "new_thing": {"a": 1}}]
    bot_api.script = [json_answer(200, {"ok": True, "result": updates})]
    assert await out.get_updates(5, 0) == updates
    assert bot_api.calls[0][1]["offset"] == 5


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: refusal(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (lambda: page(502), OSError),
        (lambda: reset, OSError),
        (lambda: json_answer(200, {"ok": True, "result": 7}), OSError),
    ],
    ids=["t21", "t28", "t33", "t29"],
)
async def test_t21_polling_names_what_went_wrong(bot_api, out, answer, error):
    bot_api.script = [answer()]
    with pytest.raises(error):
        await out.get_updates(None, 0)


async def test_t20_a_link_that_has_died_is_asked_for_again(bot_api, out):
    link = {"ok": True, "result": {"file_id": "f", "file_path": "p"}}
    bot_api.script = [json_answer(200, link), json_answer(200, link)]
    bot_api.files["p"] = [web.Response(status=404), web.Response(body=b"jpeg")]
    assert await out.download("f") == b"jpeg"


async def test_t13_a_file_that_is_too_big_is_refused_for_good(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: file is too big")]
    with pytest.raises(DownloadFailed) as failed:
        await out.download("f")
    assert failed.value.too_big


async def test_t12_a_file_that_is_away_for_now_may_be_asked_for_later(bot_api, out):
    bot_api.script = [refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")]
    with pytest.raises(DownloadFailed) as failed:
        await out.download("f")
    assert not failed.value.too_big


async def test_t17_a_bad_token_is_told_from_silence(bot_api, out):
    bot_api.script = [refusal(401, "Unauthorized"), page(502)]
    assert await out.is_authorized() is False
    with pytest.raises(ConnectionError):
        await out.is_authorized()
    bot_api.script = [json_answer(200, {"ok": True, "result": {"id": 1}})]
    assert await out.is_authorized() is True


async def test_the_rarer_calls_go_through_the_same_connections(bot_api, out):
    bot_api.script = [json_answer(200, {"ok": True, "result": True}) for _ in range(3)]
    await out.set_commands([("help", "帮助")], scope="all_private_chats", language="zh")
    await out.set_webhook("https://example.com/telegram", "secret")
    await out.leave_chat(-5)
    assert methods(bot_api) == ["setMyCommands", "setWebhook", "leaveChat"]
    assert bot_api.calls[0][1]["scope"] == {"type": "all_private_chats"}
