"""The buttons of a ticket against the moves themselves: what is offered is not refused, and nothing else is held back."""

import pytest

from domain.errors import Refusal
from domain.moves_open import possible
from domain.ticket import State, Verb
from tests.support.moving import ASKED, EVERYBODY, INSPECTOR, MOVES, OFFICER, PATROL, STAFF, made, standing

VERBS = [Verb(name) for name in MOVES if name != "relapse"]  # a relapse has no button
TICKETS = {
    **{state.value: standing(state) for state in State},
    "asked": standing(State.ACCEPTED, **ASKED),
    "extended": standing(State.ACCEPTED, extended=1),
}


def goes(verb, ticket, person):
    try:
        made(verb, ticket, by=person)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("name", TICKETS)
@pytest.mark.parametrize("person", EVERYBODY, ids=lambda one: f"{one.post.role}-{one.id}")
def test_a_button_is_there_exactly_where_its_move_would_go(person, name):
    ticket = TICKETS[name]
    expected = {verb for verb in VERBS if goes(verb, ticket, person)}
    if Verb.FIX in expected:
        expected.discard(Verb.FIX_ON_THE_SPOT)
    assert set(possible(person, ticket)) == expected


@pytest.mark.parametrize(
    ("person", "state", "first"),
    [
        (STAFF, State.ASSIGNED, Verb.ACCEPT),
        (STAFF, State.ACCEPTED, Verb.FIX),
        (PATROL, State.ASSIGNED, Verb.FIX_ON_THE_SPOT),
        (INSPECTOR, State.FIXED, Verb.VERIFY_CLOSE),
        (OFFICER, State.SUSPENDED, Verb.RESUME),
        (INSPECTOR, State.CLOSED, Verb.REOPEN),
    ],
)
def test_what_leads_on_comes_first(person, state, first):
    assert possible(person, standing(state))[0] is first
