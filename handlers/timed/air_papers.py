"""What becomes of a table of air data once it was fetched: shown to whoever sent it, or refused with a word."""

from dataclasses import replace
from datetime import datetime, timedelta

from cards import air as cards
from domain.message import Message
from domain.push import Push
from handlers.air_tables import preview
from handlers.desk import Office
from handlers.notice import notify, view_of
from storage import air_papers, outbox, people
from storage.air_papers import ASKED, ENDED, AirPaper
from storage.tx import Tx

RETRIES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
LIVES = timedelta(hours=12)
WAITS = timedelta(days=3)


def again(paper: AirPaper) -> timedelta | None:
    """In what time to try once more; None when it was tried often enough."""
    return RETRIES[paper.attempts] if paper.attempts < len(RETRIES) else None


async def let_go(tx: Tx, office: Office, now: datetime) -> int:
    """Previews that nobody answers: nothing is stored, their cells are forgotten, and whoever sent them is told."""
    old = await air_papers.unanswered(tx.c, now - WAITS)
    for paper in old:
        air_papers.save(tx, replace(paper, state=ENDED))
        person = (await people.of(tx.c, [paper.person_id])).values()
        tell = lambda view, name=paper.name: cards.let_go(view, name)  # noqa: E731
        notify(tx, office, person, f"air-let-go:{paper.id}", tell, now=now)
    return len(old)


async def show(tx: Tx, office: Office, paper: AirPaper, now: datetime) -> None:
    """Owe the preview; somebody who left meanwhile is not shown anything."""
    person = (await people.of(tx.c, [paper.person_id])).get(paper.person_id)
    if person is None:
        air_papers.save(tx, replace(paper, state=ENDED))
        return
    message, table = await preview(tx, office, person, paper, now)
    air_papers.save(tx, replace(paper, state=ASKED if table else ENDED))
    _owe(tx, paper, message, now)


async def unread(
    tx: Tx, office: Office, paper: AirPaper, *, why: str, wait: timedelta | None, now: datetime
) -> None:
    """Try again after ``wait``, or say why it is not taken."""
    if wait:
        air_papers.save(tx, replace(paper, attempts=paper.attempts + 1, next_try_at=now + wait))
        return
    air_papers.save(tx, replace(paper, state=ENDED))
    person = (await people.of(tx.c, [paper.person_id])).get(paper.person_id)
    if person:
        _owe(tx, paper, cards.unread(view_of(office, person, now), why, paper.name), now)


def _owe(tx: Tx, paper: AirPaper, message: Message, now: datetime) -> None:
    push = Push(
        key=f"air:{paper.id}",
        chat_id=paper.chat_id,
        due_at=now,
        expires_at=now + LIVES,
        message=message,
        subject=f"air:{paper.id}",
    )
    outbox.owe(tx, push, now)
