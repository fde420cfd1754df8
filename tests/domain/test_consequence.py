"""Consequences: what the rules propose and what a decision needs."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest

from domain.consequence import (
    BadCost,
    Consequence,
    ConsequenceRules,
    Cost,
    Decided,
    Kind,
    NeedsCost,
    Repeat,
    SecondPerson,
    Stand,
    blacklisted,
    confirm,
    of_outcomes,
    read_costs,
    refuse,
    sees,
    substitutes,
    talks,
    with_costs,
)
from domain.ticket import NeedsReason, NotYours, Outcome, State
from tests.support.desk import office
from tests.support.moving import (
    GRID,
    INSPECTOR,
    LEADER,
    NOW,
    OFFICER,
    OTHER_TOWN,
    PATROL,
    STAFF,
    TOWN,
    standing,
)

ZONE = office().district.basics.zone
RULES = ConsequenceRules(
    at=time(9, 30),
    overdue=timedelta(hours=72),
    repeat_tickets=3,
    repeat_days=90,
    late_tickets=5,
    late_days=30,
)
SECOND = replace(OFFICER, id=OFFICER.id + 500)
TALK = Consequence(
    id="c1", kind=Kind.TALK, subject=TOWN, title="花园口镇", period="2026-11", proposed_at=NOW, town=TOWN
)
WORK = replace(TALK, kind=Kind.SUBSTITUTE)
PAID = replace(WORK, costs=(Cost("防尘网", Decimal(3500)),))


def in_force(one):
    return confirm(confirm(one, by=OFFICER, at=NOW), by=SECOND, at=NOW)


@pytest.mark.parametrize(("hours", "found"), [(71, []), (72, [72]), (100, [100])])
def test_work_that_is_late_beyond_the_limit_is_to_be_done_by_others(hours, found):
    ticket = standing(State.ACCEPTED, fix_due_at=NOW - timedelta(hours=hours))
    assert [one.count for one in substitutes([ticket], RULES, NOW)] == found


def test_a_deadline_that_was_moved_may_be_missed_anew():
    first = standing(State.ACCEPTED, fix_due_at=NOW - timedelta(days=9))
    moved = replace(first, fix_due_at=NOW - timedelta(days=4))
    one, other = (next(substitutes([ticket], RULES, NOW)) for ticket in (first, moved))
    assert one.subject == other.subject
    assert one.period != other.period


def test_a_site_with_too_many_tickets_belongs_on_the_blacklist_once_a_month():
    sites = [Repeat("s1", "示例工地", TOWN, 2), Repeat("s2", "示例料场", TOWN, 3)]
    first = list(blacklisted(sites, RULES, NOW, ZONE))
    later = list(blacklisted(sites, RULES, NOW + timedelta(days=1), ZONE))
    assert [(one.subject, one.count) for one in first] == [("s2", 3)]
    assert first[0].period == later[0].period == "2026-11"


def test_a_town_that_misses_many_deadlines_is_talked_to():
    late = [(TOWN, "花园口镇", 5), (OTHER_TOWN, "古荥镇", 4)]
    assert [one.town for one in talks(late, RULES, NOW, ZONE)] == [TOWN]


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        (Outcome.STOPPED, [Kind.STOP]),
        (Outcome.SEALED, [Kind.STOP]),
        (Outcome.PUNISHED, [Kind.PUNISH]),
        (Outcome.RECTIFIED, []),
    ],
)
def test_what_was_closed_by_stopping_or_punishing_belongs_in_the_register(outcome, kinds):
    ticket = standing(State.CLOSED, closed_at=NOW, outcome=outcome.value)
    assert [one.kind for one in of_outcomes([ticket], NOW)] == kinds


def test_two_people_put_it_in_force():
    once = confirm(TALK, by=OFFICER, at=NOW)
    assert once.stand is Stand.CONFIRMED
    with pytest.raises(SecondPerson):
        confirm(once, by=OFFICER, at=NOW)
    twice = confirm(once, by=SECOND, at=NOW)
    assert (twice.stand, twice.confirmed_by, twice.decided_by) == (Stand.IN_FORCE, OFFICER.id, SECOND.id)


def test_substitute_work_needs_its_costs_first_and_other_costs_need_new_confirmations():
    with pytest.raises(NeedsCost):
        confirm(WORK, by=OFFICER, at=NOW)
    once = confirm(PAID, by=OFFICER, at=NOW)
    dearer = with_costs(once, read_costs("人工 1,200.50元"), by=SECOND)
    assert (dearer.stand, dearer.confirmed_by, dearer.yuan) == (Stand.PROPOSED, None, Decimal("4700.50"))


def test_what_is_decided_stays_decided():
    done = refuse(TALK, reason="已整改", by=OFFICER, at=NOW), in_force(TALK)
    for one in done:
        with pytest.raises(Decided):
            confirm(one, by=SECOND, at=NOW)
        with pytest.raises(Decided):
            refuse(one, reason="再议", by=SECOND, at=NOW)


def test_refusing_needs_a_reason():
    with pytest.raises(NeedsReason):
        refuse(TALK, reason=" ", by=OFFICER, at=NOW)


@pytest.mark.parametrize("person", [PATROL, GRID, STAFF, LEADER, INSPECTOR])
def test_only_the_office_decides(person):
    for act in (
        lambda: confirm(TALK, by=person, at=NOW),
        lambda: refuse(TALK, reason="不行", by=person, at=NOW),
        lambda: with_costs(WORK, read_costs("网 1"), by=person),
    ):
        with pytest.raises(NotYours):
            act()


@pytest.mark.parametrize(
    ("person", "town", "stands"),
    [
        (OFFICER, OTHER_TOWN, "proposed in_force"),
        (INSPECTOR, OTHER_TOWN, "proposed in_force"),
        (LEADER, TOWN, "in_force"),
        (LEADER, OTHER_TOWN, ""),
        (STAFF, TOWN, ""),
        (GRID, TOWN, ""),
        (PATROL, TOWN, ""),
    ],
)
def test_who_sees_it(person, town, stands):
    every = [replace(one, town=town) for one in (TALK, in_force(TALK))]
    assert " ".join(one.stand for one in every if sees(person, one)) == stands


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("防尘网 3500", [("防尘网", "3500")]),
        ("防尘网：3,500.5 元\n人工 800", [("防尘网", "3500.5"), ("人工", "800")]),
        ("挖机 台班 1200.00", [("挖机 台班", "1200.00")]),
    ],
)
def test_costs_are_read_one_a_line(text, found):
    assert read_costs(text) == tuple(Cost(name, Decimal(yuan)) for name, yuan in found)


@pytest.mark.parametrize("text", ["", "防尘网", "3500", "防尘网 0", "网 1.234", "网 100000000", "网 5\n人工"])
def test_costs_that_are_none_are_refused(text):
    with pytest.raises(BadCost):
        read_costs(text)
