"""An index that finds the few names worth a closer look: rare characters, syllables and pairs of them weigh most."""

import math
from collections.abc import Iterable

from domain.name_text import Spelt

MOST_TOUCHED = 3_000
"""A search stops at the common features once it has looked at this many entries: they no longer tell names apart."""


def features(spelt: Spelt) -> set[str]:
    found: set[str] = set()
    for form in (spelt.text, *spelt.codes):
        found.update(form)
        found.update(map(str.__add__, form, form[1:]))
    return found


class NameIndex:
    """Numbers of names by feature. Never changed after it is made."""

    def __init__(self, names: Iterable[Spelt]) -> None:
        self._places: dict[str, list[int]] = {}
        each = [features(spelt) for spelt in names]
        for number, found in enumerate(each):
            for feature in found:
                self._places.setdefault(feature, []).append(number)
        self._norms = [1.0] * len(each)
        self._norms = [self._norm(found) for found in each]

    def with_added(self, name: Spelt) -> "NameIndex":
        """A new index that shares nearly everything with this one; its weights of the old names stay as they are."""
        grown = NameIndex(())
        found = features(name)
        grown._places = self._places | {
            feature: [*self._places.get(feature, ()), len(self._norms)] for feature in found
        }
        grown._norms = [*self._norms, 1.0]
        grown._norms[-1] = grown._norm(found)
        return grown

    def likeness(self, name: Spelt) -> dict[int, float]:
        """How much each number that shares anything shares with the text; comparable within one call only."""
        shared: dict[int, float] = {}
        touched = 0
        known = [(places, feature) for feature in features(name) if (places := self._places.get(feature))]
        for places, _ in sorted(known, key=lambda pair: (len(pair[0]), pair[1])):
            touched += len(places)
            if shared and touched > MOST_TOUCHED:
                break
            weight = self._rarity(places) ** 2
            for number in places:
                shared[number] = shared.get(number, 0.0) + weight
        return {number: each / self._norms[number] for number, each in shared.items()}

    def _norm(self, found: set[str]) -> float:
        return math.sqrt(math.fsum(self._rarity(self._places[feature]) ** 2 for feature in found)) or 1.0

    def _rarity(self, places: list[int]) -> float:
        return math.log(1 + len(self._norms) / len(places))
