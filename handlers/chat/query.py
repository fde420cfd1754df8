"""The query talk: a number, names, a period or any words find tickets, within what the asker may see."""

from dataclasses import replace
from datetime import timedelta

from cards import query as cards
from cards.query import PAGE, Answered
from cards.vocabulary import vocabulary
from domain.listing import read_listing
from domain.message import Message
from domain.people import Person
from domain.query import Heard, Query, hear
from domain.reading import Names, readings
from handlers.access import in_private, member
from handlers.chat import ticket_show, todo
from handlers.chat.ticket_show import asker, ticketing
from handlers.desk import Desk
from handlers.said import ChatKind
from storage import queries, ticket_search
from storage.queries import Asked
from storage.ticket_search import MOST_COUNTED, Found

REMEMBERED = timedelta(days=2)
MINE = "/mine"  # the text under which this is remembered
TODO = "/todo"  # what waits for whoever presses the button of a list of calls


async def ask(desk: Desk, text: str) -> None:
    """Answer free words."""
    person = member(desk)
    asked = Asked(desk.office.new_id(), desk.said.chat_id, person.id, desk.now, text)
    desk.say(await _answer(desk, person, asked, 0) or cards.none(desk.language))


async def status(desk: Desk, argument: str) -> None:
    """The command: without words it says how to ask."""
    if argument.strip():
        await ask(desk, argument)
    else:
        member(desk)
        desk.say(cards.how(desk.language))


async def mine(desk: Desk, argument: str) -> None:
    """The asker's own reports, the newest first; words narrow them."""
    person = member(desk)
    in_private(desk)
    asked = Asked(desk.office.new_id(), desk.said.chat_id, person.id, desk.now, f"{MINE} {argument}".strip())
    answer = await _answer(desk, person, asked, 0)
    desk.say(answer or (cards.none if argument.strip() else cards.nothing_mine)(desk.language))


async def turn(desk: Desk, args: tuple[str, ...]) -> None:
    """Another page of a question, as the one who presses may see it."""
    person = member(desk)
    asked = await queries.by_id(desk.tx.c, args[0])
    page = int(args[1])
    if asked is None or desk.now - asked.at > REMEMBERED:
        desk.answer(cards.gone(desk.language).text)
        return
    if asked.text == TODO:
        await todo.turn(desk, ())
        return
    message = await _answer(desk, person, asked, page, always_list=True)
    if message is None:
        desk.answer(cards.none(desk.language).text)
    elif desk.said.chat_kind is ChatKind.PRIVATE:
        desk.edit(message)
    else:
        desk.say(message)


async def _answer(
    desk: Desk, person: Person, asked: Asked, page: int, *, always_list: bool = False
) -> Message | None:
    """One ticket's card, a page of several, how to ask, or None where nothing is found."""
    heard = _heard(desk, asked)
    if heard.query.is_empty and not heard.tokens:
        return cards.how(desk.language)
    query, found = await _first(desk, person, heard, page)
    if not found.tickets:
        return None
    one_meant = heard.query.wanted is not None or found.count == 1
    if one_meant and not always_list and page == 0:
        return await _one(desk, person, found)
    if asker(desk, person).sees_reporters:  # a list of what somebody reported tells who reported it
        named = [ticket for ticket in found.tickets if ticket.reporter_id in query.people]
        ticket_show.reporter_seen(desk, person, *named)
    queries.keep(desk.tx, asked)
    return await _list(desk, Answered(query, found.tickets, found.count, MOST_COUNTED, asked.id, page))


async def _first(desk: Desk, person: Person, heard: Heard, page: int) -> tuple[Query, Found]:
    """The first reading of the question that finds something."""
    each = readings(heard, await _names(desk, heard))
    found = await ticket_search.first(desk.tx.c, asker(desk, person), each, offset=page * PAGE, limit=PAGE)
    return found or (heard.query, Found([], 0))


def _heard(desk: Desk, asked: Asked) -> Heard:
    """The question as it was meant on the day when it was asked."""
    if listing := read_listing(asked.text):
        return Heard(listing.query, ())
    basics = desk.office.district.basics
    words = asked.text.removeprefix(MINE)
    today = asked.at.astimezone(basics.zone).date()
    heard = hear(words, vocabulary(), prefix=basics.ticket_prefix, today=today)
    return replace(heard, query=replace(heard.query, mine=True)) if words != asked.text else heard


async def _names(desk: Desk, heard: Heard) -> Names:
    office, in_group = desk.office, desk.said.chat_kind is ChatKind.GROUP
    return Names(
        office.towns,
        office.sites().finder,
        office.categories,
        office.district.categories,
        {} if in_group else await ticket_search.people_called(desk.tx.c, heard.tokens),
        frozenset(vocabulary().joints),
    )


async def _one(desk: Desk, person: Person, found: Found) -> Message:
    first, *others = found.tickets
    if desk.said.chat_kind is ChatKind.GROUP:
        return await ticket_show.public(desk, first, only_for=person.id)
    return await ticket_show.full(desk, person, first, others)


async def _list(desk: Desk, answer: Answered) -> Message:
    by_id = desk.office.sites().by_id
    sites = tuple(by_id[site].name for site in answer.query.sites if site in by_id)
    if desk.said.chat_kind is ChatKind.GROUP:
        return cards.listed(ticketing(desk), replace(answer, sites=sites), only_for=desk.said.person_id)
    in_charge = {one.assignee_id for one in answer.tickets if one.assignee_id is not None}
    names = await ticket_search.names_of(desk.tx.c, in_charge) if in_charge else {}
    return cards.listed(ticketing(desk), replace(answer, sites=sites, names=names))


COMMANDS = {"status": status, "mine": mine}
PRESSES = {"turn": turn, **ticket_show.PRESSES}
