"""The end of a report: a ticket of its own, or one more report of a ticket that is there already."""

from dataclasses import replace
from datetime import datetime

from cards import report as cards
from cards.catalogue import label
from domain.calendar import add_working
from domain.district import District
from domain.draft import Draft
from domain.message import Picture
from domain.moves import assign, open_ticket
from domain.people import Person, Role
from domain.push import Push
from domain.ticket import OPEN, Deadlines, Event, Evidence, Move, Number, Source, Ticket
from handlers import tell
from handlers.access import member
from handlers.chat.report_show import reporting
from handlers.desk import REPLY_LIVES, Desk
from storage import drafts, photos, tickets
from storage.tickets import Report


async def submit(desk: Desk, draft: Draft) -> None:
    """The report becomes a ticket: number, town, deadlines, card, notices and receipt, all in this transaction."""
    move = await opened(desk, draft, member(desk))
    keep(desk, draft, move)
    zone = desk.office.district.basics.zone
    desk.edit(cards.submitted(reporting(desk), move.ticket, draft.id, desk.now, zone))
    shown = tuple(Picture(file_id=photo.file_id) for photo in draft.photos if not photo.as_file)
    await tell.new_ticket(desk, move.ticket, shown)


async def opened(desk: Desk, draft: Draft, person: Person) -> Move:
    """A new ticket from the report, with its number, given to its town."""
    district = desk.office.district
    ticket = await _ticket(desk, draft, person)
    entered = open_ticket(ticket)
    deadlines = deadlines_of(district, ticket.category, ticket.source, desk.now)
    town = district.town(draft.town or "")
    assigned = assign(
        entered.ticket, town=town.code, unit=town.name, deadlines=deadlines, at=desk.now, by=None
    )
    return replace(assigned, events=(*entered.events, *assigned.events))


def keep(desk: Desk, draft: Draft, move: Move) -> None:
    """Keep a new ticket with the report that it came from."""
    tickets.add(desk.tx, move)
    _report(desk, draft, move.ticket.number)


async def join(desk: Desk, draft: Draft, number: str) -> None:
    """The report is one more about a ticket that is open already; both reporters are kept informed."""
    desk.tx.take(f"ticket:{number}")
    ticket = (await tickets.by_numbers(desk.tx.c, [number])).get(number)
    if ticket is None or ticket.state not in OPEN:
        desk.answer(label(desk.language, "errors.AlreadyEnded"))
        return
    others = await tickets.reports_of(desk.tx.c, number)
    tickets.more_photos(desk.tx, number, len(draft.photos))
    note, state = draft.description, ticket.state
    line = Event(number, desk.now, draft.person_id, state, state, note, unit=ticket.town)
    tickets.record(desk.tx, [line])
    _report(desk, draft, number)
    desk.say(
        cards.joined(reporting(desk), ticket, draft.id, label(desk.language, f"ticket.state_{ticket.state}"))
    )
    for other in others:
        if other.person_id != draft.person_id:
            _tell_again(desk, other, number, draft.id)
    await tell.changed(desk, replace(ticket, photo_count=ticket.photo_count + len(draft.photos)))


def deadlines_of(district: District, category: str, source: Source, now: datetime) -> Deadlines:
    """Until when to accept and to fix, by the district's limits and calendars."""
    limits = district.category(category).limits_for(source)
    calendar = district.calendar_of(limits)
    return Deadlines(
        add_working(now, limits.accept_minutes, calendar), add_working(now, limits.fix_minutes, calendar)
    )


async def _ticket(desk: Desk, draft: Draft, person: Person) -> Ticket:
    basics = desk.office.district.basics
    day = desk.now.astimezone(basics.zone).date()
    sequence = await tickets.next_sequence(desk.tx, basics.ticket_prefix, day)
    category, place = desk.office.district.category(draft.category or ""), draft.place
    return Ticket(
        number=str(Number(basics.ticket_prefix, day, sequence)),
        day=day,
        sequence=sequence,
        category=category.code,
        description=draft.description,
        source=_source(desk, person),
        evidence=place.evidence if place else Evidence.NAME,
        reporter_id=person.id,
        reported_at=desk.now,
        photo_count=len(draft.photos),
        town=draft.town,
        site_id=place.site_id if place else None,
        site=place.site if place else None,
        lat=place.lat if place else None,
        lng=place.lng if place else None,
        bureau=category.bureau,
        unit=desk.office.district.town(draft.town or "").name,
    )


def _source(desk: Desk, person: Person) -> Source:
    basics = desk.office.district.basics
    if person.post.role is Role.TOWN_LEADER:
        return Source.LEADER
    return Source.NIGHT if desk.now.astimezone(basics.zone).time() in basics.night else Source.PATROL


def _report(desk: Desk, draft: Draft, number: str) -> None:
    """The draft has become a report of this ticket, and its photos are the ticket's."""
    drafts.save(desk.tx, replace(draft, state="submitted", number=number, version=draft.version + 1))
    photos.belong(desk.tx, draft.id, number)
    place = draft.place
    report = Report(
        draft_id=draft.id,
        number=number,
        person_id=draft.person_id,
        chat_id=draft.chat_id,
        language=desk.language,
        at=desk.now,
        words=draft.description,
        lat=place.lat if place else None,
        lng=place.lng if place else None,
    )
    tickets.report(desk.tx, report)


def _tell_again(desk: Desk, other: Report, number: str, draft_id: str) -> None:
    card = replace(reporting(desk), language=other.language, seal=desk.office.sealer(other.chat_id))
    push = Push(
        key=f"again:{number}:{draft_id}:{other.person_id}",
        chat_id=other.chat_id,
        due_at=desk.now,
        expires_at=desk.now + REPLY_LIVES,
        message=cards.reported_again(card, number),
    )
    desk.owe(push)
