"""What every move of a ticket does to its reminders: those that were not sent yet are not true any more."""

from datetime import datetime

from domain.ticket import Ticket
from storage import calls, tickets
from storage.tx import Tx


async def retime(tx: Tx, ticket: Ticket, now: datetime) -> None:
    """Take back what is still owed about the ticket's deadlines; call it in the transaction of every move.

    The move itself asks for the ticket to be looked at again, and what still holds is then called anew. So are the
    other tickets of a list that was taken back; raises TakenAlready where one of them moves in this transaction.
    """
    pushes = await calls.not_yet_sent(tx.c, ticket.number)
    for number in sorted({one.number for one in pushes} - {ticket.number}):
        tx.take(f"ticket:{number}")
        tickets.look_again(tx, number, now)
    calls.take_back(tx, pushes)
