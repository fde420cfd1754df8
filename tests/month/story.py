"""The story of one problem from the find to the end: it yields the moment at which it goes on."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta

from domain.ticket import Outcome
from tests.month import acts
from tests.month.acts import Play
from tests.month.plan import Fate, Problem, other_town
from tests.month.stage import ZONE
from tests.month.tally import Known

LOOK_BACK_DAYS, LOOK_BACK_AT = 7, time(9)
FIX_SHARE, VERIFY_HOURS = (0.15, 0.6), (0.3, 5.0)
ORDER_DAYS = (3, 6)
SOON = timedelta(minutes=5)


async def story(play: Play, problem: Problem) -> AsyncIterator[datetime]:
    """Everything that becomes of it, as long as the play lasts."""
    yield problem.at
    if problem.order:
        one = await acts.order(play, problem, problem.order, play.rng.randint(*ORDER_DAYS))
    else:
        one = await acts.report(play, problem)
    async for moment in _first(play, problem, one):
        yield moment
    if one.state == "rejected":
        return
    async for moment in _to_the_end(play, problem, one):
        yield moment
    if problem.fate is Fate.REOPENED:
        yield play.now + timedelta(hours=20)
        await acts.ask(play.one("inspector"), one, "重新办理", "问题仍在")
        acts.reopened(one, play.now)
        async for moment in _to_the_end(play, problem, one):
            yield moment
    async for moment in _looked_back(play, problem, one):
        yield moment


async def _first(play: Play, problem: Problem, one: Known) -> AsyncIterator[datetime]:
    """What happens before the town gets to work."""
    if problem.fate is Fate.JOINED:
        yield play.now + 3 * SOON
        other = next(one for one in play.everybody if one.team is not None and one is not problem.finder)
        await acts.join(play, problem, other, one)
    elif problem.fate is Fate.REJECTED:
        yield play.now + 2 * SOON
        await acts.ask(play.one("office"), one, "不予立案", "证据不足")
        one.state, one.outcome, one.closed_at = "rejected", "证据不足", play.now
    elif problem.fate is Fate.NOT_OURS:
        yield play.now + SOON
        await acts.ask(play.one("town_staff", one.town), one, "不属本镇", "不在本辖区")
        one.state = "reported"
        yield play.now + 2 * SOON
        await acts.ask(play.one("office"), one, "改派镇办", other_town(one.town))
        one.state, one.town = "assigned", other_town(one.town)


async def _to_the_end(play: Play, problem: Problem, one: Known) -> AsyncIterator[datetime]:
    """Accept, fix, verify; with what comes between."""
    fate = problem.fate if not one.reopened else Fate.PLAIN
    if one.state == "assigned":
        async for moment in _worked(play, problem, one, fate):
            yield moment
    if problem.fate is Fate.SENT_BACK and not one.reopened:
        yield _later(play, one, VERIFY_HOURS)
        await acts.ask(play.one("inspector"), one, "退回", "整改不彻底")
        one.state = "accepted"
        yield play.now + timedelta(hours=play.rng.uniform(0.5, 1.5))
        await acts.fix(play, _fixer(play, one, fate), one, problem)
    yield _later(play, one, VERIFY_HOURS)
    outcome = Outcome.UNFOUNDED if fate is Fate.UNFOUNDED else problem.kind.outcome
    await acts.verify(play, play.one("inspector"), one, outcome)


async def _worked(play: Play, problem: Problem, one: Known, fate: Fate) -> AsyncIterator[datetime]:
    """From the notice to the photos after the work."""
    limits = play.district.category(one.category).limits_for(play_source(one))
    left = (one.due if not one.reopened else play.now + timedelta(minutes=limits.fix_minutes / 2)) - play.now
    late = fate is Fate.OVERDUE
    yield play.now + timedelta(
        minutes=limits.accept_minutes * 2 + 20 if late else play.rng.uniform(2, limits.accept_minutes * 0.7)
    )
    hand = _fixer(play, one, fate)
    await acts.accept(play, hand, one)
    async for moment in _between(play, one, hand, fate):
        yield moment
    if late:
        yield one.due + timedelta(hours=play.rng.uniform(2.5, 5))
        one.reminded = _reminders(play, one)
        if not one.reminded:
            play.tally.wrong(f"{one.number}: overdue, and nobody was reminded")
    elif fate not in {Fate.SUSPENDED, Fate.EXTENDED}:
        yield play.now + min(left, timedelta(days=3)) * play.rng.uniform(*FIX_SHARE)
    if fate is Fate.HANDED_OVER:
        other = next(one for one in play.some("town_staff", one.town) if one.member is not hand.member)
        await acts.ask(hand, one, "转交", other.member.name)
        hand = other
    await acts.fix(play, hand, one, problem)
    if fate is Fate.ORDER:
        await acts.reply(hand, one)


async def _between(play: Play, one: Known, hand: acts.Hand, fate: Fate) -> AsyncIterator[datetime]:
    """Put off by the inspector, or longer on the town's wish."""
    if fate is Fate.SUSPENDED:
        yield play.now + 2 * SOON
        day = (play.now + timedelta(days=2)).astimezone(ZONE)
        await acts.ask(play.one("inspector"), one, "挂起", f"{day.month}月{day.day}日", "雨雪")
        one.state = "suspended"
        yield day.replace(hour=18, minute=0, second=0, microsecond=0) + 2 * SOON
        one.state = "accepted"
        if "处置中" not in (await hand.say(one.number)).text:
            play.tally.wrong(f"{one.number}: its clock does not go on")
        yield play.now + (one.due - one.reported_at) * play.rng.uniform(*FIX_SHARE)
    elif fate in {Fate.EXTENDED, Fate.EXTENSION_REFUSED}:
        yield play.now + SOON
        await acts.ask(hand, one, "申请延期", "1 天", "工程量大")
        yield play.now + 3 * SOON
        if fate is Fate.EXTENSION_REFUSED:
            await acts.ask(play.one("inspector"), one, "不同意延期", "时间足够")
            return
        await acts.ask(play.one("inspector"), one, "同意延期")
        one.extended, one.due = 1, one.due + timedelta(days=1)
        yield one.due - timedelta(hours=play.rng.uniform(5, 20))


async def _looked_back(play: Play, problem: Problem, one: Known) -> AsyncIterator[datetime]:
    """A week later somebody is asked to go there again."""
    if one.outcome == Outcome.UNFOUNDED or one.closed_at is None:
        return
    day = one.closed_at.astimezone(ZONE).date() + timedelta(days=LOOK_BACK_DAYS)
    asked_at = datetime.combine(day, LOOK_BACK_AT, ZONE)
    yield asked_at + timedelta(hours=play.rng.uniform(0.3, 10))
    is_slow = play.rng.random() < 0.05 and problem.fate is not Fate.RELAPSED
    if is_slow:
        yield asked_at + timedelta(days=2, hours=play.rng.uniform(0.3, 10))
    asked = acts.was_asked(play, one)
    if len(asked) != 1 + is_slow:
        play.tally.wrong(f"{one.number}: looking back was asked of {[each.member.name for each in asked]}")
        return
    hand = next(each for each in asked if not is_slow or each.member.id != one.reporter)
    await acts.look_back(hand, one, problem, is_back=problem.fate is Fate.RELAPSED)
    if problem.fate is Fate.RELAPSED:
        async for moment in _to_the_end(play, problem, one):
            yield moment


def _fixer(play: Play, one: Known, fate: Fate) -> acts.Hand:
    return play.one("bureau_staff", "住建局") if fate is Fate.BUREAU else play.one("town_staff", one.town)


def _later(play: Play, one: Known, hours: tuple[float, float]) -> datetime:
    """Some hours from now; before the end, where it is due before the end."""
    then, last = play.now + timedelta(hours=play.rng.uniform(*hours)), play.stage.end - SOON
    return max(play.now + timedelta(minutes=2), min(then, last)) if one.due < play.stage.end else then


def play_source(one: Known) -> acts.Source:
    return acts.Source(one.source)


def _reminders(play: Play, one: Known) -> int:
    """How many messages about the missed deadline the town's people and group have got."""
    places = [None, play.groups[one.town]]
    hands = play.some("town_staff", one.town)
    cards = [card for chat in places for hand in hands[: 1 if chat else None] for card in hand.cards(chat)]
    return sum(one.number in card.text and ("超期" in card.text or "超时" in card.text) for card in cards)
