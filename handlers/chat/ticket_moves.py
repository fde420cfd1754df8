"""What the district's office does with a ticket on its card: give it to another town, or not take it up."""

from datetime import timedelta

from cards import ticket_moves as cards
from domain.message import Message
from domain.ticket import Move, Ticket, assign, reject
from handlers import tell
from handlers.access import in_private, member, office_only
from handlers.chat.report_submit import deadlines_of
from handlers.chat.ticket_show import ticketing
from handlers.desk import Desk
from storage import outbox, queries, tickets
from storage.queries import Asked

PATIENCE = timedelta(hours=24)  # how long a typed reason is waited for
LONGEST_REASON = 300


async def ask_town(desk: Desk, args: tuple[str, ...]) -> None:
    """Ask to which town it goes."""
    if ticket := await _current(desk, args):
        desk.say(cards.ask_town(ticketing(desk), ticket))


async def to_town(desk: Desk, args: tuple[str, ...]) -> None:
    """The ticket goes to another town, its clocks start again, and everybody concerned hears of it."""
    ticket = await _current(desk, args)
    if ticket is None:
        return
    view, town = ticketing(desk), args[2]
    if ticket.town == town:
        desk.answer(view.label("move_same", town=view.town(town)))
        return
    deadlines = deadlines_of(desk.office.district, ticket.category, ticket.source, desk.now)
    move = assign(ticket, town=town, deadlines=deadlines, at=desk.now, by=member(desk))
    tickets.save(desk.tx, move)
    await tell.moved(desk, move.ticket)
    desk.edit(cards.moved(view, move.ticket))


async def ask_reason(desk: Desk, args: tuple[str, ...]) -> None:
    """Ask why it is rejected: a button answers, or a reply in words."""
    ticket = await _current(desk, args)
    if ticket is None:
        return
    key = desk.say(cards.ask_reason(ticketing(desk), ticket))
    question = Asked(
        desk.office.new_id(),
        desk.said.chat_id,
        desk.said.person_id,
        desk.now,
        number=ticket.number,
        version=ticket.version,
        prompt_key=key,
    )
    queries.keep(desk.tx, question)


async def with_reason(desk: Desk, args: tuple[str, ...]) -> None:
    """Rejected for one of the usual reasons."""
    if ticket := await _current(desk, args):
        desk.edit(await _reject(desk, ticket, cards.reason(ticketing(desk), int(args[2]))))


async def typed_reason(desk: Desk, text: str) -> bool:
    """Rejected for a reason that is the reply to our question; False when it is a reply to something else."""
    waiting = await queries.reasons_awaited(
        desk.tx.c, desk.said.chat_id, desk.said.person_id, desk.now - PATIENCE
    )
    for question in waiting:
        if await outbox.message_of(desk.tx.c, question.prompt_key or "") == desk.said.reply_to:
            ticket = await _of_version(desk, question.number or "", question.version or 0)
            view = ticketing(desk)
            desk.say(await _reject(desk, ticket, text[:LONGEST_REASON]) if ticket else cards.stale(view))
            return True
    return False


async def _reject(desk: Desk, ticket: Ticket, reason: str) -> Message:
    move: Move = reject(ticket, reason=reason, at=desk.now, by=office_only(desk))
    tickets.save(desk.tx, move)
    await tell.changed(desk, move.ticket)
    await tell.reporters(desk, move.ticket)
    return cards.rejected(ticketing(desk), move.ticket)


async def _current(desk: Desk, args: tuple[str, ...]) -> Ticket | None:
    """The ticket, if it is still as it was when the button was made; otherwise the press is answered so."""
    office_only(desk)
    in_private(desk)
    ticket = await _of_version(desk, args[0], int(args[1]))
    if ticket is None:
        desk.answer(cards.stale(ticketing(desk)).text, alert=True)
    return ticket


async def _of_version(desk: Desk, number: str, version: int) -> Ticket | None:
    desk.tx.take(f"ticket:{number}")
    ticket = (await tickets.by_numbers(desk.tx.c, [number])).get(number)
    return ticket if ticket and ticket.version == version else None


PRESSES = {"move": ask_town, "moveto": to_town, "refuse": ask_reason, "because": with_reason}
