"""The rules of invitations: codes, guesses, and who may invite whom."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from domain.invitation import (
    RANDOM_BYTES,
    Guesses,
    Invitation,
    Standing,
    code_from,
    hash_of,
    is_whole,
    judge,
    may_invite,
    must_wait,
)
from domain.people import Post, Role

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GOOD = Invitation("hash", Post(Role.PATROL, "a"), NOW, None, NOW + timedelta(hours=48))


@pytest.mark.parametrize("byte", [0, 62, 63, 255])
def test_a_code_fits_into_a_link_and_its_hash_into_a_button(byte: int) -> None:
    code = code_from(bytes([byte]) * RANDOM_BYTES)
    assert len(code) <= 64
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert len(hash_of(code)) == 43
    assert "." not in hash_of(code)


def test_a_code_has_at_least_128_bits() -> None:
    assert len(code_from(bytes(16))) == 22
    with pytest.raises(ValueError, match="128"):
        code_from(bytes(15))


@pytest.mark.parametrize(
    ("invitation", "after", "standing"),
    [
        (GOOD, timedelta(0), Standing.GOOD),
        (GOOD, timedelta(hours=48) - MINUTE, Standing.GOOD),
        (GOOD, timedelta(hours=48), Standing.EXPIRED),
        (None, timedelta(0), Standing.UNKNOWN),
        (Invitation("h", GOOD.post, NOW, None, GOOD.expires_at, NOW, 7), timedelta(0), Standing.YOURS),
        (Invitation("h", GOOD.post, NOW, None, GOOD.expires_at, NOW, 8), timedelta(0), Standing.USED),
    ],
)
def test_what_a_code_is_worth(invitation: Invitation | None, after: timedelta, standing: Standing) -> None:
    assert judge(invitation, 7, NOW + after) is standing


@pytest.mark.parametrize(
    ("minutes", "by_all", "after", "waits"),
    [
        ([], 0, 0, False),
        ([0, 1, 2, 3], 4, 3, False),
        ([0, 1, 2, 3, 4], 5, 4, True),
        ([0, 1, 2, 3, 4], 5, 18, True),
        ([0, 1, 2, 3, 4], 5, 19, False),
        ([0, 10, 12, 14, 16], 5, 16, False),  # five, but not within a quarter of an hour
        ([], 49, 0, False),
        ([], 50, 0, True),
    ],
)
def test_wrong_codes_make_people_wait(minutes: list[int], by_all: int, after: int, *, waits: bool) -> None:
    guesses = Guesses([NOW + MINUTE * minute for minute in minutes], by_all)
    assert must_wait(guesses, NOW + MINUTE * after) is waits


GIVES = {
    Role.OFFICE: set(Role) - {Role.OFFICE},
    Role.TOWN_STAFF: {Role.PATROL, Role.GRID_LEAD},
    Role.TOWN_LEADER: {Role.PATROL, Role.GRID_LEAD},
}
POSTS = {
    Role.PATROL: Post(Role.PATROL, "a"),
    Role.GRID_LEAD: Post(Role.GRID_LEAD, "a"),
    Role.TOWN_STAFF: Post(Role.TOWN_STAFF, "a"),
    Role.TOWN_LEADER: Post(Role.TOWN_LEADER, "a"),
    Role.BUREAU_STAFF: Post(Role.BUREAU_STAFF, None, "housing"),
    Role.INSPECTOR: Post(Role.INSPECTOR),
    Role.OFFICE: Post(Role.OFFICE),
}


@pytest.mark.parametrize(("giver", "role"), list(product(Role, Role)))
def test_who_may_invite_whom(giver: Role, role: Role) -> None:
    assert may_invite(POSTS[giver], POSTS[role]) is (role in GIVES.get(giver, set()))


@pytest.mark.parametrize("giver", [Role.TOWN_STAFF, Role.TOWN_LEADER])
def test_a_town_invites_into_its_own_town_only(giver: Role) -> None:
    assert not may_invite(Post(giver, "b"), POSTS[Role.PATROL])


@pytest.mark.parametrize(
    "post", [Post(Role.PATROL), Post(Role.OFFICE, "a"), Post(Role.BUREAU_STAFF), Post(Role.INSPECTOR, "a")]
)
def test_a_post_names_its_place_and_no_other(post: Post) -> None:
    assert not is_whole(post)
    assert not may_invite(Post(Role.OFFICE), post)
