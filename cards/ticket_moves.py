"""What the district's office is asked and told when it moves a ticket."""

from cards.layout import columns
from cards.ticket import Ticketing
from domain.message import Button, Message
from domain.ticket import Ticket

REASONS = (1, 2, 3, 4)


def ask_town(view: Ticketing, ticket: Ticket) -> Message:
    """Ask which other town gets the ticket."""
    text = view.say("move_ask", number=ticket.number, town=view.town(ticket.town))
    towns = [town.code for town in view.district.towns if town.code != ticket.town]
    buttons = [
        Button(view.town(town), view.seal("moveto", ticket.number, ticket.version, town)) for town in towns
    ]
    return Message(text, columns(buttons, 2))


def moved(view: Ticketing, ticket: Ticket) -> Message:
    fix = view.moment(ticket.fix_due_at or view.now)
    text = view.say("move_done", number=ticket.number, town=view.town(ticket.town), fix=fix)
    return Message(text, ((view.button("view", "see", ticket.number),),))


def ask_reason(view: Ticketing, ticket: Ticket) -> Message:
    """Ask why the ticket is rejected; the usual reasons are buttons."""
    buttons = [view.button(f"reason_{one}", "because", ticket.number, ticket.version, one) for one in REASONS]
    return Message(view.say("reject_ask", number=ticket.number), columns(buttons, 2))


def reason(view: Ticketing, which: int) -> str:
    """A usual reason in words."""
    return view.label(f"reason_{which}")


def rejected(view: Ticketing, ticket: Ticket) -> Message:
    text = view.say("reject_done", number=ticket.number, reason=ticket.outcome or "")
    return Message(text, ((view.button("view", "see", ticket.number),),))
