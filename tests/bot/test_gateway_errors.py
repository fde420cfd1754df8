"""Every answer of the Bot API means one thing."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway_errors import Blocked, Obstacle, Ok, verdict_of
from bot.telegram_request import HttpAnswer
from domain import delivery as d


def said(status: int, description: str, **parameters) -> HttpAnswer:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return HttpAnswer(status, orjson.dumps(body))


ANSWERS = [
    ("t01", 400, "Bad Request: chat not found", d.Refused),
    ("t03", 400, "Bad Request: message is too long", d.Refused),
    ("t03", 400, "Bad Request: message caption is too long", d.Refused),
    ("t03", 400, "Bad Request: text must be non-empty", d.Refused),
    (
        "t04",
        400,
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3',
        d.PlainText,
    ),
    (
        "t04",
        400,
        "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 3",
        d.PlainText,
    ),
    (
        "t04",
        400,
        "Bad Request: Character '.' is reserved and must be escaped with the preceding '\\'",
        d.PlainText,
    ),
    (
        "t05",
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
        d.NotModified,
    ),
    ("t06", 400, "Bad Request: message to edit not found", d.Gone),
    ("t06", 400, "Bad Request: message can't be edited", d.Gone),
    ("t07", 400, "Bad Request: message to be replied not found", Obstacle.NO_REPLY),
    ("t08", 400, "Bad Request: message thread not found", Obstacle.NO_THREAD),
    ("t08", 400, "Bad Request: TOPIC_CLOSED", Obstacle.NO_THREAD),
    (
        "t09",
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        d.Expired,
    ),
    ("t10", 400, "Bad Request: not enough rights to send text messages to the chat", d.Parked),
    ("t10", 400, "Bad Request: not enough rights to send photos to the chat", d.Parked),
    ("t10", 400, "Bad Request: have no write access to the chat", d.Parked),
    ("t10", 400, "Bad Request: CHAT_ADMIN_REQUIRED", d.Parked),
    ("t10", 400, "Bad Request: need administrator rights in the channel chat", d.Parked),
    ("t11", 400, "Bad Request: BUTTON_DATA_INVALID", d.Refused),
    ("t12", 400, "Bad Request: wrong file_id or the file is temporarily unavailable", Obstacle.BAD_FILE),
    ("t14", 400, "Bad Request: wrong type of the web page content", Obstacle.BAD_PHOTO),
    ("t14", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Obstacle.BAD_PHOTO),
    ("t14", 400, "Bad Request: photo has unsupported extension exe", Obstacle.BAD_PHOTO),
    ("t15", 400, 'Bad Request: Failed to send message #3 with the error message "x"', Obstacle.ALBUM_BROKE),
    ("t16", 400, "Bad Request: FROZEN_METHOD_INVALID", d.Refused),
    ("t17", 401, "Unauthorized", d.Unauthorized),
    ("t17", 401, "Unauthorized: invalid token specified", d.Unauthorized),
    ("t18", 403, "Forbidden: bot was blocked by the user", d.Unreachable),
    ("t18", 403, "Forbidden: user is deactivated", d.Unreachable),
    ("t18", 403, "Forbidden: bot can't initiate conversation with a user", d.Unreachable),
    ("t19", 403, "Forbidden: bot was kicked from the supergroup chat", d.Parked),
    ("t19", 403, "Forbidden: bot is not a member of the supergroup chat", d.Parked),
    ("t19", 403, "Forbidden: the group chat was deleted", d.Parked),
    ("t20", 404, "Not Found", Obstacle.NO_METHOD),
    ("t21", 409, "Conflict: terminated by other getUpdates request", d.NotSent),
    ("t23", 413, "Request Entity Too Large", Obstacle.BAD_PHOTO),
    ("t24", 429, "Too Many Requests: retry after 35", d.Later),
    ("t27", 500, "Internal Server Error: restart", d.Unknown),
    (
        "t27",
        500,
        "Internal Server Error: sent message was immediately deleted and can't be returned",
        d.Unknown,
    ),
]


@pytest.mark.parametrize(
    ("fault", "status", "text", "meaning"), ANSWERS, ids=[f"{a[0]}-{n}" for n, a in enumerate(ANSWERS)]
)
def test_each_answer_of_the_catalogue_has_its_meaning(fault, status, text, meaning):
    verdict = verdict_of(said(status, text))
    assert fault
    if isinstance(meaning, Obstacle):
        assert isinstance(verdict, Blocked)
        assert verdict.obstacle is meaning
    else:
        assert type(verdict) is meaning


def test_t02_a_moved_chat_names_its_new_id():
    assert verdict_of(said(400, "upgraded", migrate_to_chat_id=-100123)) == d.Moved(-100123)


def test_t19_a_kick_is_told_from_missing_rights():
    assert verdict_of(said(403, "Forbidden: bot was kicked from the group chat")).bot_status == "kicked"
    assert (
        verdict_of(said(400, "Bad Request: not enough rights to send photos to the chat")).bot_status
        == "restricted"
    )


def test_t15_the_parts_of_an_album_before_the_bad_one_arrived():
    assert verdict_of(said(400, 'Failed to send message #3 with the error message "x"')).arrived == 2


@pytest.mark.parametrize(
    ("asked", "header", "text", "wait"),
    [
        (35, None, "", 35),
        (3600, None, "", 3600),
        (None, "7", "", 7),
        (None, None, "Too Many Requests: retry after 12", 12),
        (None, None, "flood", 30),
        (0, None, "flood", 1),
        (-5, None, "flood", 1),
        ("abc", None, "flood", 30),
        ("abc", "9", "flood", 9),
        (1e12, None, "flood", 86_400),
        (True, None, "flood", 1),
    ],
)
@pytest.mark.parametrize("status", [429, 420])
def test_t25_the_wait_is_found_wherever_it_stands(status, asked, header, text, wait):
    body = {
        "ok": False,
        "description": text,
        "parameters": {"retry_after": asked} if asked is not None else {},
    }
    assert verdict_of(HttpAnswer(status, orjson.dumps(body), header)) == d.Later(wait)


def test_t25_a_page_that_asks_to_wait_is_heard():
    assert verdict_of(HttpAnswer(429, b"<html>", "5")) == d.Later(5)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 521])
def test_t28_a_page_from_a_gateway_leaves_it_open(status):
    assert isinstance(verdict_of(HttpAnswer(status, b"<html>Bad Gateway</html>")), d.Unknown)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"ok":true,"resu',
        b'{"ok":false}',
        b'{"ok":true,"result":null}',
        b"[]",
        b"7",
        b'{"ok":1}',
    ],
)
def test_t29_a_good_status_with_a_bad_body_leaves_it_open(body):
    assert isinstance(verdict_of(HttpAnswer(200, body)), d.Unknown)


def test_t29_a_refusal_with_a_good_status_is_read_by_its_code():
    body = orjson.dumps({"ok": False, "error_code": 401, "description": "Unauthorized"})
    assert isinstance(verdict_of(HttpAnswer(200, body)), d.Unauthorized)


@pytest.mark.parametrize("status", [301, 302, 403, 404, 407])
def test_t30_a_portal_or_a_proxy_is_never_taken_for_telegram(status):
    assert isinstance(verdict_of(HttpAnswer(status, b"<html>login")), d.NotSent)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "ok",
                    "error_code",
                    "description",
                    "parameters",
                    "retry_after",
                    "result",
                    "migrate_to_chat_id",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.integers(100, 599), st.one_of(st.binary(max_size=40), json_values), st.none() | st.text(max_size=6))
def test_no_answer_is_without_a_meaning(status, body, header):
    raw = (
        body
        if isinstance(body, bytes)
        else orjson.dumps(body, default=str, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
        if _fits(body)
        else b"x"
    )
    assert isinstance(verdict_of(HttpAnswer(status, raw, header)), Ok | Blocked | d.Outcome)


def _fits(value) -> bool:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False
    return True
