"""The words for days and times of all languages together, because people mix them."""

from collections.abc import Mapping
from functools import cache

from cards.catalogue import LANGUAGES, sentences
from cards.vocabulary import vocabulary
from domain.moment_text import MomentWords


@cache
def moment_words() -> MomentWords:
    """Raises KeyError when a language lacks an entry."""
    return MomentWords(
        days=_numbered("days", 0),
        weekdays=_numbered("weekdays", 0),
        counts=_numbered("counts", 1),
        months=vocabulary().months,
        next_week=_words("next_week"),
        year=_words("year"),
        day=_words("day"),
        days_on=_words("days_on"),
        hour=_words("hour"),
        minute=_words("minute"),
        half=_words("half"),
        morning=_words("morning"),
        afternoon=_words("afternoon"),
        around=_words("around"),
    )


def _words(key: str) -> tuple[str, ...]:
    return tuple(word for language in LANGUAGES for word in sentences(language)[f"moments.{key}"].split("|"))


def _numbered(key: str, first: int) -> Mapping[str, int]:
    """Each word with the place of its group in its list."""
    lists = (sentences(language)[f"moments.{key}"].split("|") for language in LANGUAGES)
    return {word: at for groups in lists for at, group in enumerate(groups, first) for word in group.split()}
