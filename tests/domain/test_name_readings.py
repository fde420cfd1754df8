"""The table of readings against the dictionary that it is made from; run as a module, this writes the table anew."""

from pathlib import Path

import pytest
from pypinyin import lazy_pinyin
from pypinyin.phrases_dict import phrases_dict

from domain.name_readings import FIRST, LAST, LONGEST_WORD, syllables

TABLE = Path(__file__).parents[2] / "domain" / "readings.txt"
CHARACTERS = [chr(number) for number in range(ord(FIRST), ord(LAST) + 1)]


def table() -> str:
    """Every character's usual reading, and the short words that are not read by those of their characters."""
    usual = {char: read[0] for char in CHARACTERS if (read := lazy_pinyin(char)) != [char]}
    written: dict[str, list[str]] = {}
    for char, read in usual.items():
        written.setdefault(read, []).append(char)
    for word in phrases_dict:
        read = lazy_pinyin(word)
        if len(word) <= LONGEST_WORD and read != [usual.get(char, char) for char in word]:
            written.setdefault(" ".join(read), []).append(word)
    lines = (
        f"{read}\t{(' ' if ' ' in read else '').join(sorted(written[read]))}\n"
        for read in sorted(written, key=lambda read: (" " in read, read))
    )
    return "".join(lines)


def licence() -> str:
    lines = TABLE.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("#"))


def test_the_table_is_what_the_dictionary_says():
    assert TABLE.read_text("utf-8") == licence() + table()
    assert "Copyright (c) 2016 mozillazg" in licence()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("花园口镇", "hua yuan kou zhen"),
        ("中国银行", "zhong guo yin hang"),
        ("自行其是", "zi xing qi shi"),
        ("重庆路绿城", "chong qing lu lv cheng"),
        ("首都与都是", "shou du yu dou shi"),
        ("银", "yin"),
        ("镇", "zhen"),
        ("", ""),
    ],
)
def test_a_character_is_read_as_its_word_says(text, read):
    assert " ".join(syllables(text)) == read == " ".join(lazy_pinyin(text))


def test_what_has_no_reading_stands_for_itself():
    assert list(syllables("A座の1𠀀﨑")) == ["A", "zuo", "の", "1", "𠀀", "﨑"]


if __name__ == "__main__":
    TABLE.write_text(licence() + table(), "utf-8")
