"""How a name is spelt for comparing: normal form, sound codes, letters, and the word lists that this needs."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from domain.name_readings import syllables

MOST_READINGS = 8
"""A name with several polyphones is kept in at most this many readings."""

_INITIALS = (*("zh", "ch", "sh"), *"bpmfdtnlgkhjqxrzcsyw")
_SAME_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}
_FINALS = (
    *(
        "a",
        "o",
        "e",
        "i",
        "u",
        "ai",
        "ei",
        "ao",
        "ou",
        "an",
        "en",
        "er",
        "ia",
        "ie",
        "iao",
        "iu",
        "ian",
        "in",
    ),
    *("ua", "uo", "uai", "ui", "uan", "un", "ue", "ang", "eng", "ing", "ong", "iang", "iong", "uang"),
)
_PRIVATE_USE = 0xE000
_SPOKEN = dict(
    zip("0123456789", ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"), strict=True)
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a district. `phrases` gives readings, one syllable a character separated by blanks."""

    generic: frozenset[str] = frozenset()
    town_suffixes: tuple[str, ...] = ()
    town_endings: tuple[str, ...] = ()
    ordinals: frozenset[str] = frozenset()
    phrases: Mapping[str, tuple[str, ...]] | None = None
    variants: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name; `town` is the key of the town where it lies."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    town: str | None = None


@dataclass(frozen=True, slots=True)
class Spelt:
    """A text in its comparable forms.

    `codes` are its readings, one character a syllable, each as long as `text`; `places[i]` is where `text[i]` stood
    in the original. `core` and `core_codes` are the same without generic words. `letters` and `initials` are one
    string a reading.
    """

    text: str
    codes: tuple[str, ...]
    core: str
    core_codes: tuple[str, ...]
    letters: tuple[str, ...]
    initials: tuple[str, ...]
    places: tuple[int, ...]


def read_lexicon(text: str) -> Lexicon:
    """The word lists of a `names.toml`. Raises ValueError that names the key that is unknown or wrong."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"names: not TOML: {error}") from error
    lists = {"generic", "town_suffixes", "town_endings", "ordinals"}
    if unknown := sorted(given.keys() - lists - {"phrases", "variants"}):
        raise ValueError(f"names: unknown key {', '.join(unknown)}")
    phrases = {key: _strings(f"phrases.{key}", value) for key, value in _table("phrases", given).items()}
    for key, readings in phrases.items():
        for reading in readings:
            _check_reading(key, reading)
    variants = {key: _character(key, value) for key, value in _table("variants", given).items()}
    generic, suffixes, endings, ordinals = (
        _strings(key, given.get(key, [])) for key in ("generic", "town_suffixes", "town_endings", "ordinals")
    )
    return Lexicon(
        generic=frozenset(generic),
        town_suffixes=suffixes,
        town_endings=endings,
        ordinals=frozenset(ordinals),
        phrases=phrases,
        variants=variants,
    )


def _table(key: str, given: Mapping[str, object]) -> dict[str, object]:
    value = given.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"names: {key} must be a table")  # noqa: TRY004  one kind of refusal for a wrong file
    return value


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise ValueError(f"names: {key} must be a list of words")
    return tuple(value)


def _character(key: str, value: object) -> str:
    if len(key) != 1 or not isinstance(value, str) or len(value) != 1:
        raise ValueError(f"names: variants.{key} must give one character for one character")
    return value


def _check_reading(key: str, reading: str) -> None:
    syllables = reading.split()
    if len(syllables) != len(key):
        raise ValueError(f"names: phrases.{key}: '{reading}' has not one syllable a character")
    if bad := [syllable for syllable in syllables if code(syllable, "") == ""]:
        raise ValueError(f"names: phrases.{key}: '{bad[0]}' is no syllable")


def _fold_final(final: str) -> str:
    final = final.replace("v", "u")
    return final[:-1] if final.endswith(("ang", "eng", "ing")) else final


def fold_letters(letters: str) -> str:
    """Letters of a whole text with the same sounds folded as in syllables, wherever they are cut."""
    folded = letters.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("v", "u")
    return re.sub("([aei])ng", r"\1n", folded).replace("l", "n").replace("r", "n")


def _code_table() -> dict[str, str]:
    table: dict[str, str] = {}
    initials = sorted({_SAME_INITIAL.get(initial, initial) for initial in ("", *_INITIALS)})
    finals = sorted({_fold_final(final) for final in _FINALS})
    for initial, final in product(("", *_INITIALS), _FINALS):
        row = initials.index(_SAME_INITIAL.get(initial, initial))
        number = row * len(finals) + finals.index(_fold_final(final))
        table[initial + final] = table[initial + final.replace("u", "v")] = chr(_PRIVATE_USE + number)
    return table


_CODES: Mapping[str, str] = _code_table()


def code(syllable: str, otherwise: str) -> str:
    """One private-use character for all syllables that people here confuse."""
    return _CODES.get(syllable, otherwise)


class Speller:
    """Spells texts with the words of one district. Pure: the same text always gives the same value."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._variants = {ord(key): value for key, value in (lexicon.variants or {}).items()}
        self._ordinals = lexicon.ordinals
        self._phrases = {
            key: tuple(tuple(reading.split()) for reading in readings)
            for key, readings in (lexicon.phrases or {}).items()
        }
        self._generic = _any_of({self._plain(word)[0] for word in lexicon.generic})
        self._known = _any_of(set(self._phrases))

    def spell(self, text: str) -> Spelt:
        plain, places = self._plain(text)
        readings = list(islice(product(*self._choices(plain)), MOST_READINGS))
        flat = [[syllable for part in reading for syllable in part] for reading in readings]
        codes = ["".join(map(code, reading, plain)) for reading in flat]
        kept = self._core(plain)
        return Spelt(
            text=plain,
            codes=_distinct(codes),
            core="".join(plain[i] for i in kept),
            core_codes=_distinct(["".join(each[i] for i in kept) for each in codes]),
            letters=_distinct([fold_letters("".join(reading)) for reading in flat]),
            initials=_distinct(["".join(syllable[0] for syllable in reading) for reading in flat]),
            places=tuple(places),
        )

    def normal(self, text: str) -> str:
        return self._plain(text)[0]

    def _plain(self, text: str) -> tuple[str, list[int]]:
        plain: list[str] = []
        places: list[int] = []
        for place, char in enumerate(text):
            for part in unicodedata.normalize("NFKC", char).translate(self._variants).casefold():
                if part.isalnum():
                    plain.append(part)
                    places.append(place)
        return self._numbers(plain, places)

    def _numbers(self, plain: list[str], places: list[int]) -> tuple[str, list[int]]:
        """Chinese numerals as digits, without the word that only says that a number follows."""
        text: list[str] = []
        kept: list[int] = []
        at = 0
        while at < len(plain):
            end = at
            while end < len(plain) and _numeral(plain[end]) is not None:
                end += 1
            if end > at:
                digits = _digits(plain[at:end])
                text += digits
                kept += [places[min(at + i, end - 1)] for i in range(len(digits))]
            elif not (
                plain[at] in self._ordinals and at + 1 < len(plain) and _numeral(plain[at + 1]) is not None
            ):
                text.append(plain[at])
                kept.append(places[at])
            at = max(end, at + 1)
        return "".join(text), kept

    def _choices(self, plain: str) -> Iterator[tuple[tuple[str, ...], ...]]:
        """The parts of a text, each with its possible readings, one syllable a character."""
        at = 0
        for found in self._known.finditer(plain):
            yield _usual(plain[at : found.start()])
            yield self._phrases[found.group()]
            at = found.end()
        yield _usual(plain[at:])

    def _core(self, plain: str) -> list[int]:
        """Places that stand outside generic words; all of them when nothing would be left."""
        generic = {i for found in self._generic.finditer(plain) for i in range(found.start(), found.end())}
        kept = [i for i in range(len(plain)) if i not in generic]
        return kept if len(kept) > 1 else list(range(len(plain)))


def _any_of(words: set[str]) -> re.Pattern[str]:
    longest_first = sorted(words - {""}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _numeral(char: str) -> int | None:
    """0 to 10 for a digit or a Chinese numeral; larger ones are parts of names more often than numbers."""
    value = unicodedata.numeric(char, None)
    return int(value) if value is not None and value in range(11) else None


def _digits(numerals: list[str]) -> str:
    digits = ""
    for place, char in enumerate(numerals):
        value = _numeral(char) or 0
        if value < 10:  # noqa: PLR2004  ten is the only numeral that is not one digit
            digits += str(value)
        elif place == 0:
            digits += "1" if len(numerals) > 1 else "10"
        elif place == len(numerals) - 1:
            digits += "0"
    return digits


def _usual(plain: str) -> tuple[tuple[str, ...]]:
    """What the dictionary reads; digits sound as they are spoken, anything else stands for itself."""
    return (tuple(_SPOKEN.get(each, each) for each in syllables(plain)),)
