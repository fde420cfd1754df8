"""The language in which a member is spoken to."""

from cards import help as cards
from cards.catalogue import LANGUAGES
from handlers.access import in_private, member
from handlers.desk import Desk
from storage import people


async def ask(desk: Desk, argument: str) -> None:
    """Change to the language that was named, or ask which."""
    in_private(desk)
    person = member(desk)
    if argument.lower() in LANGUAGES:
        people.set_language(desk.tx, person.id, argument.lower())
        desk.say(cards.language_now(argument.lower()))
    else:
        desk.say(cards.language_ask(desk.language, desk.seal))


async def chosen(desk: Desk, args: tuple[str, ...]) -> None:
    """A language was pressed."""
    person = member(desk)
    people.set_language(desk.tx, person.id, args[0])
    desk.answer()
    desk.edit(cards.language_now(args[0]))


COMMANDS = {"language": ask}
PRESSES = {"lang": chosen}
