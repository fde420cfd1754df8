"""The policy of delivery as a table: every class, every outcome."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import delivery as d
from domain.delivery import Claimed, after, backoff
from domain.message import Message
from domain.push import Act, Push, PushClass, PushState

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PUSH = Push("k", 7, NOW, NOW + timedelta(hours=1), message=Message("x"))
OFFICE_HEARS = (PushClass.CRITICAL, PushClass.DAILY)
W, S, F, U = PushState.WAITING, PushState.SENT, PushState.FAILED, PushState.UNKNOWN
EVERY = [
    (d.Sent(5), S),
    (d.NotModified(), S),
    (d.NotSent("x"), W),
    (d.Later(9), W),
    (d.Moved(-100), W),
    (d.Unreachable("x"), F),
    (d.Parked("x"), PushState.PARKED),
    (d.Refused("x"), F),
    (d.PlainText("x"), W),
    (d.Gone("x"), F),
    (d.Unauthorized("x"), W),
    (d.Expired("x"), PushState.EXPIRED),
]


def claimed(push_class: PushClass = PushClass.REPLY, **more: object) -> Claimed:
    return replace(Claimed(1, replace(PUSH, push_class=push_class)), **more)


def edit(message_id: int | None = 9) -> Claimed:
    return Claimed(1, replace(PUSH, act=Act.EDIT), message_id=message_id)


@pytest.mark.parametrize("push_class", PushClass)
@pytest.mark.parametrize(("outcome", "state"), EVERY, ids=lambda one: type(one).__name__)
def test_every_outcome_has_one_end_in_every_class(push_class, outcome, state):
    assert after(claimed(push_class), outcome, NOW, 0.5).state is state


@pytest.mark.parametrize(
    ("push_class", "repeats", "state"),
    [
        (PushClass.CRITICAL, 0, W),
        (PushClass.CRITICAL, 1, W),
        (PushClass.CRITICAL, 2, U),
        (PushClass.DAILY, 0, W),
        (PushClass.DAILY, 1, U),
        (PushClass.REPLY, 0, W),
        (PushClass.REPLY, 1, U),
        (PushClass.ONCE, 0, U),
    ],
)
def test_an_unknown_send_is_repeated_as_often_as_its_class_allows(push_class, repeats, state):
    settled = after(claimed(push_class, repeats=repeats), d.Unknown("reset"), NOW, 0)
    assert settled.state is state
    assert settled.repeats == repeats + (state is W)
    assert settled.undelivered is (state is U and push_class in OFFICE_HEARS)


@pytest.mark.parametrize("act", [Act.ANSWER, Act.REACT])
def test_what_may_be_done_twice_is_tried_again_without_a_label(act):
    settled = after(Claimed(1, replace(PUSH, act=act)), d.Unknown("reset"), NOW, 0)
    assert (settled.state, settled.repeats, settled.freeze_until) == (W, 0, None)
    assert settled.due_at > NOW


def test_an_edit_that_may_have_arrived_is_simply_done_again():
    settled = after(edit(), d.Unknown("reset"), NOW, 0)
    assert (settled.state, settled.repeats) == (W, 0)
    assert after(edit(None), d.Unknown("reset"), NOW, 0).repeats == 1


def test_a_retry_freezes_the_chat_and_not_the_push():
    settled = after(claimed(), d.NotSent("refused"), NOW, 0)
    assert settled.freeze_until == NOW + timedelta(seconds=1)
    assert settled.due_at == PUSH.due_at


def test_backoff_grows_from_one_second_to_a_minute():
    assert [backoff(n, 0) for n in (1, 2, 3, 6, 7, 5000)] == [1, 2, 4, 32, 60, 60]
    assert backoff(1, 1) == 1.25


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (35, 35), (86_400, 86_400), (10**12, 86_400)])
def test_t24_a_wait_is_kept_to_a_second_and_a_day(asked, given):
    assert after(claimed(), d.Later(asked), NOW, 0).freeze_until == NOW + timedelta(seconds=given)


def test_t04_markup_is_given_up_once():
    first = after(claimed(), d.PlainText("can't parse"), NOW, 0)
    assert (first.state, first.plain, first.freeze_until) == (W, True, None)
    assert after(claimed(plain=True), d.PlainText("can't parse"), NOW, 0).state is F


def test_t06_a_message_that_is_gone_is_forgotten_and_sent_anew():
    settled = after(edit(), d.Gone("not found"), NOW, 0)
    assert (settled.state, settled.forget, settled.message_id) == (W, True, None)


def test_t02_a_chat_that_moved_to_itself_is_not_chased():
    assert after(claimed(), d.Moved(-5), NOW, 0).moved_to == -5
    assert after(claimed(), d.Moved(PUSH.chat_id), NOW, 0).state is F


def test_t18_a_person_who_cannot_be_reached_is_marked_and_the_office_hears():
    settled = after(claimed(PushClass.CRITICAL), d.Unreachable("blocked"), NOW, 0)
    assert settled.unreachable
    assert settled.undelivered
    assert not after(claimed(), d.Unreachable("blocked"), NOW, 0).undelivered


def test_progress_of_a_push_of_several_messages_is_kept():
    assert after(claimed(progress=1), d.NotSent("x", done=2), NOW, 0).progress == 3
