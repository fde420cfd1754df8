"""The proof of a work: what is asked for, the card to check, the receipt, and what the reviewers get."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from cards import ticket as ticket_cards
from cards.catalogue import Html, label, say, sentences
from cards.layout import columns
from cards.report import KINDS
from cards.ticket import TicketFacts, Ticketing
from domain.message import Button, Message, Picture, Rows, Style
from domain.ticket import Ticket
from domain.work import Needed, Work


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card of a proof tells: of which problem, how many photos there are, and one from before and after."""

    work: Work
    category: str
    place: str
    before: int
    after: int
    pictures: tuple[Picture, ...] = ()


def ask_photo(view: Ticketing, work: Work) -> Message:
    text = _say(view, "ask_photo", number=work.number) if work.number else _say(view, "ask_photo_spot")
    return Message(text, ((_button(view, "cancel", "wcancel", work.id),),))


def ask_quantity(view: Ticketing, work: Work, after: int, units: Sequence[str]) -> Message:
    """Ask how much was done: the number after the unit was pressed, or both at once."""
    got = _say(view, "got_photos", count=after)
    extra = (_button(view, "skip", "wskip", work.id), _button(view, "apart", "wapart", work.id))
    if work.quantity_unit:
        question = _say(view, "ask_number", unit=work.quantity_unit)
        return Message(f"{got}\n{question}", (extra[:1],))
    buttons = [Button(unit, view.seal("wunit", work.id, at)) for at, unit in enumerate(units)]
    return Message(f"{got}\n{_say(view, 'ask_quantity')}", (*columns(buttons, 3), extra))


def check(view: Ticketing, shown: Shown, *, again: bool = False) -> Message:
    """Everything that will be submitted, before and after side by side."""
    work = shown.work
    about = {"category": view.category(shown.category), "place": shown.place}
    head = (
        _say(view, "check", number=work.number, **about) if work.number else _say(view, "check_spot", **about)
    )
    said = [
        _say(view, "changed") if again else None,
        head,
        _say(view, "check_photos", before=shown.before, after=shown.after),
        _quantity(view, work),
        _say(view, "got_place") if work.lat is not None else None,
        _say(view, "note", words=work.note) if work.note else None,
    ]
    return Message("\n".join(line for line in said if line), _choices(view, work), shown.pictures)


def submitted(view: Ticketing, ticket: Ticket) -> Message:
    key = "submitted_spot" if ticket.on_the_spot else "submitted"
    return Message(_say(view, key, number=ticket.number), ((view.button("view", "see", ticket.number),),))


def review(view: Ticketing, facts: TicketFacts, before: int, after: int) -> Message:
    """For those who verify it: the whole card, with photos from before and after and what to look at in them."""
    card = ticket_cards.card(view, facts)
    return Message(
        f"{_say(view, 'review', before=before, after=after)}\n{card.text}", card.buttons, card.pictures
    )


def plain(view: Ticketing, key: str, **values: object) -> Message:
    """One sentence of this talk without buttons."""
    return Message(_say(view, key, **values))


def expired(view: Ticketing, work: Work, lived: timedelta) -> Message:
    hours = round(lived.total_seconds() / 3600)
    return Message(_say(view, "expired", when=view.moment(work.touched_at), hours=hours))


def unusable(view: Ticketing, kind: str, needed: Needed) -> Message:
    """A kind of message that cannot be used, and what is needed instead."""
    what = label(view.language, f"report.what_{kind if kind in KINDS else 'unknown'}")
    return Message(_say(view, f"unusable_{needed}", what=what))


def spellings(language: str, units: Collection[str]) -> Mapping[str, str]:
    """The units of the district by every spelling that is understood in this language."""
    words = dict(pair.split(":") for pair in sentences(language)["ticket_fix.unit_words"].split())
    return {unit: unit for unit in units} | {word: unit for word, unit in words.items() if unit in units}


def is_skipped(language: str, text: str) -> bool:
    """Whether somebody who typed this has no quantity to tell."""
    return text.strip().lower() in sentences(language)["ticket_fix.skip_words"].split()


def _choices(view: Ticketing, work: Work) -> Rows:
    submit = _button(view, "submit", "wsubmit", work.id, work.version, style=Style.SUCCESS)
    change = (
        _button(view, "change_quantity", "wcount", work.id),
        _button(view, "add_photos", "wmore", work.id),
    )
    rows: Rows = ((submit,), change, (_button(view, "cancel", "wcancel", work.id),))
    return rows


def _quantity(view: Ticketing, work: Work) -> Html:
    if work.quantity is None:
        return _say(view, "no_quantity")
    return _say(view, "quantity", count=_plain(work.quantity), unit=work.quantity_unit or "")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _button(view: Ticketing, key: str, verb: str, *args: str | int, style: Style | None = None) -> Button:
    return Button(label(view.language, f"ticket_fix.{key}"), view.seal(verb, *args), style=style)


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"ticket_fix.{key}", **values)
