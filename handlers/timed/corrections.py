"""Rankings of days whose data came late or were corrected: the next version, sent with what it changes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from cards import ranking as cards
from cards.catalogue import Html
from domain.period import Period, period_of
from domain.push import Act, Push, PushClass
from handlers.desk import Office
from handlers.ranking import Made, ranking_of
from handlers.tell import GROUP_LANGUAGE
from handlers.timed.rankings import JOBS, LIVES, key_of, publish_and_owe
from storage import air, chats, outbox, rankings, slots
from storage.chats import DISTRICT
from storage.rankings import Published
from storage.tx import Tx

TOLD = ("rank", "pm25", "pm10", "index", "score", "reason")  # an arrow alone is nobody's news
_DAY = timedelta(days=1)


async def send(tx: Tx, office: Office, now: datetime) -> int:
    """Make the rankings anew of which a file brought days; returns how many pushes were owed."""
    files = await air.to_recount(tx.c)
    periods: dict[Period, None] = {}
    for sha256, days in files.items():
        air.recounted(tx, sha256)
        for period in await _touched(tx, days):
            periods[period] = None
    owed = await _again(tx, office, periods, now)
    return owed + (await _late(tx, office, now) if files else 0)


async def recount(tx: Tx, office: Office, day: date, now: datetime) -> int:
    """Make the published rankings anew that hold a day; returns how many pushes were owed."""
    return await _again(tx, office, await _touched(tx, (day, day)), now)


async def _touched(tx: Tx, days: tuple[date, date] | None) -> list[Period]:
    """The published periods with any of the days, and those after them, whose arrows point back at these."""
    if days is None:
        return []
    found = await rankings.holding(tx.c, *days)
    after = [period_of(one.length, one.last + _DAY) for one in found]
    return [*found, *(one for one in after if one not in found)]


async def _again(tx: Tx, office: Office, periods: Iterable[Period], now: datetime) -> int:
    return sum([await _one_again(tx, office, period, now) for period in periods])


async def _one_again(tx: Tx, office: Office, period: Period, now: datetime) -> int:
    before = await rankings.latest(tx.c, period)
    made = await ranking_of(tx, office.district, period, now)
    if before is None or made.at is not None:
        return 0
    differences = list(_differences(office, before.rows, made))
    await _mark_old(tx, office, before, now)
    return await publish_and_owe(tx, office, made, now, differences=differences, quiet=not differences)


async def _late(tx: Tx, office: Office, now: datetime) -> int:
    """A ranking whose turn passed today without enough data goes out as soon as it can be made."""
    today, owed = now.astimezone(office.district.basics.zone).date(), 0
    for job, length in JOBS.items():
        period = period_of(length, today).before()
        if await slots.last(tx.c, job) != today or await rankings.latest(tx.c, period):
            continue
        made = await ranking_of(tx, office.district, period, now)
        if not made.is_held(office.district.air):
            owed += await publish_and_owe(tx, office, made, now, late=True)
    return owed


def _differences(office: Office, before: Iterable[Mapping[str, Any]], made: Made) -> Iterator[Html]:
    old = {row["town"]: row for row in before}
    for row in made.rows:
        town = office.district.town(row["town"])
        was = old.get(row["town"], {})
        if any(was.get(key) != row.get(key) for key in TOLD):
            name = town.name if GROUP_LANGUAGE == "zh" else town.name_en
            yield cards.difference(GROUP_LANGUAGE, name, was, row)


async def _mark_old(tx: Tx, office: Office, before: Published, now: datetime) -> None:
    """The words under the older version say that it was corrected."""
    period = before.period
    message = cards.corrected(
        GROUP_LANGUAGE, period.length.value, period.first, period.last, before.version + 1
    )
    for place in (*(town.code for town in office.district.towns), DISTRICT):
        for chat in await tx.once(chats.bound_to, place):
            target = key_of(period, before.version, chat.id)
            if await outbox.message_of(tx.c, target) is None:
                continue
            push = Push(
                key=f"{target}:corrected",
                act=Act.EDIT,
                chat_id=chat.id,
                due_at=now,
                expires_at=now + LIVES,
                push_class=PushClass.DAILY,
                message=message,
                target_key=target,
            )
            outbox.owe(tx, push, now)
