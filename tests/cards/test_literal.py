"""What people type is shown as they typed it, in every sentence: no markup and no link comes of it."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.catalogue import LANGUAGES, Html, say, sentences
from sandbox.html_text import parse_html

HOSTILE = (
    "<b>粗</b>",
    "<a href='tg://user?id=1'>x</a>",
    "[x](tg://user?id=1)",
    "_*~`",
    "/bind",
    "&lt;",
    "{x}",
    "</b>",
)
KEYS = [(language, key) for language in LANGUAGES for key in sentences(language)]


def shown(language: str, key: str, words: str) -> tuple[str, int]:
    """The text that Telegram shows, and how many entities it finds in it."""
    names = {name for _, name, _, _ in string.Formatter().parse(sentences(language)[key]) if name}
    text, entities = parse_html(say(language, key, **dict.fromkeys(names, words)))
    return text, len(entities)


@pytest.mark.parametrize(("language", "key"), KEYS)
def test_u09_what_a_person_typed_stands_there_literally(language: str, key: str) -> None:
    usual, entities = shown(language, key, "张三")
    for words in HOSTILE:
        assert shown(language, key, words) == (usual.replace("张三", words), entities)


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=200), st.sampled_from(KEYS))
def test_u09_so_does_any_text_at_all(words: str, where: tuple[str, str]) -> None:
    usual, entities = shown(*where, "张三")
    assert shown(*where, words) == (usual.replace("张三", words), entities)


def test_a_sentence_that_did_not_escape_would_be_found_out() -> None:
    text, entities = parse_html(say("zh", "ticket.words", words=Html("<b>粗</b>")))
    assert "<b>" not in text
    assert entities
