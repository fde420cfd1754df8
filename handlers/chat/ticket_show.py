"""A ticket shown to somebody: the facts that this reader may know, as a card or as its history."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from cards import query as query_cards
from cards import ticket as cards
from cards.picture_poster import poster_sheet
from cards.ticket import TicketFacts, Ticketing
from cards.ticket_history import history
from domain.audit import Deed
from domain.message import Message
from domain.moves_open import possible
from domain.people import Person, may_see_reporter, scope
from domain.push import Push
from domain.ticket import Event, Ticket, Verb
from handlers.access import member
from handlers.desk import REPLY_LIVES, Desk
from handlers.drawn import drawn
from handlers.said import ChatKind
from handlers.tell import public_facts
from storage import audit, ticket_search, tickets
from storage.chats import DISTRICT, DUTY
from storage.ticket_search import Asker


def ticketing(desk: Desk, chat_id: int | None = None) -> Ticketing:
    """What the cards of a ticket need to know, with buttons for this chat or another."""
    seal = desk.office.sealer(desk.said.chat_id if chat_id is None else chat_id)
    return Ticketing(desk.language, desk.office.district, seal, desk.now)


def asker(desk: Desk, person: Person) -> Asker:
    """What this person may see here: in a town's group only that town's tickets, and nobody's names."""
    in_group = desk.said.chat_kind is ChatKind.GROUP
    bound = desk.chat.bound_to if in_group and desk.chat else None
    town = None if bound in {DISTRICT, DUTY} else bound
    return Asker(
        scope(person),
        desk.now,
        desk.office.district.basics.zone,
        sees_reporters=may_see_reporter(person) and not in_group,
        only_town=town,
    )


async def full(desk: Desk, person: Person, ticket: Ticket, others: Sequence[Ticket] = ()) -> Message:
    """The whole card for this person's private chat."""
    facts = replace(await facts_for(desk, person, ticket), others=others)
    return cards.card(ticketing(desk, person.id), facts)


async def facts_for(desk: Desk, person: Person, ticket: Ticket) -> TicketFacts:
    """What this person may know of the ticket and do with it; a reporter's name that is told is written down."""
    reports = await tickets.reports_of(desk.tx.c, ticket.number)
    wanted = [one for one in (ticket.reporter_id, ticket.assignee_id) if one is not None]
    names = await ticket_search.names_of(desk.tx.c, wanted)
    knows = may_see_reporter(person) or ticket.reporter_id == person.id
    if knows:
        reporter_seen(desk, person, ticket)
    return replace(
        await public_facts(desk.tx, ticket),
        reporter=names.get(ticket.reporter_id) if knows else None,
        assignee=names.get(ticket.assignee_id) if ticket.assignee_id else None,
        reports=len({one.person_id for one in reports}) or 1,
        verbs=possible(person, ticket),
    )


async def public(desk: Desk, ticket: Ticket, *, only_for: int) -> Message:
    """The card as a group may see it."""
    card = cards.group_card(ticketing(desk), await public_facts(desk.tx, ticket))
    return Message(card.text, card.buttons, card.pictures, only_for=only_for)


async def see(desk: Desk, args: tuple[str, ...]) -> None:
    """The card of a ticket; somebody who asks in a group gets it in private."""
    person = member(desk)
    ticket = await _visible(desk, person, args)
    if ticket is None:
        desk.answer(query_cards.none(desk.language).text, alert=True)
    elif desk.said.chat_kind is ChatKind.PRIVATE:
        desk.say(await full(desk, person, ticket))
    else:
        await _in_private(desk, person, ticket)
        desk.answer(ticketing(desk).label("in_private"))


async def past(desk: Desk, args: tuple[str, ...]) -> None:
    """What happened to a ticket; names only for those who may know who reported."""
    person = member(desk)
    ticket = await _visible_in_private(desk, person, args)
    if ticket is None:
        return
    events = await tickets.events_of(desk.tx.c, ticket.number)
    ids = {event.by for event in events if event.by is not None}
    if not may_see_reporter(person):
        ids = (ids - await _reporters(desk, ticket, events)) | {person.id}
    if ticket.reporter_id in ids:
        reporter_seen(desk, person, ticket)
    desk.say(history(ticketing(desk), ticket, events, await ticket_search.names_of(desk.tx.c, ids)))


async def poster(desk: Desk, args: tuple[str, ...]) -> None:
    """Before and after side by side, as a picture to be passed on."""
    ticket = await _visible_in_private(desk, member(desk), args)
    if ticket is None:
        return
    facts = await public_facts(desk.tx, ticket)
    if not cards.has_poster(facts):
        desk.answer(ticketing(desk).label("no_poster"), alert=True)
        return
    shown = cards.poster(ticketing(desk), facts)
    sheet = poster_sheet(desk.language, shown)
    picture = drawn(desk.tx, sheet, desk.now, (shown.before.decode(), shown.after.decode()))
    desk.say(Message(ticketing(desk).say("poster_head", number=ticket.number), pictures=(picture,)))


def reporter_seen(desk: Desk, person: Person, *seen: Ticket) -> None:
    """Write down that this person was told who reported these tickets; nothing of their own ones."""
    for ticket in seen:
        if ticket.reporter_id != person.id:
            audit.note(desk.tx, Deed.REPORTER_SEEN, ticket.number, at=desk.now, by=person.id)


async def _reporters(desk: Desk, ticket: Ticket, events: Collection[Event]) -> set[int | None]:
    """Whoever has reported the ticket, or added to it; what they did to it later would name them too."""
    reports = await tickets.reports_of(desk.tx.c, ticket.number)
    added = {event.by for event in events if event.move in {Verb.OPEN, Verb.ADD}}
    return {ticket.reporter_id, *(one.person_id for one in reports), *added}


async def _visible(desk: Desk, person: Person, args: tuple[str, ...]) -> Ticket | None:
    return await ticket_search.visible(desk.tx.c, asker(desk, person), args[0] if args else "")


async def _visible_in_private(desk: Desk, person: Person, args: tuple[str, ...]) -> Ticket | None:
    """The ticket, for what only a private chat may show; None, which is answered, elsewhere or for others."""
    ticket = await _visible(desk, person, args)
    if ticket is None or desk.said.chat_kind is not ChatKind.PRIVATE:
        desk.answer(query_cards.none(desk.language).text, alert=True)
        return None
    return ticket


async def _in_private(desk: Desk, person: Person, ticket: Ticket) -> None:
    push = Push(
        key=f"see:{person.id}:{desk.said.update_id}",
        chat_id=person.id,
        due_at=desk.now,
        expires_at=desk.now + REPLY_LIVES,
        message=await full(desk, person, ticket),
    )
    desk.owe(push)


PRESSES = {"see": see, "past": past, "poster": poster}
