"""The ranking of the air, for whoever asks: of a day, a week or a month, and the last days of a town."""

import re
from datetime import date, timedelta

from cards import ranking as cards
from domain.period import Length, Period, period_of, read_period
from handlers.access import member
from handlers.desk import Desk
from handlers.drawn import drawn
from handlers.ranking import board_of, ranking_of, sheet_of
from handlers.said import ChatKind
from handlers.trend import headline, trend_of
from storage import air
from storage.chats import DISTRICT, DUTY

WORDS = {
    **dict.fromkeys(("day", "日", "昨天", "昨日", ""), Length.DAY),
    **dict.fromkeys(("week", "周", "上周"), Length.WEEK),
    **dict.fromkeys(("month", "月", "上月"), Length.MONTH),
}
YESTERDAY = timedelta(days=1)
BEFORE = frozenset({"前天", "前日"})
WHOLE = ("全区", "district")
ASKS = re.compile(r"(?:空气)?(?:质量)?(?:的)?(?:排名|排行)|\branking\b", re.IGNORECASE)
DAY = re.compile(r"(\d{1,2})(?:月|[./])(\d{1,2})[日号]?")
MONTH = re.compile(r"(\d{1,2})月份?")
WEEK = re.compile(r"第?(\d{1,2})周")
LONGEST = 30  # characters of a question


async def ask(desk: Desk, argument: str = "") -> None:
    """The newest day that was measured, the last whole week or month, or the time and the town that are named."""
    member(desk)
    text, own = _town(desk, argument)
    period = await period_asked(desk, text)
    if period is None:
        desk.say(cards.which(desk.language))
        return
    await _show(desk, period, own)


async def words(desk: Desk, text: str) -> bool:
    """A short text with the word for it, a time and perhaps a town: it asks for a ranking; False for other words."""
    if len(text) > LONGEST or not ASKS.search(text):
        return False
    await ask(desk, ASKS.sub("", text))
    return True


async def press(desk: Desk, args: tuple[str, ...]) -> None:
    """Another length of time."""
    member(desk)
    await _show(desk, await _newest(desk, Length(args[0])), _own(desk))


async def trend(desk: Desk, args: tuple[str, ...]) -> None:
    """The last thirty days of a town, as a picture."""
    member(desk)
    district, last = desk.office.district, (await _newest(desk, Length.DAY)).last
    sheet = await trend_of(desk.tx, district, args[0], last, language=desk.language, now=desk.now)
    if sheet is None:
        desk.answer(cards.nothing(desk.language, "day", last, last).text)
        return
    desk.say(cards.trend(headline(district, args[0], desk.language), drawn(desk.tx, sheet, desk.now)))


async def table(desk: Desk, args: tuple[str, ...]) -> None:
    """The ranking of a period as a table."""
    member(desk)
    district, period = desk.office.district, read_period(args[0])
    made = await ranking_of(desk.tx, district, period, desk.now)
    desk.say(cards.table(desk.language, board_of(made, district, desk.language, desk.now)))


async def period_asked(desk: Desk, text: str) -> Period | None:
    """The newest day, the last week or month, or the time that is written, in lower case; None for what is none."""
    length = WORDS.get(text)
    return await _newest(desk, length) if length is not None else _named(desk, text)


def _town(desk: Desk, text: str) -> tuple[str, str | None]:
    """The rest of the text in lower case, and the town that it names; the own one where it names none."""
    hits = desk.office.towns.find(text)  # no road is meant here, so every hit counts
    for hit in reversed(hits):
        text = text[: hit.start] + text[hit.end :]
    rest = re.sub(r"\s+", "", text).lower()
    if hits:
        return rest, hits[0].item.key
    whole = next((word for word in WHOLE if word in rest), None)
    return (rest.replace(whole, ""), None) if whole else (rest, _own(desk))


def _named(desk: Desk, text: str) -> Period | None:
    """A period as it is written, also 11月, 11月22日, 第47周, 前天; None for what is none."""
    today: date = desk.now.astimezone(desk.office.district.basics.zone).date()
    if text in BEFORE:
        return period_of(Length.DAY, today - 2 * YESTERDAY)
    try:
        if found := DAY.fullmatch(text):
            return period_of(Length.DAY, _last(today, int(found[1]), int(found[2])))
        if found := MONTH.fullmatch(text):
            return period_of(Length.MONTH, _last(today, int(found[1]), 1))
        if found := WEEK.fullmatch(text):
            return read_period(f"{today.isocalendar().year}-W{int(found[1]):02}")
        return read_period(text.upper())
    except ValueError:
        return None


def _last(today: date, month: int, day: int) -> date:
    """The latest such day that is not to come; raises ValueError for one that there is not."""
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)


async def _newest(desk: Desk, length: Length) -> Period:
    today: date = desk.now.astimezone(desk.office.district.basics.zone).date()
    if length is Length.DAY:
        latest = await air.latest_day(desk.tx.c)
        return period_of(length, min(latest or today, today - YESTERDAY))
    return period_of(length, today).before()


async def _show(desk: Desk, period: Period, own: str | None) -> None:
    district = desk.office.district
    made = await ranking_of(desk.tx, district, period, desk.now) if period.length is not Length.YEAR else None
    if made is None or made.is_empty:
        desk.say(cards.nothing(desk.language, period.length.value, period.first, period.last))
        return
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
PRESSES = {"rank": press, "ranktable": table, "trend": trend}
