"""An order under way: its card, the document that answers it, the list of all, and their count."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from cards import orders as cards
from cards.order_making import about_orders
from cards.orders import OrderFacts
from cards.query import none
from cards.vocabulary import vocabulary
from domain.message import Picture
from domain.order import Order, OrderDraft, Reply, counted, owing
from domain.people import SEES_EVERYTHING, Person, Role
from domain.permission import Action, may, unit_of
from domain.query import hear
from domain.ticket import Event, NotYours
from handlers import moving
from handlers.access import in_private, member, serving_as
from handlers.desk import Desk
from handlers.notice import notify
from handlers.order_papers import owe_photo, paper_of
from handlers.order_people import may_for, office_people
from handlers.said import PhotoSent
from storage import orders, tickets

Args = tuple[str, ...]
_DAY = timedelta(days=1)


async def listed(desk: Desk, _argument: str = "") -> None:
    """``/orders``: those under way that the person may see, the first due first."""
    person = member(desk)
    in_private(desk)
    every = [
        (order, ticket)
        for order, ticket in await orders.running(desk.tx.c)
        if may_for(person, Action.SEE, order, ticket)
    ]
    every.sort(key=lambda one: (one[1].fix_due_at or one[0].received_at, one[0].number))
    desk.say(cards.listed(moving.view(desk), every))


async def see(desk: Desk, args: Args) -> None:
    """The card of an order."""
    person = member(desk)
    in_private(desk)
    facts = await _facts(desk, person, args[0])
    if facts is None:
        desk.answer(none(desk.language).text, alert=True)
        return
    sees, replies = may(person, Action.SEE, facts.ticket), _may_reply(person, facts)
    desk.say(cards.card(moving.view(desk), facts, sees_ticket=sees, may_reply=replies))


async def ask_reply(desk: Desk, args: Args) -> None:
    """Ask for the document that answers an order; raises NotYours."""
    person = member(desk)
    in_private(desk)
    facts = await _facts(desk, person, args[0])
    if facts is None or not _may_reply(person, facts):
        raise NotYours
    draft = OrderDraft(
        id=desk.office.new_id(),
        chat_id=desk.said.chat_id,
        person_id=person.id,
        touched_at=desk.now,
        number=args[0],
    )
    orders.save_draft(desk.tx, draft)
    desk.say(cards.plain(moving.view(desk), "reply_ask", number=args[0]))


async def paper(desk: Desk, draft: OrderDraft, sent: PhotoSent) -> bool:
    """A page of the answer: the first, or the rest of its album; False for what is sent later about something else."""
    if draft.papers and (sent.album is None or sent.album != draft.album):
        return False
    person, number = member(desk), draft.number or ""
    desk.tx.take(f"ticket:{number}")
    facts = await _facts(desk, person, number)
    if facts is None or not _may_reply(person, facts):
        raise NotYours
    page, unit = paper_of(desk, sent), _answers_for(person, facts.order)
    owe_photo(desk, draft.id, page, sent)
    orders.papers(desk.tx, number, "reply", [page], unit=unit, at=desk.now, by=person.id)
    grown = replace(draft.with_paper(page), album=sent.album, touched_at=desk.now)
    orders.save_draft(desk.tx, replace(grown, version=draft.version + 1))
    if not draft.papers:
        await _answered(desk, person, facts, unit)
    return True


async def _answered(desk: Desk, person: Person, facts: OrderFacts, unit: str | None) -> None:
    """The answer stands; the history and the office know of it."""
    reply = Reply(number=facts.order.number, unit=unit, at=desk.now, by=person.id)
    orders.answer(desk.tx, reply)
    others = [one for one in facts.replies if one.unit != unit]
    facts, ticket = replace(facts, replies=(*others, reply)), facts.ticket
    note = cards.reply_note(moving.view(desk), unit)
    line = Event(ticket.number, desk.now, person.id, ticket.state, ticket.state, note, unit=ticket.town)
    tickets.record(desk.tx, [line])
    desk.say(cards.reply_done(moving.view(desk), facts, unit))
    office = [one for one in await office_people(desk.tx) if one.id != person.id]
    key = f"order-reply:{ticket.number}:{desk.said.update_id}"
    notify(desk.tx, desk.office, office, key, lambda view: cards.reply_told(view, facts, unit), now=desk.now)


async def count(desk: Desk, argument: str) -> None:
    """``/count orders november``: how many came in a period, for those who see the whole district."""
    serving_as(desk, *SEES_EVERYTHING)
    in_private(desk)
    rest = about_orders(argument)
    if rest is None:
        desk.say(cards.plain(moving.view(desk), "count_how"))
        return
    basics = desk.office.district.basics
    today = desk.now.astimezone(basics.zone).date()
    query = hear(rest, vocabulary(), prefix=basics.ticket_prefix, today=today).query
    since, until = query.since or today.replace(day=1), query.until or today
    found = await orders.received(desk.tx.c, _start(desk, since), _start(desk, until + _DAY))
    wanted = [one for one in found if not query.sources or one.source in query.sources]
    numbers = [one.number for one in wanted]
    replies = await orders.replies(desk.tx.c, numbers)
    answered = {one.number for one in wanted if not owing(one.units, replies.get(one.number, []))}
    counts = counted(wanted, await tickets.by_numbers(desk.tx.c, numbers), answered)
    desk.say(cards.counted(moving.view(desk), counts, since, until))


async def _facts(desk: Desk, person: Person, number: str) -> OrderFacts | None:
    """None for what is no order, or none that the person may see."""
    order = await orders.by_number(desk.tx.c, number)
    ticket = (await tickets.by_numbers(desk.tx.c, [number])).get(number)
    if order is None or ticket is None or not may_for(person, Action.SEE, order, ticket):
        return None
    pages = await orders.papers_of(desk.tx.c, number)
    pictures = tuple(Picture(file_id=one.file_id) for _, one in pages if not one.as_file)
    return OrderFacts(order, ticket, await orders.replies_of(desk.tx.c, number), pictures)


def _may_reply(person: Person, facts: OrderFacts) -> bool:
    return may_for(person, Action.REPLY_ORDER, facts.order, facts.ticket)


def _answers_for(person: Person, order: Order) -> str | None:
    """The unit whose answer it is; None for the office, which answers for all."""
    unit = None if person.post.role is Role.OFFICE else unit_of(person)
    return unit if unit in order.units else None if person.post.role is Role.OFFICE else order.units[0]


def _start(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, time(), desk.office.district.basics.zone)


COMMANDS = {"orders": listed, "count": count}
PRESSES = {"ordsee": see, "ordreply": ask_reply}
