"""What a line about an order says."""

from datetime import date

import pytest

from cards.order_making import order_words
from domain.order_reading import as_document, hear
from domain.ticket import Source

TODAY = date(2026, 11, 23)


def read(text, today=TODAY):
    return hear(text, order_words(), today)


def test_a_whole_line_is_understood_at_once():
    heard = read("市 郑环督〔2026〕12号 花园口镇 11月30日 前 裸土未盖，面积约 200 平方米")
    assert (heard.source, heard.document, heard.due) == (
        Source.CITY,
        "郑环督〔2026〕12号",
        date(2026, 11, 30),
    )
    assert heard.rest == "花园口镇 裸土未盖，面积约 200 平方米"


@pytest.mark.parametrize(
    "text", ["郑环督〔2026〕12号", "郑环督[2026]12号", "郑环督（2026）第12号", "郑环督 【2026】 012 号"]
)
def test_a_document_is_the_same_with_any_brackets(text):
    assert read(f"省 {text} 整改").document == "郑环督〔2026〕12号"
    assert as_document(text) == "郑环督〔2026〕12号"


def test_an_unusual_number_is_kept_as_it_is():
    assert as_document("  督办  7-3 ") == "督办 7-3"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("11月30日前", date(2026, 11, 30)),
        ("11月30号之前", date(2026, 11, 30)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("2026-12-01 前", date(2026, 12, 1)),
        ("12/1", date(2026, 12, 1)),
        ("1月15日前", date(2027, 1, 15)),
        ("3天内", date(2026, 11, 26)),
        ("30日内", date(2026, 12, 23)),
        ("30 November", None),
        ("november 30", date(2026, 11, 30)),
        ("11月23日", TODAY),
        ("面积 12.5 亩", None),
        ("2月30日", None),
    ],
)
def test_a_last_day_in_many_ways(text, due):
    assert read(f"市 {text} 覆盖").due == due


def test_a_day_that_has_passed_is_said_so():
    heard = read("11月20日前 覆盖")
    assert (heard.due, heard.passed) == (None, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("中央 整改", Source.CENTRAL),
        ("省督察 整改", Source.PROVINCE),
        ("市交办，整改", Source.CITY),
        ("区 整改", Source.DISTRICT),
        ("媒体曝光 整改", Source.MEDIA),
        ("领导批示：整改", Source.LEADER),
        ("city cover it", Source.CITY),
        ("市场周边积尘", None),
        ("小区门口积尘", None),
    ],
)
def test_a_level_is_a_word_of_its_own(text, source):
    assert read(text).source == source
