"""An index that finds the few names worth a closer look: rare characters, syllables and pairs of them weigh most."""

import math
from collections.abc import Iterable, Sequence

from domain.name_text import Spelt

MOST_TOUCHED = 30_000
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

    def likeness(self, name: Spelt) -> Sequence[float]:
        """For each number how much it shares with the text, 0 for nothing; comparable within one call only."""
        shared = [0.0] * len(self._norms)
        touched = 0
        known = [(places, feature) for feature in features(name) if (places := self._places.get(feature))]
        for places, _ in sorted(known, key=lambda pair: (len(pair[0]), pair[1])):
            touched += len(places)
            if touched > MOST_TOUCHED:
                break
            weight = self._rarity(places) ** 2
            for number in places:
                shared[number] += weight
        return [each and each / norm for each, norm in zip(shared, self._norms, strict=True)]

    def _norm(self, found: set[str]) -> float:
        return math.sqrt(math.fsum(self._rarity(self._places[feature]) ** 2 for feature in found)) or 1.0

    def _rarity(self, places: list[int]) -> float:
        return math.log(1 + len(self._norms) / len(places))
