"""Finds which towns or categories a text speaks of, and where: every alias, also misheard or typed in letters."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.name_text import Lexicon, Named, Speller, Spelt, fold_letters

LETTERS = re.compile("[A-Za-z]{3,}")
SHORTEST_NEAR = 4
"""Shorter aliases are not looked for with a wrong, missing or extra character: too many other words are near."""
NEAR_SCORE, SOUNDS_SCORE, LETTERS_SCORE, INITIALS_SCORE = 70.0, 75.0, 95.0, 80.0


@dataclass(frozen=True, slots=True)
class Hit:
    """`text[start:end]` names the item. Without `sure` it may be a road or a shop of the same name: only a hint."""

    item: Named
    start: int
    end: int
    score: float
    sure: bool


@dataclass(frozen=True, slots=True)
class _Alias:
    item: Named
    spelt: Spelt
    plain: bool
    """A full way to name it, and not only the stem that roads and shops bear too."""


def town_aliases(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Every usual way to say the name of a town, the name itself first."""
    return tuple(dict.fromkeys((name, *_stems(name, lexicon), *_full_names(name, lexicon))))


def without(text: str, hits: Iterable[Hit]) -> str:
    """The text with the sure hits cut out; the text itself when nothing else stands in it."""
    kept = "".join(
        char
        for place, char in enumerate(text)
        if not any(hit.sure and hit.start <= place < hit.end for hit in hits)
    )
    return kept.strip() or text


def _stems(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    endings = [
        suffix for suffix in lexicon.town_suffixes if name.endswith(suffix) and len(name) - len(suffix) > 1
    ]
    stem = name.removesuffix(max(endings, key=len, default=""))
    short = [stem.removesuffix(ending) for ending in lexicon.town_endings]
    return tuple(dict.fromkeys((stem, *(each for each in short if len(each) > 1))))


def _full_names(name: str, lexicon: Lexicon) -> Iterator[str]:
    for stem in _stems(name, lexicon):
        yield from (stem + suffix for suffix in lexicon.town_suffixes)


class _Aliases:
    """All aliases by what they look like and what they sound like."""

    def __init__(self, named: Iterable[tuple[Named, str, bool]], lexicon: Lexicon) -> None:
        self._speller = Speller(lexicon)
        self._written: dict[str, list[_Alias]] = {}
        self._sounds: dict[str, list[_Alias]] = {}
        self._near: dict[str, list[_Alias]] = {}
        self._letters: dict[str, list[tuple[_Alias, float]]] = {}
        for item, name, plain in named:
            self._add(_Alias(item, self._speller.spell(name), plain))
        self._lengths = sorted({len(key) for key in self._written}, reverse=True)

    def _add(self, alias: _Alias) -> None:
        spelt = alias.spelt
        self._written.setdefault(spelt.text, []).append(alias)
        for code in spelt.codes:
            self._sounds.setdefault(code, []).append(alias)
            if alias.plain and len(code) >= SHORTEST_NEAR:
                for near in _shorter(code):
                    self._near.setdefault(near, []).append(alias)
        for letters in spelt.letters:
            self._letters.setdefault(letters, []).append((alias, LETTERS_SCORE))
        for initials in spelt.initials:
            self._letters.setdefault(initials, []).append((alias, INITIALS_SCORE))

    def find(self, text: str) -> list[Hit]:
        """Hits that do not overlap, the longest chosen first, in the order of the text."""
        spelt = self._speller.spell(text)
        found = [*self._in_characters(spelt), *_in_letters(text, self._letters)]
        chosen = _apart(found or list(self._nearly(spelt)))
        names: dict[tuple[int, int], set[str]] = {}
        for hit in chosen:
            names.setdefault((hit.start, hit.end), set()).add(hit.item.key)
        return [
            Hit(hit.item, hit.start, hit.end, hit.score, hit.sure and len(names[hit.start, hit.end]) == 1)
            for hit in sorted(chosen, key=lambda hit: (hit.start, -hit.score, hit.item.key))
        ]

    def _in_characters(self, asked: Spelt) -> Iterator[Hit]:
        for start, end in _windows(len(asked.text), self._lengths):
            whole = end - start == len(asked.text)
            part = asked.text[start:end]
            written = self._written.get(part, ())
            yield from (_hit(alias, asked, start, end, 100.0, sure=alias.plain or whole) for alias in written)
            for alias in () if written else self._heard(asked, start, end):
                same = sum(map(str.__eq__, alias.spelt.text, part)) / len(part)
                sure = whole or (alias.plain and same >= 1 / 2)
                if sure or same >= 1 / 2:
                    score = SOUNDS_SCORE + (100 - SOUNDS_SCORE) * same
                    yield _hit(alias, asked, start, end, score, sure=sure)

    def _heard(self, asked: Spelt, start: int, end: int) -> Iterator[_Alias]:
        for code in dict.fromkeys(each[start:end] for each in asked.codes):
            yield from self._sounds.get(code, ())

    def _nearly(self, asked: Spelt) -> Iterator[Hit]:
        """One character too many, too few or wrong."""
        code = asked.codes[0]
        lengths = sorted(
            {length + more for length in self._lengths for more in (-1, 0, 1)} - {0}, reverse=True
        )
        for start, end in _windows(len(code), [length for length in lengths if length >= SHORTEST_NEAR - 1]):
            whole = end - start == len(code)
            for near in (code[start:end], *_shorter(code[start:end])):
                for alias in self._near.get(near, ()):
                    yield _hit(alias, asked, start, end, NEAR_SCORE, sure=whole)


def _in_letters(text: str, known: dict[str, list[tuple[_Alias, float]]]) -> Iterator[Hit]:
    for found in LETTERS.finditer(text):
        typed = found.group().casefold()
        whole = typed == text.strip().casefold()
        for alias, score in (*known.get(fold_letters(typed), ()), *known.get(typed, ())):
            if score == LETTERS_SCORE or whole:
                yield Hit(alias.item, found.start(), found.end(), score, alias.plain or whole)


def _windows(length: int, lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    for wide in lengths:
        for start in range(length - wide + 1):
            yield start, start + wide


def _shorter(code: str) -> Iterator[str]:
    yield from (code[:place] + code[place + 1 :] for place in range(len(code)))


def _hit(alias: _Alias, asked: Spelt, start: int, end: int, score: float, *, sure: bool) -> Hit:
    return Hit(alias.item, asked.places[start], asked.places[end - 1] + 1, score, sure)


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """Of overlapping hits the best; two items under one alias both stay."""
    chosen: dict[tuple[int, int, str], Hit] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, -hit.score, hit.start, not hit.sure)):
        rivals = [each for each in chosen.values() if each.start < hit.end and hit.start < each.end]
        if all((each.start, each.end, each.score) == (hit.start, hit.end, hit.score) for each in rivals):
            chosen.setdefault((hit.start, hit.end, hit.item.key), hit)
    return list(chosen.values())


class Towns:
    """Finds towns by every alias that is usual, and by those that the office added."""

    def __init__(self, items: Iterable[Named], lexicon: Lexicon) -> None:
        self._aliases = _Aliases(_town_names(items, lexicon), lexicon)

    def find(self, text: str) -> tuple[Hit, ...]:
        return tuple(self._aliases.find(text))


def _town_names(items: Iterable[Named], lexicon: Lexicon) -> Iterator[tuple[Named, str, bool]]:
    for item in items:
        plain = {item.name, *item.aliases, *_full_names(item.name, lexicon)}
        for name in (*town_aliases(item.name, lexicon), *item.aliases):
            yield item, name, name in plain


class Words:
    """Finds categories, or anything that is known by words, in a caption."""

    def __init__(self, items: Iterable[Named], lexicon: Lexicon) -> None:
        named = ((item, name, True) for item in items for name in (item.name, *item.aliases))
        self._aliases = _Aliases(named, lexicon)

    def find(self, text: str) -> tuple[Hit, ...]:
        """The best hit of each item, the likeliest first: written before heard, then longer, then earlier."""
        ranked = sorted(
            self._aliases.find(text), key=lambda hit: (-hit.score, hit.start - hit.end, hit.start)
        )
        best: dict[str, Hit] = {}
        for hit in ranked:
            best.setdefault(hit.item.key, hit)
        return tuple(best.values())
