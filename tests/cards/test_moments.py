"""Moments as people type them, in both languages, on Monday 23 November 2026 at 09:40."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cards.moments import moment_words
from domain.errors import Refusal
from domain.moment_text import NoSuchDate, UnreadDate, read_moment
from domain.ticket import BadDate

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)


def read(text, now=NOW):
    moment = read_moment(text, moment_words(), now=now, zone=ZONE, at=time(18))
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("11月26日", "2026-11-26 18:00"),
        ("11月26号", "2026-11-26 18:00"),
        ("11月26", "2026-11-26 18:00"),
        ("１１月２６日", "2026-11-26 18:00"),
        ("26号", "2026-11-26 18:00"),
        ("26日 9:00", "2026-11-26 09:00"),
        ("5号", "2026-12-05 18:00"),
        ("到26号", "2026-11-26 18:00"),
        ("2026-11-26", "2026-11-26 18:00"),
        ("2026/11/26 08:30", "2026-11-26 08:30"),
        ("2026年11月26日", "2026-11-26 18:00"),
        ("2026年11月26日18时30分", "2026-11-26 18:30"),
        ("20261126", "2026-11-26 18:00"),
        ("11-26", "2026-11-26 18:00"),
        ("11.26", "2026-11-26 18:00"),
        ("11/26 下午3点", "2026-11-26 15:00"),
        ("1月5日", "2027-01-05 18:00"),
        ("今天", "2026-11-23 18:00"),
        ("18:00", "2026-11-23 18:00"),
        ("明天 18:00", "2026-11-24 18:00"),
        ("明天下午三点", "2026-11-24 15:00"),
        ("明天下午3点半", "2026-11-24 15:30"),
        ("明晚8点", "2026-11-24 20:00"),
        ("明天中午十二点半", "2026-11-24 12:30"),
        ("后天早上九点", "2026-11-25 09:00"),
        ("明天晚上8点", "2026-11-24 20:00"),
        ("后天", "2026-11-25 18:00"),
        ("大后天前", "2026-11-26 18:00"),
        ("3天", "2026-11-26 18:00"),
        ("三天后", "2026-11-26 18:00"),
        ("周五", "2026-11-27 18:00"),
        ("下周三 9点", "2026-12-02 09:00"),
        ("延到 11月30日。", "2026-11-30 18:00"),
        ("tomorrow 6 pm", "2026-11-24 18:00"),
        ("tomorrow 6:30pm", "2026-11-24 18:30"),
        ("until Nov 26", "2026-11-26 18:00"),
        ("26 November 2026", "2026-11-26 18:00"),
        ("Nov 26th", "2026-11-26 18:00"),
        ("next wednesday", "2026-12-02 18:00"),
        ("3 days", "2026-11-26 18:00"),
    ],
)
def test_a_moment_is_read_in_any_usual_way(text, meant):
    assert read(text) == meant


@pytest.mark.parametrize("text", ["2月30日", "2026-13-01", "32号", "11月31日", "11月26日 25:00", "0天 9:99"])
def test_a_day_or_time_that_does_not_exist_is_refused(text):
    with pytest.raises(NoSuchDate):
        read(text)


@pytest.mark.parametrize("text", ["11月20日", "2025-11-26", "今天 9:00", "9:30", "0天 8:00"])
def test_what_has_passed_is_refused(text):
    with pytest.raises(BadDate):
        read(text)


@pytest.mark.parametrize(
    "text", ["", "  ", "尽快", "下雨", "26", "11月26日下雨", "第26次", "明年", "\0", "９" * 500]
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(UnreadDate):
        read(text)


def test_a_leap_day_is_the_next_one():
    now = datetime(2027, 11, 1, tzinfo=UTC)
    assert read("2月29日", now) == "2028-02-29 18:00"


@pytest.mark.parametrize(
    "text", ["99999999天", "0000-00-00", "周", "下", "::", "1:", "月日", "-1号", "1" * 60]
)
def test_nothing_that_is_typed_breaks_it(text):
    with pytest.raises(Refusal):
        read(text)
