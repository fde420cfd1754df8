"""What the district's office is told, each of its members in private."""

from collections.abc import Callable
from datetime import timedelta

from domain.message import Message
from domain.people import Role
from domain.push import Push, PushClass
from handlers.desk import Desk
from storage import outbox, people

LIVES = timedelta(hours=12)


async def tell_office(
    desk: Desk,
    key: str,
    card: Callable[[str], Message],
    *,
    subject: str | None = None,
    wait: timedelta = timedelta(0),
) -> None:
    """Owe ``card`` (made for a language) to everybody in the office, once for each ``key``."""
    due = desk.now + wait
    for person in await people.serving(desk.tx.c, [Role.OFFICE], None):
        push = Push(
            key=f"{key}:{person.id}",
            chat_id=person.id,
            due_at=due,
            expires_at=due + LIVES,
            message=card(person.language),
            push_class=PushClass.DAILY,
            subject=f"{subject}:{person.id}" if subject else None,
        )
        desk.owe(push)


async def take_back(desk: Desk, subject: str) -> None:
    """What the office was to be told about ``subject`` and has not been yet is not true any more."""
    for person in await people.serving(desk.tx.c, [Role.OFFICE], None):
        outbox.cancel(desk.tx, f"{subject}:{person.id}")
