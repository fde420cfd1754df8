"""What the district's office does with a ticket on its card: give it to another town, or not take it up."""

from cards import ticket_moves as cards
from domain.moves import assign, reject
from domain.permission import Action
from domain.ticket import Ticket
from handlers import moving
from handlers.access import member
from handlers.asking import ask
from handlers.chat.report_submit import deadlines_of
from handlers.desk import Desk
from handlers.moving import current
from storage.queries import Asked

Args = tuple[str, ...]


async def ask_town(desk: Desk, args: Args) -> None:
    """Ask to which town it goes."""
    if ticket := await current(desk, args, Action.ASSIGN):
        moving.privately(desk, cards.ask_town(moving.view(desk), ticket))


async def to_town(desk: Desk, args: Args) -> None:
    """The ticket goes to another town, its clocks start again, and everybody concerned hears of it."""
    ticket = await current(desk, args, Action.ASSIGN)
    if ticket is None:
        return
    view, town = moving.view(desk), args[2]
    if ticket.town == town:
        desk.answer(view.label("move_same", town=view.town(town)))
        return
    deadlines = deadlines_of(desk.office.district, ticket.category, ticket.source, desk.now)
    unit = desk.office.district.town(town).name
    move = assign(ticket, town=town, unit=unit, deadlines=deadlines, at=desk.now, by=member(desk))
    await moving.made(desk, move)
    moving.done(desk, cards.moved(view, move.ticket))


async def ask_reason(desk: Desk, args: Args) -> None:
    """Ask why it is rejected: a button answers, or words."""
    if ticket := await current(desk, args, Action.REJECT):
        ask(desk, cards.ask_reason(moving.view(desk), ticket), "refuse", ticket)


async def with_reason(desk: Desk, args: Args) -> None:
    """Rejected for one of the usual reasons."""
    if ticket := await current(desk, args, Action.REJECT):
        await _reject(desk, ticket, cards.reason(moving.view(desk), int(args[2])))


async def typed_reason(desk: Desk, question: Asked, text: str) -> None:
    """Rejected for a reason that was typed."""
    args = (question.number or "", str(question.version))
    if ticket := await current(desk, args, Action.REJECT):
        await _reject(desk, ticket, text)


async def _reject(desk: Desk, ticket: Ticket, reason: str) -> None:
    move = reject(ticket, reason=reason, at=desk.now, by=member(desk))
    await moving.made(desk, move)
    moving.done(desk, cards.rejected(moving.view(desk), move.ticket))


PRESSES = {"move": ask_town, "moveto": to_town, "refuse": ask_reason, "because": with_reason}
ANSWERS = {"refuse": typed_reason}
