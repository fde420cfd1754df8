"""The command menus: which commands Telegram offers in which kind of chat, in each language."""

from dataclasses import dataclass

from cards.catalogue import LANGUAGES
from cards.help import menu_words

IN_PRIVATE = (
    "report",
    "mine",
    "status",
    "todo",
    "rank",
    "lookback",
    "orders",
    "work",
    "help",
    "language",
    "cancel",
    "invite",
)
IN_GROUPS = ("status", "rank", "work", "help")
FOR_ADMINISTRATORS = (*IN_GROUPS, "bind", "unbind")
SCOPES = {
    "all_private_chats": IN_PRIVATE,
    "all_group_chats": IN_GROUPS,
    "all_chat_administrators": FOR_ADMINISTRATORS,
}


@dataclass(frozen=True, slots=True)
class Menu:
    """One call of setMyCommands: ``language`` None is for everybody who has no menu in their own language."""

    scope: str
    language: str | None
    commands: tuple[tuple[str, str], ...]  # name, description


def menus() -> tuple[Menu, ...]:
    """Every menu to set."""
    return tuple(
        Menu(scope, language, tuple((name, menu_words(language or LANGUAGES[0], name)) for name in names))
        for scope, names in SCOPES.items()
        for language in (None, *LANGUAGES)
    )
