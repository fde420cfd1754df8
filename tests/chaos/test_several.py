"""The gate for several processes on one PostgreSQL: killed, one of them paused for longer than its lease, nothing lost."""

from pathlib import Path

import pytest

from tests.chaos.kills import Plan, run
from tests.chaos.scene import prepare
from tests.chaos.table import table
from tests.support.databases import on_postgres

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(not on_postgres(), reason="several processes need PostgreSQL: run with --postgres"),
]


async def test_p05_three_processes_behind_one_webhook_lose_nothing_and_do_nothing_twice(
    tmp_path: Path,
) -> None:
    plan = Plan(kills=9, reports=60, seed=20261124, webhook=True, bots=3, pauses=1)
    await prepare(tmp_path)
    outcome = await run(plan, tmp_path)
    assert outcome.findings == [], table(outcome)
    assert outcome.kills == plan.kills
    fenced = (tmp_path / "bot0.log").read_text()
    assert "another process sends now" in fenced or "another instance took over" in fenced
