"""Which characters the font of the pictures lacks, so that a box in a town's name is noticed before it is sent."""

from functools import cache
from importlib.resources import files

DRAWN = "₀₁₂₃₄₅₆₇₈₉"  # by the templates, from other figures


@cache
def _held() -> frozenset[str]:
    listed = files("cards").joinpath("fonts", "coverage.txt").read_text(encoding="utf-8")
    return frozenset(listed + DRAWN)


def missing(text: str) -> str:
    """The characters that would not be seen, each once and in their order; empty when all is well."""
    return "".join(dict.fromkeys(one for one in text if not one.isspace() and one not in _held()))
