"""How questions are understood: the vocabulary, the names, and what is left."""

from datetime import date

import pytest

from cards.vocabulary import vocabulary
from domain.name_text import Lexicon, Named
from domain.names import Sites
from domain.number import Wanted
from domain.query import Order, Query, hear
from domain.reading import Names, readings
from domain.ticket import OPEN, Source, State
from tests.support.desk import office

TODAY = date(2026, 11, 23)  # a Monday
HUAYUANKOU, JIANGSHAN, YINGBIN = "410108100", "410108003", "410108005"
SITES = Sites(
    [Named("s1", "大河社区项目", (), HUAYUANKOU), Named("s2", "岗李水库工地", (), "410108006")], Lexicon()
)
NAMES = Names(
    office().towns,
    SITES,
    office().categories,
    office().district.categories,
    {"李四": (5,)},
    frozenset(vocabulary().joints),
)


def understood(text):
    return list(readings(hear(text, vocabulary(), prefix="HJ", today=TODAY), NAMES))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("花园口 超期", Query(towns=(HUAYUANKOU,), overdue=True)),
        ("花园口超期的有哪些", Query(towns=(HUAYUANKOU,), overdue=True)),
        ("huayuankou overdue", Query(towns=(HUAYUANKOU,), overdue=True)),
        ("0007", Query(wanted=Wanted(7))),
        ("查 7号", Query(wanted=Wanted(7))),
        ("花园口 7", Query(wanted=Wanted(7), towns=(HUAYUANKOU,))),
        ("请问HJ20261123-0007怎么样了", Query(wanted=Wanted(7, TODAY))),
        ("昨天 夜查", Query(sources=(Source.NIGHT,), since=date(2026, 11, 22), until=date(2026, 11, 22))),
        ("昨晚夜间督查", Query(sources=(Source.NIGHT,), since=date(2026, 11, 22), until=date(2026, 11, 22))),
        ("花园口裸土", Query(towns=(HUAYUANKOU,), categories=("bare_earth",))),
        ("黄土裸露", Query(categories=("bare_earth",))),
        ("小散乱污", Query(categories=("scattered_works",))),
        ("燃煤散烧", Query(categories=("loose_coal",))),
        ("渣土车", Query(categories=("truck_mud", "truck_spill", "illegal_truck"))),
        ("待接单", Query(states=(State.ASSIGNED,))),
        ("未销号", Query(states=tuple(sorted(OPEN)))),
        ("已销号", Query(states=(State.CLOSED,))),
        ("我的 超期", Query(mine=True, overdue=True)),
        ("李四", Query(people=(5,), names=("李四",))),
        ("江山办和迎宾办", Query(towns=(JIANGSHAN, YINGBIN))),
        ("11月", Query(since=date(2026, 11, 1), until=date(2026, 11, 30))),
        ("十二月", Query(since=date(2025, 12, 1), until=date(2025, 12, 31))),
        ("11月22日", Query(since=date(2026, 11, 22), until=date(2026, 11, 22))),
        ("2026-11-22", Query(since=date(2026, 11, 22), until=date(2026, 11, 22))),
        ("11/22", Query(since=date(2026, 11, 22), until=date(2026, 11, 22))),
        ("november 22nd", Query(since=date(2026, 11, 22), until=date(2026, 11, 22))),
        ("近7天", Query(since=date(2026, 11, 17), until=TODAY)),
        ("本周", Query(since=TODAY, until=TODAY)),
        ("上周", Query(since=date(2026, 11, 16), until=date(2026, 11, 22))),
        ("上个月", Query(since=date(2026, 10, 1), until=date(2026, 10, 31))),
        ("last month", Query(since=date(2026, 10, 1), until=date(2026, 10, 31))),
        ("盖土网", Query(words=("盖土网",))),
    ],
)
def test_the_first_reading_of_a_question(text, query):
    assert understood(text)[0] == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            "花园口镇大河社区项目裸土",
            Query(towns=(HUAYUANKOU,), categories=("bare_earth",), words=("大河社区项目",)),
        ),
        ("大河社区", Query(sites=("s1",), unknown=("大河社区",))),
        ("花园口天晓得", Query(towns=(HUAYUANKOU,), unknown=("天晓得",))),
        ("岗李水裤工地", Query(sites=("s2",))),
        ("江山办和迎宾办对比", Query(towns=(JIANGSHAN, YINGBIN), unknown=("对比",))),
        ("大河社区 工地", Query(words=("大河社区", "工地"))),
        ("李四 超期", Query(overdue=True, words=("李四",))),
    ],
)
def test_a_further_reading_of_a_question(text, query):
    assert query in understood(text)


def test_a_word_that_nobody_knows_is_left_aside_last_and_named():
    assert understood("花园口 天晓得")[-1] == Query(towns=(HUAYUANKOU,), unknown=("天晓得",))


def test_a_site_that_is_sure_is_never_left_aside():
    assert not [query for query in understood("大河社区项目 超期") if query.unknown and not query.sites]


@pytest.mark.parametrize("text", ["", "查", "???", "的", "，。！"])
def test_nothing_said_is_no_question(text):
    assert understood(text) == []


@pytest.mark.parametrize("text", ["2月30日", "13/45", "9" * 5000, "今" * 5000, "(" * 300, "\u202e7\u0000"])
def test_strange_texts_are_read_without_a_fault(text):
    assert isinstance(understood(text), list)


def test_overdue_is_listed_by_deadline_and_the_rest_by_age():
    assert (Query(overdue=True).order, Query(mine=True).order) == (Order.DUE, Order.NEWEST)
