"""Air data that the office brings in the chat: read, shown, taken; a correction only by a second person."""

from dataclasses import replace
from hashlib import sha256

from cards import air as cards
from cards.catalogue import label
from cards.ticketing import Ticketing
from domain.air_file import AirFile, Stand
from domain.air_table import AirTable, grid_of_text, is_air_table
from domain.audit import Deed
from domain.errors import Refusal
from domain.people import Person, Role
from domain.permission import Action, may
from handlers.access import NotAllowed, in_private, member
from handlers.air_tables import made_sure, preview
from handlers.chat.orders import PATIENCE
from handlers.desk import Desk
from handlers.notice import notify, view_of
from handlers.said import Content, PhotoSent, Words
from storage import air, air_papers, audit, orders, people
from storage.air_papers import ASKED, ENDED, AirPaper
from storage.busy import Busy

TABLES = (".csv", ".xlsx", ".txt")
Args = tuple[str, ...]


class OwnCorrection(Refusal):
    """Whoever brought a correction wants to confirm it too."""


async def takes(desk: Desk, content: Content) -> bool:
    """A file with a table, or a pasted one, from somebody who may bring air data; False for anything else."""
    if desk.said.edited or not may(desk.person, Action.IMPORT):
        return False
    if isinstance(content, Words) and is_air_table(content.text):
        await _pasted(desk, content.text)
        return True
    if isinstance(content, PhotoSent) and _is_table(content) and not await _is_for_an_order(desk):
        paper = replace(_paper(desk, content.file_name or ""), file_id=content.file_id)
        air_papers.add(desk.tx, paper)
        desk.say(cards.reading(_view(desk), paper.name), subject=f"air:{paper.id}")
        return True
    return False


async def take(desk: Desk, args: Args) -> None:
    """Take the table as it was shown; one that changes what is kept waits for a second person."""
    paper = await _own(desk, args[0])
    if paper is None:
        return
    message, table = await preview(desk.tx, desk.office, member(desk), paper, desk.now)
    air_papers.save(desk.tx, replace(paper, state=ENDED))
    if table is None:
        desk.edit(message)
        return
    if args[1] == "sure":
        table = made_sure(table)
    file = AirFile(paper.sha256 or "", paper.name, desk.said.person_id, desk.now, len(table.rows))
    if table.changed:
        await _ask_a_second(desk, paper, file, table)
    else:
        await air.take(desk.tx, file, [row.reading for row in table.new])
        _note(desk, file.sha256, "taken", rows=len(table.new))
        desk.edit(cards.taken(_view(desk), table))


async def give_up(desk: Desk, args: Args) -> None:
    if paper := await _own(desk, args[0]):
        air_papers.save(desk.tx, replace(paper, state=ENDED))
        desk.edit(cards.given_up(_view(desk)))


async def confirm(desk: Desk, args: Args) -> None:
    """The second person agrees: the values are replaced, and the rankings of their days are made anew.

    Where others were stored since it was handed in, nobody has seen both together: it has to be brought again.
    """
    file = await _waiting(desk, args[0])
    if file and await air.is_overtaken(desk.tx.c, file):
        air.refuse(desk.tx, file, desk.said.person_id, desk.now)
        _note(desk, file.sha256, "overtaken")
        await _judged(desk, file, "overtaken")
    elif file:
        readings = await air.confirm(desk.tx, file, desk.said.person_id, desk.now)
        _note(desk, file.sha256, "confirmed", rows=len(readings))
        await _judged(desk, file, "confirmed")


async def refuse(desk: Desk, args: Args) -> None:
    """The second person does not agree: everything stays as it is."""
    file = await _waiting(desk, args[0])
    if file:
        air.refuse(desk.tx, file, desk.said.person_id, desk.now)
        _note(desk, file.sha256, "refused")
        await _judged(desk, file, "refused")


async def _pasted(desk: Desk, text: str) -> None:
    paper = replace(
        _paper(desk, label(desk.language, "air.pasted")),
        state=ASKED,
        sha256=sha256(text.encode()).hexdigest(),
        grid=grid_of_text(text),
    )
    message, table = await preview(desk.tx, desk.office, member(desk), paper, desk.now)
    air_papers.add(desk.tx, paper if table else replace(paper, state=ENDED, grid=None))
    desk.say(message)


async def _ask_a_second(desk: Desk, paper: AirPaper, file: AirFile, table: AirTable) -> None:
    rows = [*(row.reading for row in table.new), *(row.reading for _, row in table.changed)]
    air.wait(desk.tx, file, rows)
    _note(desk, file.sha256, "waits", rows=len(rows))
    person = member(desk)
    others = [one for one in await people.serving(desk.tx.c, [Role.OFFICE], None) if one.id != person.id]
    ask = lambda view: cards.ask_a_second(view, paper.id, file.name, person.name, table)  # noqa: E731
    notify(desk.tx, desk.office, others, f"air-second:{paper.id}", ask, now=desk.now)
    desk.edit(cards.waits(_view(desk), len(others)))


async def _judged(desk: Desk, file: AirFile, how: str) -> None:
    """Whoever judged sees that it is done; whoever brought it is told."""
    desk.edit(cards.judged(_view(desk), how, file.name))
    bringer = list((await people.of(desk.tx.c, [file.brought_by or 0])).values())
    tell = lambda view: cards.judged_told(view, how, file.name, member(desk).name)  # noqa: E731
    notify(desk.tx, desk.office, bringer, f"air-judged:{file.sha256}", tell, now=desk.now)


async def _own(desk: Desk, paper_id: str) -> AirPaper | None:
    """The table of a button, while it waits for its bringer's word; raises NotAllowed."""
    person = member(desk)
    in_private(desk)
    if not may(person, Action.IMPORT):
        raise NotAllowed
    desk.tx.take(f"air paper {paper_id}")
    paper = await air_papers.by_id(desk.tx.c, paper_id)
    if paper is None or paper.person_id != person.id or paper.state != ASKED:
        desk.answer(label(desk.language, "air.gone"))
        return None
    return paper


async def _waiting(desk: Desk, paper_id: str) -> AirFile | None:
    """The correction that waits; raises NotAllowed, and OwnCorrection for whoever brought it."""
    person = member(desk)
    in_private(desk)
    if not may(person, Action.CORRECT):
        raise NotAllowed
    paper = await air_papers.by_id(desk.tx.c, paper_id)
    file = await air.file_of(desk.tx.c, paper.sha256 or "") if paper else None
    if file is None or file.stand is not Stand.WAITING:
        desk.answer(label(desk.language, "air.gone"))
        return None
    if file.brought_by == person.id:
        raise OwnCorrection
    return file


async def _is_for_an_order(desk: Desk) -> bool:
    """An order from above, or the answer to one, is in the making and asks for papers."""
    if Busy.ORDER not in desk.busy:
        return False
    draft = await orders.open_draft(desk.tx.c, desk.said.chat_id, desk.said.person_id)
    return draft is not None and desk.now - draft.touched_at <= PATIENCE


def _is_table(sent: PhotoSent) -> bool:
    return sent.as_file and not sent.caption and (sent.file_name or "").lower().endswith(TABLES)


def _paper(desk: Desk, name: str) -> AirPaper:
    said = desk.said
    return AirPaper(desk.office.new_id(), said.chat_id, said.person_id, desk.now, name, None, desk.now)


def _note(desk: Desk, sha: str, step: str, **details: int) -> None:
    audit.note(desk.tx, Deed.IMPORTED, sha, at=desk.now, by=desk.said.person_id, step=step, **details)


def _view(desk: Desk) -> Ticketing:
    person: Person = member(desk)
    return view_of(desk.office, person, desk.now)


PRESSES = {"airtake": take, "airno": give_up, "airyes": confirm, "airback": refuse}
