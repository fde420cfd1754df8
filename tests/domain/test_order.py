"""Orders from above: what is missing, what may be closed, when they are called to mind, and how they are counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.order import (
    Count,
    Need,
    Order,
    OrderDraft,
    OrderRules,
    Paper,
    Reply,
    counted,
    from_body,
    last_moment,
    must_be_answered,
    owing,
    reminder,
    reminder_key,
    to_body,
)
from domain.ticket import Outcome, Source, State, Verb
from tests.support.moving import NOW, standing

ZONE = ZoneInfo("Asia/Shanghai")
RULES = OrderRules(remind_days=(3, 1, 0), at=time(9))
DUE = last_moment(date(2026, 11, 30), ZONE)
ORDER = Order(
    number="HJ20261123-0007",
    source=Source.CITY,
    document="郑环督〔2026〕12号",
    received_at=NOW,
    registered_by=7,
    units=("t1", "housing"),
)
WHOLE = OrderDraft(
    id="a",
    chat_id=1,
    person_id=1,
    touched_at=NOW,
    source=Source.CITY,
    document="郑环督〔2026〕12号",
    units=("t1",),
    units_chosen=True,
    due=date(2026, 11, 30),
    words="裸土",
)


@pytest.mark.parametrize(
    ("lack", "need"),
    [
        ({}, Need.CHECK),
        ({"source": None}, Need.SOURCE),
        ({"document": None}, Need.DOCUMENT),
        ({"document": None, "unnumbered": True}, Need.CHECK),
        ({"document": None, "source": Source.LEADER}, Need.CHECK),
        ({"units": ()}, Need.UNIT),
        ({"units_chosen": False}, Need.UNIT),
        ({"due": None}, Need.DUE),
        ({"words": ""}, Need.WORDS),
        ({"words": "", "papers": (Paper("f", "u", 1),)}, Need.CHECK),
    ],
)
def test_one_thing_is_asked_for_at_a_time(lack, need):
    assert replace(WHOLE, **lack).need is need


def test_a_draft_comes_back_from_the_database_as_it_was():
    full = replace(WHOLE, papers=(Paper("f", "u", 1, as_file=True, name="函.pdf"),), album="x")
    own = {"id": "a", "chat_id": 1, "person_id": 1, "touched_at": NOW, "version": 0, "state": "open"}
    stored = to_body(full) | {
        "due": "2026-11-30",
        "papers": [{"file_id": "f", "unique_id": "u", "message_id": 1, "as_file": True, "name": "函.pdf"}],
    }
    assert from_body(stored, **own, number=None) == full


def test_the_same_page_twice_is_one_page():
    page = Paper("f", "u", 1)
    assert WHOLE.with_paper(page).with_paper(page).papers == (page,)


def reply(unit):
    return Reply(number=ORDER.number, unit=unit, at=NOW, by=1)


@pytest.mark.parametrize(
    ("units", "missing"),
    [
        ([], ("t1", "housing")),
        (["t1"], ("housing",)),
        (["t1", "housing"], ()),
        ([None], ()),
        (["t2"], ("t1", "housing")),
    ],
)
def test_every_unit_owes_its_answer_unless_the_office_answers_for_all(units, missing):
    assert owing(ORDER.units, [reply(unit) for unit in units]) == missing


@pytest.mark.parametrize(
    ("verb", "outcome", "needed"),
    [
        (Verb.VERIFY_CLOSE, Outcome.RECTIFIED, True),
        (Verb.VERIFY_CLOSE, Outcome.UNFOUNDED, True),
        (Verb.VERIFY_CLOSE, Outcome.DUPLICATE, False),
        (Verb.REJECT, "不属本区", False),
        (Verb.FIX, None, False),
    ],
)
def test_closing_needs_the_answer(verb, outcome, needed):
    assert must_be_answered(verb, outcome) is needed


@pytest.mark.parametrize(
    ("day", "hour", "days"),
    [(27, 8, None), (27, 9, 3), (28, 9, 3), (29, 9, 1), (30, 8, 1), (30, 9, 0), (30, 23, 0)],
)
def test_the_newest_step_that_has_come_is_called(day, hour, days):
    now = datetime(2026, 11, day, hour, 30 if hour == 23 else 0, tzinfo=ZONE)
    assert reminder(ORDER, DUE, RULES, ZONE, now) == days


def test_each_step_is_called_once_and_a_moved_deadline_has_new_ones():
    now = datetime(2026, 11, 27, 9, tzinfo=ZONE)
    said = replace(ORDER, last_reminder=reminder_key(DUE, 3, ZONE))
    assert reminder(said, DUE, RULES, ZONE, now) is None
    later = DUE + timedelta(days=2)
    assert reminder(said, later, RULES, ZONE, now) is None
    assert reminder(said, later, RULES, ZONE, now + timedelta(days=2)) == 3


def test_what_came_late_has_no_steps_of_before_and_what_is_over_has_none():
    late = replace(ORDER, received_at=datetime(2026, 11, 28, 12, tzinfo=ZONE))
    assert reminder(late, DUE, RULES, ZONE, datetime(2026, 11, 28, 13, tzinfo=ZONE)) is None
    assert reminder(ORDER, DUE, RULES, ZONE, DUE + timedelta(minutes=1)) is None


def test_the_last_day_ends_with_the_day():
    assert last_moment(date(2026, 11, 30), ZONE) == datetime(2026, 11, 30, 15, 59, tzinfo=UTC)


def test_orders_are_counted_by_level_as_the_newspaper_does():
    kinds = {
        "a": (Source.CITY, standing(State.CLOSED, fix_due_at=NOW)),  # closed at NOW: in time
        "b": (Source.CITY, standing(State.CLOSED, fix_due_at=NOW - timedelta(minutes=1))),
        "c": (Source.CITY, standing(State.ACCEPTED)),
        "d": (Source.CENTRAL, standing(State.ASSIGNED)),
    }
    orders = [replace(ORDER, number=number, source=source) for number, (source, _) in kinds.items()]
    found = counted(orders, {number: ticket for number, (_, ticket) in kinds.items()}, {"a", "b"})
    assert found == {Source.CENTRAL: Count(1), Source.CITY: Count(3, 2, 1, 2)}
    assert list(found) == [Source.CENTRAL, Source.CITY]
    assert sum(found.values(), Count()) == Count(4, 2, 1, 2)
