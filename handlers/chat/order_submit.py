"""The end of registering an order: one matter, one number, its units and the groups told, in one transaction."""

from dataclasses import replace

from cards import orders as cards
from cards.orders import OrderFacts
from cards.ticketing import Ticketing
from domain.calendar import add_working
from domain.message import Message, Picture
from domain.move_parts import started, step
from domain.moves import assign, open_ticket
from domain.names import Accepted
from domain.order import Order, OrderDraft, last_moment
from domain.people import Person
from domain.permission import Action, may
from domain.ticket import Deadlines, Evidence, Move, Number, Source, Ticket, Verb
from handlers import tell
from handlers.access import member
from handlers.desk import Desk
from handlers.notice import notify
from handlers.order_people import may_for, people_of
from storage import orders, tickets
from storage.tickets import Report

OTHER = "other"  # the category of what names none


async def submit(desk: Desk, draft: OrderDraft) -> tuple[Order, Ticket]:
    """The order becomes a ticket of its first town, with a deadline of its own."""
    ticket = await _ticket(desk, draft)
    order = Order(
        number=ticket.number,
        source=ticket.source,
        document=draft.document,
        received_at=desk.now,
        registered_by=desk.said.person_id,
        units=draft.units,
    )
    move = _assigned(desk, draft, ticket)
    tickets.add(desk.tx, move)
    tickets.report(desk.tx, _report(desk, draft, ticket))
    orders.add(desk.tx, order)
    by = desk.said.person_id
    orders.papers(desk.tx, ticket.number, "order", draft.papers, unit=None, at=desk.now, by=by)
    orders.save_draft(desk.tx, replace(draft, state="done", number=ticket.number, version=draft.version + 1))
    await tell.in_groups(desk, move.ticket)
    await _tell(desk, draft, order, move.ticket)
    return order, move.ticket


def category_of(desk: Desk, draft: OrderDraft) -> str:
    """What the words name or hint at."""
    guesses = desk.office.categories.guess(draft.words)
    known = {category.code for category in desk.office.district.categories}
    return guesses[0].key if guesses else OTHER if OTHER in known else min(known)


async def _ticket(desk: Desk, draft: OrderDraft) -> Ticket:
    district, basics = desk.office.district, desk.office.district.basics
    day = desk.now.astimezone(basics.zone).date()
    sequence = await tickets.next_sequence(desk.tx, basics.ticket_prefix, day)
    category = district.category(category_of(desk, draft))
    town = next((unit for unit in draft.units if _is_town(desk, unit)), None)
    bureau = next((unit for unit in draft.units if not _is_town(desk, unit)), category.bureau)
    ticket = Ticket(
        number=str(Number(basics.ticket_prefix, day, sequence)),
        day=day,
        sequence=sequence,
        category=category.code,
        description=draft.words,
        source=draft.source or Source.DISTRICT,
        evidence=Evidence.NAME,
        reporter_id=desk.said.person_id,
        reported_at=desk.now,
        photo_count=0,
        town=town,
        bureau=bureau,
        unit=district.town(town).name if town else district.bureau(bureau).name,
        source_document=draft.document,
    )
    return _placed(desk, ticket)


def _placed(desk: Desk, ticket: Ticket) -> Ticket:
    """At the site that the words name, where they plainly do."""
    book = desk.office.sites()
    found = book.finder.find(ticket.description, ticket.town) if ticket.description and ticket.town else None
    if not isinstance(found, Accepted):
        return ticket
    site = book.by_id[found.item.key]
    lat, lng = (site.point.lat, site.point.lng) if site.point else (None, None)
    return replace(ticket, site_id=site.id, site=site.name, lat=lat, lng=lng)


def _assigned(desk: Desk, draft: OrderDraft, ticket: Ticket) -> Move:
    district, opened = desk.office.district, open_ticket(ticket)
    fix_due = last_moment(draft.due or ticket.day, district.basics.zone)
    limits = district.limits_for(ticket.category, ticket.source)
    accept_due = add_working(desk.now, limits.accept_minutes, district.calendar_of(limits))
    deadlines = Deadlines(min(accept_due, fix_due), fix_due)
    if ticket.town:
        moved = assign(
            opened.ticket,
            town=ticket.town,
            unit=ticket.unit or "",
            deadlines=deadlines,
            at=desk.now,
            by=None,
        )
    else:  # a bureau alone has it, and no town
        begun = started(opened.ticket, deadlines, desk.now)
        moved = step(opened.ticket, begun, Verb.ASSIGN, at=desk.now, by=None, note=ticket.unit)
    return replace(moved, events=(*opened.events, *moved.events))


def _is_town(desk: Desk, unit: str) -> bool:
    return any(town.code == unit for town in desk.office.district.towns)


def _report(desk: Desk, draft: OrderDraft, ticket: Ticket) -> Report:
    return Report(
        draft_id=draft.id,
        number=ticket.number,
        person_id=desk.said.person_id,
        chat_id=desk.said.chat_id,
        language=desk.language,
        at=desk.now,
        words=draft.words,
        lat=ticket.lat,
        lng=ticket.lng,
    )


async def _tell(desk: Desk, draft: OrderDraft, order: Order, ticket: Ticket) -> None:
    """Its units get the card of the order with the pages that are photos."""
    pages = tuple(Picture(file_id=paper.file_id) for paper in draft.papers if not paper.as_file)
    facts = OrderFacts(order, ticket, pictures=pages)
    for person in await people_of(desk.tx, desk.office, order):
        if person.id != member(desk).id:
            _tell_one(desk, person, facts)


def _tell_one(desk: Desk, person: Person, facts: OrderFacts) -> None:
    sees = may(person, Action.SEE, facts.ticket)
    replies = may_for(person, Action.REPLY_ORDER, facts.order, facts.ticket)

    def shown(view: Ticketing) -> Message:
        return cards.card(view, facts, sees_ticket=sees, may_reply=replies)

    notify(desk.tx, desk.office, [person], f"order:{facts.order.number}", shown, now=desk.now)
