"""The end of a proof: a ticket that is fixed, or one that is opened and fixed in one go."""

from collections.abc import Sequence
from dataclasses import replace

from cards import ticket_fix as cards
from domain import fixing
from domain.moves import fix, fix_on_the_spot
from domain.ticket import Move, Ticket
from domain.work import Work
from handlers import moving, reviewing, tell
from handlers.access import member
from handlers.chat import report_submit
from handlers.desk import Desk
from handlers.reviewing import Seen
from handlers.tell import AFTER, as_pictures
from storage import drafts, photos, works
from storage.photos import Kept


async def submit(desk: Desk, work: Work, kept: Sequence[Kept]) -> bool:
    """The proof is shown to the reviewers; False when the report or the ticket is not there any more.

    Raises what the moves raise.
    """
    return await (_existing if work.number else _new)(desk, work, kept)


async def _existing(desk: Desk, work: Work, kept: Sequence[Kept]) -> bool:
    ticket = await moving.taken(desk, work.number or "")
    if ticket is None:
        return False
    move = _fixed(desk, ticket, work, kept)
    earlier = await photos.of_ticket(desk.tx.c, ticket.number)
    await moving.made(desk, move, after=as_pictures(kept))
    await _finish(
        desk,
        replace(work, number=ticket.number),
        move.ticket,
        [one for one in earlier if one.kind != AFTER],
        kept,
    )
    return True


async def _new(desk: Desk, work: Work, kept: Sequence[Kept]) -> bool:
    """The report of which the proof is the other half becomes a ticket with both."""
    draft = await drafts.by_id(desk.tx.c, work.draft_id or "")
    if draft is None or draft.state != "open" or draft.person_id != work.person_id:
        return False
    opened = await report_submit.opened(desk, draft, member(desk))
    fixed = _fixed(desk, opened.ticket, work, kept)
    move = Move(fixed.ticket, (*opened.events, *fixed.events))
    report_submit.keep(desk, draft, move)
    before = await photos.of_draft(desk.tx.c, draft.id)
    await tell.opened_fixed(desk, move.ticket, as_pictures(before), as_pictures(kept))
    await _finish(desk, replace(work, number=move.ticket.number), move.ticket, before, kept)
    return True


def _fixed(desk: Desk, ticket: Ticket, work: Work, kept: Sequence[Kept]) -> Move:
    proof = fixing.Work(
        photos=reviewing.afters(work, kept),
        quantity=work.quantity,
        quantity_unit=work.quantity_unit,
        note=work.note,
    )
    rules, person = desk.office.district.basics.fix, member(desk)
    if work.on_the_spot:
        return fix_on_the_spot(
            ticket, before=ticket.photo_count, work=proof, rules=rules, at=desk.now, by=person
        )
    return fix(ticket, work=proof, rules=rules, at=desk.now, by=person)


async def _finish(
    desk: Desk, work: Work, ticket: Ticket, before: Sequence[Kept], after: Sequence[Kept]
) -> None:
    photos.belong(desk.tx, work.id, ticket.number)
    ended = replace(work, state="submitted", version=work.version + 1, fixed_version=ticket.version)
    works.save(desk.tx, replace(ended, touched_at=desk.now))
    await reviewing.ask_reviewers(desk.tx, desk.office, ticket, Seen(before, after), desk.now)
    desk.edit(cards.submitted(moving.view(desk), ticket))
