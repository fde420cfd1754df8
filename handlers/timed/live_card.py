"""The live cards of a ticket in the groups, edited where no message but the time has changed something."""

from datetime import datetime

from cards import ticket as cards
from cards.ticket import TicketFacts, Ticketing
from domain.push import Act, Push, PushClass
from domain.ticket import Ticket
from handlers.desk import Office
from handlers.tell import GROUP_LANGUAGE, LIVES, public_facts
from storage import outbox, ticket_search
from storage.tx import Tx


async def show_again(tx: Tx, office: Office, ticket: Ticket, now: datetime) -> None:
    """Every card of the ticket in a group becomes what it is now."""
    shown = await ticket_search.cards_shown(tx.c, ticket.number)
    facts = await public_facts(tx, ticket) if shown else TicketFacts(ticket)
    for chat_id, thread_id in shown.items():
        about = f"card-edit:{ticket.number}:{chat_id}"
        view = Ticketing(GROUP_LANGUAGE, office.district, office.sealer(chat_id), now)
        push = Push(
            key=f"{about}:v{ticket.version}",
            act=Act.EDIT,
            chat_id=chat_id,
            thread_id=thread_id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=PushClass.DAILY,
            subject=about,
            target_key=f"card:{ticket.number}:{chat_id}",
            message=cards.group_card(view, facts),
        )
        outbox.owe(tx, push, now)
