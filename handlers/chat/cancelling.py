"""Giving up what was begun last: a question of ours, the proof of a work, or a report."""

from cards import moving as cards
from handlers import asking
from handlers.access import member
from handlers.chat import report, ticket_fix
from handlers.desk import Desk
from storage import queries, works


async def cancel(desk: Desk, argument: str) -> None:
    """``/cancel``: one step back, of the newest thing only."""
    member(desk)
    question = await asking.last(desk)
    open_works = await works.open_of(desk.tx.c, desk.said.person_id)
    if question and (not open_works or open_works[0].touched_at <= question.at):
        queries.end(desk.tx, question.id)
        desk.say(cards.never_mind(desk.language))
    elif not await ticket_fix.cancelled(desk):
        await report.cancel(desk, argument)


COMMANDS = {"cancel": cancel}
