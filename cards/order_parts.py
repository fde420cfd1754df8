"""What the cards about orders from above share: their levels, units, days and sentences."""

from collections.abc import Sequence
from datetime import date

from cards.catalogue import LANGUAGES, Html, label, say, sentences
from cards.ticketing import Ticketing
from cards.when import stamp
from domain.message import Button, Style
from domain.ticket import Source, Ticket


def level_name(view: Ticketing, source: Source | None) -> str:
    return view.label(f"source_{source}") if source else ""


def document_name(view: Ticketing, document: str | None) -> str:
    return document or text_of(view, "without_number")


def unit_names(view: Ticketing, codes: Sequence[str]) -> str:
    return text_of(view, "between").join(unit_name(view, code) for code in codes)


def unit_name(view: Ticketing, code: str) -> str:
    names = {one.code: one.name if view.language == "zh" else one.name_en for one in view.district.bureaus}
    return names.get(code) or view.town(code)


def due_of(view: Ticketing, ticket: Ticket) -> str:
    return stamp(view.language, ticket.fix_due_at or view.now, view.zone)


def day_of(view: Ticketing, day: date | None) -> str:
    return label(view.language, "when.date", month=day.month, day=day.day) if day else ""


def words_of(key: str) -> tuple[str, ...]:
    return tuple(word for language in LANGUAGES for word in sentences(language)[f"orders.{key}"].split("|"))


def sentence(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"orders.{key}", **values)


def text_of(view: Ticketing, key: str, **values: object) -> str:
    return label(view.language, f"orders.{key}", **values)


def button(view: Ticketing, key: str, verb: str, *args: str | int, style: Style | None = None) -> Button:
    return Button(text_of(view, key), view.seal(verb, *args), style=style)
