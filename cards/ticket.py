"""The cards of a ticket: for a person, for a town's group, for those on duty, its history, and news of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.when import duration, moment, stamp
from domain.button import Sealer
from domain.district import District
from domain.geo import Point
from domain.maplinks import map_links
from domain.message import Button, Message, Picture, Rows, Style
from domain.ticket import OPEN, Event, State, Ticket

ROUGHLY = 3  # decimals of a degree, about a hundred metres: a group sees the street, not the spot


@dataclass(frozen=True, slots=True)
class Ticketing:
    """What every card of a ticket needs: whose language, which district, whose buttons, and when."""

    language: str
    district: District
    seal: Sealer
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.district.basics.zone

    def say(self, key: str, **values: object) -> Html:
        """A sentence of this topic."""
        return say(self.language, f"ticket.{key}", **values)

    def label(self, key: str, **values: object) -> str:
        """The same where nothing is escaped."""
        return label(self.language, f"ticket.{key}", **values)

    def button(self, key: str, verb: str, *args: str | int, style: Style | None = None) -> Button:
        """A button whose label is a sentence of this topic."""
        return Button(self.label(key), self.seal(verb, *args), style=style)

    def state(self, ticket: Ticket) -> str:
        return self.label(f"state_{ticket.state}")

    def town(self, code: str | None) -> str:
        """A town's name in this language."""
        if code is None:
            return self.label("no_town")
        town = self.district.town(code)
        return town.name if self.language == "zh" else town.name_en

    def category(self, code: str) -> str:
        """A category's name in this language."""
        category = self.district.category(code)
        return category.name if self.language == "zh" else category.name_en

    def place(self, ticket: Ticket) -> str:
        """The town, and the site where one is known."""
        town = self.town(ticket.town)
        return self.label("place", town=town, site=ticket.site) if ticket.site else town

    def moment(self, at: datetime) -> str:
        return moment(self.language, at, self.now, self.zone)


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket with what stands in other tables. Names are None where the reader may not know them."""

    ticket: Ticket
    pictures: tuple[Picture, ...] = ()
    reporter: str | None = None
    assignee: str | None = None
    reports: int = 1
    others: Sequence[Ticket] = ()
    may_move: bool = False


def card(view: Ticketing, facts: TicketFacts) -> Message:
    """The whole ticket for somebody who may see it; tickets with the same number are offered below."""
    lines = _lines(view, facts)
    if facts.others:
        lines.append(view.say("others"))
    return Message("\n".join(lines), _buttons(view, facts), facts.pictures)


def notice(view: Ticketing, facts: TicketFacts) -> Message:
    """The same for the town's people on duty, when the ticket is new to them."""
    return Message(
        "\n".join([view.say("notice"), *_lines(view, facts)]), _buttons(view, facts), facts.pictures[:1]
    )


def group_card(view: Ticketing, facts: TicketFacts) -> Message:
    """The live card of a town's group, in words that stay true on another day.

    It says nothing of who reported, in whose words, and exactly where.
    """
    ticket = facts.ticket
    head = view.say(
        "head", icon=view.label(f"icon_{ticket.state}"), number=ticket.number, state=view.state(ticket)
    )
    what = view.say(
        "what", category=view.category(ticket.category), place=ticket.site or view.town(ticket.town)
    )
    buttons = [view.button("view", "see", ticket.number)]
    if ticket.lat is not None and ticket.lng is not None:
        street = Point(round(ticket.lat, ROUGHLY), round(ticket.lng, ROUGHLY))
        buttons.append(Button(view.label("map"), url=map_links(street, view.town(ticket.town)).amap))
    until = _until(view, facts)
    text = "\n".join([head, what, *([" · ".join(until)] if until else [])])
    return Message(text, (tuple(buttons),), facts.pictures[:1])


def history(view: Ticketing, ticket: Ticket, events: Sequence[Event], names: Mapping[int, str]) -> Message:
    """What happened when; ``names`` are of those whom the reader may know."""
    lines = [
        view.say("history_line", when=view.moment(event.at), what=_event(view, event, names))
        for event in events
    ]
    head = view.say("history_head", number=ticket.number)
    return Message("\n".join([head, *lines]), ((view.button("back", "see", ticket.number),),))


def news(view: Ticketing, ticket: Ticket) -> Message:
    """What a reporter is told: the ticket went to another town, or was not taken up."""
    values = {"number": ticket.number, "category": view.category(ticket.category)}
    if ticket.state is State.REJECTED:
        text = view.say("news_rejected", reason=ticket.outcome or "", **values)
    else:
        fix = view.moment(ticket.fix_due_at or view.now)
        text = view.say("news_assigned", town=view.town(ticket.town), fix=fix, **values)
    return Message(text, ((view.button("view", "see", ticket.number),),))


def overdue_by(ticket: Ticket, now: datetime) -> timedelta | None:
    """For how long the clock that matters now has been over; None while it has not."""
    due = _due(ticket)
    return now - due if due and now > due else None


def due_in(ticket: Ticket, now: datetime) -> timedelta | None:
    """How long the clock that matters now still runs."""
    due = _due(ticket)
    return due - now if due and now <= due else None


def _due(ticket: Ticket) -> datetime | None:
    if ticket.state is State.ASSIGNED:
        return ticket.accept_due_at or ticket.fix_due_at
    return ticket.fix_due_at if ticket.state in {State.REPORTED, State.ACCEPTED} else None


def _lines(view: Ticketing, facts: TicketFacts) -> list[Html]:
    ticket = facts.ticket
    icon, source = view.label(f"icon_{ticket.state}"), view.label(f"source_{ticket.source}")
    reported = view.say(
        "reported", when=view.moment(ticket.reported_at), source=source, count=ticket.photo_count
    )
    people = [
        view.say("reporter", name=facts.reporter) if facts.reporter else None,
        view.say("again", count=facts.reports) if facts.reports > 1 else None,
        view.say("assignee", name=facts.assignee) if facts.assignee else None,
    ]
    lines = [
        view.say("head", icon=icon, number=ticket.number, state=view.state(ticket)),
        view.say("what", category=view.category(ticket.category), place=view.place(ticket)),
        view.say("words", words=ticket.description) if ticket.description else None,
        reported,
        Html(" · ".join(filter(None, people))),
        *_clocks(view, ticket),
    ]
    return [line for line in lines if line]


def _clocks(view: Ticketing, ticket: Ticket) -> list[Html]:
    lines = []
    if ticket.state is State.ASSIGNED and ticket.accept_due_at:
        lines.append(_clock(view, "accept", ticket.accept_due_at))
    if ticket.state in {State.REPORTED, State.ASSIGNED, State.ACCEPTED} and ticket.fix_due_at:
        lines.append(_clock(view, "fix", ticket.fix_due_at))
    return lines + [Html(line) for line in _end(view, ticket)]


def _clock(view: Ticketing, which: str, due: datetime) -> Html:
    key = f"{which}_over" if view.now > due else f"{which}_left"
    return view.say(key, time=duration(view.language, abs(due - view.now)), when=view.moment(due))


def _until(view: Ticketing, facts: TicketFacts) -> list[Html]:
    ticket, lines = facts.ticket, []
    if ticket.state is State.ASSIGNED and ticket.accept_due_at:
        lines.append(view.say("accept_until", when=stamp(view.language, ticket.accept_due_at, view.zone)))
    if ticket.state in {State.REPORTED, State.ASSIGNED, State.ACCEPTED} and ticket.fix_due_at:
        lines.append(view.say("fix_until", when=stamp(view.language, ticket.fix_due_at, view.zone)))
    if facts.assignee and ticket.state is State.ACCEPTED:
        lines.append(view.say("assignee", name=facts.assignee))
    return lines + (_took(view, ticket) if ticket.state is State.CLOSED else [])


def _end(view: Ticketing, ticket: Ticket) -> list[Html]:
    if ticket.state is State.REJECTED:
        return [view.say("rejected", reason=ticket.outcome or "")]
    return _took(view, ticket) if ticket.state is State.CLOSED else []


def _took(view: Ticketing, ticket: Ticket) -> list[Html]:
    took = (ticket.closed_at or view.now) - ticket.reported_at
    return [view.say("took", time=duration(view.language, took))]


def _event(view: Ticketing, event: Event, names: Mapping[int, str]) -> Html:
    if event.before is event.after:
        what = view.say("history_added")
    else:
        what = view.say("history_opened" if event.before is None else f"state_{event.after}")
    if event.note:
        known = {town.code for town in view.district.towns}
        what = view.say(
            "history_note", what=what, note=view.town(event.note) if event.note in known else event.note
        )
    name = names.get(event.by) if event.by is not None else None
    return view.say("history_by", what=what, name=name) if name else what


def _buttons(view: Ticketing, facts: TicketFacts) -> Rows:
    ticket = facts.ticket
    rows: list[tuple[Button, ...]] = []
    if ticket.lat is not None and ticket.lng is not None:
        links = map_links(Point(ticket.lat, ticket.lng), ticket.site or view.town(ticket.town))
        maps = (("amap", links.amap), ("baidu", links.baidu), ("tencent", links.tencent))
        rows.append(tuple(Button(view.label(key), url=url) for key, url in maps))
    rows.append((view.button("history", "past", ticket.number),))
    if facts.may_move and ticket.state in OPEN:
        move = view.button("move", "move", ticket.number, ticket.version)
        reject = view.button("reject", "refuse", ticket.number, ticket.version, style=Style.DANGER)
        rows.append((move, reject))
    others = [
        Button(
            view.label("other", number=one.number, category=view.category(one.category)),
            view.seal("see", one.number),
        )
        for one in facts.others
    ]
    return (*rows, *columns(others, 1))
