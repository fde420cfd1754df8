"""What people do with the bot in one go: report, accept, fix, verify, decide, look back; each tells the tally what was done."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count as numbers_from

from domain.calendar import add_working
from domain.district import District
from domain.ticket import Outcome, Source
from tests.month.ground import Member
from tests.month.hand import NUMBER, Card, Hand, NotShownError
from tests.month.plan import Fate, Problem
from tests.month.stage import ZONE, Stage
from tests.month.tally import Known, Tally

SAID = {
    Outcome.RECTIFIED: "整改到位",
    Outcome.BANNED: "取缔",
    Outcome.STOPPED: "停工整改",
    Outcome.SEALED: "封停",
    Outcome.PUNISHED: "处罚",
    Outcome.UNFOUNDED: "无此问题",
}
LEVELS = {
    Source.CENTRAL: "中央",
    Source.PROVINCE: "省",
    Source.CITY: "市",
    Source.DISTRICT: "区",
    Source.MEDIA: "媒体",
    Source.LEADER: "领导",
}
MOST_QUESTIONS = 8
OUT_OF_DATE = ("已由", "刚刚有变化")


@dataclass(slots=True)
class Play:
    """Everybody and everything."""

    stage: Stage
    rng: random.Random
    tally: Tally
    district: District
    everybody: Sequence[Member]
    groups: dict[str, int]
    serials: Iterator[int] = field(default_factory=lambda: numbers_from(1))

    def hand(self, member: Member) -> Hand:
        return Hand(self.stage, member, self.rng)

    def some(self, role: str, place: str = "") -> list[Hand]:
        return [self.hand(one) for one in self.everybody if one.role == role and place in {"", one.place}]

    def one(self, role: str, place: str = "") -> Hand:
        return self.rng.choice(self.some(role, place))

    @property
    def now(self) -> datetime:
        return self.stage.now


async def report(play: Play, problem: Problem, who: Member | None = None) -> Known:
    """Photos, a place, a category, submit; whatever the bot asks for is answered."""
    hand = play.hand(who or problem.finder)
    count = play.rng.choice((1, 1, 1, 2, 3))
    await hand.photos(count, problem.caption)
    card = await _answered(play, hand, problem)
    if problem.fate is Fate.ON_THE_SPOT:
        return await _on_the_spot(play, hand, problem, count)
    at = play.now
    card = await hand.press("提交", "请核对")
    if "已上报" not in card.text:
        raise NotShownError(f"not reported: {card}")
    return _known(play, problem, hand.member, card=card, at=at, count=count)


async def join(play: Play, problem: Problem, who: Member, one: Known) -> None:
    """Somebody else reports the same: it is one more report of the ticket that is there."""
    hand = play.hand(who)
    await hand.photos(1, problem.caption)
    await hand.place(problem.site.point)
    card = await hand.press("是同一件，补充照片", one.number)
    if "已并入" not in card.text and "已并入" not in hand.newest().text:
        raise NotShownError(f"not joined: {hand.newest()}")
    one.before += 1


async def _answered(play: Play, hand: Hand, problem: Problem) -> Card:
    for _ in range(MOST_QUESTIONS):
        card = hand.newest()
        if "请核对" in card.text:
            if problem.kind.name in card.text and problem.site.town in card.text:
                return card
            raise NotShownError(f"read wrongly, {problem.category} in {problem.site.town}: {card}")
        if "类别？" in card.text:
            label = problem.kind.name
            await hand.press(label if card.token(label) else "更多…")
        elif "相同问题" in card.text:
            await hand.press("不是，单独上报")
        elif card.token(problem.site.name) and play.rng.random() < 0.5:
            await hand.press(problem.site.name)
        elif play.rng.random() < 0.4:
            await hand.say(problem.site.name)
        else:
            await hand.place(problem.site.point)
    raise NotShownError(f"asked too much: {hand.newest()}")


async def _on_the_spot(play: Play, hand: Hand, problem: Problem, count: int) -> Known:
    await hand.press("当场已整改", "请核对")
    after = await _proof(play, hand, problem, "")
    at = play.now
    card = await hand.press("提交", "请核对（当场整改）")
    one = _known(play, problem, hand.member, card=card, at=at, count=count)
    one.state, one.on_the_spot = "fixed", True
    _worked(one, problem, after)
    return one


def _known(play: Play, problem: Problem, who: Member, *, card: Card, at: datetime, count: int) -> Known:
    found = NUMBER.search(card.text)
    if found is None:
        raise NotShownError(f"no number: {card}")
    source = source_of(who, at)
    limits = play.district.category(problem.category).limits_for(source)
    one = Known(
        number=found[0],
        fate=problem.fate,
        source=source.value,
        category=problem.category,
        town=problem.site.town,
        site=problem.site.name,
        reporter=who.id,
        reported_at=at,
        before=count,
        due=add_working(at, limits.fix_minutes, play.district.calendar_of(limits)),
    )
    play.tally.known[one.number] = one
    return one


def source_of(who: Member, at: datetime) -> Source:
    """A town's leader is a leader; from eight in the evening until six it is a night inspection."""
    if who.role == "town_leader":
        return Source.LEADER
    return Source.NIGHT if not 6 <= at.astimezone(ZONE).hour < 20 else Source.PATROL


async def order(play: Play, problem: Problem, level: Source, days: int) -> Known:
    """The office registers what was ordered from above in one sentence."""
    hand, at = play.hand(problem.finder), play.now
    day = (at + timedelta(days=days)).astimezone(ZONE)
    document = (
        None if level in {Source.MEDIA, Source.LEADER} else f"示例督〔{day.year}〕{next(play.serials)}号"
    )
    said = f"交办 {LEVELS[level]} {document or ''} {problem.site.town} {day.month}月{day.day}日 前 "
    card = await hand.say(f"{said}{problem.site.name}{problem.kind.name}{problem.kind.words}")
    if "文号" in card.text and card.token("没有文号"):
        await hand.press("没有文号")
    at = play.now
    await hand.press("登记", "请核对")
    one = _known(play, problem, hand.member, card=hand.expect("已登记"), at=at, count=0)
    one.source, one.document = level.value, document
    one.due = day.replace(hour=23, minute=59, second=0, microsecond=0)
    return one


async def reply(hand: Hand, one: Known) -> None:
    """The unit sends the document that answers the order."""
    await hand.press("上传回复件", one.number)
    await hand.document("示例回复.pdf")
    hand.expect("已收到", one.number)


async def accept(play: Play, hand: Hand, one: Known) -> None:
    """From the notice or the card that a question shows, or under the card in the town's group."""
    group = play.groups.get(hand.member.place)
    if group and one.fate is Fate.PLAIN and play.rng.random() < 0.3:
        await hand.press("接单", one.number, group)
    else:
        await begin(hand, one, "接单")
    one.state = "accepted"


async def begin(hand: Hand, one: Known, label: str) -> None:
    """Press this button of the ticket; who has no card with it, or an old one, asks for the ticket first."""
    newest = next((card for card in hand.cards() if one.number in card.text), None)
    if newest is None or not newest.token(label):
        await hand.say(one.number)
    await hand.press(label, one.number)
    if any(word in hand.answer for word in OUT_OF_DATE):
        await hand.say(one.number)
        await hand.press(label, one.number)


async def fix(play: Play, hand: Hand, one: Known, problem: Problem) -> None:
    await begin(hand, one, "上传整改照片")
    after = await _proof(play, hand, problem, one.number)
    await hand.press("提交", one.number)
    hand.expect("已报整改完成", one.number)
    one.state = "fixed"
    _worked(one, problem, after)


async def _proof(play: Play, hand: Hand, problem: Problem, number: str) -> tuple[int, Decimal | None]:
    """Photos after the work and how much it was; how many photos, and the amount."""
    count = play.rng.choice((1, 1, 2))
    await hand.photos(count)
    if play.rng.random() < 0.4:
        await hand.place(problem.site.point)
    if play.rng.random() < 0.1:
        await hand.press("没有数量")
        return count, None
    amount = play.rng.choice(problem.kind.amounts)
    card = await hand.say(f"{amount} {problem.kind.unit}")
    if "请核对" not in card.text or number not in card.text:
        raise NotShownError(f"nothing to check: {card}")
    return count, Decimal(amount.replace(",", ""))


def _worked(one: Known, problem: Problem, work: tuple[int, Decimal | None]) -> None:
    one.after += work[0]
    one.quantity, one.unit = work[1], problem.kind.unit if work[1] is not None else None


async def verify(play: Play, hand: Hand, one: Known, outcome: Outcome) -> None:
    await begin(hand, one, "核查")
    at = play.now
    await hand.press(SAID[outcome], one.number)
    hand.expect("已销号", one.number)
    one.state, one.outcome, one.closed_at = "closed", outcome.value, at
    one.closings.append([at, None])


async def ask(hand: Hand, one: Known, *presses: str) -> None:
    """Show the ticket where need be, and press one button after the other; what is no button there is typed."""
    await begin(hand, one, presses[0])
    for label in presses[1:]:
        await (hand.press(label, one.number) if hand.newest().token(label) else hand.say(label))


def reopened(one: Known, at: datetime) -> None:
    """Back to its town; what was known of the work no longer holds."""
    one.closings[-1][1] = at
    one.state, one.outcome, one.closed_at = "assigned", None, None
    one.quantity, one.unit, one.on_the_spot = None, None, False
    one.reopened += 1


async def look_back(hand: Hand, one: Known, problem: Problem, *, is_back: bool) -> None:
    """The answer of whoever was asked to look again."""
    if not next((card for card in hand.cards() if _asks(card, one)), None):
        await _out_of_list(hand, one)
    if is_back:
        at = hand.stage.now
        await hand.press("又反弹了", one.number)
        hand.expect("已重新立案", one.number)
        await hand.photos(1)
        one.before += 1
        reopened(one, at)
        one.relapses += 1
        return
    await hand.press("没有反弹", one.number)
    await hand.photos(1)
    await hand.place(problem.site.point)
    hand.expect("已记录", one.number)
    one.looks += 1


async def _out_of_list(hand: Hand, one: Known) -> None:
    """Where many fell due together there is a list with a button each."""
    card = await hand.say("回头看")
    line = next((line for line in card.text.splitlines() if one.number in line), "")
    if card.token(line.partition(".")[0]):
        await hand.press(line.partition(".")[0], one.number)


def _asks(card: Card, one: Known) -> bool:
    return one.number in card.text and card.token("没有反弹") is not None


def was_asked(play: Play, one: Known) -> list[Hand]:
    """Who of the town was asked to look back at it."""
    hands = [*play.some("patrol", one.town), *play.some("grid_lead", one.town)]
    return [
        hand
        for hand in hands
        if any("回头看" in card.text and one.number in card.text for card in hand.cards())
    ]
