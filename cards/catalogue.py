"""The sentences of the bot: one folder a language, one file a topic, looked up as ``topic.key``."""

import tomllib
from functools import cache
from html import escape
from importlib.resources import files

LANGUAGES = ("zh", "en")


class Html(str):
    """Text that is already safe to show: made by the cards, never by a user."""

    __slots__ = ()


@cache
def sentences(language: str) -> dict[str, str]:
    """Every sentence of a language by ``topic.key``."""
    found: dict[str, str] = {}
    for file in sorted(files("cards").joinpath(language).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            topic = file.name.removesuffix(".toml")
            for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found[f"{topic}.{key}"] = text
    return found


def say(language: str, key: str, **values: object) -> Html:
    """The sentence with its values put in; every value is escaped unless it is Html already."""
    shown = {
        name: value if isinstance(value, Html) else escape(str(value), quote=False)
        for name, value in values.items()
    }
    return Html(sentences(language)[key].format_map(shown))


def label(language: str, key: str, **values: object) -> str:
    """The same for plain places such as buttons, where nothing is escaped."""
    return sentences(language)[key].format_map(values)
