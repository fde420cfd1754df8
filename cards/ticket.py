"""The cards of a ticket: for a person, for a town's group, for those on duty; each with what may be done now."""

from collections.abc import Collection

from cards.layout import columns
from cards.picture_poster import Poster
from cards.ticket_lines import due_in, lines, overdue_by, until
from cards.ticketing import TicketFacts, Ticketing
from domain.geo import Point
from domain.maplinks import map_links
from domain.message import Button, Message, Rows, Style
from domain.ticket import State, Ticket, Verb

__all__ = [
    "TicketFacts",
    "Ticketing",
    "card",
    "due_in",
    "group_card",
    "move",
    "moves",
    "notice",
    "overdue_by",
]

MOVES_IN_A_ROW = 2
PRESSED = {Verb.ASSIGN: "move", Verb.REJECT: "refuse"}  # the others are pressed by their own names
STYLES = {
    Verb.ACCEPT: Style.PRIMARY,
    Verb.FIX: Style.PRIMARY,
    Verb.VERIFY_CLOSE: Style.PRIMARY,
    Verb.GRANT_EXTENSION: Style.PRIMARY,
    Verb.RESUME: Style.PRIMARY,
    Verb.REJECT: Style.DANGER,
}
IN_GROUPS = {State.ASSIGNED: (Verb.ACCEPT, Verb.NOT_OURS)}
DONE = frozenset({State.FIXED, State.CLOSED})
ROUGHLY = 3  # decimals of a degree, about a hundred metres: a group sees the street, not the spot


def card(view: Ticketing, facts: TicketFacts) -> Message:
    """The whole ticket for somebody who may see it; tickets with the same number are offered below."""
    said = lines(view, facts)
    if facts.others:
        said.append(view.say("others"))
    return Message("\n".join(said), _buttons(view, facts), (*facts.pictures, *facts.after))


def notice(view: Ticketing, facts: TicketFacts) -> Message:
    """The same for the town's people on duty, when the ticket is new to them."""
    text = "\n".join([view.say("notice"), *lines(view, facts)])
    return Message(text, _buttons(view, facts), facts.pictures[:1])


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
    stays = until(view, facts)
    text = "\n".join([head, what, *([" · ".join(stays)] if stays else [])])
    picture = facts.after[-1:] if facts.after and ticket.state in DONE else facts.pictures[:1]
    return Message(text, _in_group(view, ticket), picture)


def has_poster(facts: TicketFacts) -> bool:
    """Whether both sides of the comparison are there."""
    both = facts.pictures[:1], facts.after[-1:]
    return facts.ticket.state is State.CLOSED and all(found and found[0].sha256 for found in both)


def poster(view: Ticketing, facts: TicketFacts) -> Poster:
    """Before and after of a closed ticket, without names and coordinates; for tickets that ``has_poster``."""
    ticket, basics = facts.ticket, view.district.basics
    before, after = facts.pictures[0].sha256 or "", facts.after[-1].sha256 or ""
    fixed_at = ticket.fixed_at or ticket.closed_at or ticket.reported_at
    quantity = f"{ticket.quantity.normalize():f} {ticket.quantity_unit}" if ticket.quantity else ""
    return Poster(
        number=ticket.number,
        category=view.category(ticket.category),
        place=ticket.site or view.town(ticket.town),
        town=view.town(ticket.town),
        district=basics.name if view.language == "zh" else basics.name_en,
        reported_at=ticket.reported_at,
        fixed_at=fixed_at,
        took=fixed_at - ticket.reported_at,
        zone=view.zone,
        before=before.encode(),
        after=after.encode(),
        quantity=quantity,
    )


def moves(view: Ticketing, ticket: Ticket, verbs: Collection[Verb]) -> Rows:
    """A button for each of these moves of this version of the ticket."""
    return columns([move(view, verb, ticket.number, ticket.version) for verb in verbs], MOVES_IN_A_ROW)


def move(view: Ticketing, verb: Verb, number: str, version: int) -> Button:
    """The button of a move."""
    return view.button(f"do_{verb}", PRESSED.get(verb, verb.value), number, version, style=STYLES.get(verb))


def _buttons(view: Ticketing, facts: TicketFacts) -> Rows:
    ticket = facts.ticket
    rows = [*moves(view, ticket, facts.verbs)]
    if ticket.lat is not None and ticket.lng is not None:
        links = map_links(Point(ticket.lat, ticket.lng), ticket.site or view.town(ticket.town))
        maps = (("amap", links.amap), ("baidu", links.baidu), ("tencent", links.tencent))
        rows.append(tuple(Button(view.label(key), url=url) for key, url in maps))
    poster = [view.button("poster", "poster", ticket.number)] if has_poster(facts) else []
    rows.append((view.button("history", "past", ticket.number), *poster))
    others = [
        Button(
            view.label("other", number=one.number, category=view.category(one.category)),
            view.seal("see", one.number),
        )
        for one in facts.others
    ]
    return (*rows, *columns(others, 1))


def _in_group(view: Ticketing, ticket: Ticket) -> Rows:
    """What the town may do, the whole card in private, and the street on a map."""
    others = [view.button("view", "see", ticket.number)]
    if ticket.lat is not None and ticket.lng is not None:
        street = Point(round(ticket.lat, ROUGHLY), round(ticket.lng, ROUGHLY))
        others.append(Button(view.label("map"), url=map_links(street, view.town(ticket.town)).amap))
    return (*moves(view, ticket, IN_GROUPS.get(ticket.state, ())), tuple(others))
