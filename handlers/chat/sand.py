"""Days of sand, which the office marks: their particles are left out of means, and published rankings are corrected."""

from datetime import date, timedelta

from cards import air as cards
from domain.audit import Deed
from handlers import moving
from handlers.access import in_private, office_only
from handlers.chat.rank import period_asked
from handlers.desk import Desk
from handlers.timed.corrections import recount
from storage import air, audit

_DAY = timedelta(days=1)


async def ask(desk: Desk, argument: str = "") -> None:
    """``/sand DAY``: how it stands, with the button that changes it."""
    in_private(desk)
    office_only(desk)
    text = "".join(argument.split()).lower()
    asked = await period_asked(desk, text) if text else None
    today = desk.now.astimezone(desk.office.district.basics.zone).date()
    if asked is None or len(asked) > 1 or asked.first >= today:
        desk.say(cards.sand_which(moving.view(desk)))
        return
    desk.say(cards.sand_ask(moving.view(desk), asked.first, is_sand=await _is_sand(desk, asked.first)))


async def press(desk: Desk, args: tuple[str, ...]) -> None:
    """Mark a day or take the mark away; pressed twice it stays as it is."""
    in_private(desk)
    person = office_only(desk)
    day, is_sand = date.fromisoformat(args[0]), args[1] == "mark"
    desk.tx.take("air")
    if await _is_sand(desk, day) is is_sand:
        desk.edit(cards.sand_ask(moving.view(desk), day, is_sand=is_sand))
        return
    air.mark_sand(desk.tx, day, person.id, desk.now, is_sand=is_sand)
    audit.note(desk.tx, Deed.SAND_DAY, day.isoformat(), at=desk.now, by=person.id, step=args[1])
    await desk.tx.flush()
    pushes = await recount(desk.tx, desk.office, day, desk.now)
    desk.edit(cards.sand_done(moving.view(desk), day, pushes, is_sand=is_sand))


async def _is_sand(desk: Desk, day: date) -> bool:
    return day in await air.sand(desk.tx.c, day, day)


COMMANDS = {"sand": ask}
PRESSES = {"sand": press}
