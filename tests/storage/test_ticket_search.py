"""The search for tickets against the database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.number import Wanted
from domain.people import Scope
from domain.query import Query
from domain.ticket import State, is_overdue
from storage import ticket_search, tickets
from storage.ticket_search import MOST_COUNTED, RARE, Asker
from storage.tx import Tx
from tests.support.desk import LI, NOW, OTHER_TOWN, TOWN, ZHANG, fresh_db
from tests.support.tickets import ZONE, a_ticket, filed, report_of

ALL = Asker(Scope(1, everything=True), NOW, ZONE, sees_reporters=True)


@pytest.fixture
async def db(tmp_path):
    async with fresh_db(tmp_path) as database:
        yield database


async def search(db, query, who=ALL, **more):
    async with db.read() as c:
        return await ticket_search.search(c, who, query, **{"offset": 0, "limit": 8} | more)


def numbers(found):
    return [ticket.sequence for ticket in found.tickets]


async def test_words_that_stand_in_many_tickets_are_found_and_counted_up_to_a_limit(db):
    rare = RARE // 100
    await filed(
        db,
        *(
            a_ticket(at, at=NOW + timedelta(seconds=at), site="岗李工地" if at % 100 == 0 else "示例工地")
            for at in range(1, RARE + 20)
        ),
    )
    common = await search(db, Query(words=("裸土没盖",)))
    assert (numbers(common)[:2], common.count) == ([RARE + 19, RARE + 18], MOST_COUNTED)
    lead = await search(db, Query(words=("岗李工地",)))
    assert lead.count == min(rare, MOST_COUNTED)
    assert (await search(db, Query(words=("岗李花园",)))).count == 0


async def test_a_ticket_that_lacks_one_pair_of_a_long_name_is_not_found(db):
    name = "彩虹社南华示例项目"
    near = [f"{name[:at]} {name[at:]}" for at in range(1, len(name))]
    await filed(db, *(a_ticket(at, site=site) for at, site in enumerate([name, *near], 1)))
    assert numbers(await search(db, Query(words=(name,)))) == [1]


@pytest.mark.parametrize("more", [{}, {"overdue": True}, {"states": (State.ASSIGNED,)}])
async def test_own_reports_of_a_category_are_found_whatever_else_is_asked(db, more):
    late = NOW - timedelta(hours=1)
    await filed(
        db,
        *(a_ticket(at, fix_due_at=late, category=kind) for at, kind in ((1, "bare_earth"), (2, "truck_mud"))),
        a_ticket(3, fix_due_at=late, reporter_id=LI),
    )
    asked = Query(categories=("bare_earth",), **more)
    assert numbers(await search(db, asked, Asker(Scope(ZHANG), NOW, ZONE))) == [1]


async def test_overdue_in_the_search_is_overdue_by_the_rule(db):
    every = [
        a_ticket(at, state=state, accept_due_at=accept, fix_due_at=fix)
        for at, (state, accept, fix) in enumerate(
            (
                (state, accept, fix)
                for state in State
                for accept in (None, NOW - timedelta(hours=1), NOW + timedelta(hours=1))
                for fix in (None, NOW - timedelta(hours=1), NOW + timedelta(hours=1))
            ),
            1,
        )
    ]
    await filed(db, *every)
    found = await search(db, Query(overdue=True), limit=100)
    late = {ticket.sequence for ticket in every if is_overdue(ticket, NOW)}
    assert (set(numbers(found)), found.count) == (late, len(late))
    assert late


async def test_pages_hold_every_ticket_once(db):
    await filed(db, *(a_ticket(at, at=NOW - timedelta(minutes=at)) for at in range(1, 21)))
    pages = [numbers(await search(db, Query(towns=(TOWN,)), offset=at)) for at in (0, 8, 16)]
    assert [one for page in pages for one in page] == list(range(1, 21))


async def test_own_reports_come_once_however_often_they_were_reported(db):
    await filed(db, a_ticket(1), a_ticket(2, reporter_id=LI))

    async def job(tx: Tx) -> None:
        tickets.report(tx, report_of(a_ticket(1), ZHANG, "again"))
        tickets.report(tx, report_of(a_ticket(2), ZHANG, "same"))

    await db.write(job)
    assert numbers(await search(db, Query(mine=True), Asker(Scope(ZHANG), NOW, ZONE))) == [2, 1]


SCOPES = (
    Scope(ZHANG),
    Scope(LI),
    Scope(LI, town=TOWN),
    Scope(LI, town=OTHER_TOWN),
    Scope(LI, bureau="housing"),
)


@pytest.mark.parametrize(("asker", "sees"), list(zip(SCOPES, ([1], [], [1, 3], [2], [3]), strict=True)))
async def test_a_scope_shows_its_tickets_and_no_others(db, asker, sees):
    await filed(
        db,
        a_ticket(1),
        a_ticket(2, town=OTHER_TOWN, reporter_id=99),
        a_ticket(3, bureau="housing", reporter_id=99),
        a_ticket(4, town=None, reporter_id=99),
    )
    who = Asker(asker, NOW, ZONE)
    for query in (Query(categories=("bare_earth",)), Query(words=("裸土",)), Query(states=(State.ASSIGNED,))):
        assert sorted(numbers(await search(db, query, who))) == sees
    async with db.read() as c:
        every = [await ticket_search.visible(c, who, a_ticket(at).number) for at in range(1, 6)]
    assert [ticket.sequence for ticket in every if ticket] == sees


async def test_the_day_is_the_districts_day(db):
    midnight = NOW.replace(hour=16, minute=0)  # 00:00 in Zhengzhou
    await filed(db, a_ticket(1, at=midnight), a_ticket(2, at=midnight - timedelta(seconds=1)))
    day = midnight.astimezone(ZONE).date()
    assert numbers(await search(db, Query(since=day, until=day))) == [1]


async def test_the_newest_of_a_number_comes_first(db):
    await filed(db, a_ticket(7), a_ticket(7, at=NOW - timedelta(days=400)))
    found = await search(db, Query(wanted=Wanted(7)))
    assert [ticket.day.year for ticket in found.tickets] == [2026, 2025]
    dated = await search(db, replace(Query(), wanted=Wanted(7, found.tickets[1].day)))
    assert [ticket.day.year for ticket in dated.tickets] == [2025]
