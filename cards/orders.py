"""Orders from above: the card of one, its reminders and answers, those under way, and the count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
)
from cards.ticketing import Ticketing
from domain.message import Button, Message, Picture
from domain.order import Count, Order, Reply, owing
from domain.ticket import Source, Ticket

NUMBERS_IN_A_ROW = 5
MOST_LISTED = 15


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order with its ticket, the answers that are there, and the papers that can be shown."""

    order: Order
    ticket: Ticket
    replies: Sequence[Reply] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        return owing(self.order.units, self.replies)


def plain(view: Ticketing, key: str, **values: object) -> Message:
    """A message of one sentence of this topic."""
    return Message(sentence(view, key, **values))


def registered(view: Ticketing, facts: OrderFacts) -> Message:
    text = sentence(view, "registered", **_order(view, facts), units=unit_names(view, facts.order.units))
    return Message(text, ((button(view, "view", "ordsee", facts.ticket.number),),))


def card(view: Ticketing, facts: OrderFacts, *, sees_ticket: bool, may_reply: bool) -> Message:
    """The whole order, for its units and the office."""
    ticket, missing = facts.ticket, facts.missing
    units = [
        text_of(view, "unit_owes" if unit in missing else "unit_replied", unit=unit_name(view, unit))
        for unit in facts.order.units
    ]
    lines = [
        sentence(view, "head", number=ticket.number, state=view.state(ticket)),
        sentence(
            view,
            "document",
            source=level_name(view, facts.order.source),
            document=document_name(view, facts.order.document),
        ),
        *([sentence(view, "quoted", words=ticket.description)] if ticket.description else []),
        sentence(view, "units", units=text_of(view, "between").join(units)),
        sentence(view, "due", due=due_of(view, ticket)),
        sentence(view, "answer_needed" if missing else "answered"),
    ]
    buttons = [button(view, "reply", "ordreply", ticket.number)] if may_reply else []
    if sees_ticket:
        buttons.append(button(view, "ticket", "see", ticket.number))
    return Message("\n".join(lines), columns(buttons, 2), facts.pictures)


def reply_done(view: Ticketing, facts: OrderFacts, unit: str | None) -> Message:
    text = sentence(
        view, "reply_done", number=facts.order.number, unit=_by(view, unit), rest=_rest(view, facts)
    )
    return Message(text, ((button(view, "reply_more", "ordreply", facts.order.number),),))


def reply_told(view: Ticketing, facts: OrderFacts, unit: str | None) -> Message:
    """The office hears that a unit has answered."""
    number = facts.order.number
    text = sentence(view, "reply_told", number=number, unit=_by(view, unit), rest=_rest(view, facts))
    return Message(text, ((button(view, "view", "ordsee", number),),))


def reply_note(view: Ticketing, unit: str | None) -> str:
    """A line for the ticket's history."""
    return text_of(view, "reply_note", unit=_by(view, unit))


def reminder(view: Ticketing, facts: OrderFacts, days: int) -> Message:
    """So many days before its last day, or on it."""
    rest = _rest(view, facts) if facts.missing else Html("")
    key = "remind_days" if days else "remind_today"
    text = sentence(view, key, days=days, rest=rest, **_order(view, facts))
    return Message(text, ((button(view, "view", "ordsee", facts.ticket.number),),))


def listed(view: Ticketing, every: Sequence[tuple[Order, Ticket]]) -> Message:
    """The orders under way, the first due first."""
    if not every:
        return plain(view, "list_none")
    lines = [sentence(view, "list_head", count=len(every))]
    for at, (order, ticket) in enumerate(every[:MOST_LISTED], 1):
        facts = {"source": level_name(view, order.source), "units": unit_names(view, order.units)}
        facts |= {"due": due_of(view, ticket), "state": view.state(ticket)}
        lines.append(sentence(view, "list_line", at=at, number=order.number, **facts))
    numbers = [
        Button(str(at), view.seal("ordsee", order.number))
        for at, (order, _) in enumerate(every[:MOST_LISTED], 1)
    ]
    return Message("\n".join(lines), columns(numbers, NUMBERS_IN_A_ROW))


def counted(view: Ticketing, counts: Mapping[Source, Count], since: date, until: date) -> Message:
    """How many there were of each level, in the words of the newspaper."""
    days = {"since": day_of(view, since), "until": day_of(view, until)}
    if not counts:
        return plain(view, "count_none", **days)
    lines = [sentence(view, "count_head", **days)]
    for source, count in counts.items():
        lines.append(sentence(view, "count_line", source=level_name(view, source), **_numbers(count)))
    lines.append(sentence(view, "count_sum", **_numbers(sum(counts.values(), Count()))))
    return Message("\n".join(lines))


def _order(view: Ticketing, facts: OrderFacts) -> dict[str, object]:
    document = document_name(view, facts.order.document)
    named = {
        "number": facts.order.number,
        "source": level_name(view, facts.order.source),
        "document": document,
    }
    return {**named, "due": due_of(view, facts.ticket)}


def _rest(view: Ticketing, facts: OrderFacts) -> Html:
    if facts.missing:
        return sentence(view, "reply_rest", units=unit_names(view, facts.missing))
    return sentence(view, "reply_all")


def _numbers(count: Count) -> dict[str, object]:
    return {
        "total": count.total,
        "closed": count.closed,
        "in_time": count.in_time,
        "replied": count.replied,
    }


def _by(view: Ticketing, unit: str | None) -> str:
    return unit_name(view, unit) if unit else text_of(view, "reply_office")
