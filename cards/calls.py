"""Reminders: a call of one ticket's clock, a list of many, and what the self-check tells the office."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.ticket import Ticketing
from cards.when import duration
from domain.deadline import Call, Clock
from domain.message import Button, Message
from domain.ticket import Ticket

LINES = 10  # of a list: one screen
NUMBERS_IN_A_ROW = 5
_NOW = timedelta(minutes=2)  # a call comes at the next whole minute, and is made a moment later


def reminder(view: Ticketing, ticket: Ticket, call: Call) -> Message:
    """One ticket's deadline; nothing in it that a group may not see."""
    gap = view.now - call.due_at
    key = "left" if gap < timedelta(0) else "now" if gap < _NOW else "over"
    text = say(
        view.language,
        f"calls.{call.clock}_{key}",
        number=ticket.number,
        time=duration(view.language, abs(gap)),
        when=view.moment(call.due_at),
        what=_what(view, ticket),
    )
    if call.clock is Clock.SUSPENDED and ticket.fix_due_at:
        text = Html(f"{text} {say(view.language, 'calls.until', when=view.moment(ticket.fix_due_at))}")
    return Message(text, ((view.button("view", "see", ticket.number),),))


def reminders(view: Ticketing, calls: Sequence[tuple[Ticket, Call]], asked: str) -> Message:
    """Many deadlines in one message, the first due first; ``asked`` is the question behind the button of all."""
    shown = sorted(calls, key=lambda one: (one[1].due_at, one[0].number))[:LINES]
    head = "list_woken" if all(call.clock is Clock.SUSPENDED for _, call in calls) else "list_head"
    lines = [say(view.language, f"calls.{head}", count=len(calls))]
    lines += [_line(view, at, ticket, call) for at, (ticket, call) in enumerate(shown, 1)]
    if len(calls) > LINES:
        lines.append(say(view.language, "calls.list_more", count=len(calls) - LINES))
    numbers = [Button(str(at), view.seal("see", ticket.number)) for at, (ticket, _) in enumerate(shown, 1)]
    every = Button(label(view.language, "calls.list_all"), view.seal("turn", asked, 0))
    return Message("\n".join(lines), (*columns(numbers, NUMBERS_IN_A_ROW), (every,)))


def found(
    language: str,
    *,
    without: Sequence[str],
    stuck: Sequence[str],
    undelivered: int,
    chats: Sequence[str],
    patience: timedelta,
) -> Message:
    """What the self-check found: numbers of tickets, and to which chats something due was not delivered."""
    lines = [say(language, "calls.findings_head")]
    for key, numbers in (("without", without), ("stuck", stuck)):
        if numbers:
            values = {"count": len(numbers), "numbers": _some(language, numbers)}
            lines.append(say(language, f"calls.findings_{key}", **values))
    if undelivered:
        minutes = int(patience.total_seconds() // 60)
        values = {"count": undelivered, "minutes": minutes, "chats": _some(language, chats)}
        lines.append(say(language, "calls.findings_undelivered", **values))
    return Message("\n".join(lines if lines[1:] else [say(language, "calls.findings_none")]))


def _line(view: Ticketing, at: int, ticket: Ticket, call: Call) -> Html:
    clock, due_at = call.clock, call.due_at
    if clock is Clock.SUSPENDED and ticket.fix_due_at:
        clock, due_at = Clock.FIX, ticket.fix_due_at
    status = _status(view, clock, due_at)
    return say(
        view.language,
        "calls.list_line",
        at=at,
        number=ticket.number,
        what=_what(view, ticket),
        status=status,
    )


def _status(view: Ticketing, clock: Clock, due_at: datetime) -> str:
    key = "left" if view.now < due_at else "over"
    time = duration(view.language, abs(view.now - due_at))
    return label(view.language, f"calls.status_{clock}_{key}", time=time)


def _what(view: Ticketing, ticket: Ticket) -> Html:
    return say(view.language, "calls.what", category=view.category(ticket.category), place=view.place(ticket))


def _some(language: str, names: Sequence[str]) -> str:
    shown = " ".join(names[:LINES])
    return label(language, "calls.findings_more", names=shown) if len(names) > LINES else shown
