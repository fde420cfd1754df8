"""What happened to a ticket: each move with who, when and why, and how long each town had it."""

from collections.abc import Mapping, Sequence

from cards.catalogue import Html
from cards.ticket_lines import outcome
from cards.ticketing import Ticketing
from cards.when import duration
from domain.message import Message
from domain.ticket import Event, Outcome, Ticket, Verb, time_by_unit

MOST = 40  # lines of one message


def history(view: Ticketing, ticket: Ticket, events: Sequence[Event], names: Mapping[int, str]) -> Message:
    """The newest lines in the order of time; ``names`` are of those whom the reader may know."""
    lines = [view.say("history_head", number=ticket.number)]
    if len(events) > MOST:
        lines.append(view.say("history_before", count=len(events) - MOST))
    lines += [
        view.say("history_line", when=view.moment(event.at), what=_event(view, event, names))
        for event in events[-MOST:]
    ]
    spent = [
        view.say("history_spent_unit", unit=_unit(view, unit), time=duration(view.language, time))
        for unit, time in time_by_unit(events, view.now).items()
    ]
    if spent and len(events) > 1:
        lines.append(view.say("history_spent", units=Html(" · ".join(spent))))
    return Message("\n".join(lines), ((view.button("back", "see", ticket.number),),))


def _event(view: Ticketing, event: Event, names: Mapping[int, str]) -> Html:
    what = view.say(f"history_{event.move}", town=view.town(event.unit))
    if event.note and event.move is not Verb.ASSIGN:
        note = outcome(view, event.note) if event.note in set(Outcome) else event.note
        what = view.say("history_note", what=what, note=note)
    name = names.get(event.by) if event.by is not None else None
    return view.say("history_by", what=what, name=name) if name else what


def _unit(view: Ticketing, code: str | None) -> str:
    return view.label("history_district") if code is None else view.town(code)
