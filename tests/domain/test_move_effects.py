"""What a move leaves behind, and what must come with it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain import moves
from domain.fixing import After
from domain.ticket import (
    AlreadyAsked,
    AlreadyTaken,
    BadDate,
    Deadlines,
    ExtendedAlready,
    NeedsPhoto,
    NotOfUnit,
    NotYours,
    OwnWork,
    State,
    UsedPhoto,
    Verb,
    WrongState,
)
from tests.support.moving import (
    ALWAYS,
    ASKED,
    BUREAU,
    BUREAU_STAFF,
    GRID,
    HOUR,
    INSPECTOR,
    LATER,
    LEADER,
    LIMITS,
    NOW,
    OFFICER,
    OTHER_STAFF,
    OTHER_TOWN,
    PATROL,
    REPORTED,
    STAFF,
    TOWN,
    TOWN_INSPECTOR,
    made,
    person,
    proof,
    ready,
    standing,
)


def test_a_new_ticket_is_in_its_history_and_looked_at_at_once():
    move = moves.open_ticket(REPORTED)
    assert [(one.before, one.after, one.move) for one in move.events] == [(None, State.REPORTED, Verb.OPEN)]
    assert move.ticket.next_action_at == REPORTED.reported_at


def test_the_second_of_two_who_take_it_hears_who_was_quicker():
    taken = moves.accept(standing(State.ASSIGNED), at=NOW, by=STAFF).ticket
    assert (taken.assignee_id, taken.accepted_at) == (STAFF.id, NOW)
    with pytest.raises(AlreadyTaken) as caught:
        moves.accept(taken, at=NOW, by=GRID, holder=STAFF.name)
    assert caught.value.facts == {"name": STAFF.name}


@pytest.mark.parametrize("to", [PATROL, GRID, BUREAU_STAFF])
def test_work_is_handed_to_somebody_who_can_do_it(to):
    moved = moves.hand_over(standing(State.ASSIGNED), to=to, at=NOW, by=LEADER).ticket
    assert (moved.state, moved.assignee_id, moved.accepted_at) == (State.ACCEPTED, to.id, NOW)


@pytest.mark.parametrize("to", [OTHER_STAFF, LEADER, INSPECTOR, person(20, PATROL.post.role, OTHER_TOWN)])
def test_work_is_not_handed_to_anybody_else(to):
    with pytest.raises(NotOfUnit):
        moves.hand_over(standing(State.ASSIGNED), to=to, at=NOW, by=LEADER)


def test_a_patrol_to_whom_it_was_handed_may_fix_it_and_another_not():
    moved = moves.hand_over(standing(State.ASSIGNED), to=PATROL, at=NOW, by=STAFF).ticket
    assert made("fix", moved, by=PATROL).ticket.fixed_by == PATROL.id
    with pytest.raises(NotYours):
        made("fix", moved, by=person(21, PATROL.post.role, TOWN))


def test_what_is_not_ours_waits_for_the_office_again():
    moved = made("not_ours", standing(State.ACCEPTED, **ASKED)).ticket
    assert (moved.town, moved.unit, moved.assignee_id, moved.accepted_at) == (None, None, None, None)
    assert (moved.returned_at, moved.next_action_at, moved.extension_until) == (NOW, NOW, None)
    assert made("assign", moved).ticket.returned_at is None


def test_another_town_gets_its_own_time_and_name():
    moved = made("assign", standing(State.ACCEPTED)).ticket
    assert (moved.town, moved.unit, moved.assignee_id, moved.accepted_at) == (
        OTHER_TOWN,
        "西示例镇",
        None,
        None,
    )
    assert (moved.accept_due_at, moved.fix_due_at) == (LIMITS.accept_due_at, LIMITS.fix_due_at)


def test_what_is_fixed_says_by_whom_and_how_much():
    moved = made(
        "fix", standing(State.ASSIGNED), work=proof(quantity=Decimal("2.5"), quantity_unit="吨")
    ).ticket
    assert (moved.fixed_by, moved.fixed_unit, moved.assignee_id) == (STAFF.id, TOWN, STAFF.id)
    assert (moved.quantity, moved.quantity_unit, moved.doubts) == (Decimal("2.5"), "吨", ())
    assert (moved.accepted_at, moved.fixed_at, moved.on_the_spot) == (NOW, NOW, False)


def test_a_bureau_does_the_work_of_its_category():
    moved = made("fix", standing(State.ACCEPTED), by=BUREAU_STAFF).ticket
    assert (moved.fixed_by, moved.fixed_unit) == (BUREAU_STAFF.id, BUREAU)


@pytest.mark.parametrize("before", [0, 1])
def test_a_fix_on_the_spot_needs_photos_from_before_and_after(before):
    work = proof(photos=()) if before else proof()
    with pytest.raises(NeedsPhoto):
        made("fix_on_the_spot", standing(State.ASSIGNED), before=before, work=work)


def test_a_fix_on_the_spot_is_marked_and_verified_like_any_other():
    moved = made("fix_on_the_spot", standing(State.ASSIGNED)).ticket
    assert (moved.on_the_spot, moved.fixed_by, moved.state) == (True, PATROL.id, State.FIXED)


def test_a_photo_that_stands_for_something_else_is_no_proof():
    with pytest.raises(UsedPhoto):
        made("fix", standing(State.ACCEPTED), work=proof(used={"a" * 64}))


@pytest.mark.parametrize("verb", ["verify_close", "send_back"])
@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (replace(STAFF, post=INSPECTOR.post), OwnWork),
        (replace(OFFICER, post=replace(OFFICER.post, town=TOWN)), OwnWork),
        (TOWN_INSPECTOR, NotYours),
        (LEADER, NotYours),
    ],
)
def test_nobody_verifies_the_work_of_the_own_unit(verb, by, refusal):
    with pytest.raises(refusal):
        made(verb, standing(State.FIXED), by=by)


def test_the_office_has_no_unit_and_verifies_everything_but_the_own_work():
    assert made("verify_close", standing(State.FIXED, fixed_unit=None), by=OFFICER).ticket.outcome == "banned"
    with pytest.raises(OwnWork):
        made("verify_close", standing(State.FIXED, fixed_by=OFFICER.id, fixed_unit=None), by=OFFICER)


def test_a_closed_ticket_is_looked_at_no_more():
    moved = made("verify_close", standing(State.FIXED, next_action_at=NOW)).ticket
    assert (moved.closed_at, moved.next_action_at) == (NOW, None)


def test_what_is_sent_back_has_the_time_that_was_left_when_it_was_shown():
    before = standing(State.FIXED, fixed_at=NOW, fix_due_at=NOW + 3 * HOUR, doubts=("far",))
    moved = made("send_back", before, at=NOW + 10 * HOUR).ticket
    assert moved.fix_due_at == NOW + 13 * HOUR
    assert (moved.fixed_at, moved.fixed_by, moved.quantity, moved.doubts) == (None, None, None, ())


def test_what_was_overdue_when_it_was_shown_stays_overdue():
    before = standing(State.FIXED, fixed_at=NOW, fix_due_at=NOW - HOUR)
    assert made("send_back", before, at=NOW + HOUR).ticket.fix_due_at == NOW - HOUR


@pytest.mark.parametrize("state", [State.REPORTED, State.ASSIGNED, State.ACCEPTED])
def test_a_suspension_freezes_the_clocks(state):
    before = ready("suspend", state)
    asleep = made("suspend", before).ticket
    assert (asleep.suspended_reason, asleep.next_action_at) == ("下雨", LATER)
    awake = made("resume", asleep, at=NOW + 5 * HOUR).ticket
    assert awake.state is state
    assert (
        awake.suspended_at is awake.suspended_until is awake.suspended_from is awake.suspended_reason is None
    )
    waited = 5 * HOUR if state is State.ASSIGNED else timedelta(0)
    if state is not State.REPORTED:
        assert awake.fix_due_at == before.fix_due_at + 5 * HOUR
        assert awake.accept_due_at == before.accept_due_at + waited


def test_what_waited_for_the_office_waits_anew_after_a_suspension():
    asleep = made("suspend", ready("suspend", State.REPORTED)).ticket
    assert made("resume", asleep, at=NOW + HOUR).ticket.returned_at == NOW + HOUR


def test_the_date_wakes_a_ticket_when_it_has_come_and_not_before():
    asleep = standing(State.SUSPENDED)
    with pytest.raises(WrongState):
        moves.resume(asleep, calendar=ALWAYS, at=asleep.suspended_until - HOUR, by=None)
    assert (
        moves.resume(asleep, calendar=ALWAYS, at=asleep.suspended_until, by=None).ticket.state
        is State.ACCEPTED
    )


@pytest.mark.parametrize("until", [NOW - HOUR, NOW, NOW + timedelta(days=367)])
def test_a_date_that_has_passed_or_is_too_far_is_refused(until):
    with pytest.raises(BadDate):
        made("suspend", standing(State.ACCEPTED), until=until)
    with pytest.raises(BadDate):
        made("ask_extension", standing(State.ACCEPTED, fix_due_at=None), until=until)


def test_more_time_is_more_than_there_is():
    with pytest.raises(BadDate):
        made("ask_extension", standing(State.ACCEPTED, fix_due_at=LATER), until=LATER)


def test_more_time_is_asked_granted_and_then_never_again():
    asked = made("ask_extension", standing(State.ACCEPTED)).ticket
    assert (asked.extension_until, asked.extension_by, asked.extension_reason) == (LATER, LEADER.id, "下雨")
    assert asked.fix_due_at != LATER
    granted = made("grant_extension", asked).ticket
    assert (granted.fix_due_at, granted.extended, granted.extension_until) == (LATER, 1, None)
    with pytest.raises(ExtendedAlready):
        made("ask_extension", granted, until=LATER + HOUR)


def test_a_refused_request_can_be_made_again_and_an_open_one_not():
    asked = made("ask_extension", standing(State.ACCEPTED)).ticket
    with pytest.raises(AlreadyAsked):
        made("ask_extension", asked)
    refused = made("refuse_extension", asked).ticket
    assert (refused.extended, refused.fix_due_at) == (0, asked.fix_due_at)
    assert made("ask_extension", refused).ticket.extension_until == LATER


@pytest.mark.parametrize(
    ("by", "at", "refusal"),
    [(replace(LEADER, post=INSPECTOR.post), NOW, OwnWork), (INSPECTOR, LATER, BadDate)],
)
def test_a_request_is_not_granted_by_who_made_it_nor_too_late(by, at, refusal):
    with pytest.raises(refusal):
        made("grant_extension", standing(State.ACCEPTED, **ASKED), by=by, at=at)


def test_nothing_is_granted_that_nobody_asked_for():
    with pytest.raises(WrongState):
        made("grant_extension", standing(State.ACCEPTED))


@pytest.mark.parametrize(("verb", "relapses"), [("reopen", 0), ("relapse", 1)])
def test_what_is_opened_again_starts_anew_and_is_counted(verb, relapses):
    limits = Deadlines(LATER, LATER + HOUR)
    moved = made(verb, standing(State.CLOSED, extended=1), deadlines=limits).ticket
    assert (moved.reopened, moved.relapses, moved.extended) == (1, relapses, 1)
    assert (moved.accept_due_at, moved.fix_due_at, moved.town) == (LATER, LATER + HOUR, TOWN)
    gone = moved.outcome, moved.closed_at, moved.fixed_at, moved.fixed_by, moved.quantity, moved.assignee_id
    assert gone == (None,) * 6


def test_photos_that_raise_doubts_are_marked():
    work = proof(photos=(After(taken_at=NOW - 30 * HOUR, reused=True),))
    assert made("fix", standing(State.ACCEPTED), work=work).ticket.doubts == ("late", "no_place", "reused")
