"""How Chinese characters and words are read aloud, by a table of a hundredth of a dictionary's size."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LONGEST_WORD = 3
"""Longer words that are read in a way of their own are proverbs."""
FIRST, LAST = "\u3400", "\u9fff"


@dataclass(frozen=True, slots=True)
class _Readings:
    """`of_character` has a number of `sounds` for each character from FIRST to LAST: a dict would take 3 MB more."""

    sounds: Sequence[str]
    of_character: Sequence[int]
    of_word: Mapping[str, tuple[str, ...]]

    def character(self, char: str) -> str:
        return (
            self.sounds[self.of_character[ord(char) - ord(FIRST)]] if FIRST <= char <= LAST else ""
        ) or char


def syllables(text: str) -> Iterator[str]:
    """One syllable a character; one without a reading stands for itself."""
    readings, at = _readings(), 0
    while at < len(text):
        for end in range(min(at + LONGEST_WORD, len(text)), at + 1, -1):
            if found := readings.of_word.get(text[at:end]):
                yield from found
                break
        else:
            end = at + 1
            yield readings.character(text[at])
        at = end


@cache
def _readings() -> _Readings:
    """Every character that has a reading, and the words in which one is read otherwise.

    A line of the table: the syllables, a tab, and what is read so; single characters stand without blanks between.
    """
    sounds, words = [""], dict[str, tuple[str, ...]]()
    of_character = array("H", [0]) * (ord(LAST) - ord(FIRST) + 1)
    for line in files("domain").joinpath("readings.txt").read_text("utf-8").splitlines():
        spoken, _, written = line.partition("\t")
        if line.startswith("#"):
            continue
        if " " in spoken:
            words.update(dict.fromkeys(written.split(), tuple(spoken.split())))
        else:
            for char in written:
                of_character[ord(char) - ord(FIRST)] = len(sounds)
            sounds.append(spoken)
    return _Readings(sounds, of_character, words)
