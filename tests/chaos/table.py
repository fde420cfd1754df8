"""The table at the end of a run: each figure with its goal, and the first of what was found."""

import statistics
from collections import Counter
from typing import TYPE_CHECKING

from tests.chaos.evidence import Evidence, opened
from tests.chaos.oracle import FAMILIES, LABEL

if TYPE_CHECKING:
    from tests.chaos.kills import Outcome


def table(outcome: "Outcome") -> str:
    """Figure, goal and seed, one a line."""
    plan, evidence = outcome.plan, outcome.evidence
    counts = Counter(family for family, _ in outcome.findings)
    starts = sorted(outcome.starts) or [0.0]
    facts = [
        ("kills", str(outcome.kills), str(plan.kills)),
        ("reports", str(sum(1 for _, _, number in evidence.reports if number)), str(plan.reports)),
        ("updates", str(len(evidence.updates)), "-"),
        ("calls accepted", str(len(evidence.ledger)), "-"),
        *((what, str(count), "-") for what, count in _moves(evidence).items()),
        *((family, str(counts[family]), "0") for family in FAMILIES),
        *((what, str(count), "-") for what, count in _pushes(evidence).items()),
        ("start to first sign, median s", f"{statistics.median(starts):.2f}", "-"),
        ("start to first sign, longest s", f"{starts[-1]:.2f}", "3"),
        ("SIGTERM: exit status", str(outcome.drained[0]), "0"),
        ("SIGTERM: seconds", f"{outcome.drained[1]:.1f}", "10"),
        ("seconds in all", f"{outcome.seconds:.0f}", "-"),
    ]
    head = [
        f"seed {plan.seed}, {'webhook' if plan.webhook else 'polling'}, {'ack-early' if plan.ack_early else 'as it is'}"
    ]
    lines = [f"{what:<40} {figure:>10}  goal {goal}" for what, figure, goal in facts]
    return "\n".join(
        [*head, *lines, *(f"! {family}: {what}"[:300] for family, what in outcome.findings[:20])]
    )


def _moves(evidence: Evidence) -> dict[str, int]:
    """How often each move was made, and how many deadlines were called."""
    with opened(evidence.database) as db:
        rows = db.execute("select 'moved: ' || move, count(*) from history group by 1 order by 2 desc")
        calls = db.execute("select 'deadlines ' || state, count(*) from calls group by 1 order by 1")
        back = db.execute("select 'looks back ' || state, count(*) from lookbacks group by 1 order by 1")
        return {what: count for found in (rows, calls, back) for what, count in found}


def _pushes(evidence: Evidence) -> dict[str, int]:
    """How pushes ended, and how many went out again, labelled."""
    with opened(evidence.database) as db:
        query = "select class || ' pushes ' || state, count(*) from outbox group by 1 order by 1"
        rows = db.execute(query).fetchall()
        again = db.execute("select count(*) from outbox where repeats > 0").fetchone()[0]
    labelled = sum(1 for call in evidence.ledger if str(call["params"].get("text", "")).startswith(LABEL))
    return {
        **dict(map(tuple, rows)),
        "pushes of unknown outcome": again,
        "seen with the label of a repeat": labelled,
    }
