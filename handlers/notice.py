"""A card that is owed to several people at once, each in their own language with buttons of their own."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from cards.ticket import Ticketing
from domain.message import Message
from domain.people import Person
from domain.push import Push, PushClass
from handlers.desk import Office
from storage import outbox
from storage.tx import Tx

LIVES = timedelta(hours=24)


def view_of(office: Office, person: Person, now: datetime) -> Ticketing:
    """What the cards need to know that this person sees in private."""
    return Ticketing(person.language, office.district, office.sealer(person.id), now)


def notify(
    tx: Tx,
    office: Office,
    persons: Iterable[Person],
    key: str,
    card: Callable[[Ticketing], Message],
    *,
    now: datetime,
    subject: str | None = None,
    push_class: PushClass = PushClass.DAILY,
) -> int:
    """Owe the card to each of them once for each ``key``; returns to how many."""
    everybody = {person.id: person for person in persons}
    for person in everybody.values():
        push = Push(
            key=f"{key}:{person.id}",
            chat_id=person.id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=push_class,
            message=card(view_of(office, person, now)),
            subject=f"{subject}:{person.id}" if subject else None,
        )
        outbox.owe(tx, push, now)
    return len(everybody)
