"""Long texts are cut without breaking anything."""

import re
from html import escape
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.html_split import plain, split, units

TAGS = ("b", "i", "code", "blockquote")
words = st.text(alphabet="ab 字，。\n😀𠮷&<>", min_size=1, max_size=30).map(
    lambda text: escape(text, quote=False)
)
html = st.recursive(
    words,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(TAGS), inner).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
        inner.map(lambda text: f'<a href="https://example.com/?a=1&amp;b=2">{text}</a>'),
        st.lists(inner, min_size=2, max_size=6).map("".join),
    ),
    max_leaves=25,
)


class Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, _attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def is_whole(piece: str) -> bool:
    parser = Balance()
    parser.feed(piece)
    parser.close()
    return not parser.open


@settings(max_examples=300, deadline=None)
@given(html, st.integers(4, 60))
def test_t03_every_piece_fits_is_whole_and_nothing_is_lost(text, limit):
    pieces = split(text, limit)
    assert all(units(plain(piece)) <= limit for piece in pieces)
    assert all(is_whole(piece) for piece in pieces)
    assert all(piece.encode("utf-16-le", "strict") for piece in pieces if piece)
    squeezed = re.sub(r"\s", "", "".join(plain(piece) for piece in pieces))
    assert squeezed == re.sub(r"\s", "", plain(text))


def test_a_short_text_stays_as_it_is():
    assert split("<b>短</b>", 4096) == ("<b>短</b>",)


def test_a_cut_falls_behind_a_line_and_opens_the_tags_again():
    assert split("<b>aaaaaa\nbbb</b>", 8) == ("<b>aaaaaa\n</b>", "<b>bbb</b>")


def test_a_character_outside_the_plane_counts_twice():
    assert units("😀a") == 3
    assert split("😀😀😀", 4) == ("😀😀", "😀")


def test_markup_and_entities_do_not_count():
    assert split("<b>&amp;&amp;&amp;&amp;</b>", 4) == ("<b>&amp;&amp;&amp;&amp;</b>",)
