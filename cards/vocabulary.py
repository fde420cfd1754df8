"""The words that mean a filter of a question: those of all languages together, because people mix them."""

from functools import cache

from cards.catalogue import LANGUAGES, sentences
from domain.query import Period, Vocabulary
from domain.ticket import OPEN, Source, State


@cache
def vocabulary() -> Vocabulary:
    """Raises KeyError when a language lacks an entry."""
    states = {word: (state,) for state in State for word in _words(f"state_{state}")}
    return Vocabulary(
        mine=frozenset(_words("mine")),
        todo=frozenset(_words("todo")),
        overdue=frozenset(_words("overdue")),
        states=states | dict.fromkeys(_words("state_open"), tuple(sorted(OPEN))),
        sources={word: source for source in Source for word in _words(f"source_{source}")},
        periods={word: period for period in Period for word in _words(f"period_{period}")},
        months=_months(),
        years=_words("years"),
        days=_words("days"),
        recent=_words("recent"),
        lead=_words("lead"),
        tail=_words("tail"),
        joints=_words("joints"),
    )


def _words(key: str) -> tuple[str, ...]:
    return tuple(
        word for language in LANGUAGES for word in sentences(language)[f"vocabulary.{key}"].split("|")
    )


def _months() -> dict[str, int]:
    by_language = (sentences(language)["vocabulary.months"].split("|") for language in LANGUAGES)
    return {
        name: month for names in by_language for month, each in enumerate(names, 1) for name in each.split()
    }
