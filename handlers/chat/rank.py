"""The ranking of the air, for whoever asks: of a day, a week or a month."""

from datetime import date, timedelta

from cards import ranking as cards
from domain.period import Length, Period, period_of, read_period
from handlers.access import member
from handlers.desk import Desk
from handlers.drawn import drawn
from handlers.ranking import board_of, ranking_of, sheet_of
from handlers.said import ChatKind
from storage import air
from storage.chats import DISTRICT, DUTY

WORDS = {
    **dict.fromkeys(("day", "日", "昨天", "昨日", ""), Length.DAY),
    **dict.fromkeys(("week", "周", "上周"), Length.WEEK),
    **dict.fromkeys(("month", "月", "上月"), Length.MONTH),
}
YESTERDAY = timedelta(days=1)


async def ask(desk: Desk, argument: str = "") -> None:
    """The newest day that was measured, the last whole week or month, or the time that is named."""
    member(desk)
    length = WORDS.get(argument.strip().lower())
    if length is not None:
        await _show(desk, await _newest(desk, length))
        return
    try:
        period = read_period(argument)
    except ValueError:
        desk.say(cards.which(desk.language))
        return
    await _show(desk, period)


async def press(desk: Desk, args: tuple[str, ...]) -> None:
    """Another length of time."""
    member(desk)
    await _show(desk, await _newest(desk, Length(args[0])))


async def _newest(desk: Desk, length: Length) -> Period:
    today: date = desk.now.astimezone(desk.office.district.basics.zone).date()
    if length is Length.DAY:
        latest = await air.latest_day(desk.tx.c)
        return period_of(length, min(latest or today, today - YESTERDAY))
    return period_of(length, today).before()


async def _show(desk: Desk, period: Period) -> None:
    district = desk.office.district
    made = await ranking_of(desk.tx, district, period) if period.length is not Length.YEAR else None
    if made is None or made.is_empty:
        desk.say(cards.nothing(desk.language, period.length.value, period.first, period.last))
        return
    own = _own(desk)
    picture = drawn(desk.tx, sheet_of(made, district, desk.language, desk.now, own=own), desk.now)
    board = board_of(made, district, desk.language, desk.now, own=own)
    desk.say(cards.ranking(desk.language, board, picture, desk.seal))


def _own(desk: Desk) -> str | None:
    """The group's town, or that of the person's post."""
    if desk.said.chat_kind is ChatKind.GROUP:
        place = desk.chat.bound_to if desk.chat else None
        return None if place in {DISTRICT, DUTY} else place
    return desk.person.post.town if desk.person else None


COMMANDS = {"rank": ask}
PRESSES = {"rank": press}
