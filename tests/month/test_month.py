"""Some days of the team, played through the real bot: what they did is what the export says, and the comparison can tell."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import uvloop

from tests.month.closing import table
from tests.month.plan import Fate
from tests.month.replay import Outcome, Wish, replay
from tests.month.tally import Known, compared

# read from the file while it is played; what it does to a database the talks do on both
pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("month")]
SOME_DAYS = Wish(seed=1, first=date(2026, 12, 1), days=2, count=17, tail=6, grid=timedelta(hours=3))
END = SOME_DAYS.end
AT = datetime(2026, 12, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return uvloop.run(replay(SOME_DAYS, tmp_path_factory.mktemp("month")))


def test_what_the_export_counts_is_what_was_done(outcome: Outcome) -> None:
    assert outcome.faults == []


def test_every_fate_was_played_and_told(outcome: Outcome) -> None:
    told = "\n".join(outcome.transcript.lines)
    assert {one.fate for one in outcome.tally.known.values()} == set(Fate)
    assert all(word in told for word in ("当场整改", "已登记", "又反弹", "延期至", "挂起至", "早报"))
    assert "✗" not in table(outcome)


def known(number: str, **more: object) -> Known:
    """A ticket that was closed with 120 square metres."""
    facts = {
        "state": "closed",
        "outcome": "rectified",
        "closed_at": AT,
        "quantity": Decimal(120),
        "unit": "平方米",
    }
    place = ("patrol", "bare_earth", "花园口镇", "示例工地", 1001, AT, 1, AT)
    return Known(number, Fate.PLAIN, *place, **(facts | more))


def exported(number: str, **more: object) -> dict[str, object]:
    """The row of the export of the same ticket."""
    at = AT.isoformat()
    nothing = dict.fromkeys(("source_document", "suspended_until", "next_action_at"))
    counts = {"reopened": 0, "relapses": 0, "extended": 0, "on_the_spot": False, "reporter_id": 1001}
    what = {
        "source": "patrol",
        "category": "bare_earth",
        "town": "花园口镇",
        "state": "closed",
        "outcome": "rectified",
    }
    times = {"reported_at": at, "closed_at": at, "fix_due_at": at, "photos": [{"kind": "before"}]}
    return {
        "number": number,
        **nothing,
        **counts,
        **what,
        **times,
        "quantity": 120,
        "quantity_unit": "平方米",
        **more,
    }


def test_what_agrees_is_not_complained_of() -> None:
    assert compared([known("1"), known("2")], [exported("1"), exported("2")], END) == []


OPEN = {"state": "accepted", "outcome": None, "closed_at": None}
AFTER = {"fix_due_at": (END + timedelta(hours=1)).isoformat()}
WRONG = {
    "one too few is exported": (
        [known("1"), known("2")],
        [exported("1")],
        "('发现', '全部'): known 2, exported 1",
    ),
    "one that nobody knows": ([known("1")], [exported("1"), exported("2")], "2: nobody knows of it"),
    "a quantity is off by one": (
        [known("1")],
        [exported("1", quantity=121)],
        "('数量', '平方米'): known 120, exported 121",
    ),
    "another source": (
        [known("1")],
        [exported("1", source="night")],
        "('发现', '夜查'): known 0, exported 1",
    ),
    "open, and due before the end": ([known("1", **OPEN)], [exported("1", **OPEN)], "1: still accepted"),
    "nothing comes next": (
        [known("1", **OPEN)],
        [exported("1", **OPEN, **AFTER)],
        "1: accepted without a next action",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_comparison_finds_what_is_wrong(wrong: str) -> None:
    ours, theirs, finding = WRONG[wrong]
    assert any(one.startswith(finding) for one in compared(ours, theirs, END))
