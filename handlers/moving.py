"""What every move of a ticket has in common: the button is still true, the person may, and everybody hears of it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from cards import moving as cards
from cards import query as query_cards
from cards.ticket import Ticketing
from domain.message import Message, Picture
from domain.permission import Action, may
from domain.push import Push, PushClass
from domain.ticket import Event, Move, NotYours, Ticket, Verb
from handlers import following, tell
from handlers.access import member
from handlers.clocks import retime
from handlers.desk import REPLY_LIVES, Desk
from handlers.said import ChatKind, Press
from storage import people, queries, ticket_search, tickets

Telling = Callable[[Ticketing], Message]
Told = Mapping[int, Telling]
NOBODY: Told = MappingProxyType({})
GOES_TO_A_TOWN = frozenset({Verb.ASSIGN, Verb.REOPEN, Verb.RELAPSE})
NEWS = frozenset(
    {Verb.ASSIGN, Verb.ACCEPT, Verb.FIX, Verb.FIX_ON_THE_SPOT, Verb.VERIFY_CLOSE, Verb.REJECT, Verb.SUSPEND, Verb.RESUME, Verb.REOPEN, Verb.RELAPSE}
)  # fmt: skip  # what a reporter wants to know; the rest is the office's own business


async def current(desk: Desk, args: Sequence[str], action: Action) -> Ticket | None:
    """The ticket of a button or a question (its number and version), taken for this transaction.

    None when it has moved since, which is said with what it is now. Raises NotYours, or what ``member`` raises.
    """
    person = member(desk)
    ticket = await taken(desk, args[0])
    if ticket is None:
        _note(desk, query_cards.none(desk.language).text)
    elif not may(person, action, ticket):
        raise NotYours
    elif ticket.version == int(args[1]):
        return ticket
    else:
        held, accepting = await holder(desk, ticket), action is Action.ACCEPT
        _note(desk, cards.stale(view(desk), ticket, held, accepting=accepting).text)
    return None


async def taken(desk: Desk, number: str) -> Ticket | None:
    """The ticket as it is, which nobody else moves in this transaction; raises TakenAlready."""
    desk.tx.take(f"ticket:{number}")
    return (await tickets.by_numbers(desk.tx.c, [number])).get(number)


async def holder(desk: Desk, ticket: Ticket) -> str:
    """The name of who has accepted the ticket; empty where nobody has."""
    if ticket.assignee_id is None:
        return ""
    return (await ticket_search.names_of(desk.tx.c, [ticket.assignee_id])).get(ticket.assignee_id, "")


async def made(desk: Desk, move: Move, *, told: Told = NOBODY, after: Sequence[Picture] = ()) -> None:
    """Keep the move, re-time its calls, edit its cards, and tell the reporters and ``told``: who hears what.

    ``after`` are photos that become the ticket's with this move. Whoever makes the move hears nothing of it here,
    and nobody hears of it twice. Raises TakenAlready, or NeedsReply for an order that would be closed without its
    answer.
    """
    ticket, event = move.ticket, move.events[-1]
    await following.check(desk, move)
    tickets.save(desk.tx, move)
    queries.settle(desk.tx, desk.said.person_id, ticket.number)
    await retime(desk.tx, ticket, desk.now)
    await following.follow(desk.tx, desk.office, move, desk.now)
    if event.move in GOES_TO_A_TOWN:
        await tell.moved(desk, ticket)
    else:
        await tell.changed(desk, ticket, after)
    if event.move in NEWS:
        await tell.reporters(desk, ticket, event.move, but={desk.said.person_id, *told})
    await _tell(desk, event, ticket, told)


def privately(desk: Desk, message: Message) -> str:
    """Say it to the person alone, wherever the button stood; its own buttons are to be made for ``view(desk)``."""
    if desk.said.chat_kind is ChatKind.PRIVATE:
        return desk.say(message)
    key = f"aside:{desk.said.person_id}:{desk.said.update_id}"
    push = Push(
        key=key,
        chat_id=desk.said.person_id,
        due_at=desk.now,
        expires_at=desk.now + REPLY_LIVES,
        message=message,
    )
    desk.owe(push)
    desk.answer(cards.in_private(desk.language).text)
    return key


def done(desk: Desk, message: Message) -> None:
    """The receipt of a move: in place of the pressed card in private, a short answer in a group."""
    if desk.said.chat_kind is not ChatKind.PRIVATE:
        desk.answer(cards.plain(message))
    elif isinstance(desk.said.content, Press):
        desk.edit(message)
    else:
        desk.say(message)


def view(desk: Desk) -> Ticketing:
    """What cards need to know that are shown to the person alone."""
    seal = desk.office.sealer(desk.said.person_id)
    return Ticketing(desk.language, desk.office.district, seal, desk.now)


def _note(desk: Desk, text: str) -> None:
    if isinstance(desk.said.content, Press):
        desk.answer(text, alert=True)
    else:
        desk.say(Message(text))


async def _tell(desk: Desk, event: Event, ticket: Ticket, told: Told) -> None:
    members = await people.of(desk.tx.c, [who for who in told if who != event.by])
    for person in members.values():
        seen = Ticketing(person.language, desk.office.district, desk.office.sealer(person.id), desk.now)
        push = Push(
            key=f"told:{ticket.number}:{ticket.version}:{person.id}",
            chat_id=person.id,
            due_at=desk.now,
            expires_at=desk.now + tell.LIVES,
            push_class=PushClass.DAILY,
            message=told[person.id](seen),
        )
        desk.owe(push)
