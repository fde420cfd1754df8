"""The proof of the work: what is refused, and what a reviewer is told to look at."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.fixing import After, check, doubts
from domain.ticket import BadQuantity, Doubt, NeedsPhoto, State, UsedPhoto
from tests.support.moving import HOUR, NOW, RULES, proof, standing

HERE = {"lat": 34.9, "lng": 113.67}
NEAR = {"lat": 34.9053, "lng": 113.67}  # 589 m
FAR = {"lat": 34.9055, "lng": 113.67}  # 612 m
TICKET = standing(State.ACCEPTED)  # reported an hour ago


@pytest.mark.parametrize(
    ("photos", "marks"),
    [
        ([After(taken_at=NOW, **HERE)], ()),
        ([After(**HERE)], ()),
        ([After(taken_at=NOW, **NEAR)], ()),
        ([After(taken_at=NOW, **FAR)], ("far",)),
        ([After(taken_at=NOW, **HERE), After(taken_at=NOW, **FAR)], ("far",)),
        ([After(taken_at=NOW, **HERE), After(taken_at=NOW)], ()),
        ([After(taken_at=NOW)], ("no_place",)),
        ([After(taken_at=NOW - HOUR, **HERE)], ()),
        ([After(taken_at=NOW - HOUR - timedelta(seconds=1), **HERE)], ("late",)),
        ([After(taken_at=NOW, reused=True, **HERE)], ("reused",)),
        ([After(taken_at=NOW - 2 * HOUR, reused=True, **FAR)], ("far", "late", "reused")),
    ],
)
def test_a_photo_is_doubted_for_its_place_its_time_and_its_looks(photos, marks):
    assert doubts(TICKET, photos, RULES, NOW) == marks


def test_a_photo_taken_long_ago_is_late_though_the_report_is_older():
    old = standing(State.ACCEPTED, reported_at=NOW - 100 * HOUR)
    assert doubts(old, [After(taken_at=NOW - 25 * HOUR, **HERE)], RULES, NOW) == (Doubt.LATE,)
    assert doubts(old, [After(taken_at=NOW - 23 * HOUR, **HERE)], RULES, NOW) == ()


def test_on_the_spot_the_work_may_be_older_than_the_report():
    photos = [After(taken_at=NOW - 2 * HOUR, **HERE)]
    assert doubts(TICKET, photos, RULES, NOW, on_the_spot=True) == ()


def test_nothing_is_far_from_a_ticket_without_a_place():
    assert doubts(standing(State.ACCEPTED, lat=None, lng=None), [After(**FAR)], RULES, NOW) == ()


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        *(("1", None), (None, "家"), ("1", "斤"), ("0", "家"), ("-1", "家"), ("0.0001", "吨")),
        *(("1e9", "吨"), ("NaN", "吨"), ("Infinity", "吨")),
    ],
)
def test_a_quantity_that_makes_no_sense_is_refused(quantity, unit):
    with pytest.raises(BadQuantity):
        check(proof(quantity=Decimal(quantity) if quantity else None, quantity_unit=unit), RULES)


@pytest.mark.parametrize(
    ("quantity", "unit"), [("3", "家"), ("0.125", "吨"), ("999999999.999", "吨"), (None, None)]
)
def test_a_quantity_with_its_unit_is_taken(quantity, unit):
    check(proof(quantity=Decimal(quantity) if quantity else None, quantity_unit=unit), RULES)


def test_no_photo_and_a_photo_used_before_are_refused_and_one_not_yet_fetched_is_not():
    with pytest.raises(NeedsPhoto):
        check(proof(photos=()), RULES)
    with pytest.raises(UsedPhoto):
        check(proof(used=("a" * 64,)), RULES)
    check(proof(photos=(After(),), used=("a" * 64,)), RULES)
