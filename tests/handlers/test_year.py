"""A year of reminders and digests on an injected clock: each once or skipped in so many words, whatever happens.

2032 has a leap day and an ISO week 53. The process is started again in due seconds, is down over some, and the clock
jumps by an hour both ways; the machine's own zone is UTC and America/New_York by turns.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.deadline import calls, key
from domain.moves import accept, fix, suspend, verify_close
from domain.people import Post, Role
from domain.ticket import OPEN, Outcome, Source, State
from handlers.chat.report_submit import deadlines_of
from handlers.clocks import retime
from handlers.timed import digest
from handlers.timed.calls import call_due
from storage import tickets
from storage.chats import DISTRICT, DUTY
from storage.db import Database
from storage.schema import call_pushes, outbox, slots
from storage.schema import calls as call_rows
from storage.schema import chats as chat_rows
from storage.tx import Tx
from tests.support.desk import GROUP, LI, OFFICE_POST, OFFICER, TOWN, WANG, enrol, fresh_db, office, owed
from tests.support.moving import proof
from tests.support.tickets import a_ticket, filed

pytestmark = pytest.mark.simulation


ZONE, PUSHES = office().district.basics.zone, office().district.basics.pushes
FIRST, LAST = datetime(2031, 12, 31, 16, tzinfo=UTC), datetime(2032, 12, 31, 16, tzinfo=UTC)
DAYS = [date(2032, 1, 1) + timedelta(days=at) for at in range(366)]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DISTRICT_GROUP, DUTY_CHAT, INSPECTOR = -4002, -4009, 1006
GROUPS = {digest.MORNING: (DISTRICT_GROUP, GROUP), digest.EVENING: (DUTY_CHAT,)}


def local(day, at):
    return datetime.combine(day, at, ZONE).astimezone(UTC)


def slot(job, day):
    return local(day, PUSHES[job].at)


def at(text):
    return datetime.fromisoformat(f"2032-{text}").replace(tzinfo=ZONE).astimezone(UTC)


DOWN = [  # over the digest of the leap day, for hours, for days, and over the first morning of week 53
    (at("02-29T07:00"), at("02-29T08:00")),
    (at("05-10T06:00"), at("05-10T13:00")),
    (at("08-03T05:00"), at("08-06T12:00")),
    (at("12-27T07:00"), at("12-27T08:00")),
]


def plan():
    """What people do: a ticket every twelfth day, some of which are left alone for days or suspended."""
    for one, day in enumerate(range(0, 350, 12), 1):
        opened = FIRST + day * DAY + timedelta(hours=one % 23, minutes=one % 60, seconds=one % 7)
        yield opened, one, "open"
        yield opened + (20 * MINUTE if one % 3 else 5 * HOUR), one, "accept"
        if one % 5 == 0:
            yield opened + 6 * HOUR, one, "suspend"
        fixed = 9 if one % 5 == 0 else 6 if one % 7 == 0 else 1 + one % 2
        yield opened + fixed * DAY, one, "fix"
        yield opened + (fixed + one % 3) * DAY + HOUR, one, "close"


async def go_out(tx: Tx, now):
    """Everything that waits is delivered."""
    change = update(outbox).where(outbox.c.state == "waiting")
    await tx.c.execute(change.values(state="sent", sent_at=now))


@dataclass
class Year:
    """The bot on a clock; what should have been called is worked out beside it from every ticket as it stands."""

    db: Database
    now: datetime = FIRST
    ticks: int = 0
    starts: int = 0
    numbers: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    standing: list = field(default_factory=list)
    expected: set = field(default_factory=set)

    async def restart(self):
        """Another process on another machine: every second one in New York."""
        self.starts += 1
        os.environ["TZ"] = ("UTC", "America/New_York")[self.starts % 2]
        time.tzset()
        await self.db.stop()
        self.db = Database(self.db.url)
        await self.db.start()

    async def tick(self):
        """All that the timetable does, after what waited has gone out."""
        now = self.now
        for ticket, every in ((one, calls(one, office().district.calls, now)) for one in self.standing):
            self.expected |= {key(ticket.number, call) for call in every if call.at <= now}

        async def job(tx: Tx) -> None:
            await go_out(tx, now)
            await call_due(tx, office(), now)
            await digest.morning(tx, office(), now)
            await digest.evening(tx, office(), now)

        await self.db.write(job)
        if any(ticket.state is State.SUSPENDED for ticket in self.standing):
            await self.look()
        self.ticks += 1

    async def look(self):
        async with self.db.read() as c:
            found = await tickets.by_numbers(c, list(self.numbers.values()))
        self.standing = [ticket for ticket in found.values() if ticket.state in OPEN]
        self.numbers = {one: number for one, number in self.numbers.items() if found[number].state in OPEN}

    async def do(self, one, what):
        if what == "open":
            self.numbers[one] = (ticket := self.opened(one)).number
            await filed(self.db, ticket)
        else:

            async def job(tx: Tx) -> None:
                await go_out(tx, self.now)
                ticket = (await tickets.by_numbers(tx.c, [self.numbers[one]]))[self.numbers[one]]
                move = self.move(ticket, what)
                tickets.save(tx, move)
                await retime(tx, move.ticket, self.now)

            await self.db.write(job)
        await self.look()

    def opened(self, one):
        source = (Source.PATROL, Source.NIGHT, Source.CITY)[one % 3]
        until = deadlines_of(office().district, "bare_earth", source, self.now)
        due = {"accept_due_at": until.accept_due_at, "fix_due_at": until.fix_due_at}
        return a_ticket(one, at=self.now, source=source, assigned_at=self.now, bureau="housing", **due)

    def move(self, ticket, what):
        li, officer, inspector = (self.people[one] for one in (LI, OFFICER, INSPECTOR))
        rules = office().district.basics.fix
        return {
            "accept": lambda: accept(ticket, at=self.now, by=li),
            "suspend": lambda: suspend(
                ticket, until=self.now + 3 * DAY, reason="雨雪", at=self.now, by=officer
            ),
            "fix": lambda: fix(ticket, work=proof(), rules=rules, at=self.now, by=li),
            "close": lambda: verify_close(ticket, outcome=Outcome.RECTIFIED, at=self.now, by=inspector),
        }[what]()

    def next_due(self):
        """The next second in which a call or a digest is due."""
        today = self.now.astimezone(ZONE).date()
        found = [slot(job, day) for job in GROUPS for day in (today, today + DAY)]
        for ticket in self.standing:
            found += [call.at for call in calls(ticket, office().district.calls, self.now)]
        return min(moment for moment in found if moment > self.now)

    async def jump(self):
        """The clock goes an hour back, then to an hour ahead, then right again."""
        right = self.now
        for self.now in (right - HOUR, right + HOUR, right):
            await self.tick()


@pytest.fixture
def _server_zone():
    """The machine's own zone is put back afterwards."""
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


async def begun(folder_db):
    year = Year(folder_db)
    posts = {
        LI: Post(Role.TOWN_STAFF, TOWN),
        WANG: Post(Role.TOWN_LEADER, TOWN),
        INSPECTOR: Post(Role.INSPECTOR),
    }
    for one, post in {**posts, OFFICER: OFFICE_POST, 1007: Post(Role.BUREAU_STAFF, unit="housing")}.items():
        year.people[one] = await enrol(year.db, one, post)

    async def bind(tx: Tx) -> None:
        for chat, place in ((GROUP, TOWN), (DISTRICT_GROUP, DISTRICT), (DUTY_CHAT, DUTY)):
            row = {"id": chat, "kind": "group", "title": "示例群", "bound_to": place, "bot_status": "member"}
            tx.insert(chat_rows, row)

    await year.db.write(bind)
    await year.tick()
    return year


async def lived(year):
    """Go from one due second to the next; while the process is down nothing is done, and people wait."""
    doings, down = sorted(plan()), list(DOWN)
    while year.now < LAST:
        due = min(year.next_due(), doings[0][0] if doings else LAST, LAST)
        if down and due >= down[0][0]:
            due = max(down.pop(0)[1], year.now)
            await year.restart()
        year.now = max(due, year.now)
        await year.tick()
        if year.ticks % 30 == 0:
            await year.restart()
            await year.tick()  # the same second once more
        if year.ticks % 97 == 0:
            await year.jump()
        while doings and doings[0][0] <= year.now:
            await year.do(*doings.pop(0)[1:])


async def rows(year, *columns):
    async with year.db.read() as c:
        return [tuple(row) for row in await c.execute(select(*columns))]


def outcome(job, day):
    """Done, or skipped where the process came back too late."""
    due = slot(job, day)
    ends = [end for start, end in DOWN if start <= due < end]
    return "skipped" if ends and ends[0] - due > PUSHES[job].catch_up else "done"


@pytest.mark.usefixtures("_server_zone")
async def test_p10_in_a_year_every_reminder_and_every_digest_comes_once_or_is_skipped(tmp_path):
    async with fresh_db(tmp_path) as db:
        year = await begun(db)
        await lived(year)
        await year.db.write(lambda tx: go_out(tx, LAST + DAY))
        said = await owed(year.db)
        made = await rows(year, call_rows.c.key, call_rows.c.state)
        turns = await rows(year, slots.c.job, slots.c.local_date, slots.c.state)
        carried = await rows(year, call_pushes.c.push_key, call_pushes.c.call_key)
        await year.db.stop()
    assert {name for name, _ in made} == year.expected
    assert len(year.expected) > 200
    carrying = {name for _, name in carried}
    assert {name for name, state in made if state != "skipped"} <= carrying
    keys = {row.key for row in said}
    assert {push for push, _ in carried} <= keys
    about = Counter((row.key.rsplit(":v", 1)[0], row.chat_id) for row in said if row.key.startswith("call:"))
    assert set(about.values()) == {1}
    wanted = {(job, day): outcome(job, day) for job in GROUPS for day in DAYS}
    assert {(job, day): state for job, day, state in turns if day in DAYS} == wanted
    digests = Counter(row.key for row in said if row.key.startswith("digest:"))
    assert digests == Counter(
        f"digest:{job}:{day}:{chat}"
        for (job, day), state in wanted.items()
        if state == "done"
        for chat in GROUPS[job]
    )
    notices = [row.text for row in said if row.key.startswith("skipped:")]
    assert len(notices) == 3
    assert "8月3日 8月4日 8月5日 8月6日" in notices[1] + notices[2]
    assert {row.state for row in said} == {"sent"}
