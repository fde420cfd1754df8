"""Looking back: what is asked of somebody who goes to see, what is answered, and what the office hears."""

from collections.abc import Sequence
from datetime import datetime

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.ticket import Ticketing
from domain.geo import Point
from domain.maplinks import map_links
from domain.message import Button, Message, Picture, Style
from domain.ticket import Ticket

LINES = 10
NUMBERS_IN_A_ROW = 5
Due = tuple[str, int, Ticket]
"""A look back's id, on which day after the closing it is, and its ticket."""


def ask(view: Ticketing, due: Due, pictures: Sequence[Picture]) -> Message:
    """Ask somebody to go there, with the old photos; who reported it is not said."""
    which, days, ticket = due
    lines = [
        _say(view, "ask", number=ticket.number, days=days),
        _say(view, "what", category=view.category(ticket.category), place=view.place(ticket)),
        *([view.say("words", words=ticket.description)] if ticket.description else []),
        _say(view, "closed", when=view.moment(ticket.closed_at or view.now), outcome=_outcome(view, ticket)),
    ]
    answers = (
        Button(_label(view, "clear"), view.seal("lbclear", which), style=Style.SUCCESS),
        Button(_label(view, "back"), view.seal("lbback", which), style=Style.DANGER),
    )
    return Message("\n".join(lines), (*_maps(view, ticket), answers), tuple(pictures))


def listed(view: Ticketing, due: Sequence[Due]) -> Message:
    """Many at once: one message, a button each."""
    if not due:
        return Message(_say(view, "list_none"))
    lines = [_say(view, "list_head", count=len(due))]
    for at, (_, days, ticket) in enumerate(due[:LINES], 1):
        facts = {"category": view.category(ticket.category), "place": view.place(ticket), "days": days}
        lines.append(_say(view, "list_line", at=at, number=ticket.number, **facts))
    if len(due) > LINES:
        lines.append(_say(view, "list_more", count=len(due) - LINES))
    buttons = [Button(str(at), view.seal("lbsee", which)) for at, (which, _, _) in enumerate(due[:LINES], 1)]
    return Message("\n".join(lines), columns(buttons, NUMBERS_IN_A_ROW))


def ask_photo(view: Ticketing, ticket: Ticket) -> Message:
    location = _label(view, "send_location")
    return Message(_say(view, "ask_photo", number=ticket.number), ask_location=location)


def ask_place(view: Ticketing, which: str) -> Message:
    """A photo is there; who cannot tell the place may say so, and a reviewer will see it."""
    button = Button(_label(view, "no_place"), view.seal("lbdone", which))
    return Message(_say(view, "ask_place"), ((button,),))


def plain(view: Ticketing, key: str, **values: object) -> Message:
    """A message of one sentence of this topic."""
    return Message(_say(view, key, **values))


def done(view: Ticketing, due: Due, following: datetime | None) -> Message:
    _, days, ticket = due
    lines = [_say(view, "done", number=ticket.number, days=days)]
    if following:
        lines.append(_say(view, "next", when=view.moment(following)))
    return Message("\n".join(lines))


def relapsed(view: Ticketing, ticket: Ticket) -> Message:
    unit = view.town(ticket.town) if ticket.town else ticket.unit or view.town(None)
    fix = view.moment(ticket.fix_due_at or view.now)
    return Message(_say(view, "relapsed", number=ticket.number, count=ticket.relapses, unit=unit, fix=fix))


def office_relapsed(view: Ticketing, ticket: Ticket) -> Message:
    facts = {
        "category": view.category(ticket.category),
        "place": view.place(ticket),
        "count": ticket.relapses,
    }
    text = _say(view, "office_relapsed", number=ticket.number, **facts)
    return Message(text, ((view.button("view", "see", ticket.number),),))


def office_doubts(
    view: Ticketing, number: str, doubts: Sequence[str], pictures: Sequence[Picture]
) -> Message:
    """The photo of an answer needs a second look."""
    named = "、" if view.language == "zh" else ", "
    text = _say(
        view,
        "office_doubts",
        number=number,
        doubts=named.join(_label(view, f"doubt_{one}") for one in doubts),
    )
    return Message(text, ((view.button("view", "see", number),),), tuple(pictures))


def note(language: str, key: str, days: int) -> str:
    """A line for the ticket's history."""
    return label(language, f"lookback.{key}", days=days)


def _maps(view: Ticketing, ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    if ticket.lat is None or ticket.lng is None:
        return ()
    links = map_links(Point(ticket.lat, ticket.lng), ticket.site or view.town(ticket.town))
    maps = (("amap", links.amap), ("baidu", links.baidu), ("tencent", links.tencent))
    return (tuple(Button(view.label(key), url=url) for key, url in maps),)


def _outcome(view: Ticketing, ticket: Ticket) -> str:
    return _label(view, f"outcome_{ticket.outcome}")


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"lookback.{key}", **values)


def _label(view: Ticketing, key: str) -> str:
    return label(view.language, f"lookback.{key}")
