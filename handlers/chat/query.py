"""The query talk: a number, names, a period or any words find tickets, within what the asker may see."""

from dataclasses import replace
from datetime import timedelta

from cards import query as cards
from cards.query import PAGE, Answered
from cards.vocabulary import vocabulary
from domain.message import Message
from domain.people import Person, Role
from domain.query import Heard, Query, hear
from domain.reading import Names, readings
from domain.ticket import State
from handlers.access import in_private, member
from handlers.chat import ticket_moves, ticket_show
from handlers.chat.ticket_show import asker, ticketing
from handlers.desk import Desk
from handlers.said import ChatKind
from storage import queries, ticket_search
from storage.queries import Asked
from storage.ticket_search import MOST_COUNTED, Found

REMEMBERED = timedelta(days=2)
MINE, TODO = "/mine", "/todo"  # the texts under which these two are remembered


async def ask(desk: Desk, text: str) -> None:
    """Answer free words; a reply to the question why a ticket is rejected is the reason."""
    person = member(desk)
    if desk.said.reply_to is not None and await ticket_moves.typed_reason(desk, text):
        return
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


async def todo(desk: Desk, _argument: str) -> None:
    """What waits for the asker: unfinished reports, and tickets by their deadlines."""
    person = member(desk)
    in_private(desk)
    asked = Asked(desk.office.new_id(), desk.said.chat_id, person.id, desk.now, TODO)
    drafts = [draft for draft in desk.drafts if draft.state == "open"]
    desk.say(cards.to_do(ticketing(desk), drafts, await _answer(desk, person, asked, 0, always_list=True)))


async def turn(desk: Desk, args: tuple[str, ...]) -> None:
    """Another page of a question, as the one who presses may see it."""
    person = member(desk)
    asked = await queries.by_id(desk.tx.c, args[0])
    page = int(args[1])
    if asked is None or desk.now - asked.at > REMEMBERED:
        desk.answer(cards.gone(desk.language).text)
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
    heard = _heard(desk, person, asked)
    if heard.query.is_empty and not heard.tokens:
        return cards.how(desk.language)
    query, found = await _first(desk, person, heard, page)
    if not found.tickets:
        return None
    one_meant = heard.query.wanted is not None or found.count == 1
    if one_meant and not always_list and page == 0:
        return await _one(desk, person, found)
    queries.keep(desk.tx, asked)
    return await _list(desk, Answered(query, found.tickets, found.count, MOST_COUNTED, asked.id, page))


async def _first(desk: Desk, person: Person, heard: Heard, page: int) -> tuple[Query, Found]:
    """The first reading of the question that finds something."""
    each = readings(heard, await _names(desk, heard))
    found = await ticket_search.first(desk.tx.c, asker(desk, person), each, offset=page * PAGE, limit=PAGE)
    return found or (heard.query, Found([], 0))


def _heard(desk: Desk, person: Person, asked: Asked) -> Heard:
    """The question as it was meant on the day when it was asked."""
    if asked.text == TODO:
        return Heard(_waiting_for(person), ())
    basics = desk.office.district.basics
    words = asked.text.removeprefix(MINE)
    today = asked.at.astimezone(basics.zone).date()
    heard = hear(words, vocabulary(), prefix=basics.ticket_prefix, today=today)
    return replace(heard, query=replace(heard.query, mine=True)) if words != asked.text else heard


def _waiting_for(person: Person) -> Query:
    """Town and bureau: what is to be accepted or fixed. District: what nobody has, and what is to be checked."""
    role = person.post.role
    if role is Role.PATROL:
        return Query(todo=True, mine=True, sent_back=True)
    if role is Role.OFFICE:
        return Query(todo=True, states=(State.REPORTED, State.FIXED))
    if role is Role.INSPECTOR:
        return Query(todo=True, states=(State.FIXED,))
    towns = (person.post.town,) if person.post.town else ()
    return Query(todo=True, states=(State.ASSIGNED, State.ACCEPTED), towns=towns)


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


COMMANDS = {"status": status, "mine": mine, "todo": todo}
PRESSES = {"turn": turn, **ticket_show.PRESSES}
