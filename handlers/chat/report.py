"""The report talk: photos, a place, a category and words, in any order, become a ticket."""

from dataclasses import replace

from cards import report as cards
from domain.draft import Awaited, Draft, DraftPhoto
from domain.push import PushClass
from domain.ticket import Event, State
from handlers.access import member
from handlers.chat import report_place, report_show
from handlers.chat.report_show import reporting
from handlers.desk import Desk
from handlers.said import Other, PhotoSent, PlaceSent, Said
from storage import drafts, photos, tickets

HEIC = (".heic", ".heif", ".avif")
MOST_FILE_BYTES = 20 << 20  # what the channel lets a bot download


async def begin(desk: Desk, _argument: str) -> None:
    """``/report``: a new report, asking for photos first."""
    member(desk)
    draft = new_draft(desk)
    drafts.save(desk.tx, draft)
    await report_show.ask(desk, draft)


async def cancel(desk: Desk, _argument: str) -> None:
    """``/cancel``: give up the report that was touched last."""
    if not desk.drafts:
        desk.say(cards.plain(reporting(desk), "nothing_to_cancel"))
        return
    give_up(desk, desk.drafts[0])
    desk.say(cards.plain(reporting(desk), "cancelled"))


async def photo(desk: Desk, sent: PhotoSent) -> None:
    """A photo, or a part of an album: it belongs to its album's report, to the one in the making, or begins one."""
    member(desk)
    if problem := unusable_file(sent):
        desk.say(
            cards.plain(reporting(desk), problem, name=sent.file_name or ""),
            subject=f"file:{desk.said.chat_id}",
        )
        return
    if desk.album_draft and desk.album_draft.state == "submitted":
        await _late_part(desk, desk.album_draft, sent)
        return
    older = desk.drafts[0] if desk.drafts else None
    draft = _draft_for(desk, sent)
    is_new = draft.version == 0
    grown = draft.with_photo(as_draft_photo(desk.said, sent))
    if len(grown.photos) == len(draft.photos) and draft.photos:
        desk.say(cards.plain(reporting(desk), "too_many_photos"), subject=f"many:{draft.id}")
    if sent.caption:
        grown = grown.with_words(desk.said.message_id, sent.caption)
        grown = await report_place.learn(desk, grown, sent.caption)
    photos.owe(desk.tx, grown, as_draft_photo(desk.said, sent), desk.now)
    if sent.album:
        drafts.claim_album(desk.tx, grown, sent.album, desk.now)
    await report_show.ask(desk, grown, album=sent.album is not None, instead_of=older if is_new else None)


async def place(desk: Desk, sent: PlaceSent) -> None:
    """A location, a venue or the first point of a live location."""
    member(desk)
    draft = next((one for one in desk.drafts if one.awaited is Awaited.PLACE), None)
    draft = draft or (desk.drafts[0] if desk.drafts else new_draft(desk))
    await report_show.ask(desk, report_place.pinned(desk, draft, sent))


async def words(desk: Desk, text: str) -> bool:
    """Text while a report is in the making; False when it is meant as a question to the office."""
    draft = desk.drafts[0] if desk.drafts else None
    if draft is None or not _is_about(desk, draft):
        return False
    if draft.awaited in {Awaited.PLACE, Awaited.TOWN}:
        await report_place.named(desk, draft, text)
        return True
    draft = draft.with_words(desk.said.message_id, text)
    await report_show.ask(desk, await report_place.learn(desk, draft, text))
    return True


async def edited(desk: Desk, text: str) -> bool:
    """A message of a report was changed: before submitting the report changes, afterwards it is noted on the ticket."""
    at = desk.said.message_id
    for draft in desk.drafts:
        if _has(draft, at):
            changed = draft.with_words(at, text)
            await report_show.ask(desk, await report_place.learn(desk, changed, text), edit=True)
            return True
    for draft in await drafts.recent(desk.tx.c, (desk.said.chat_id, desk.said.person_id)):
        if _has(draft, at) and draft.number:
            before = dict(draft.words).get(at, "")
            await _note(desk, draft.number, f"{before} → {text}")
            drafts.save(desk.tx, draft.with_words(at, text))
            desk.say(cards.plain(reporting(desk), "note_changed", number=draft.number))
            return True
    return False


async def unusable(desk: Desk, sent: Other) -> None:
    """Something that cannot be used: say so, and what is awaited now."""
    awaited = desk.drafts[0].awaited if desk.drafts else None
    desk.say(cards.unusable(reporting(desk), sent.kind, awaited), subject=f"unusable:{desk.said.chat_id}")


def new_draft(desk: Desk) -> Draft:
    """An empty report of this person in this chat."""
    expires_at = desk.now + desk.office.district.basics.draft_expiry
    return Draft(desk.office.new_id(), desk.said.chat_id, desk.said.person_id, desk.now, expires_at)


def give_up(desk: Desk, draft: Draft) -> None:
    """End a report without a ticket; its photos are dropped."""
    drafts.save(desk.tx, replace(draft, state="cancelled", version=draft.version + 1))
    photos.drop(desk.tx, draft.id)


def _draft_for(desk: Desk, sent: PhotoSent) -> Draft:
    """The report that a photo belongs to; the second problem must never fall into the first."""
    if desk.album_draft and desk.album_draft.state == "open":
        return desk.album_draft
    for draft in desk.drafts:
        if not draft.photos or draft.changing is Awaited.PHOTO:
            return draft
    if desk.drafts and not desk.drafts[0].place and not sent.caption and _is_about(desk, desk.drafts[0]):
        return desk.drafts[0]  # several messages before the place was told
    return new_draft(desk)


def _is_about(desk: Desk, draft: Draft) -> bool:
    """Whether what comes now is still about this report and not about something else much later."""
    return desk.now - draft.touched_at <= report_show.STILL_ABOUT_IT


def _has(draft: Draft, message_id: int) -> bool:
    return any(message_id == at for at, _ in draft.words) or any(
        message_id == p.message_id for p in draft.photos
    )


def as_draft_photo(said: Said, sent: PhotoSent) -> DraftPhoto:
    """A photo as a report or a proof keeps it."""
    return DraftPhoto(sent.file_id, sent.unique_id, said.message_id, sent.as_file, said.forwarded)


def unusable_file(sent: PhotoSent) -> str | None:
    """The sentence of this talk that says why a file is no photo; None where it may be one."""
    if not sent.as_file:
        return None
    name, kind = (sent.file_name or "").lower(), (sent.media_type or "").lower()
    if name.endswith(HEIC) or kind in {"image/heic", "image/heif", "image/avif"}:
        return "photo_heic"
    if (sent.size or 0) > MOST_FILE_BYTES:
        return "photo_too_big"
    return None if kind.startswith("image/") else "photo_not_picture"


async def _late_part(desk: Desk, draft: Draft, sent: PhotoSent) -> None:
    """A part of an album that came after the report was submitted still belongs to its ticket."""
    grown = draft.with_photo(as_draft_photo(desk.said, sent))
    if len(grown.photos) == len(draft.photos) or draft.number is None:
        return
    if sent.caption:
        grown = grown.with_words(desk.said.message_id, sent.caption)
        await _note(desk, draft.number, sent.caption)
    drafts.save(desk.tx, grown)
    photos.owe(desk.tx, grown, as_draft_photo(desk.said, sent), desk.now)
    tickets.more_photos(desk.tx, draft.number, 1)
    message = cards.plain(reporting(desk), "late_photo", number=draft.number, count=len(grown.photos))
    wait = desk.office.district.basics.album_settle
    desk.say(message, subject=f"late:{draft.id}", wait=wait, push_class=PushClass.REPLY)


async def _note(desk: Desk, number: str, text: str) -> None:
    """Add a line to a ticket's history without moving it."""
    ticket = (await tickets.by_numbers(desk.tx.c, [number]))[number]
    state: State = ticket.state
    tickets.record(
        desk.tx, [Event(number, desk.now, desk.said.person_id, state, state, text, unit=ticket.town)]
    )


COMMANDS = {"report": begin}
