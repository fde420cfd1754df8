"""Every move from every state: made, or which refusal; and who is refused."""

import pytest

from domain import moves
from domain.errors import Refusal
from domain.ticket import (
    NeedsReason,
    NotYours,
    State,
    Verb,
)
from tests.support.moving import (
    LATER,
    MOVES,
    OTHER_STAFF,
    STAFF,
    made,
    ready,
)

# from:             reported    assigned    accepted      fixed       closed        rejected      suspended
TABLE = """
assign              yes         yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
accept              WrongState  yes         AlreadyTaken  WrongState  AlreadyEnded  AlreadyEnded  WrongState
hand_over           WrongState  yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
not_ours            WrongState  yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
fix                 WrongState  yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
fix_on_the_spot     WrongState  yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
verify_close        WrongState  WrongState  WrongState    yes         AlreadyEnded  AlreadyEnded  WrongState
send_back           WrongState  WrongState  WrongState    yes         AlreadyEnded  AlreadyEnded  WrongState
reject              yes         yes         yes           yes         AlreadyEnded  AlreadyEnded  yes
suspend             yes         yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
resume              WrongState  WrongState  WrongState    WrongState  AlreadyEnded  AlreadyEnded  yes
ask_extension       WrongState  yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
grant_extension     WrongState  yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
refuse_extension    WrongState  yes         yes           WrongState  AlreadyEnded  AlreadyEnded  WrongState
reopen              WrongState  WrongState  WrongState    WrongState  yes           WrongState    WrongState
relapse             WrongState  WrongState  WrongState    WrongState  yes           WrongState    WrongState
"""
FROM = (
    State.REPORTED,
    State.ASSIGNED,
    State.ACCEPTED,
    State.FIXED,
    State.CLOSED,
    State.REJECTED,
    State.SUSPENDED,
)
CELLS = [
    (verb, state, cell)
    for verb, *cells in map(str.split, TABLE.strip().splitlines())
    for state, cell in zip(FROM, cells, strict=True)
]


@pytest.mark.parametrize(("verb", "state"), [one[:2] for one in CELLS if one[2] == "yes"])
def test_a_move_that_leads_on_is_made(verb, state):
    before = ready(verb, state)
    move = made(verb, before)
    (event,) = move.events
    assert move.ticket.state is (MOVES[verb][2] or state)
    assert move.ticket.version == before.version + 1
    assert (event.before, event.after, event.move) == (state, move.ticket.state, Verb(verb))
    assert event.unit == move.ticket.town


@pytest.mark.parametrize(("verb", "state", "cell"), [one for one in CELLS if one[2] != "yes"])
def test_a_move_that_does_not_lead_on_is_refused(verb, state, cell):
    with pytest.raises(Refusal) as caught:
        made(verb, ready(verb, state))
    assert type(caught.value).__name__ == cell


def test_the_table_has_every_move():
    assert {verb for verb, _, _ in CELLS} == set(MOVES) == set(Verb) - {Verb.OPEN, Verb.ADD}


@pytest.mark.parametrize("verb", MOVES)
def test_somebody_without_the_right_is_refused_before_anything_else(verb):
    stranger = STAFF if verb in {"assign", "reject"} else OTHER_STAFF
    for state in FROM:
        with pytest.raises(NotYours):
            made(verb, ready(verb, state), by=stranger)


NEED_REASON = [verb for verb, (_, usual, _) in MOVES.items() if "reason" in usual]


@pytest.mark.parametrize("verb", NEED_REASON)
@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_move_that_needs_a_reason_is_refused_without(verb, words):
    state = next(state for name, state, cell in CELLS if name == verb and cell == "yes")
    with pytest.raises(NeedsReason):
        made(verb, ready(verb, state), reason=words)


def test_the_system_assigns_reopens_and_wakes():
    for verb, state in (("assign", State.REPORTED), ("relapse", State.CLOSED), ("resume", State.SUSPENDED)):
        _, usual, _ = MOVES[verb]
        move = getattr(moves, verb)(ready(verb, state), at=LATER, by=None, **usual)
        assert move.events[0].by is None
