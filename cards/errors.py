"""What is said when something cannot be done."""

from cards.catalogue import say, sentences
from domain.errors import Refusal
from domain.message import Message


def refused(language: str, refusal: Refusal) -> Message:
    """The sentence of a refusal, found under its class's name."""
    known = (f"errors.{kind.__name__}" for kind in type(refusal).__mro__)
    key = next(key for key in known if key in sentences(language))
    return Message(say(language, key, **refusal.facts))


def too_fast(language: str) -> Message:
    """Somebody sends more than can be answered one by one."""
    return Message(say(language, "errors.too_fast"))


def sorry(language: str, reference: str) -> Message:
    """Something went wrong on our side."""
    return Message(say(language, "errors.sorry", reference=reference))
