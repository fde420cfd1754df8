"""The ground of the replay: three towns with 229 invented sites, and everybody who works there, as tables to import."""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.district import District
from domain.geo import Fence, InTown, Point, distance_m

KINDS = (("工地", 49), ("餐饮饭店", 177), ("贸易市场", 3))  # as the newspaper counts them
TOWNS = ("迎宾路街道", "花园口镇", "大河路街道")
APART_M = 120
FIRST = "云春晨清锦瑞祥华安康永兴金玉银福和顺泰丰荣昌盛明"
SECOND = "杉柳桐榆梅兰竹松枫荷溪泉桥岭湖湾"
ENDS = {"工地": "苑工地", "餐饮饭店": "饭店", "贸易市场": "市场"}
TEAMS = ("甲组", "乙组", "丙组")
SURNAMES, GIVEN = "张李王", "一二三四五"
OFFICE, INSPECTORS = ("钱一", "钱二"), ("孙一", "孙二")
BUREAUS = (("周一", "住建局"), ("周二", "城管局"))
DUTY_GROUP, DISTRICT_GROUP = "值班群", "全区群"
FIRST_PERSON, FIRST_GROUP = 1001, -1001


@dataclass(frozen=True, slots=True)
class Site:
    """An object of the register."""

    name: str
    kind: str
    town: str
    point: Point


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here; ``place`` is a town or a bureau by name, ``team`` of the patrols 0, 1 or 2."""

    id: int
    name: str
    role: str
    place: str = ""
    team: int | None = None


def sites(district: District, rng: random.Random) -> list[Site]:
    """The whole register, well inside the towns and apart from each other."""
    fence = Fence(district.cells, 3 * district.basics.border_margin_m)
    names = {town.code: town.name for town in district.towns if town.name in TOWNS}
    words = [f"{first}{second}" for first in FIRST for second in SECOND]
    rng.shuffle(words)
    found: list[Site] = []
    for kind in (kind for kind, count in KINDS for _ in range(count)):
        while True:
            point = Point(round(rng.uniform(34.83, 34.95), 6), round(rng.uniform(113.55, 113.78), 6))
            placed = fence.place(point)
            town = names.get(placed.town) if isinstance(placed, InTown) else None
            if town and all(distance_m(point, one.point) > APART_M for one in found):
                found.append(Site(f"示例{words.pop()}{ENDS[kind]}", kind, town, point))
                break
    return found


def members() -> list[Member]:
    """The team of 15 in 3 groups, the staff of the towns, bureaus, inspectors and the office."""
    posts: list[tuple[str, str, str, int | None]] = [
        (f"{SURNAMES[team]}{GIVEN[at]}", "patrol", TOWNS[(at + team) % len(TOWNS)], team)
        for team in range(len(TEAMS))
        for at in range(len(GIVEN))
    ]
    for town, name in zip(TOWNS, "赵吴郑", strict=True):
        posts += [(f"{name}{one}", "town_staff", town, None) for one in "一二"]
        posts += [(f"{name}三", "town_leader", town, None), (f"{name}四", "grid_lead", town, None)]
    posts += [(name, "bureau_staff", bureau, None) for name, bureau in BUREAUS]
    posts += [(name, "inspector", "", None) for name in INSPECTORS]
    posts += [(name, "office", "", None) for name in OFFICE]
    return [Member(FIRST_PERSON + at, *post) for at, post in enumerate(posts)]


def write_sites(path: Path, register: Sequence[Site]) -> None:
    rows = ((one.name, one.kind, one.town, one.point.lat, one.point.lng) for one in register)
    _write(path, ("名称", "类型", "镇办", "纬度", "经度"), rows)


def write_members(path: Path, everybody: Sequence[Member]) -> None:
    """Without ids: each gets a link and joins by it."""
    rows = (
        (one.name, one.role, *((one.place, "") if one.role != "bureau_staff" else ("", one.place)))
        for one in everybody
    )
    _write(path, ("姓名", "角色", "镇办", "单位"), rows)


def _write(path: Path, head: Sequence[str], rows: Iterator[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(head)
        table.writerows(rows)
