"""The finder of sites: which of a district's names did somebody mean, is that sure, or must the bot ask."""

import heapq
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from domain.name_index import NameIndex
from domain.name_text import Lexicon, Named, Speller, Spelt

_DIGITS = re.compile(r"\d+")
_WORTH_SHOWING = 50
_STARTS, _STANDS_IN, _GROWS, _INITIALS_LESS = 84, 78, 16, 4
"""Scores of typed letters that start a name, stand in it, what is added by how much they cover, and less for initials."""


@dataclass(frozen=True, slots=True)
class NameRules:
    """Scores are 0 to 100. Set them on real queries; `python -m bench.names` shows what they do."""

    score: float = 86
    lead: float = 4
    floor: float = 40
    shown: int = 5
    looked_at: int = 60
    whole: float = 0.5
    code: float = 0.5
    core_alone: float = 0.92
    longer: int = 3
    window: float = 0.9
    window_whole: float = 0.5
    part: float = 0.5
    town_bonus: float = 15


@dataclass(frozen=True, slots=True)
class Candidate:
    item: Named
    score: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """Sure enough to go on. Show the full name and a way back."""

    item: Named
    score: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Best first, at most `NameRules.shown`."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No name is near enough to be worth a button."""


Verdict = Accepted | Ask | Nothing


class Sites:
    """All sites of a district. Making one takes a second for thousands of names: make it in a thread."""

    def __init__(self, items: Iterable[Named], lexicon: Lexicon, rules: NameRules = NameRules()) -> None:
        speller = Speller(lexicon)
        spelt = [(item, speller.spell(name)) for item in items for name in (item.name, *item.aliases)]
        self._keep(speller, rules, spelt, NameIndex(name for _, name in spelt))

    def _keep(
        self, speller: Speller, rules: NameRules, spelt: Sequence[tuple[Named, Spelt]], index: NameIndex
    ) -> None:
        self._speller, self._rules, self._index = speller, rules, index
        self._items = [item for item, _ in spelt]
        self._spelt = [name for _, name in spelt]
        self._letters = [name.letters[0] for name in self._spelt]
        self._typed = [" ".join((*name.letters, *name.initials)) for name in self._spelt]

    def with_added(self, item: Named) -> "Sites":
        """A new finder with one more site, cheap. The old one stays as it is."""
        added = [(item, self._speller.spell(name)) for name in (item.name, *item.aliases)]
        index = self._index
        for _, name in added:
            index = index.with_added(name)
        grown = Sites((), Lexicon())
        grown._keep(self._speller, self._rules, [*zip(self._items, self._spelt, strict=True), *added], index)
        return grown

    def find(self, text: str, town: str | None = None) -> Verdict:
        """Who is meant, first among the sites of `town`, then among all."""
        asked = self._speller.spell(text)
        if not asked.text:
            return Nothing()
        ranked = self._ranked(asked, town)
        if self._sure(asked, near := [found for found in ranked if town and found.item.town == town]) and (
            near[0].score + self._rules.lead > ranked[0].score
        ):
            return Accepted(near[0].item, near[0].score)
        if self._sure(asked, ranked):
            return Accepted(ranked[0].item, ranked[0].score)
        return self._question(ranked, town)

    def _question(self, ranked: Sequence["_Found"], town: str | None) -> Ask | Nothing:
        """Sites of the town move up; how sure a name is does not change by that."""
        bonus = self._rules.town_bonus
        likely = sorted(
            ranked, key=lambda found: -found.score - bonus * (town is not None and found.item.town == town)
        )
        shown = [Candidate(found.item, found.score) for found in likely if found.score >= self._rules.floor]
        return Ask(tuple(shown[: self._rules.shown])) if shown else Nothing()

    def _ranked(self, asked: Spelt, town: str | None) -> list["_Found"]:
        best: dict[str, _Found] = {}
        for number in self._worth_a_look(asked, town):
            item, spelt = self._items[number], self._spelt[number]
            score = self._score(asked, spelt)
            if item.key not in best or best[item.key].score < score:
                best[item.key] = _Found(item, spelt, score)
        return sorted(best.values(), key=_best_first)

    def _worth_a_look(self, asked: Spelt, town: str | None) -> Iterable[int]:
        like = self._index.likeness(asked)
        count = self._rules.looked_at
        found = dict.fromkeys(heapq.nlargest(count, like, key=like.__getitem__))
        if town is not None:
            inside = (number for number in like if self._items[number].town == town)
            found |= dict.fromkeys(heapq.nlargest(count, inside, key=like.__getitem__))
        if _is_letters(asked):
            found |= dict.fromkeys(self._like_letters(asked))
        return found

    def _like_letters(self, asked: Spelt) -> Iterable[int]:
        typed, folded = asked.initials[0], asked.letters[0]
        for number, each in enumerate(self._typed):
            if folded in each or typed in each:
                yield number
        for _, _, number in process.extract(
            folded, self._letters, scorer=fuzz.ratio, limit=self._rules.looked_at
        ):
            yield number

    def _score(self, asked: Spelt, name: Spelt) -> float:
        rules = self._rules
        whole = _blend(rules.code, asked.text, asked.codes, name.text, name.codes)
        core = _blend(rules.code, asked.core, asked.core_codes, name.core, name.core_codes)
        score = max(rules.whole * whole + (1 - rules.whole) * core, rules.core_alone * core)
        if len(asked.text) >= len(name.core) + rules.longer:
            part = max(score, rules.window * self._window(asked, name))
            score = rules.part * part + (1 - rules.part) * score
        return max(score, _letters_score(asked, name)) if _is_letters(asked) else score

    def _window(self, asked: Spelt, name: Spelt) -> float:
        """How well the name stands somewhere in a sentence."""
        core = self._best_window(asked, name.core, name.core_codes)
        if len(name.text) > len(asked.text):
            return core
        share = self._rules.window_whole
        return share * self._best_window(asked, name.text, name.codes) + (1 - share) * core

    def _best_window(self, asked: Spelt, text: str, codes: Sequence[str]) -> float:
        best = 0.0
        for code in codes:
            found = fuzz.partial_ratio_alignment(asked.codes[0], code)
            if found is not None:
                part = asked.text[found.src_start : found.src_end]
                share = self._rules.code
                best = max(best, share * found.score + (1 - share) * fuzz.ratio(part, text))
        return best

    def _sure(self, asked: Spelt, ranked: Sequence["_Found"]) -> bool:
        if not ranked or ranked[0].score < self._rules.score:
            return False
        first, others = ranked[0], ranked[1:]
        if others and first.score - others[0].score < self._rules.lead:
            return False
        if _DIGITS.search(asked.text) and not _same_numbers(asked.text, first.spelt.text):
            return False
        return not any(_contains(other.spelt, part) for other in others for part in (asked, first.spelt))


@dataclass(frozen=True, slots=True)
class _Found:
    item: Named
    spelt: Spelt
    score: float


def likeliest(text: str, names: Iterable[str]) -> str | None:
    """The one of a few names that a mistyped one may have meant; only to be shown, never to be taken."""
    best = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=_WORTH_SHOWING)
    return best[0] if best else None


def _best_first(found: _Found) -> tuple[float, int, str]:
    return (-found.score, len(found.spelt.text), found.item.key)


def _blend(share: float, text: str, codes: Sequence[str], other: str, other_codes: Sequence[str]) -> float:
    sound = max(fuzz.ratio(codes[0], each) for each in other_codes)
    return share * sound + (1 - share) * fuzz.ratio(text, other)


def _contains(name: Spelt, part: Spelt) -> bool:
    return part.core in name.text or any(core in each for core in part.core_codes for each in name.codes)


def _same_numbers(asked: str, name: str) -> bool:
    return set(_DIGITS.findall(asked)) <= set(_DIGITS.findall(name))


def _is_letters(asked: Spelt) -> bool:
    return asked.text.isascii() and not asked.text.isdigit()


def _letters_score(asked: Spelt, name: Spelt) -> float:
    """Letters may be the sounds or only the first letters, of the name or of its beginning."""
    sounds = max(_letters(asked.letters[0], each) for each in name.letters)
    typed = asked.initials[0]
    firsts = [_letters(typed, each) - _INITIALS_LESS for each in name.initials if typed in each]
    return max(sounds, *firsts, 0)


def _letters(asked: str, name: str) -> float:
    whole = fuzz.ratio(asked, name)
    if asked not in name:
        return whole
    part = _GROWS * len(asked) / len(name)
    return max(whole, (_STARTS if name.startswith(asked) else _STANDS_IN) + part)
