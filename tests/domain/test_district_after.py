"""The file of what follows a ticket, and what is found wrong in it."""

import pytest

from domain.district_parse import read_district
from tests.support.district_text import FILES, faults_of, with_change

FILE = "after.toml"


def test_the_days_are_read_in_their_order():
    district = read_district(FILES)
    assert district.look_back.days == (7, 30)
    assert district.look_back.patience.days == 2
    assert district.orders.remind_days == (3, 1, 0)
    assert district.consequences.overdue.days == 3
    assert district.consequences.repeat_tickets == 3


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[7, 30]", "[30, 7]", "look_back.days"),
        ("[7, 30]", "[7, 7]", "look_back.days"),
        ("[7, 30]", "[0]", "look_back.days"),
        ("[7, 30]", "[]", "look_back.days"),
        ("[7, 30]", "[true]", "look_back.days"),
        ("[3, 1, 0]", "[366]", "orders.remind_days"),
        ("patience_days = 2", "patience_days = 0", "look_back.patience_days"),
        ('at = "09:00"', 'at = "9"', "look_back.at"),
        ("[orders]", "[order]", "orders"),
        ("substitute_after_hours = 72", "substitute_after_hours = 0", "consequences.substitute_after_hours"),
        ("blacklist_tickets = 3", "blacklist_tickets = 1", "consequences.blacklist_tickets"),
        ("patience_days = 2", "patience_days = 2\nodd = 1", "look_back.odd"),
    ],
)
def test_what_is_wrong_is_named(old, new, key):
    assert key in [fault.key for fault in faults_of(with_change(FILE, old, new))]
