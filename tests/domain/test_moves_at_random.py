"""Anybody makes any move at any time: whatever is not refused leaves a ticket that makes sense."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import moves
from domain.deadline import calls, next_at
from domain.errors import Refusal
from domain.ticket import OPEN, Event, Move, State, Ticket, Verb, time_by_unit
from tests.support.desk import office
from tests.support.examples import examples
from tests.support.moving import EVERYBODY, MOVES, NOW, OFFICER, REPORTED, TOWN, made, proof, standing

R, A, C, F, X, J, S = (
    *(State.REPORTED, State.ASSIGNED, State.ACCEPTED, State.FIXED, State.CLOSED),
    *(State.REJECTED, State.SUSPENDED),
)
LEGAL = {
    R: {A, J, S},
    A: {R, A, C, F, J, S},
    C: {R, A, C, F, J, S},
    F: {X, C, J},
    S: {R, A, C, J},
    X: {A},
    J: set(),
}
NEEDED = {
    A: ("town", "unit", "assigned_at", "accept_due_at", "fix_due_at"),
    C: ("town", "accepted_at", "assignee_id", "fix_due_at"),
    F: ("town", "accepted_at", "fixed_at", "fixed_by"),
    X: ("closed_at", "outcome"),
    J: ("closed_at", "outcome"),
    S: ("suspended_at", "suspended_until", "suspended_from", "suspended_reason"),
}
ASLEEP = NEEDED[S]
VERBS = tuple(MOVES)
Step = tuple[int, int, int]
"""Which move, by whom, and after how many minutes; a negative wait is a clock that was set back."""
STEPS = st.tuples(st.integers(0, len(VERBS) - 1), st.integers(0, len(EVERYBODY) - 1), st.integers(-60, 3000))


def play(steps: Sequence[Step]) -> Iterator[tuple[Ticket, Move, datetime]]:
    """The moves that were not refused, each with the ticket before it."""
    ticket, at = moves.open_ticket(REPORTED).ticket, NOW
    for verb, who, minutes in steps:
        at += timedelta(minutes=minutes)
        try:
            move = made(VERBS[verb], ticket, at=at, by=EVERYBODY[who], **wanted(VERBS[verb], at))
        except Refusal:
            continue
        yield ticket, move, at
        ticket = move.ticket


def wanted(verb: str, at: datetime) -> dict[str, object]:
    later = at + timedelta(days=2)
    return {"suspend": {"until": later}, "ask_extension": {"until": later}, "assign": {"town": TOWN}}.get(
        verb, {}
    )


def faults(before: Ticket, move: Move) -> list[str]:
    """What makes no sense about a move."""
    after, (event, *more) = move.ticket, move.events
    found = {
        "illegal path": after.state not in LEGAL[before.state],
        "version": after.version != before.version + 1,
        "history": bool(more) or (event.before, event.after) != (before.state, after.state),
        "whose": event.unit != after.town,
        "no next action": (after.next_action_at is None) != (after.state not in OPEN),
        "lacks": any(getattr(after, name) is None for name in NEEDED.get(after.state, ())),
        "asleep": after.state is not S and any(getattr(after, name) is not None for name in ASLEEP),
        "extended": after.extended > 1,
        "asked": after.extension_until is not None and after.state not in {A, C},
        "own work": after.state is X and event.by == after.fixed_by,
        "counted": after.relapses > after.reopened,
        "fixed": (after.fixed_at is None) is (after.state in {F, X}),
    }
    return [name for name, there in found.items() if there and (name != "fixed" or after.state is not J)]


@examples(1000)
@given(st.lists(STEPS, max_size=60))
def test_whatever_is_done_by_whomever_makes_sense(steps: list[Step]) -> None:
    assert [(move, found) for before, move, _ in play(steps) if (found := faults(before, move))] == []


@examples(200)
@given(st.lists(STEPS, max_size=60))
def test_an_open_ticket_has_always_a_clock_that_runs_and_an_ended_one_none(steps: list[Step]) -> None:
    rules = office().district.calls
    for _, move, at in play(steps):
        again = next_at(calls(move.ticket, rules, at), move.ticket.number, ())
        assert (again is not None) is (move.ticket.state in OPEN)


def at_random(seed: int) -> list[Step]:
    """A life that is not soon ended: rejecting is what an officer does least."""
    dice = random.Random(seed)
    likely = [1 if verb == "reject" else 30 for verb in VERBS]
    verbs = dice.choices(range(len(VERBS)), likely, k=400)
    return [(verb, dice.randrange(len(EVERYBODY)), dice.randrange(-60, 600)) for verb in verbs]


@pytest.mark.parametrize("seed", range(40))
def test_a_long_life_makes_sense_too(seed: int) -> None:
    assert [
        (move, found) for before, move, _ in play(at_random(seed)) if (found := faults(before, move))
    ] == []


def test_these_lives_hold_every_move_and_every_state() -> None:
    lived = [move for seed in range(40) for _, move, _ in play(at_random(seed))]
    assert {move.events[0].move for move in lived} == {*map(Verb, VERBS)}
    assert {move.ticket.state for move in lived} == set(State)


@examples(200)
@given(st.lists(STEPS.map(lambda step: (step[0], step[1], abs(step[2]))), max_size=60))
def test_all_the_time_of_a_life_is_somebodys_but_that_of_sleep(steps: list[Step]) -> None:
    opened = moves.open_ticket(REPORTED)
    events: list[Event] = [*opened.events, *(move.events[0] for _, move, _ in play(steps))]
    end = events[-1].at + timedelta(hours=1)
    spans = zip(events, [*(one.at for one in events[1:]), end], strict=True)
    counted = sum((until - one.at for one, until in spans if one.after in OPEN - {S}), timedelta(0))
    assert sum(time_by_unit(events, end).values(), timedelta(0)) == counted


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        ({"state": State.CLOSED}, "illegal path"),
        ({"version": 1}, "version"),
        ({"town": None}, "lacks"),
        ({"next_action_at": None}, "no next action"),
        ({"suspended_until": NOW}, "asleep"),
        ({"extended": 2}, "extended"),
        ({"relapses": 1}, "counted"),
        ({"fixed_at": NOW}, "fixed"),
    ],
)
def test_what_makes_no_sense_is_seen(spoilt: dict[str, object], fault: str) -> None:
    before = standing(State.ASSIGNED)
    move = made("accept", before)
    assert faults(before, move) == []
    assert fault in faults(before, replace(move, ticket=replace(move.ticket, **spoilt)))


def test_a_fixer_who_verifies_would_be_seen() -> None:
    before = made("fix", standing(State.ACCEPTED), work=proof()).ticket
    move = made("verify_close", before, by=OFFICER)
    own = replace(move, ticket=replace(move.ticket, fixed_by=OFFICER.id))
    assert faults(before, own) == ["own work"]
