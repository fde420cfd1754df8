"""Taking a ticket up, handing it over to a colleague, or sending it back because it is not the unit's."""

from datetime import timedelta

from cards import ticket_take as cards
from domain.moves import accept, hand_over, not_ours
from domain.moves_open import possible
from domain.people import OF_A_TOWN, Person, Role
from domain.permission import Action, unit_of
from domain.ticket import NotOfUnit, Ticket, time_by_unit
from handlers import moving
from handlers.access import member
from handlers.asking import ask
from handlers.desk import Desk
from handlers.moving import current
from storage import people, tickets
from storage.queries import Asked

Args = tuple[str, ...]
MOST_COLLEAGUES = 20  # buttons; whoever is further down is typed


async def take(desk: Desk, args: Args) -> None:
    """The ticket is taken up by who pressed first; whoever is slower is told who it was."""
    ticket = await current(desk, args, Action.ACCEPT)
    if ticket is None:
        return
    person = member(desk)
    move = accept(ticket, at=desk.now, by=person, holder=await moving.holder(desk, ticket))
    await moving.made(desk, move)
    moving.done(desk, cards.accepted(moving.view(desk), move.ticket, possible(person, move.ticket)))


async def ask_whom(desk: Desk, args: Args) -> None:
    """Ask which colleague of the unit gets it."""
    ticket = await current(desk, args, Action.HAND_OVER)
    if ticket is None:
        return
    colleagues = await _colleagues(desk, ticket)
    if colleagues:
        card = cards.ask_whom(moving.view(desk), ticket, colleagues[:MOST_COLLEAGUES])
        ask(desk, card, "hand_over", ticket)
    else:
        desk.answer(cards.nobody(desk.language), alert=True)


async def hand_to(desk: Desk, args: Args) -> None:
    """It goes to the colleague whose button was pressed."""
    if ticket := await current(desk, args, Action.HAND_OVER):
        to = (await people.of(desk.tx.c, [int(args[2])])).get(int(args[2]))
        if to is None:
            raise NotOfUnit(name="—")
        await _hand_over(desk, ticket, to)


async def hand_to_named(desk: Desk, question: Asked, text: str) -> None:
    """It goes to the colleague whose name was typed; raises NotOfUnit."""
    if ticket := await current(desk, _args(question), Action.HAND_OVER):
        named = [one for one in await _colleagues(desk, ticket) if one.name == text]
        if len(named) != 1:
            raise NotOfUnit(name=text)
        await _hand_over(desk, ticket, named[0])


async def ask_why(desk: Desk, args: Args) -> None:
    """Ask why it is not the unit's: a button answers, or words."""
    if ticket := await current(desk, args, Action.NOT_OURS):
        ask(desk, cards.ask_why(moving.view(desk), ticket), "not_ours", ticket)


async def with_reason(desk: Desk, args: Args) -> None:
    """Sent back for one of the usual reasons."""
    if ticket := await current(desk, args, Action.NOT_OURS):
        await _give_back(desk, ticket, cards.reason(moving.view(desk), int(args[2])))


async def typed_reason(desk: Desk, question: Asked, text: str) -> None:
    """Sent back for a reason that was typed."""
    if ticket := await current(desk, _args(question), Action.NOT_OURS):
        await _give_back(desk, ticket, text)


async def _hand_over(desk: Desk, ticket: Ticket, to: Person) -> None:
    person = member(desk)
    move = hand_over(ticket, to=to, at=desk.now, by=person)
    moved, by, name = move.ticket, person.name, to.name
    told: dict[int, moving.Telling] = {}
    if ticket.assignee_id is not None:
        told[ticket.assignee_id] = lambda view: cards.handed_on(view, moved, by, name)
    told[to.id] = lambda view: cards.handed(view, moved, by, possible(to, moved))
    await moving.made(desk, move, told=told)
    moving.done(desk, cards.handed_over(moving.view(desk), moved, name))


async def _give_back(desk: Desk, ticket: Ticket, why: str) -> None:
    """The office hears who sent it back, why and after how long, with the button to assign it again."""
    move = not_ours(ticket, reason=why, at=desk.now, by=member(desk))
    moved = move.ticket
    spent = time_by_unit(await tickets.events_of(desk.tx.c, ticket.number), desk.now)
    here = spent.get(ticket.town, timedelta(0))

    def notice(officer: Person) -> moving.Telling:
        verbs = possible(officer, moved)
        return lambda view: cards.returned(view, moved, before=ticket, why=why, spent=here, verbs=verbs)

    officers = await people.serving(desk.tx.c, [Role.OFFICE], None)
    await moving.made(desk, move, told={one.id: notice(one) for one in officers})
    moving.done(desk, cards.given_back(moving.view(desk), moved, why))


async def _colleagues(desk: Desk, ticket: Ticket) -> list[Person]:
    """Who of the unit could do the work, but for who has it; the bureau's people among themselves."""
    person = member(desk)
    if person.post.role is Role.BUREAU_STAFF:
        staff = await people.serving(desk.tx.c, [Role.BUREAU_STAFF], None)
        unit = [one for one in staff if unit_of(one) == ticket.bureau]
    else:
        unit = await people.serving(desk.tx.c, OF_A_TOWN - {Role.TOWN_LEADER}, ticket.town)
    return sorted((one for one in unit if one.id != ticket.assignee_id), key=lambda one: one.name)


def _args(question: Asked) -> Args:
    return question.number or "", str(question.version)


PRESSES = {
    "accept": take,
    "hand_over": ask_whom,
    "handto": hand_to,
    "not_ours": ask_why,
    "nowhy": with_reason,
}
ANSWERS = {"hand_over": hand_to_named, "not_ours": typed_reason}
