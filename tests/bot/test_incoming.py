"""Updates of Telegram become what somebody said; what is strange raises and nothing is guessed."""

import pytest

from bot.incoming import Reader, decoded
from handlers.said import Command, Ignored, Moved, Other, PhotoSent, PlaceSent, Press, Speaker, Words

USER = {"id": 5, "is_bot": False, "first_name": "张", "last_name": "三", "language_code": "en"}
BOT = {"id": 100, "is_bot": True, "first_name": "Lanxun"}
PRIVATE = {"id": 5, "type": "private", "first_name": "张"}
GROUP = {"id": -100, "type": "supergroup", "title": "示例群"}
SPOT = {"latitude": 34.8, "longitude": 113.6}
SIZES = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60},
    {"file_id": "big", "file_unique_id": "b", "width": 900, "height": 600, "file_size": 5},
]
FILE = {
    "file_id": "f",
    "file_unique_id": "u",
    "file_name": "a.jpg",
    "mime_type": "image/jpeg",
    "file_size": 3,
}


def message(chat=PRIVATE, **parts):
    return {"message_id": 7, "from": USER, "chat": chat, "date": 1_790_000_000, **parts}


def read(kind="message", **parts):
    return Reader(100, "lan_bot").read({"update_id": 1, kind: message(**parts)})


@pytest.mark.parametrize(
    ("parts", "content"),
    [
        ({"text": "你好"}, Words("你好")),
        ({"text": "/Report@lan_bot  x y "}, Command("report", "x y")),
        ({"text": "@Lan_Bot 查", "chat": GROUP}, Words("查")),
        (
            {"photo": SIZES, "caption": "土", "media_group_id": "g"},
            PhotoSent("big", "b", size=5, caption="土", album="g"),
        ),
        (
            {"document": FILE},
            PhotoSent("f", "u", as_file=True, size=3, media_type="image/jpeg", file_name="a.jpg"),
        ),
        ({"location": SPOT}, PlaceSent(34.8, 113.6, "pin")),
        ({"location": SPOT | {"live_period": 60}}, PlaceSent(34.8, 113.6, "live")),
        (
            {"location": SPOT, "venue": {"location": SPOT, "title": "示例工地", "address": ""}},
            PlaceSent(34.8, 113.6, "venue", "示例工地"),
        ),
        ({"voice": {"file_id": "v"}}, Other("voice")),
        ({"migrate_to_chat_id": -300, "chat": GROUP}, Moved(-100, -300)),
        ({"migrate_from_chat_id": -30, "chat": GROUP}, Moved(-30, -100)),
    ],
)
def test_each_kind_of_message_is_read(parts, content):
    assert read(**parts).content == content


@pytest.mark.parametrize(
    ("kind", "parts", "reason"),
    [
        ("message", {"text": "/start@other_bot"}, "a command for another bot"),
        ("message", {"new_chat_title": "新", "chat": GROUP}, "a service message"),
        ("message", {"write_access_allowed": {}}, "a service message"),
        ("edited_message", {"location": SPOT}, "a live location moved on"),
        ("channel_post", {"text": "x"}, "update of a kind that is not used: channel_post"),
    ],
)
def test_what_asks_for_nothing_is_ignored_with_its_reason(kind, parts, reason):
    assert read(kind, **parts) == Ignored(reason)


@pytest.mark.parametrize(
    ("parts", "addressed"),
    [
        ({"text": "x"}, False),
        ({"text": "@LAN_BOT x"}, True),
        ({"text": "/x"}, True),
        ({"text": "x", "reply_to_message": message(GROUP) | {"from": BOT}}, True),
        ({"text": "x", "reply_to_message": message(GROUP)}, False),
    ],
)
def test_in_a_group_the_bot_is_meant_by_name_command_or_reply(parts, addressed):
    assert read(chat=GROUP, **parts).addressed is addressed


def test_who_hides_behind_the_group_is_nobody():
    assert read(chat=GROUP, text="x", sender_chat=GROUP).speaker is Speaker.ANONYMOUS


def test_only_a_topic_of_a_forum_is_a_thread():
    assert read(chat=GROUP, text="x", message_thread_id=3).thread_id is None
    assert read(chat=GROUP, text="x", message_thread_id=3, is_topic_message=True).thread_id == 3


def test_a_press_under_a_message_too_old_to_be_shown_is_still_a_press():
    query = {"id": "q", "from": USER, "data": "a.b", "message": {"chat": GROUP, "message_id": 4, "date": 0}}
    said = Reader(100, "lan_bot").read({"update_id": 2, "callback_query": query})
    assert said.content == Press("q", "a.b", 4)
    assert said.person_name == "张 三"


@pytest.mark.parametrize(
    "broken", ["x", {"chat": PRIVATE}, message(text=5), message(photo="x"), message() | {"date": "x"}]
)
def test_what_cannot_be_decoded_raises(broken):
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        Reader(100, "lan_bot").read({"update_id": 3, "message": broken})


@pytest.mark.parametrize(
    "parts",
    [
        {"text": "x", "message_id": "7"},
        {"text": "x", "message_id": 2**70},
        {"text": "x", "from": USER | {"id": [1]}},
        {"text": "x", "from": USER | {"id": True}},
        {"text": "x", "from": USER | {"language_code": 5}},
        {"text": "x", "chat": GROUP | {"id": 1.5}},
        {"text": "x", "chat": GROUP | {"title": {"a": 1}}},
        {"location": {"latitude": "north", "longitude": 1}},
        {"photo": SIZES, "media_group_id": 5},
        {"photo": SIZES, "caption": ["x"]},
        {"migrate_to_chat_id": "x", "chat": GROUP},
    ],
)
def test_a_value_of_a_wrong_type_is_refused_before_anybody_relies_on_it(parts):
    with pytest.raises((TypeError, ValueError)):
        read(**parts)


def test_a_whole_number_of_degrees_is_a_place():
    assert read(location={"latitude": 34, "longitude": 113}).content == PlaceSent(34, 113, "pin")


def test_u08_nul_characters_are_left_out_wherever_they_stand():
    body = rb'{"update_id":1,"a\u0000":[{"text":"\u00001\u0000"}],"b":"\\u0000"}'
    assert decoded(body) == {"update_id": 1, "a": [{"text": "1"}], "b": "\\u0000"}
