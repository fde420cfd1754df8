"""Plays the whole time: the tables are imported, everybody joins, what is planned happens, and the export is compared."""

import asyncio
import heapq
import random
import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import orjson

from bot.district_files import load_district
from bot.exports import Exporter, What, open_sheet
from bot.imports import enrol, keep_sites, read_people, read_sites
from bot.settings import Settings
from bot.sheets import Format
from storage.db import Database
from storage.migrate import upgrade
from tests.month import ground
from tests.month.acts import LEVELS, Play
from tests.month.ground import Member
from tests.month.hand import Hand, NotShownError
from tests.month.plan import Problem, plan
from tests.month.stage import ZONE, HandClock, Stage, settings_of, staged, telegram
from tests.month.story import story
from tests.month.tally import Row, Tally, compared
from tests.month.transcript import Transcript

BOT = "lanxun_demo_bot"
LOST = {"failed", "unknown", "expired", "parked"}
FOUND = re.compile(r"昨日发现 (\d+) 件")
CLOSED = re.compile(r"昨日销号 (\d+) 件")
DIGEST_AT = clock_time(7, 30)
ORDERS_SUM = re.compile(r"共办理交办件 (\d+) 件")


@dataclass(frozen=True, slots=True)
class Wish:
    """``days`` are those in which problems are found; the play goes on for ``tail`` days more."""

    seed: int
    first: date
    days: int
    count: int
    tail: int = 0
    grid: timedelta = timedelta(minutes=15)

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), ZONE)

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(days=self.days + self.tail)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was played and what is wrong with it."""

    wish: Wish
    tally: Tally
    rows: list[Row]
    faults: list[str]
    transcript: Transcript
    updates: int
    calls: int
    seconds: float


async def replay(wish: Wish, folder: Path) -> Outcome:
    """Play it in an empty folder."""
    began = time.monotonic()
    rng, clock = random.Random(wish.seed), HandClock(wish.begin - timedelta(hours=2))
    transcript, tally = Transcript(), Tally()
    async with telegram() as sandbox:
        settings = settings_of(folder, sandbox.url)
        district = load_district(settings.district)
        register, everybody = ground.sites(district, rng), ground.members()
        links = await _import(settings, folder, (register, everybody), clock)
        async with staged(settings, sandbox, clock, transcript, wish.end) as stage:
            play = Play(stage, rng, tally, district, everybody, {})
            await _gather(play, links)
            problems = plan(
                rng, register, everybody, begin=wish.begin, days=wish.days, count=wish.count, end=wish.end
            )
            await _all(play, problems, wish)
            await _asked_at_the_end(play, wish)
            calls, updates = sandbox.world.ledger.count, _updates(stage)
        rows = await _export(settings, What.TICKETS, folder, clock.moment)
        pushes = await _export(settings, What.PUSHES, folder, clock.moment)
    lost = [
        f"a message was not delivered: {one['key']}: {one['reason']}"
        for one in pushes
        if one["state"] in LOST
    ]
    faults = [*tally.faults, *lost, *compared(tally.known.values(), rows, wish.end)]
    return Outcome(wish, tally, rows, faults, transcript, updates, calls, time.monotonic() - began)


async def _import(
    settings: Settings,
    folder: Path,
    tables: tuple[Sequence[ground.Site], Sequence[Member]],
    clock: HandClock,
) -> dict[str, str]:
    """The tables of sites and people as the commands bring them; the invitation of each by name."""
    district = load_district(settings.district)
    ground.write_sites(folder / "对象.csv", tables[0])
    ground.write_members(folder / "人员.csv", tables[1])
    await asyncio.to_thread(upgrade, settings.database_url)
    db = Database(settings.database_url)
    await db.start()
    try:
        await keep_sites(db, read_sites(folder / "对象.csv", district))
        invited = await enrol(db, clock, read_people(folder / "人员.csv", district), BOT)
    finally:
        await db.stop()
    return {one.name: (one.link or "").partition("start=")[2] for one in invited}


async def _gather(play: Play, links: dict[str, str]) -> None:
    """Everybody joins by their link; the office binds the groups."""
    stage, client = play.stage, play.stage.client
    stage.transcript.names |= {one.id: one.name for one in play.everybody}
    for one in play.everybody:
        await client.person(one.name, one.id, started=False)
    await asyncio.gather(*(_join(play.hand(one), links[one.name]) for one in play.everybody))
    office = play.one("office")
    bound = {town: f"{town}群" for town in ground.TOWNS} | {
        "全区": ground.DISTRICT_GROUP,
        "值班": ground.DUTY_GROUP,
    }
    for at, (place, title) in enumerate(bound.items()):
        members = [
            one.id for one in play.everybody if one.place == place or one.role in {"office", "inspector"}
        ]
        chat = ground.FIRST_GROUP - at
        stage.transcript.names[chat] = title
        play.groups[place] = chat
        await client.group(title, members, id=chat)
        await stage.settle()
        await stage.a_moment(10)  # the bot waits a little before it introduces itself
        await office.say(f"/bind {place}", chat)
        await office.press("确认绑定", "", chat)


async def _join(hand: Hand, code: str) -> None:
    await hand.say(f"/start {code}")
    await hand.press("确认加入")


async def _all(play: Play, problems: Sequence[Problem], wish: Wish) -> None:
    """Every story goes on at its moment, until the end."""
    play.stage.grid = wish.grid
    stories: list[tuple[datetime, int, AsyncIterator[datetime], Problem]] = [
        (one.at, n, story(play, one), one) for n, one in enumerate(problems)
    ]
    heapq.heapify(stories)
    while stories and stories[0][0] < wish.end:
        at, n, going, problem = heapq.heappop(stories)
        await play.stage.to(at)
        try:
            following = await anext(going, None)
        except NotShownError as missing:
            play.tally.wrong(f"{play.now.astimezone(ZONE):%m-%d %H:%M} {problem.fate}: {missing}")
            continue
        if following:
            heapq.heappush(stories, (max(following, play.now), n, going, problem))
    await play.stage.to(wish.end)
    await play.stage.settle(edits=True, photos=True)


async def _asked_at_the_end(play: Play, wish: Wish) -> None:
    """The morning digests of the district and the count of orders say what the players know."""
    cards = list(play.some("office")[0].cards(play.groups["全区"]))
    for day in (wish.first + timedelta(days=n) for n in range(wish.days + wish.tail - 1)):
        told = day + timedelta(days=1)
        card = next((one for one in cards if f"早报 · {told.month}月{told.day}日" in one.text), None)
        play.tally.digests += card is not None
        _digest(play.tally, day, card.text if card else "")
    orders = sum(
        1
        for one in play.tally.known.values()
        if one.source in {level.value for level in LEVELS} and not one.before
    )
    card = await play.one("office").say(f"统计 交办 {wish.first.month}月")
    told = ORDERS_SUM.search(card.text)
    if orders != (int(told[1]) if told else 0):
        play.tally.wrong(f"orders: known {orders}, told {card.text}")


def _digest(tally: Tally, day: date, text: str) -> None:
    known, told_at = tally.known.values(), datetime.combine(day + timedelta(days=1), DIGEST_AT, ZONE)
    closings = [closing for one in known for closing in one.closings]
    closed = sum(1 for at, back in closings if _day(at) == day and (back is None or back > told_at))
    found = sum(1 for one in known if _day(one.reported_at) == day)
    for pattern, count in ((FOUND, found), (CLOSED, closed)):
        told = pattern.search(text)
        if told is None or int(told[1]) != count:
            tally.wrong(f"digest about {day}: known {count}, told {text!r}")


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def _updates(stage: Stage) -> int:
    return int(stage.rows.execute("select count(*) from inbox").fetchone()[0])


async def _export(settings: Settings, what: What, folder: Path, now: datetime) -> list[Row]:
    """`lanxun export WHAT --format json`, at the end of the play."""
    db, out = Database(settings.database_url), folder / f"{what}.jsonl"
    await db.start()
    try:
        exporter = Exporter(db, load_district(settings.district), now)
        with open_sheet(what, Format.JSON, out) as sheet:
            await exporter.write(what, sheet, since=None, until=None)
    finally:
        await db.stop()
    return [orjson.loads(line) for line in out.read_bytes().splitlines()]
