"""The assessment of work, for whoever asks; the list of the members for the office alone."""

from cards import assessment as cards
from domain.assessment import Assessment, Group
from domain.message import Message
from domain.people import Role
from domain.period import Length, Period, read_period
from handlers import moving
from handlers.access import in_private, member, office_only
from handlers.assessing import assessed, span_of, units
from handlers.chat.rank import period_asked
from handlers.desk import Desk
from handlers.said import ChatKind
from storage import assessments

Args = tuple[str, ...]
WEEK = "week"


async def ask(desk: Desk, argument: str = "") -> None:
    """``/work``: of the last week, or of the time that is named."""
    member(desk)
    text = "".join(argument.split()).lower()
    period = await period_asked(desk, text or WEEK)
    if period is None or period.length is Length.YEAR:
        desk.say(cards.which(moving.view(desk)))
        return
    desk.say(await _board(desk, period, Group.TOWNS))


async def press(desk: Desk, args: Args) -> None:
    """The other units, or another length of time: the last one that is over."""
    member(desk)
    when, group = args
    if period := await period_asked(desk, when.lower()):
        desk.say(await _board(desk, period, Group(group)))


async def why(desk: Desk, args: Args) -> None:
    """What was taken from a unit, and for which tickets."""
    member(desk)
    when, group, unit = args
    one = await _assessed(desk, read_period(when), Group(group))
    names = units(desk.office.district, one.group)
    for figures in one.rows:
        if figures.unit == unit:
            desk.say(cards.why(moving.view(desk), one, figures, names))


async def members(desk: Desk, args: Args) -> None:
    """Who reported and looked back how often: for the office, in private."""
    in_private(desk)
    office_only(desk)
    period = read_period(args[0])
    span = span_of(desk.office.district, period, desk.now)
    desk.say(cards.members(moving.view(desk), period, await assessments.members(desk.tx.c, span)))


async def _board(desk: Desk, period: Period, group: Group) -> Message:
    one, view = await _assessed(desk, period, group), moving.view(desk)
    if one.is_empty:
        return cards.nothing(view, period)
    in_office = desk.said.chat_kind is ChatKind.PRIVATE and member(desk).post.role is Role.OFFICE
    return cards.board(view, one, units(desk.office.district, group), for_office=in_office)


async def _assessed(desk: Desk, period: Period, group: Group) -> Assessment:
    return await assessed(desk.tx, desk.office.district, period, group, desk.now)


COMMANDS = {"work": ask}
PRESSES = {"work": press, "workwhy": why, "workmembers": members}
