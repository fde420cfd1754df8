"""What the proof of a work shows next: the one thing that is missing, or the card to check."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from cards import ticket_fix as cards
from cards.ticket_fix import Shown
from domain.draft import DraftPhoto
from domain.message import Message, Picture
from domain.ticket import Ticket
from domain.work import Needed, Work
from handlers import moving
from handlers.desk import Desk
from handlers.said import Press
from handlers.tell import AFTER, as_pictures
from storage import drafts, photos, tickets, works


async def ask(
    desk: Desk, work: Work, *, new: DraftPhoto | None = None, album: bool = False, again: bool = False
) -> None:
    """Keep the proof and show what comes next; ``new`` is a photo that cannot be read yet.

    Parts of an album wait a moment and share one question; a part that is later still changes that question.
    """
    settle = desk.office.district.basics.album_settle
    late = album and work.prompt_key is not None and desk.now - work.touched_at > settle
    message = await question(desk, work, new, again=again)
    if isinstance(desk.said.content, Press) and not message.pictures and work.prompt_key:
        desk.edit(message)
        key = work.prompt_key
    elif late and work.prompt_key:
        desk.edit(replace(message, pictures=()), target_key=work.prompt_key)
        key = work.prompt_key
    elif isinstance(desk.said.content, Press):
        key = moving.privately(desk, message)
    else:
        key = desk.say(message, subject=f"work:{work.id}", wait=settle if album else timedelta(0))
    expires_at = desk.now + desk.office.district.basics.draft_expiry
    works.save(desk.tx, replace(work.touched(desk.now, expires_at), prompt_key=key))


async def question(desk: Desk, work: Work, new: DraftPhoto | None = None, *, again: bool = False) -> Message:
    """The card for what is needed now."""
    kept = await photos.of_draft(desk.tx.c, work.id)
    count = len(kept) + (new is not None)
    view, needed = moving.view(desk), work.needs(count)
    if needed is Needed.PHOTO:
        return cards.ask_photo(view, work)
    if needed is Needed.QUANTITY:
        return cards.ask_quantity(view, work, count, await units(desk, work))
    last = (Picture(file_id=new.file_id),) if new and not new.as_file else as_pictures(kept)[-1:]
    shown = await _shown(desk, work, count, last)
    return cards.check(view, replace(shown, work=replace(work, version=work.version + 1)), again=again)


async def units(desk: Desk, work: Work) -> Sequence[str]:
    """The units of the category that the district knows, or all of the district's."""
    every = desk.office.district.basics.fix.units
    usual = desk.office.district.category(await _category(desk, work)).units
    return [unit for unit in usual if unit in every] or every


async def _category(desk: Desk, work: Work) -> str:
    if work.number:
        return (await _ticket(desk, work)).category
    draft = await drafts.by_id(desk.tx.c, work.draft_id or "")
    return (draft.category if draft else None) or ""


async def _ticket(desk: Desk, work: Work) -> Ticket:
    return (await tickets.by_numbers(desk.tx.c, [work.number or ""]))[work.number or ""]


async def _shown(desk: Desk, work: Work, count: int, last: tuple[Picture, ...]) -> Shown:
    view = moving.view(desk)
    if work.number:
        ticket = await _ticket(desk, work)
        kept = await photos.of_ticket(desk.tx.c, ticket.number)
        first = as_pictures([one for one in kept if one.kind != AFTER])[:1]
        return Shown(work, ticket.category, view.place(ticket), ticket.photo_count, count, (*first, *last))
    draft = await drafts.by_id(desk.tx.c, work.draft_id or "")
    before = draft.photos if draft else ()
    first = tuple(Picture(file_id=one.file_id) for one in before if not one.as_file)[:1]
    town = view.town(draft.town if draft else None)
    site = draft.place.site if draft and draft.place else None
    place = view.label("place", town=town, site=site) if site else town
    category = (draft.category if draft else None) or ""
    return Shown(work, category, place, len(before), count, (*first, *last))
