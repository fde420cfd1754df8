"""HTML becomes text and entities as Telegram makes them, or is refused in Telegram's words."""

import pytest

from sandbox.errors import ApiError
from sandbox.formatted import formatted


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b>", "a", [("bold", 0, 1)]),
        ("😀<b>中</b>", "😀中", [("bold", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<STRONG>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><s>b</s><tg-spoiler>c</tg-spoiler>", "abc",
         [("underline", 0, 1), ("strikethrough", 1, 1), ("spoiler", 2, 1)]),
        ("a &lt;b&gt; &amp; &#20013; &nbsp;", "a <b> & 中 &nbsp;", []),
        ("<code>/x</code> /y", "/x /y", [("code", 0, 2), ("bot_command", 3, 2)]),
        ("<pre>a</pre><blockquote>b</blockquote>", "ab", [("pre", 0, 1), ("blockquote", 1, 1)]),
        ("<b></b>x", "x", []),
        ("  <b> a</b>\n", "a", [("bold", 0, 1)]),
        ("<blockquote expandable>b</blockquote>", "b", [("expandable_blockquote", 0, 1)]),
        ("", "", []),
    ],
)  # fmt: skip
def test_html_gives_text_and_entities_in_utf16_units(source, text, entities):
    got, found = formatted(source, "HTML")
    assert got == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("中<x>a</x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ('<a href="x>a</a>', "Unclosed start tag at byte offset 0"),
        ("<a =x>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            "<b x>a</b>",
            'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0',
        ),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_in_the_words_of_telegram(source, refusal):
    with pytest.raises(ApiError) as refused:
        formatted(source, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {refusal}"


def test_a_link_keeps_its_address_and_a_code_block_its_language():
    source = '<a href="https://a.example/?x=1&amp;y=2">a</a><pre><code class="language-py">b</code></pre>'
    _text, found = formatted(source, "HTML")
    assert found[0]["url"] == "https://a.example/?x=1&y=2"
    assert (found[1]["type"], found[1]["language"]) == ("pre", "py")


def test_a_link_to_a_person_becomes_a_mention():
    _text, found = formatted('<a href="tg://user?id=1001">张三</a>', "HTML")
    assert found == [{"offset": 0, "length": 2, "type": "text_mention", "user": {"id": 1001}}]


def test_words_of_people_are_searched_for_commands_links_and_mentions():
    _text, found = formatted("/start@lanxun_demo_bot 看 https://a.example/b。 @zhangsan #扬尘")
    assert [e["type"] for e in found] == ["bot_command", "url", "mention", "hashtag"]


def test_an_unknown_parse_mode_is_refused():
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        formatted("a", "Wiki")
