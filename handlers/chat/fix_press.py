"""The buttons of the fix talk."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from cards import ticket_fix as cards
from domain.draft import DraftPhoto
from domain.work import Needed, Work
from handlers import moving
from handlers.access import in_private, member
from handlers.chat import fix_show, fix_submit, report, report_show
from handlers.desk import Desk
from storage import photos, works

Args = tuple[str, ...]


def new_work(
    desk: Desk, *, number: str | None = None, draft_id: str | None = None, on_the_spot: bool = False
) -> Work:
    """An empty proof of this person, about a ticket or a report."""
    expires_at = desk.now + desk.office.district.basics.draft_expiry
    return Work(
        desk.office.new_id(),
        desk.said.person_id,
        desk.now,
        expires_at,
        number=number,
        draft_id=draft_id,
        on_the_spot=on_the_spot,
    )


def give_up(desk: Desk, work: Work) -> None:
    """End a proof; its photos are dropped."""
    works.save(desk.tx, replace(work, state="cancelled", version=work.version + 1))
    photos.drop(desk.tx, work.id)


async def _own(desk: Desk, work_id: str) -> Work | None:
    """The open proof of this person that a button is about; otherwise the press is answered and does nothing."""
    member(desk)
    in_private(desk)
    work = await works.by_id(desk.tx.c, work_id)
    if work and work.person_id == desk.said.person_id and work.state == "open":
        return work
    is_done = work is not None and work.state == "submitted"
    view = moving.view(desk)
    gone = cards.plain(view, "already", number=work.number) if work and is_done else cards.plain(view, "gone")
    desk.answer(gone.text)
    return None


def _with_own(act: Callable[[Desk, Work, Args], Awaitable[None]]) -> Callable[[Desk, Args], Awaitable[None]]:
    async def press(desk: Desk, args: Args) -> None:
        if work := await _own(desk, args[0]):
            await act(desk, work, args[1:])

    return press


async def _unit(desk: Desk, work: Work, args: Args) -> None:
    units = await fix_show.units(desk, work)
    at = int(args[0])
    if at < len(units):
        work = replace(work, quantity_unit=units[at], quantity=None, uncounted=False)
    await fix_show.ask(desk, work)


async def _skip(desk: Desk, work: Work, _args: Args) -> None:
    await fix_show.ask(desk, replace(work, quantity=None, quantity_unit=None, uncounted=True))


async def _count(desk: Desk, work: Work, _args: Args) -> None:
    await fix_show.ask(desk, replace(work, quantity=None, quantity_unit=None, uncounted=False))


async def _more(desk: Desk, work: Work, _args: Args) -> None:
    desk.say(cards.ask_photo(moving.view(desk), work))
    works.save(desk.tx, replace(work, touched_at=desk.now))


async def _cancel(desk: Desk, work: Work, _args: Args) -> None:
    give_up(desk, work)
    said = cards.plain(moving.view(desk), "cancelled")
    if draft := next((one for one in desk.drafts if one.id == work.draft_id), None):
        desk.answer(said.text)
        await report_show.ask(desk, draft)
    else:
        desk.edit(said)


async def _apart(desk: Desk, work: Work, _args: Args) -> None:
    """The photos are of another problem: they begin a report, and the proof waits for its own."""
    draft = report.new_draft(desk)
    for one in await photos.of_draft(desk.tx.c, work.id):
        unique = one.id.partition(":")[2]
        photo = DraftPhoto(one.file_id, unique, one.position, one.as_file, one.forwarded)
        draft = draft.with_photo(photo)
        photos.owe(desk.tx, draft, photo, desk.now)
    photos.drop(desk.tx, work.id)
    works.save(desk.tx, replace(work, prompt_key=None))
    desk.answer(cards.plain(moving.view(desk), "apart_done").text)
    await report_show.ask(desk, draft)


async def _submit(desk: Desk, work: Work, args: Args) -> None:
    kept = await photos.of_draft(desk.tx.c, work.id)
    if work.needs(len(kept)) is not Needed.CONFIRM:
        await fix_show.ask(desk, work)
    elif str(work.version) != args[0]:
        # the old card becomes the true one, and the newer card stays as good as it was
        old = replace(work, version=work.version - 1)
        desk.edit(replace(await fix_show.question(desk, old, again=True), pictures=()))
    elif not await fix_submit.submit(desk, work, kept):
        desk.answer(cards.plain(moving.view(desk), "gone").text)


PRESSES: dict[str, Callable[[Desk, Args], Awaitable[None]]] = {
    "wunit": _with_own(_unit),
    "wskip": _with_own(_skip),
    "wcount": _with_own(_count),
    "wmore": _with_own(_more),
    "wcancel": _with_own(_cancel),
    "wapart": _with_own(_apart),
    "wsubmit": _with_own(_submit),
}
