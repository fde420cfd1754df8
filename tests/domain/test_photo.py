"""The rules about photos as evidence: who resembles whom, and what a reviewer is warned of."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.geo import Point
from domain.photo import (
    PhotoFacts,
    PhotoWarning,
    WarningKind,
    WarningRules,
    is_dark,
    is_tiny,
    near,
    same_picture,
    warnings,
)

RULES = WarningRules(ZoneInfo("Asia/Shanghai"))
HERE = Point(34.87, 113.60)
SENT_AT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # half past midnight on the 23rd in Zhengzhou
ZERO = "0" * 64
PLAIN = PhotoFacts(
    sha256="a" * 64,
    bytes=1000,
    width=2048,
    height=1536,
    media_type="image/jpeg",
    taken_at=None,
    exif_point=None,
    perceptual=ZERO,
    quality=100,
    tiny=False,
    dark=False,
)


def test_near_counts_the_bits_that_differ() -> None:
    assert near(ZERO, ZERO) == 0
    assert near(ZERO, "f" * 64) == 256
    assert near(ZERO, "8" + "0" * 62 + "1") == 2


@pytest.mark.parametrize(("bits", "same"), [(0, True), (31, True), (32, False), (128, False)])
def test_m05_one_picture_is_at_most_31_bits_away(bits: int, *, same: bool) -> None:
    assert same_picture(ZERO, f"{(1 << bits) - 1:064x}") is same


def test_m05_the_district_may_set_another_distance() -> None:
    assert not same_picture(ZERO, f"{0xFFFF:064x}", same_bits=10)


def test_m05_a_flat_picture_resembles_nothing() -> None:
    flat = replace(PLAIN, quality=49)
    assert flat.telling_hash is None
    assert not same_picture(flat.telling_hash, flat.telling_hash)
    assert same_picture(PLAIN.telling_hash, PLAIN.telling_hash)


def test_m04_a_photo_without_exif_is_not_warned_of() -> None:
    assert warnings(PLAIN, HERE, SENT_AT, RULES) == ()


@pytest.mark.parametrize(("lat", "metres"), [(34.8744, None), (34.8746, 511), (35.87, 111195)])
def test_m04_a_photo_taken_over_500_m_away_is_warned_of(lat: float, metres: int | None) -> None:
    facts = replace(PLAIN, exif_point=Point(lat, HERE.lng))
    expected = () if metres is None else (PhotoWarning(WarningKind.FAR, metres=metres),)
    assert warnings(facts, HERE, SENT_AT, RULES) == expected


def test_m04_no_distance_is_judged_before_a_place_was_sent() -> None:
    assert warnings(replace(PLAIN, exif_point=HERE), None, SENT_AT, RULES) == ()


@pytest.mark.parametrize(
    ("taken_at", "warned"),
    [
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), True),
        (datetime(2025, 11, 23, 1, 0, tzinfo=UTC), True),
    ],
)
def test_m04_the_day_is_the_local_one(taken_at: datetime, *, warned: bool) -> None:
    found = warnings(replace(PLAIN, taken_at=taken_at), HERE, SENT_AT, RULES)
    assert [warning.kind for warning in found] == [WarningKind.OTHER_DAY] * warned


def test_m04_the_day_of_an_old_photo_is_told_as_it_was_there() -> None:
    facts = replace(PLAIN, taken_at=datetime(2026, 11, 20, 18, 0, tzinfo=UTC))
    (warning,) = warnings(facts, HERE, SENT_AT, RULES)
    assert str(warning.taken_on) == "2026-11-21"


def test_m06_a_tiny_and_a_dark_photo_are_hinted_at() -> None:
    found = warnings(replace(PLAIN, tiny=True, dark=True), HERE, SENT_AT, RULES)
    assert [warning.kind for warning in found] == [WarningKind.TINY, WarningKind.DARK]


def test_m06_tiny_is_under_a_tenth_of_a_megapixel() -> None:
    assert is_tiny(333, 300)
    assert not is_tiny(400, 250)


def test_m06_a_lamp_in_the_night_is_enough_to_be_no_black_frame() -> None:
    assert is_dark([985] + [0] * 254 + [9])
    assert not is_dark([985] + [0] * 254 + [11])
