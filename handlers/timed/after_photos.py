"""What photos after a work say once they were fetched: used ones are refused, doubts reach those who verify it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from cards import ticket_fix as cards
from domain.fixing import doubts
from domain.push import Act, Push, PushClass
from domain.ticket import State, Ticket
from domain.work import Work
from handlers import reviewing
from handlers.desk import Office
from handlers.notice import LIVES, notify, view_of
from handlers.tell import AFTER
from storage import outbox, people, photos, tickets, works
from storage.photos import Kept
from storage.tx import Tx


async def used(tx: Tx, office: Office, photo: Kept, now: datetime) -> None:
    """It stands for something else already: the proof goes on without it, and the person hears why."""
    photos.refuse(tx, photo, "used before", now)
    persons = (await people.of(tx.c, [photo.person_id])).values()
    notify(tx, office, persons, f"photo:{photo.id}", lambda view: cards.plain(view, "photo_used"), now=now)


def judge_later(tx: Tx, office: Office, work: Work, now: datetime) -> None:
    """Weigh the doubts of a submitted proof anew, when all that this transaction found out is written."""
    works.when_written(tx, work.id, partial(_judge, office=office, now=now))


async def _judge(tx: Tx, work_id: str, *, office: Office, now: datetime) -> None:
    work = await works.by_id(tx.c, work_id)
    number = work.number if work else None
    ticket = (await tickets.by_numbers(tx.c, [number])).get(number) if number else None
    if work is None or ticket is None or not _still_to_verify(work, ticket):
        return
    kept = await photos.of_draft(tx.c, work.id)
    rules, at = office.district.basics.fix, ticket.fixed_at or now
    found = doubts(ticket, reviewing.afters(work, kept), rules, at, on_the_spot=ticket.on_the_spot)
    if found != ticket.doubts:
        tickets.doubt(tx, ticket.number, found)
        await _show_again(tx, office, replace(ticket, doubts=found), kept, now)


def _still_to_verify(work: Work, ticket: Ticket) -> bool:
    return ticket.state is State.FIXED and work.fixed_version == ticket.version


async def _show_again(tx: Tx, office: Office, ticket: Ticket, after: Sequence[Kept], now: datetime) -> None:
    """The cards of the reviewers become what is known now."""
    every = await photos.of_ticket(tx.c, ticket.number)
    seen = reviewing.Seen([one for one in every if one.kind != AFTER], after)
    for person in await reviewing.reviewers(tx, ticket):
        target = f"{reviewing.review_key(ticket)}:{person.id}"
        card = reviewing.reviewer_card(view_of(office, person, now), person, ticket, seen)
        push = Push(
            key=f"{target}:{'.'.join(ticket.doubts) or 'none'}:{len(after)}",
            act=Act.EDIT,
            chat_id=person.id,
            due_at=now,
            expires_at=now + LIVES,
            push_class=PushClass.DAILY,
            message=replace(card, pictures=()),
            subject=f"again:{target}",
            target_key=target,
        )
        outbox.owe(tx, push, now)
