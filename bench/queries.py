"""How long questions take over 100,000 tickets and 5,000 sites: `python -m bench.queries [TICKETS]`."""

import asyncio
import random
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.district_files import load_district
from cards.vocabulary import vocabulary
from domain.geo import Point
from domain.guess import Guesser
from domain.name_spans import Towns
from domain.name_text import Named, read_lexicon
from domain.nearby import box_around
from domain.people import Scope
from domain.query import Query, hear
from domain.reading import Names, readings
from domain.sites import Site, SiteBook
from domain.ticket import State
from storage import ticket_search, tickets
from storage.db import Database
from storage.schema import metadata, people, reports, ticket_grams
from storage.schema import tickets as ticket_rows
from storage.ticket_search import Asker, Found

FOLDER = Path(__file__).parents[1] / "districts" / "huiji"
NOW = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)
PEOPLE, SITES, A_DAY, ROUNDS = 400, 5000, 60, 25
KINDS = ("项目", "工地", "搅拌站", "饭店", "物流园", "安置区", "汽修厂", "沙场")
SAID = (
    "裸土没盖",
    "车轮带泥上路",
    "路面积尘很厚",
    "烧垃圾冒烟",
    "雾炮没有开",
    "渣土没有覆盖",
    "油烟直排",
    "夜里施工起尘",
)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_bench(Path(folder), count))


async def _bench(folder: Path, count: int) -> None:
    district = load_district(FOLDER)
    lexicon = read_lexicon((FOLDER / "names.toml").read_text("utf-8"))
    rng = random.Random(7)
    sites = _sites(district, rng)
    names = Names(
        Towns(
            [Named(town.code, town.name, (*town.aliases, *town.former_names)) for town in district.towns],
            lexicon,
        ),
        SiteBook(sites, lexicon).finder,
        Guesser(district.categories, lexicon),
        district.categories,
        {},
        frozenset(vocabulary().joints),
    )
    db = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
    await db.start()
    began = perf_counter()
    async with db.writer.begin() as c:
        await c.run_sync(metadata.create_all)
        await _fill(c, district, sites, rng, count)
    print(f"{count} tickets made in {perf_counter() - began:.0f} s")
    async with db.writer.begin() as c:  # where the talk asks: inside the transaction of its update
        await _measure(c, district, names, sites, rng)
        if "--explain" in sys.argv:
            await _explain(c, district, names)
    await db.stop()


def _sites(district, rng):
    found = []
    for at in range(SITES):
        town = rng.choice(district.towns)
        name = f"{rng.choice(town.villages)[:-1]}{rng.choice('东西南北中')}{rng.choice('锦华盛泰安康永宏')}{rng.choice(KINDS)}{at % 30 or ''}"
        place = Point(34.82 + rng.random() * 0.12, 113.5 + rng.random() * 0.2)
        found.append(Site(f"s{at}", name, "site", town.code, place))
    return found


async def _fill(c, district, sites, rng, count):
    await c.execute(insert(people), [_person(at) for at in range(PEOPLE)])
    rows, said, pairs = [], [], []
    for at in range(count):
        row = _ticket(district, sites, rng, count, at)
        rows.append(row)
        report = {"draft_id": f"d{at}", "number": row["number"], "person_id": row["reporter_id"]}
        said.append({**report, "chat_id": 1, "language": "zh", "at": row["reported_at"], "words": ""})
        pairs += [
            {"gram": gram, "number": row["number"]}
            for gram in tickets.grams(f"{row['site']} {row['description']}")
        ]
    await c.execute(insert(ticket_rows), rows)
    await c.execute(insert(reports), said)
    await c.execute(insert(ticket_grams), pairs)


def _person(at):
    name = "张王李赵刘陈杨黄"[at % 8] + "三四五六七八"[at // 8 % 6] + "甲乙丙丁戊己庚辛壬"[at // 48]
    return {"id": 1000 + at, "name": name, "language": "zh", "joined_at": NOW}


def _ticket(district, sites, rng, count, at):
    back, sequence = divmod(count - 1 - at, A_DAY)
    at_time = NOW - timedelta(days=back, minutes=rng.randrange(60) + (sequence * 9))
    day = (NOW - timedelta(days=back)).date()
    is_open = back < 30 and rng.random() < 0.4
    state = rng.choice([State.ASSIGNED, State.ACCEPTED, State.FIXED]) if is_open else State.CLOSED
    site, category = rng.choice(sites), rng.choice(district.categories)
    return {
        "number": f"HJ{day:%Y%m%d}-{sequence + 1:04d}",
        "day": day,
        "sequence": sequence + 1,
        "version": 1,
        "state": state.value,
        "source": "night" if rng.random() < 0.2 else "patrol",
        "category": category.code,
        "town": site.town,
        "site_id": site.id,
        "site": site.name,
        "description": rng.choice(SAID) + rng.choice(("", "，已口头告知", "，现场无人", "，第二次发现")),
        "lat": site.point.lat,
        "lng": site.point.lng,
        "evidence": "pin",
        "reporter_id": 1000 + int(PEOPLE * rng.random() ** 2),
        "bureau": category.bureau,
        "reported_at": at_time,
        "accept_due_at": at_time + timedelta(minutes=30),
        "fix_due_at": at_time + timedelta(hours=24),
        "reopened": 0,
        "relapses": 0,
        "extended": 0,
        "on_the_spot": False,
        "doubts": (),
        "photo_count": 2,
    }


async def _ask(c: AsyncConnection, names: Names, who: Asker, text: str, **more: bool) -> tuple[Query, Found]:
    today = NOW.astimezone(who.zone).date()
    heard = hear(text, vocabulary(), prefix="HJ", today=today)
    called = await ticket_search.people_called(c, heard.tokens)
    if more:
        heard = type(heard)(type(heard.query)(**more), heard.tokens)
    known = Names(names.towns, names.sites, names.guesser, names.categories, called, names.joints)
    found = await ticket_search.first(c, who, readings(heard, known), offset=0, limit=8)
    return found or (heard.query, Found([], 0))


async def _measure(c, district, names, sites, rng):
    zone, town = district.basics.zone, district.towns[6]
    everyone = Asker(Scope(1, everything=True), NOW, zone, sees_reporters=True)
    of_town = Asker(Scope(1, town=town.code), NOW, zone, sees_reporters=True)
    patrol = Asker(Scope(1001), NOW, zone)
    days = [f"{NOW - timedelta(days=back):%Y%m%d}" for back in range(1, 300)]
    cases = {
        "number, whole": (everyone, lambda: f"HJ{rng.choice(days)}-{rng.randrange(1, 60):04d}"),
        "number, short": (everyone, lambda: str(rng.randrange(1, 60))),
        "number, of a town": (of_town, lambda: str(rng.randrange(1, 60))),
        "number, nobody's (patrol)": (patrol, lambda: str(rng.randrange(1, 9999))),
        "overdue of a town": (everyone, lambda: f"{rng.choice(district.towns).name} 超期"),
        "overdue, all": (everyone, lambda: "超期"),
        "town and category": (
            everyone,
            lambda: f"{rng.choice(district.towns).name}{rng.choice(district.categories).name}",
        ),
        "town": (of_town, lambda: rng.choice(district.towns).name),
        "site, written": (everyone, lambda: rng.choice(sites).name),
        "site, half": (everyone, lambda: rng.choice(sites).name[:4]),
        "site, town's asker": (of_town, lambda: rng.choice(sites).name[:5]),
        "site and overdue": (everyone, lambda: f"{rng.choice(sites).name} 超期"),
        "words that are common": (everyone, lambda: rng.choice(SAID)),
        "words, town's asker": (of_town, lambda: rng.choice(SAID)),
        "words, patrol": (patrol, lambda: rng.choice(SAID)),
        "letters (pinyin)": (
            everyone,
            lambda: rng.choice(["maozhuang", "ganglicun", "huayuankou", "wenyun"]),
        ),
        "nothing known": (everyone, lambda: rng.choice(["天晓得", "量子力学", "不存在的地方"])),
        "person": (everyone, lambda: _person(rng.randrange(PEOPLE))["name"]),
        "yesterday, night": (everyone, lambda: "昨天 夜查"),
        "month and category": (everyone, lambda: f"10月 {rng.choice(district.categories).name}"),
        "source that is rare": (everyone, lambda: "领导督查"),
        "closed": (of_town, lambda: "已销号"),
        "closed, all": (everyone, lambda: "已销号 散煤"),
        "rejected (none)": (everyone, lambda: "不予立案"),
        "mine": (Asker(Scope(1000), NOW, zone), lambda: "mine"),
        "patrol, category": (patrol, lambda: rng.choice(district.categories).name),
    }
    print(f"{'question':28} {'p50':>7} {'p95':>7} {'cpu p50':>9} {'p95':>7}  ms")
    for name, (who, text) in cases.items():
        await _ask(c, names, who, text())
        _show(name, [await _timed(_ask(c, names, who, text())) for _ in range(ROUNDS)])
    _show("near duplicates", [await _timed(_near(c, district, rng)) for _ in range(ROUNDS)])


async def _near(c, district, rng):
    point = Point(34.82 + rng.random() * 0.12, 113.5 + rng.random() * 0.2)
    category = rng.choice(district.categories)
    await tickets.near(c, category.code, box_around(point, 60), NOW - timedelta(hours=72))


async def _timed(work) -> tuple[float, float]:
    """Milliseconds on the wall, and of processors: the second does not depend on who else is at work."""
    began, used = perf_counter(), process_time()
    await work
    return (perf_counter() - began) * 1000, (process_time() - used) * 1000


def _show(name: str, times: list[tuple[float, float]]) -> None:
    wall, cpu = (quantiles(each, n=20, method="inclusive") for each in zip(*times, strict=True))
    print(f"{name:28} {wall[9]:7.2f} {wall[18]:7.2f} {cpu[9]:9.2f} {cpu[18]:7.2f}", flush=True)


async def _explain(c: AsyncConnection, district, names: Names) -> None:
    """The plan of each statement that one question of a kind runs."""
    seen: list[tuple[str, object]] = []
    listen = lambda _c, _cur, statement, values, _ctx, _many: seen.append((statement, values))  # noqa: E731
    event.listen(c.sync_connection.engine, "before_cursor_execute", listen)
    everyone = Asker(Scope(1, everything=True), NOW, district.basics.zone, sees_reporters=True)
    of_town = Asker(Scope(1, town=district.towns[6].code), NOW, district.basics.zone)
    for who, text in (
        (everyone, "7"),
        (everyone, "花园口 超期"),
        (of_town, "裸土没盖"),
        (everyone, "花园口散煤"),
        (of_town, "已销号"),
        (Asker(Scope(1000), NOW, district.basics.zone), "mine"),
        (everyone, "昨天 夜查"),
    ):
        seen.clear()
        await _ask(c, names, who, text)
        for statement, values in tuple(seen):
            plan = await c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            print(f"\n{text}: …{statement[-160:]!r}")
            print("\n".join(f"    {row[3]}" for row in plan))


if __name__ == "__main__":
    main()
