"""The rates: who may be written to when."""

import pytest

from domain.limits import Limiter, Rates


def spent(limiter: Limiter, chat: int, times: int, now: float, *, bulk: bool = False) -> int:
    """How many of ``times`` sends at once pass."""
    passed = 0
    for _ in range(times):
        if limiter.plan(now).take(chat, bulk=bulk):
            limiter.took(chat, now, bulk=bulk)
            passed += 1
    return passed


def test_a_chat_gets_three_at_once_and_then_one_a_second():
    limiter = Limiter(Rates())
    assert spent(limiter, 7, 9, 100.0) == 3
    assert spent(limiter, 7, 9, 100.9) == 0
    assert spent(limiter, 7, 9, 101.0) == 1


def test_a_group_gets_nineteen_in_any_minute():
    limiter = Limiter(Rates())
    passed = sum(spent(limiter, -7, 1, 100.0 + n) for n in range(59))
    assert passed == 19
    assert spent(limiter, -7, 1, 160.0) == 1
    assert spent(limiter, -7, 1, 160.5) == 0


def test_a_person_is_not_held_to_the_group_window():
    limiter = Limiter(Rates())
    assert sum(spent(limiter, 7, 1, 100.0 + n) for n in range(59)) == 59


def test_no_second_holds_more_than_twenty_nine():
    limiter = Limiter(Rates())
    assert sum(spent(limiter, chat, 1, 100.0) for chat in range(40)) == 29
    assert sum(spent(limiter, chat, 1, 100.99) for chat in range(50, 90)) == 0
    assert sum(spent(limiter, chat, 1, 101.0) for chat in range(50, 90)) == 29


def test_bulk_is_paced_evenly_so_that_a_reply_soon_finds_room():
    limiter = Limiter(Rates())
    at = [n / 1000 for n in range(1000)]
    bulk = sum(spent(limiter, -chat - 1, 1, 100.0 + now, bulk=True) for chat, now in enumerate(at))
    assert 28 <= bulk <= 29
    assert spent(limiter, 7, 1, 101.035) == 1


def test_a_plan_says_when_the_next_may_go_and_changes_nothing():
    limiter = Limiter(Rates())
    spent(limiter, 7, 3, 100.0)
    plan = limiter.plan(100.25)
    assert not plan.take(7, bulk=False)
    assert plan.wake_at == pytest.approx(101.0)
    assert limiter.plan(101.0).take(7, bulk=False)
    assert limiter.plan(101.0).take(7, bulk=False)


def test_a_rate_of_nothing_switches_limits_off():
    assert spent(Limiter(Rates(per_second=0)), -7, 500, 100.0, bulk=True) == 500


def test_quiet_chats_are_forgotten():
    limiter = Limiter(Rates(per_second=10**6))
    for chat in range(10_001):
        limiter.took(chat, 100.0 + chat / 100, bulk=False)
    assert len(limiter._chats) < 10_001
