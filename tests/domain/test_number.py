"""A ticket's number in any form."""

from datetime import date

import pytest

from domain.number import Wanted, find_number, read_number

TODAY = date(2026, 11, 23)
FULL = Wanted(7, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "HJ20261123-0007",
        "hj20261123-0007",
        "HJ202611230007",
        "202611230007",
        "20261123-7",
        "ＨＪ２０２６１１２３－０００７",
        "HJ20261123—0007",
        "HJ 20261123 0007",
        "2026-11-23-0007",
        "1123-0007",
        "1123-7",
        "11-23-7",
        "HJ1123-0007",
        "11230007",
    ],
)
def test_a_number_with_its_date_is_read_in_every_form(text):
    assert read_number(text, "HJ", TODAY) == FULL


@pytest.mark.parametrize(
    "text", ["7", "07", "0007", "#7", "＃7", "７", "⑦", "7号", "第7件", "HJ7", "HJ-0007", "７号"]
)
def test_a_number_without_date_is_the_newest(text):
    assert read_number(text, "HJ", TODAY) == Wanted(7)


@pytest.mark.parametrize(
    "text", ["", "HJ", "花园口", "7区", "20261350-0007", "1234567", "20261123", "99999999999999999", "7.5%"]
)
def test_what_is_no_number_is_not_read_as_one(text):
    assert read_number(text, "HJ", TODAY) is None


def test_a_day_without_year_is_the_last_such_day():
    assert read_number("1224-0031", "HJ", TODAY) == Wanted(31, date(2025, 12, 24))


def test_a_number_is_found_inside_a_sentence():
    assert find_number("请问 HJ20261123-0007 怎么样了", "HJ", TODAY) == FULL
    assert find_number("HJ 项目在哪里", "HJ", TODAY) is None
