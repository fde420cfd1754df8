"""What is said around every move of a ticket: the button is old, the rest follows in private."""

import re
from html import unescape

from cards.catalogue import say
from cards.ticket import Ticketing
from domain.message import Message
from domain.ticket import State, Ticket

LONGEST_ANSWER = 200  # characters of the answer to a press


def stale(view: Ticketing, ticket: Ticket, holder: str, *, accepting: bool) -> Message:
    """The button is older than the ticket: what it is now, and who has it; who wanted to accept it was too slow."""
    language, number = view.language, ticket.number
    is_held = ticket.state is State.ACCEPTED and bool(holder)
    if is_held and accepting:
        when = view.moment(ticket.accepted_at or view.now)
        return Message(say(language, "moving.taken", number=number, name=holder, when=when))
    key = "moving.stale_held" if is_held else "moving.stale"
    return Message(say(language, key, number=number, state=view.state(ticket), name=holder))


def in_private(language: str) -> Message:
    return Message(say(language, "moving.in_private"))


def plain(message: Message) -> str:
    """The words of a message for the answer to a press, which shows no markup."""
    return unescape(re.sub(r"<[^>]+>", "", message.text))[:LONGEST_ANSWER]


def never_mind(language: str) -> Message:
    """Our question needs no answer any more."""
    return Message(say(language, "moving.never_mind"))
