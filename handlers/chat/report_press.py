"""The buttons of the report talk."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from cards import report as cards
from cards.catalogue import label
from domain.draft import Awaited, Draft
from handlers.access import member
from handlers.chat import fix_press, fix_show, report, report_place, report_show, report_submit
from handlers.chat.report_show import reporting
from handlers.desk import Desk
from storage import drafts, photos, works

Args = tuple[str, ...]


async def _own(desk: Desk, draft_id: str) -> Draft | None:
    """The open report of this person that a button is about; otherwise the press is answered and does nothing."""
    member(desk)
    draft = next((one for one in desk.drafts if one.id == draft_id), None)
    if draft is None:
        ended = await drafts.by_id(desk.tx.c, draft_id)
        number = ended.number if ended and ended.person_id == desk.said.person_id else None
        key, facts = ("report.already", {"number": number}) if number else ("report.gone", {})
        desk.answer(label(desk.language, key, **facts))
    return draft


def _with_own(act: Callable[[Desk, Draft, Args], Awaitable[None]]) -> Callable[[Desk, Args], Awaitable[None]]:
    async def press(desk: Desk, args: Args) -> None:
        if draft := await _own(desk, args[0]):
            await act(desk, draft, args[1:])

    return press


async def _category(desk: Desk, draft: Draft, args: Args) -> None:
    await report_show.ask(desk, replace(draft, category=args[0], changing=None, apart=False))


async def _more(desk: Desk, draft: Draft, _args: Args) -> None:
    await _show(desk, replace(draft, changing=Awaited.CATEGORY), everything=True)


async def _show(desk: Desk, draft: Draft, *, everything: bool) -> None:
    drafts.save(desk.tx, draft.touched(desk.now, draft.expires_at))
    desk.edit(cards.ask_category(reporting(desk), draft, (), everything=everything))


async def _place(desk: Desk, draft: Draft, _args: Args) -> None:
    await report_show.ask(desk, replace(draft, changing=Awaited.PLACE, site_choices=()))


async def _photo(desk: Desk, draft: Draft, _args: Args) -> None:
    await report_show.ask(desk, replace(draft, changing=Awaited.PHOTO))


async def _town(desk: Desk, draft: Draft, args: Args) -> None:
    await report_show.ask(desk, replace(draft, town=args[0], town_choices=(), changing=None))


async def _site(desk: Desk, draft: Draft, args: Args) -> None:
    at = int(args[0])
    if at < len(draft.site_choices):
        draft = report_place.with_site(desk, draft, draft.site_choices[at])
    await report_show.ask(desk, draft)


async def _name(desk: Desk, draft: Draft, _args: Args) -> None:
    """Keep the name that was typed last although it is not in the books."""
    name = max(draft.words)[1] if draft.words else ""
    await report_show.ask(desk, report_place.with_plain_name(desk, draft, name))


async def _cancel(desk: Desk, draft: Draft, _args: Args) -> None:
    report.give_up(desk, draft)
    desk.edit(cards.plain(reporting(desk), "cancelled"))


async def _apart(desk: Desk, draft: Draft, _args: Args) -> None:
    await report_show.ask(desk, replace(draft, apart=True))


async def _submit(desk: Desk, draft: Draft, args: Args) -> None:
    if draft.awaited is not Awaited.CONFIRM or str(draft.version) != args[0]:
        desk.answer(label(desk.language, "report.changed_check"))
        await _show_again(desk, draft)
        return
    await report_submit.submit(desk, draft)


async def _spot(desk: Desk, draft: Draft, args: Args) -> None:
    """It was put right at once: the photos after the work are asked for, and then both go in together."""
    if draft.awaited is not Awaited.CONFIRM or str(draft.version) != args[0]:
        desk.answer(label(desk.language, "report.changed_check"))
        await _show_again(desk, draft)
        return
    every = await works.open_of(desk.tx.c, desk.said.person_id)
    found = next((one for one in every if one.draft_id == draft.id), None)
    await fix_show.ask(desk, found or fix_press.new_work(desk, draft_id=draft.id, on_the_spot=True))


async def _show_again(desk: Desk, draft: Draft) -> None:
    """An old card was pressed: it becomes the true one, and the newer card stays as good as it was."""
    if draft.awaited is Awaited.CONFIRM:
        fixable = report_show.fixable(desk, draft)
        desk.edit(cards.check(reporting(desk), draft, again=True, fixable=fixable))
    else:
        await report_show.ask(desk, draft)


async def _same(desk: Desk, draft: Draft, args: Args) -> None:
    await report_submit.join(desk, draft, ".".join(args))


async def _merge(desk: Desk, draft: Draft, args: Args) -> None:
    """The photos of a report that was opened by mistake go into the older one."""
    older = next((one for one in desk.drafts if one.id == args[0]), None)
    if older is None:
        desk.answer(label(desk.language, "report.gone"))
        return
    for photo in draft.photos:
        older = older.with_photo(photo)
        photos.owe(desk.tx, older, photo, desk.now)
    for at, text in draft.words:
        older = older.with_words(at, text)
    report.give_up(desk, draft)
    desk.answer(label(desk.language, "report.merged"))
    await report_show.ask(desk, older)


async def _next(desk: Desk, args: Args) -> None:
    """The next report nearby: place and category of the last one are taken over."""
    member(desk)
    last = await drafts.by_id(desk.tx.c, args[0])
    if last is None or last.person_id != desk.said.person_id:
        desk.answer(label(desk.language, "report.gone"))
        return
    draft = replace(
        report.new_draft(desk), place=last.place, town=last.town, category=last.category, apart=True
    )
    message = await report_show.question(desk, draft)
    key = desk.say(message)
    drafts.save(desk.tx, replace(draft, prompt_key=key, version=1))


PRESSES: dict[str, Callable[[Desk, Args], Awaitable[None]]] = {
    "dcat": _with_own(_category),
    "dmore": _with_own(_more),
    "dplace": _with_own(_place),
    "dphoto": _with_own(_photo),
    "dtown": _with_own(_town),
    "dsite": _with_own(_site),
    "dname": _with_own(_name),
    "dcancel": _with_own(_cancel),
    "dapart": _with_own(_apart),
    "dsubmit": _with_own(_submit),
    "dspot": _with_own(_spot),
    "dsame": _with_own(_same),
    "dmerge": _with_own(_merge),
    "dnext": _next,
}
