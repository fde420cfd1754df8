"""Messages as calls of the Bot API."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.render import Call, calls_of
from domain.delivery import Claimed
from domain.message import Button, Message, Picture, Style, Table
from domain.push import Act, Answer, Push

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
BUTTONS = ((Button("通过", token="ok:1", style=Style.SUCCESS), Button("地图", url="https://example.com")),)


def calls(message: Message | None, *, label: str | None = None, plain: bool = False, **more) -> list[Call]:
    message_id = more.pop("target", None)
    push = Push("k", more.pop("chat_id", 7), NOW, NOW + timedelta(hours=1), message=message, **more)
    return calls_of(Claimed(1, push, plain=plain, message_id=message_id), label)


def pictures(number: int) -> tuple[Picture, ...]:
    return tuple(Picture(file_id=f"f{n}") for n in range(number))


def test_a_text_is_html_without_link_previews():
    (call,) = calls(Message("<b>好</b>"), thread_id=5)
    assert call.method == "sendMessage"
    assert call.params == {
        "chat_id": 7,
        "message_thread_id": 5,
        "text": "<b>好</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def test_buttons_carry_their_token_address_and_colour():
    (call,) = calls(Message("x", BUTTONS))
    assert call.params["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "通过", "callback_data": "ok:1", "style": "success"},
            {"text": "地图", "url": "https://example.com"},
        ]
    ]


def test_a_long_text_is_several_messages_with_the_buttons_under_the_last():
    made = calls(Message("字" * 5000, BUTTONS, reply_to=3))
    assert ["reply_markup" in call.params for call in made] == [False, True]
    assert ["reply_parameters" in call.params for call in made] == [True, False]


def test_a_photo_has_its_words_under_it():
    (call,) = calls(Message("x", BUTTONS, pictures(1)))
    assert (call.method, call.params["caption"], call.pictures) == ("sendPhoto", "x", pictures(1))


def test_t03_too_many_words_for_a_caption_follow_the_photo():
    photo, words = calls(Message("字" * 1025, BUTTONS, pictures(1)))
    assert "caption" not in photo.params
    assert words.params["text"] == "字" * 1025
    assert "reply_markup" in words.params


@pytest.mark.parametrize(
    ("number", "methods"),
    [
        (2, ["sendMediaGroup"]),
        (10, ["sendMediaGroup"]),
        (11, ["sendMediaGroup", "sendPhoto"]),
        (12, ["sendMediaGroup"] * 2),
    ],
)
def test_pictures_go_as_albums_of_at_most_ten(number, methods):
    made = calls(Message("x", (), pictures(number)))
    assert [call.method for call in made] == methods
    assert made[0].params["media"][0]["caption"] == "x"


def test_the_buttons_of_an_album_follow_in_a_text():
    album, words = calls(Message("x", BUTTONS, pictures(3)))
    assert all("caption" not in media for media in album.params["media"])
    assert (words.method, words.params["text"]) == ("sendMessage", "x")


def test_an_edit_with_one_picture_replaces_the_picture():
    (call,) = calls(Message("x", BUTTONS, pictures(1)), act=Act.EDIT, target=9)
    assert (call.method, call.params["message_id"]) == ("editMessageMedia", 9)


def test_an_edit_of_a_message_that_never_was_is_a_new_message():
    (call,) = calls(Message("x"), act=Act.EDIT)
    assert call.method == "sendMessage"


def test_a_place_is_asked_for_in_private_only():
    asked = Message("在哪里？", ask_location="发送位置")
    (call,) = calls(asked)
    assert call.params["reply_markup"]["keyboard"] == [[{"text": "发送位置", "request_location": True}]]
    assert call.params["reply_markup"]["one_time_keyboard"]
    (in_group,) = calls(asked, chat_id=-7)
    assert "reply_markup" not in in_group.params


def test_a_table_is_offered_rich_with_the_text_behind_it():
    (call,) = calls(Message("<b>排名</b>\n1 甲", table=Table(("名次",), (("<1>",),))))
    assert call.method == "sendRichMessage"
    assert call.params["rich_message"]["html"].endswith(
        "<tr><th>名次</th></tr><tr><td>&lt;1&gt;</td></tr></table>"
    )
    assert call.plainer is not None
    assert call.plainer.params["text"] == "<b>排名</b>\n1 甲"


def test_a_repeat_says_so_and_a_repeated_edit_does_not():
    assert calls(Message("x"), label="补发")[0].params["text"] == "补发\nx"
    assert calls(Message("x"), label="补发", act=Act.EDIT, target=9)[0].params["text"] == "x"


def test_without_markup_the_words_stay():
    (call,) = calls(Message("<b>5 &lt; 6</b>"), plain=True)
    assert call.params["text"] == "5 < 6"
    assert "parse_mode" not in call.params


def test_an_answer_and_a_reaction_have_their_own_calls():
    (answer,) = calls(None, act=Act.ANSWER, answer=Answer("q", "字" * 300, alert=True))
    assert (answer.method, len(answer.params["text"]), answer.params["show_alert"]) == (
        "answerCallbackQuery",
        200,
        True,
    )
    (reaction,) = calls(None, act=Act.REACT, reaction="👍", target=4)
    assert reaction.params == {"chat_id": 7, "message_id": 4, "reaction": [{"type": "emoji", "emoji": "👍"}]}


def test_one_member_of_a_group_is_named_and_in_private_nobody():
    secret = Message("x", only_for=5)
    assert calls(secret, chat_id=-7)[0].params["ephemeral_message_parameters"] == {"receiver_user_id": 5}
    assert calls(secret)[0].params.get("ephemeral_message_parameters") is None
