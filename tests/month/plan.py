"""What is going to happen: which problem is found when, where and by whom, and what becomes of it. All by the seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ticket import Outcome, Source
from tests.month.ground import TOWNS, Member, Site


class Fate(StrEnum):
    PLAIN = "照常办理"
    ON_THE_SPOT = "当场整改"
    SENT_BACK = "核查退回"
    NOT_OURS = "不属本镇"
    SUSPENDED = "挂起"
    EXTENDED = "延期"
    EXTENSION_REFUSED = "不同意延期"
    OVERDUE = "超期"
    REJECTED = "不予立案"
    UNFOUNDED = "无此问题"
    HANDED_OVER = "转交"
    BUREAU = "局委办理"
    REOPENED = "重新办理"
    RELAPSED = "回头看反弹"
    JOINED = "两人报同一件"
    ORDER = "上级交办"


FATES = (
    *(Fate.PLAIN,) * 9,
    *(Fate.ON_THE_SPOT,) * 2,
    *(Fate.SENT_BACK,) * 2,
    *(Fate.OVERDUE,) * 2,
    *(Fate.ORDER,) * 2,
    *(one for one in Fate if one not in {Fate.PLAIN, Fate.ON_THE_SPOT, Fate.SENT_BACK, Fate.OVERDUE}),
)
LONG = {Fate.SUSPENDED, Fate.EXTENDED, Fate.OVERDUE, Fate.REOPENED}  # not begun in the last days
MOST_RELAPSES = 2
ORDERS = (Source.CITY, Source.DISTRICT, Source.MEDIA, Source.PROVINCE, Source.LEADER, Source.CENTRAL)
LEADER_EVERY = 12  # of the plain ones, so many are found by a town's leader
BY_KIND = {
    "工地": (
        *("site_dust", "bare_earth", "bare_earth", "rubble", "truck_mud", "truck_spill"),
        *("unlawful_production", "road_dust", "sand_heap"),
    ),
    "餐饮饭店": (*("cooking_fume",) * 5, "loose_coal", "scattered_works", "secret_discharge"),
    "贸易市场": ("rubble", "loose_coal"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How a category is spoken of, in what its work is counted, and how it usually ends."""

    name: str
    words: str
    unit: str
    amounts: tuple[str, ...]
    outcome: Outcome = Outcome.RECTIFIED


KINDS = {
    "site_dust": Kind("工地扬尘", "喷淋没有开", "处", ("1", "2", "3")),
    "bare_earth": Kind("裸露黄土", "没有覆盖", "平方米", ("80", "120", "450", "1,200", "2600")),
    "rubble": Kind("建筑垃圾", "堆放未清", "吨", ("3", "12.5", "20", "45")),
    "truck_mud": Kind("渣土车带泥", "出口没有冲洗", "辆", ("1", "2", "3")),
    "truck_spill": Kind("渣土车抛洒", "路面有掉土", "公里", ("0.3", "0.8", "1.5")),
    "unlawful_production": Kind("违规生产", "管控期间没有停", "家", ("1",), Outcome.STOPPED),
    "road_dust": Kind("道路积尘", "门前路面浮土厚", "公里", ("0.5", "1.2", "2")),
    "sand_heap": Kind("无名沙堆", "没有覆盖", "吨", ("8", "15", "30.5")),
    "cooking_fume": Kind("餐饮油烟", "净化器没有开", "家", ("1",), Outcome.PUNISHED),
    "loose_coal": Kind("散煤", "还在用煤炉", "户", ("1", "2", "4")),
    "scattered_works": Kind("散乱污", "后院有小作坊", "家", ("1",), Outcome.BANNED),
    "secret_discharge": Kind("偷排", "污水直排", "处", ("1",), Outcome.SEALED),
}


@dataclass(frozen=True, slots=True)
class Problem:
    at: datetime
    finder: Member
    site: Site
    category: str
    fate: Fate
    order: Source | None = None  # by whom it was ordered; the finder registers it

    @property
    def kind(self) -> Kind:
        return KINDS[self.category]

    @property
    def caption(self) -> str:
        return f"{self.kind.name} {self.kind.words}"


def plan(
    rng: random.Random,
    register: Sequence[Site],
    everybody: Sequence[Member],
    *,
    begin: datetime,
    days: int,
    count: int,
    end: datetime,
) -> list[Problem]:
    """So many problems at as many objects, in the order in which they are found."""
    where = rng.sample(register, count)
    fates = list(_fates(rng, count))
    found = [
        _problem(rng, at, site, fate=fate, n=n, everybody=everybody)
        for n, (at, site, fate) in enumerate(zip(_times(rng, begin, days, count), where, fates, strict=True))
    ]
    last = end - timedelta(days=4)
    return [_short(one) if one.at > last and one.fate in LONG else one for one in found]


def on_shift(everybody: Sequence[Member], at: datetime) -> list[Member]:
    """The group whose shift it is: eight hours each, around the clock, another first each day."""
    team = (at.toordinal() + at.hour // 8) % 3
    return [one for one in everybody if one.team == team]


def _times(rng: random.Random, begin: datetime, days: int, count: int) -> list[datetime]:
    """Spread over the whole time, whole minutes, no two within three minutes."""
    minutes = sorted(rng.sample(range(0, days * 1440 - 30, 4), count))
    return [begin + timedelta(minutes=one) for one in minutes]


def _fates(rng: random.Random, count: int) -> Iterator[Fate]:
    """Each as often as it stands in FATES; of few, each once and the rest plain. Relapses are found early."""
    few = [*Fate, *[Fate.PLAIN] * count]
    for start in range(0, count, len(FATES)):
        block = list(FATES if count >= len(FATES) else few[:count])
        rng.shuffle(block)
        if Fate.RELAPSED in block:
            block.remove(Fate.RELAPSED)
            block.insert(0, Fate.RELAPSED if start < MOST_RELAPSES * len(FATES) else Fate.PLAIN)
        yield from block[: count - start]


def _problem(
    rng: random.Random, at: datetime, site: Site, *, fate: Fate, n: int, everybody: Sequence[Member]
) -> Problem:
    category = rng.choice(BY_KIND[site.kind])
    shift = on_shift(everybody, at)
    near = [one for one in shift if one.place == site.town]
    finder = rng.choice(near if rng.random() < 0.85 else shift)
    order = None
    if fate is Fate.ORDER:
        at = at.replace(hour=9 + at.hour % 8)
        order, finder = ORDERS[n % len(ORDERS)], next(one for one in everybody if one.role == "office")
    elif fate is Fate.PLAIN and n % LEADER_EVERY == 0:
        finder = next(one for one in everybody if one.role == "town_leader" and one.place == site.town)
    elif fate is Fate.RELAPSED:
        finder = near[0]
    if fate is Fate.BUREAU:
        category = "bare_earth"  # of a bureau that has somebody here
    return Problem(at, finder, site, category, fate, order)


def _short(one: Problem) -> Problem:
    return Problem(one.at, one.finder, one.site, one.category, Fate.PLAIN, one.order)


def other_town(town: str) -> str:
    return TOWNS[(TOWNS.index(town) + 1) % len(TOWNS)]
