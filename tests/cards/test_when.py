"""Moments and durations in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cards.when import duration, moment, stamp

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        (0, "今天 09:40", "today 09:40"),
        (-10, "昨天 23:40", "yesterday 23:40"),
        (24, "明天 09:40", "tomorrow 09:40"),
        (-48, "11月21日 09:40", "21/11 09:40"),
        (-24 * 365, "2025年11月23日 09:40", "23/11/2025 09:40"),
    ],
)
def test_a_moment_is_said_in_the_districts_day(hours, zh, en):
    at = NOW + timedelta(hours=hours)
    assert (moment("zh", at, NOW, ZONE), moment("en", at, NOW, ZONE)) == (zh, en)


def test_a_stamp_is_true_on_every_day():
    assert stamp("zh", NOW, ZONE) == "11月23日 09:40"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0.2, "不到 1 分钟", "less than a minute"),
        (-5, "不到 1 分钟", "less than a minute"),
        (30, "30 分钟", "30 min"),
        (59.6, "1 小时", "1 h"),
        (310, "5 小时 10 分钟", "5 h 10 min"),
        (360, "6 小时", "6 h"),
        (23 * 60, "23 小时", "23 h"),
        (23 * 60 + 40, "23 小时", "23 h"),
        (26 * 60, "1 天 2 小时", "1 d 2 h"),
        (48 * 60 + 59, "2 天", "2 d"),
    ],
)
def test_a_duration_has_its_two_largest_units(minutes, zh, en):
    long = timedelta(minutes=minutes)
    assert (duration("zh", long), duration("en", long)) == (zh, en)
