"""Registering an order from above: what is asked for, the card to check, and a document that is known already."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from cards.catalogue import Html
from cards.layout import columns
from cards.order_parts import (
    button,
    day_of,
    document_name,
    due_of,
    level_name,
    sentence,
    text_of,
    unit_name,
    unit_names,
    words_of,
)
from cards.ticketing import Ticketing
from cards.vocabulary import vocabulary
from domain.message import Button, Message, Rows, Style
from domain.order import LEVELS, Need, Order, OrderDraft
from domain.order_reading import OrderWords
from domain.ticket import Ticket

CHANGES = (Need.SOURCE, Need.DOCUMENT, Need.UNIT, Need.DUE, Need.WORDS)
USUAL_DAYS = (3, 7, 15)
CHOSEN = "✓ "


@cache
def order_words() -> OrderWords:
    """The words of all languages together, because people mix them."""
    levels = {word: source for source in LEVELS for word in words_of(f"words_{source}")}
    known = vocabulary()
    return OrderWords(levels=levels, months=known.months, dates=known.dates)


def about_orders(text: str) -> str | None:
    """The rest of a text whose first word means orders; None for any other."""
    first, _, rest = text.strip().partition(" ")
    return rest.strip() if first.lower() in words_of("words_orders") else None


def ask(view: Ticketing, draft: OrderDraft, today: date, *, trouble: Html | None = None) -> Message:
    """Ask for the one thing that is missing, under what is there."""
    facts = " · ".join(_facts(view, draft))
    lines = [sentence(view, "so_far", facts=facts)] if facts else []
    lines += [trouble] if trouble else []
    lines.append(sentence(view, f"ask_{draft.need}"))
    rows = _CHOICES[draft.need](view, draft, today) if draft.need in _CHOICES else ()
    return Message("\n".join(lines), (*rows, (button(view, "cancel", "ordcancel", draft.id),)))


def check(view: Ticketing, draft: OrderDraft, category: str) -> Message:
    """Everything as it will be registered."""
    papers = sentence(view, "papers", count=len(draft.papers)) if draft.papers else Html("")
    text = sentence(
        view,
        "check",
        source=level_name(view, draft.source),
        document=document_name(view, draft.document),
        units=unit_names(view, draft.units),
        due=day_of(view, draft.due),
        category=view.category(category),
        papers=papers,
        words=sentence(view, "quoted", words=draft.words) if draft.words else Html(""),
    )
    submit = button(view, "submit", "ordsubmit", draft.id, draft.version, style=Style.PRIMARY)
    changes = [button(view, f"change_{need}", "ordchange", draft.id, need.value) for need in CHANGES]
    cancel = button(view, "cancel", "ordcancel", draft.id)
    return Message(text, ((submit,), *columns([*changes, cancel], 3)))


def known(view: Ticketing, draft: OrderDraft, same: Sequence[tuple[Order, Ticket]]) -> Message:
    """The document is registered already."""
    lines = [
        sentence(view, "known_line", number=ticket.number, due=due_of(view, ticket), state=view.state(ticket))
        for _, ticket in same
    ]
    text = sentence(view, "known", document=draft.document or "", lines=Html("\n".join(lines)))
    views = [Button(ticket.number, view.seal("ordsee", ticket.number)) for _, ticket in same]
    apart = button(view, "apart", "ordapart", draft.id)
    return Message(text, (*columns(views, 2), (apart,), (button(view, "cancel", "ordcancel", draft.id),)))


def passed(view: Ticketing, day: date | None) -> Html:
    """Why a typed date is no last day."""
    return sentence(view, "passed", day=day_of(view, day)) if day else sentence(view, "no_date")


def _sources(view: Ticketing, draft: OrderDraft, _today: date) -> Rows:
    return columns(
        [Button(level_name(view, one), view.seal("ordsource", draft.id, one.value)) for one in LEVELS], 3
    )


def _documents(view: Ticketing, draft: OrderDraft, _today: date) -> Rows:
    return ((button(view, "no_document", "ordnodoc", draft.id),),)


def _unit_choices(view: Ticketing, draft: OrderDraft, _today: date) -> Rows:
    codes = [*(one.code for one in view.district.towns), *(one.code for one in view.district.bureaus)]
    buttons = [
        Button(
            f"{CHOSEN if code in draft.units else ''}{unit_name(view, code)}",
            view.seal("ordunit", draft.id, code),
        )
        for code in codes
    ]
    ready = button(view, "unit_done", "ordunits", draft.id, style=Style.PRIMARY)
    return (*columns(buttons, 2), *(((ready,),) if draft.units else ()))


def _days(view: Ticketing, draft: OrderDraft, today: date) -> Rows:
    return columns(
        [
            Button(
                text_of(view, "in_days", count=count, day=day_of(view, today + timedelta(days=count))),
                view.seal("orddue", draft.id, f"{today + timedelta(days=count):%Y%m%d}"),
            )
            for count in USUAL_DAYS
        ],
        1,
    )


_CHOICES = {Need.SOURCE: _sources, Need.DOCUMENT: _documents, Need.UNIT: _unit_choices, Need.DUE: _days}


def _facts(view: Ticketing, draft: OrderDraft) -> list[str]:
    found = [
        level_name(view, draft.source) if draft.source else None,
        draft.document,
        unit_names(view, draft.units) if draft.units else None,
        day_of(view, draft.due) if draft.due else None,
        text_of(view, "quoted", words=draft.words) if draft.words else None,
    ]
    return [one for one in found if one]
