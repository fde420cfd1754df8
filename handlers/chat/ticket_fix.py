"""The fix talk: photos after the work, a place and a quantity, in any order, show that a ticket is fixed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from cards import report as report_cards
from cards import ticket_fix as cards
from domain.draft import Draft
from domain.moves import AT_WORK
from domain.permission import Action
from domain.ticket import BadQuantity, Ticket, UsedPhoto, WrongState
from domain.work import MOST_PHOTOS, Needed, Work, read_quantity
from handlers import asking, moving
from handlers.access import member
from handlers.chat import fix_press, fix_show, report
from handlers.chat.report_show import STILL_ABOUT_IT, reporting
from handlers.desk import Desk
from handlers.moving import current
from handlers.said import Content, Other, PhotoSent, PlaceSent
from handlers.tell import AFTER
from storage import drafts, photos, works
from storage.busy import Busy

Args = tuple[str, ...]


async def begin(desk: Desk, args: Args) -> None:
    """Ask for the photos of the work; whoever began already goes on where they were."""
    if ticket := await current(desk, args, Action.FIX):
        await _begin(desk, ticket, on_the_spot=False)


async def begin_on_the_spot(desk: Desk, args: Args) -> None:
    """The reporter of a ticket that nobody has worked on yet has put it right."""
    if ticket := await current(desk, args, Action.FIX_ON_THE_SPOT):
        await _begin(desk, ticket, on_the_spot=True)


async def takes(desk: Desk, content: Content) -> bool:
    """A photo, a place or something unusable that belongs to a proof; False when it belongs to something else."""
    if isinstance(content, PhotoSent):
        return await _photo(desk, content)
    if not isinstance(content, PlaceSent | Other):
        return False
    work = await _open(desk)
    if work is None:
        return False
    if isinstance(content, PlaceSent):
        await fix_show.ask(desk, replace(work, lat=content.lat, lng=content.lng))
    else:
        needed = work.needs(len(await photos.of_draft(desk.tx.c, work.id)))
        desk.say(
            cards.unusable(moving.view(desk), content.kind, needed), subject=f"unusable:{desk.said.chat_id}"
        )
    return True


async def words(desk: Desk, text: str) -> bool:
    """The quantity, typed; False when the words are about something else. Raises BadQuantity while it is awaited."""
    work = await _open(desk)
    if work is None:
        return False
    question = await asking.meant(desk)
    if question and (desk.said.reply_to is not None or question.at > work.touched_at):
        return False
    needed = work.needs(len(await photos.of_draft(desk.tx.c, work.id)))
    counted = _counted(desk, work, text)
    if counted is None and needed is not Needed.QUANTITY:
        return False
    if counted is None:
        raise BadQuantity
    await fix_show.ask(desk, counted)
    return True


async def cancelled(desk: Desk) -> bool:
    """``/cancel``: give up the proof when it is what was touched last."""
    work = await _open(desk)
    if work is None:
        return False
    fix_press.give_up(desk, work)
    desk.say(cards.plain(moving.view(desk), "cancelled"))
    return True


async def _begin(desk: Desk, ticket: Ticket, *, on_the_spot: bool) -> None:
    if ticket.state not in AT_WORK:
        raise WrongState(state=ticket.state)
    every = await works.open_of(desk.tx.c, desk.said.person_id)
    found = next((one for one in every if one.number == ticket.number), None)
    work = found or fix_press.new_work(desk, number=ticket.number, on_the_spot=on_the_spot)
    await fix_show.ask(desk, replace(work, prompt_key=None))


async def _open(desk: Desk) -> Work | None:
    """The proof that was touched last, as long as nothing else was touched later and it is still about it."""
    every = await works.open_of(desk.tx.c, desk.said.person_id) if Busy.WORK in desk.busy else []
    work = every[0] if every else None
    if work is None or (desk.drafts and desk.drafts[0].touched_at > work.touched_at):
        return None
    fresh = desk.now - work.touched_at <= STILL_ABOUT_IT
    return work if fresh or not await photos.of_draft(desk.tx.c, work.id) else None


async def _photo(desk: Desk, sent: PhotoSent) -> bool:
    member(desk)
    if desk.album_draft or Busy.WORK not in desk.busy:
        return False
    found = await works.by_album(desk.tx.c, desk.said.chat_id, sent.album) if sent.album else None
    work = found if found and found.state != "cancelled" else await _open(desk)
    if work is None:
        return False
    if problem := report.unusable_file(sent):
        refused = report_cards.plain(reporting(desk), problem, name=sent.file_name or "")
        desk.say(refused, subject=f"file:{desk.said.chat_id}")
        return True
    await _add(desk, work, sent)
    return True


async def _add(desk: Desk, work: Work, sent: PhotoSent) -> None:
    """One more photo of the place after the work; raises UsedPhoto."""
    photo = report.as_draft_photo(desk.said, sent)
    kept = await photos.of_draft(desk.tx.c, work.id)
    known = {one.id.partition(":")[2] for one in kept}
    if photo.unique_id in await _used(desk, work):
        raise UsedPhoto
    if len(kept) >= MOST_PHOTOS and photo.unique_id not in known:
        desk.say(cards.plain(moving.view(desk), "too_many"), subject=f"many:{work.id}")
        return
    photos.owe(desk.tx, owner(work), photo, desk.now, AFTER)
    if sent.album:
        works.claim_album(desk.tx, work, sent.album, desk.now)
    new = None if photo.unique_id in known else photo
    if work.state == "open":
        await fix_show.ask(
            desk, _with_caption(desk, work, sent.caption), new=new, album=sent.album is not None
        )
    elif new:
        count = len(kept) + 1
        late = cards.plain(moving.view(desk), "late_photo", number=work.number, count=count)
        wait = desk.office.district.basics.album_settle
        desk.say(late, subject=f"late:{work.id}", wait=wait)


async def _used(desk: Desk, work: Work) -> set[str]:
    """The channel's names of the photos that this problem has already."""
    if work.number:
        kept = await photos.of_ticket(desk.tx.c, work.number)
        return {one.id.partition(":")[2] for one in kept if one.draft_id != work.id}
    draft = await drafts.by_id(desk.tx.c, work.draft_id or "")
    return {one.unique_id for one in draft.photos} if draft else set()


def _counted(desk: Desk, work: Work, text: str) -> Work | None:
    if cards.is_skipped(desk.language, text):
        return replace(work, uncounted=True, quantity=None, quantity_unit=None)
    units = cards.spellings(desk.language, desk.office.district.basics.fix.units)
    found = read_quantity(text, units, work.quantity_unit)
    return replace(work, quantity=found[0], quantity_unit=found[1], uncounted=False) if found else None


def _with_caption(desk: Desk, work: Work, caption: str) -> Work:
    if not caption.strip():
        return work
    counted = _counted(desk, work, caption) if work.quantity is None else None
    return counted or replace(
        work, note="\n".join(filter(None, [work.note, caption.strip()]))[: asking.LONGEST]
    )


def owner(work: Work) -> Draft:
    """The work in the shape in which photos know whose they are."""
    number = work.number if work.state == "submitted" else None
    return Draft(work.id, work.person_id, work.person_id, work.touched_at, work.expires_at, number=number)


PRESSES: dict[str, Callable[[Desk, Args], Awaitable[None]]] = {
    "fix": begin,
    "fix_on_the_spot": begin_on_the_spot,
    **fix_press.PRESSES,
}
