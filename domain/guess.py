"""Which category a text speaks of: said by name, or only hinted at by a word."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.district import Category
from domain.name_spans import Words, without
from domain.name_text import Lexicon, Named


@dataclass(frozen=True, slots=True)
class Guess:
    """A category's code; ``certain`` when the text names it."""

    key: str
    certain: bool


class Guesser:
    """Guesses categories by their names and aliases first, then by their keywords."""

    def __init__(self, categories: Iterable[Category], lexicon: Lexicon) -> None:
        listed = list(categories)
        self._names = Words(
            [Named(one.code, one.name, (one.name_en, *one.aliases)) for one in listed], lexicon
        )
        keyed = [Named(one.code, one.keywords[0], one.keywords[1:]) for one in listed if one.keywords]
        self._keywords = Words(keyed, lexicon)

    def guess(self, text: str) -> list[Guess]:
        """The categories that a text suggests, likeliest first, each once."""
        said = [hit.item.key for hit in self._names.find(text) if hit.sure]
        hinted = [hit.item.key for hit in self._keywords.find(text) if hit.item.key not in said]
        return [*(Guess(key, certain=True) for key in said), *(Guess(key, certain=False) for key in hinted)]

    def rest(self, text: str) -> str:
        """The text without the categories that it names; the text itself when nothing else stands in it."""
        return without(text, self._names.find(text))
