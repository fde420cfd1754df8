"""Cards about groups: which place a group is for, and the bot's own coming and going."""

from collections.abc import Sequence

from cards.catalogue import LANGUAGES, Html, label, say, sentences
from cards.layout import columns
from cards.people import district_name, place_name
from domain.button import Sealer
from domain.district import District
from domain.message import Button, Message, Style

DISTRICT, DUTY = "district", "duty"
NO_TOWNS = {DISTRICT: "whole_district", DUTY: "duty_chat"}


def bound_name(language: str, district: District, place: str) -> str:
    """The name of what a group is bound to."""
    if place in NO_TOWNS:
        return label(language, f"groups.{NO_TOWNS[place]}")
    return place_name(language, district, place)


def is_district(text: str, district: District) -> bool:
    """Whether somebody who typed this means the whole district, in whatever language."""
    names = {district.basics.name, district.basics.name_en.lower()}
    return text.strip().lower() in _words("groups.district_words") | names


def is_duty(text: str) -> bool:
    """Whether somebody who typed this means the chat of those on duty, in whatever language."""
    return text.strip().lower() in _words("groups.duty_words")


def sentence(language: str, key: str, **values: object) -> Message:
    """A message of one sentence of this topic."""
    return Message(say(language, f"groups.{key}", **values))


def hint(language: str, district: District, *, hears_all: bool) -> Message:
    """The one thing said in a group that is bound to nothing."""
    text = say(language, "groups.hint", district=district_name(language, district))
    return Message(text if hears_all else _and_hears_little(language, text))


def bind_choose(language: str, district: District, places: Sequence[str], seal: Sealer) -> Message:
    """Which place the group is for, when the words did not say."""
    names = [(code, bound_name(language, district, code)) for code in places]
    return Message(
        say(language, "groups.bind_choose"),
        columns([Button(name, seal("bindto", code)) for code, name in names], 2),
    )


def bind_ask(
    language: str, district: District, place: str, *, title: str, chat_id: int, now: str | None, seal: Sealer
) -> Message:
    """The last question before a group is bound; ``now`` is what it is bound to so far."""
    name = bound_name(language, district, place)
    text = say(language, "groups.bind_ask", title=title, chat_id=chat_id, place=name)
    if now and now != place:
        text = Html(
            text + "\n" + say(language, "groups.bind_instead", place=bound_name(language, district, now))
        )
    yes = Button(label(language, "groups.bind_yes"), seal("bind", place), style=Style.SUCCESS)
    return Message(text, ((yes, Button(label(language, "groups.no"), seal("bindno"))),))


def bound(language: str, district: District, place: str, *, hears_all: bool) -> Message:
    """The group has its place."""
    text = say(language, "groups.bound", place=bound_name(language, district, place))
    return Message(text if hears_all else _and_hears_little(language, text))


def unbind_ask(language: str, district: District, place: str, seal: Sealer) -> Message:
    """The last question before a group loses its place."""
    yes = Button(label(language, "groups.unbind_yes"), seal("unbind"), style=Style.DANGER)
    return Message(
        say(language, "groups.unbind_ask", place=bound_name(language, district, place)),
        ((yes, Button(label(language, "groups.no"), seal("bindno"))),),
    )


def back(language: str, district: District, place: str) -> Message:
    """The bot was added again to a group that has a place."""
    return sentence(language, "back", place=bound_name(language, district, place))


def bot_out(language: str, district: District, place: str, *, title: str, chat_id: int) -> Message:
    """For the office: a group that has a place lost the bot."""
    return sentence(
        language, "bot_out", place=bound_name(language, district, place), title=title, chat_id=chat_id
    )


def _words(key: str) -> set[str]:
    return {word for language in LANGUAGES for word in sentences(language)[key].split()}


def _and_hears_little(language: str, text: Html) -> Html:
    return Html(text + "\n" + say(language, "groups.hears_little"))
