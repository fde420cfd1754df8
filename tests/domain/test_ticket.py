"""How long each town had a ticket."""

from datetime import timedelta

from domain import moves
from domain.ticket import Event, State, time_by_unit
from tests.support.moving import HOUR, NOW, OFFICER, OTHER_STAFF, OTHER_TOWN, REPORTED, TOWN, made

# by hour: 1 h with the office, 2 with TOWN, 3 with the office, 4 with the other town of which 1 asleep, 2 to verify
LIFE = (
    ("assign", 0, {"town": TOWN}),
    ("not_ours", 2, {}),
    ("assign", 5, {"town": OTHER_TOWN}),
    ("suspend", 6, {"until": NOW + 30 * HOUR}),
    ("resume", 7, {}),
    ("fix", 9, {"by": OTHER_STAFF}),
    ("verify_close", 11, {"by": OFFICER}),
)


def lived(*, until):
    move = moves.open_ticket(REPORTED)
    events = [*move.events]
    for verb, hour, more in LIFE:
        if hour <= until:
            move = made(verb, move.ticket, at=NOW + hour * HOUR, **more)
            events += move.events
    return events


def test_each_town_is_charged_with_its_own_time_and_the_district_with_the_rest():
    spent = time_by_unit(lived(until=11), NOW + 99 * HOUR)
    assert spent == {None: 6 * HOUR, TOWN: 2 * HOUR, OTHER_TOWN: 3 * HOUR}


def test_the_clock_of_who_has_it_now_still_runs():
    assert time_by_unit(lived(until=0), NOW + HOUR) == {None: HOUR, TOWN: HOUR}
    assert time_by_unit(lived(until=6), NOW + 20 * HOUR)[OTHER_TOWN] == HOUR


def test_a_line_that_moves_nothing_changes_no_time():
    events = lived(until=0)
    added = Event(REPORTED.number, NOW + HOUR, None, State.ASSIGNED, State.ASSIGNED, "又见到")
    assert time_by_unit([*events, added], NOW + 2 * HOUR) == time_by_unit(events, NOW + 2 * HOUR)


def test_a_clock_set_back_takes_nothing_away():
    events = lived(until=0)
    assert time_by_unit(events, NOW - HOUR) == {None: HOUR, TOWN: timedelta(0)}
    assert time_by_unit([], NOW) == {}
