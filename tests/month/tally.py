"""What the players know that they did, kept ticket by ticket, and what the export says; both counted as the newspaper counts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.month.plan import Fate

Row = dict[str, Any]
Counts = Counter[tuple[str, str]]  # what and of which kind
FINDS_MOST = 40


@dataclass(slots=True)
class Known:
    """A ticket as those who worked on it know it."""

    number: str
    fate: Fate
    source: str
    category: str
    town: str
    site: str
    reporter: int
    reported_at: datetime
    before: int
    due: datetime
    state: str = "assigned"
    outcome: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    after: int = 0
    on_the_spot: bool = False
    reopened: int = 0
    relapses: int = 0
    extended: int = 0
    closed_at: datetime | None = None
    document: str | None = None
    looks: int = 0
    reminded: int = 0
    closings: list[list[datetime | None]] = field(
        default_factory=list
    )  # when closed, and when reopened after it


@dataclass(slots=True)
class Tally:
    """Everything that was done, and what the players missed."""

    known: dict[str, Known] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    digests: int = 0

    def wrong(self, what: str) -> None:
        self.faults.append(what)


def counted(every: Iterable[Row]) -> Counts:
    """The counters of the newspaper, of rows that name the same things as the export does."""
    counts: Counts = Counter()
    for row in every:
        for each in _of(row):
            counts.update(each)
    return Counter({key: value for key, value in counts.items() if value})


def _of(row: Row) -> Iterator[dict[tuple[str, str], Any]]:
    yield {("发现", "全部"): 1, ("来源", row["source"]): 1, ("镇办发现", row["town"]): 1}
    yield {("发现", "夜查"): int(row["source"] == "night"), ("类别", row["category"]): 1}
    yield {
        ("状态", row["state"]): 1,
        ("反弹", "次数"): row["relapses"],
        ("重新办理", "次数"): row["reopened"],
    }
    yield {("当场整改", "件"): int(row["on_the_spot"]), ("延期", "件"): row["extended"]}
    if row["state"] == "closed":
        yield {("销号", "全部"): 1, ("销号结果", row["outcome"]): 1, ("镇办销号", row["town"]): 1}
        if row["quantity"] is not None:
            amount = Decimal(str(row["quantity"]))
            yield {("数量", row["quantity_unit"]): amount}
            yield {(f"{row['town']}数量", row["quantity_unit"]): amount}


def row_of(one: Known) -> Row:
    """What the export should say of it."""
    return {
        "number": one.number,
        "source": one.source,
        "source_document": one.document,
        "category": one.category,
        "town": one.town,
        "reporter_id": one.reporter,
        "reported_at": one.reported_at,
        "state": one.state,
        "outcome": one.outcome,
        "quantity": one.quantity,
        "quantity_unit": one.unit,
        "on_the_spot": one.on_the_spot,
        "reopened": one.reopened,
        "relapses": one.relapses,
        "extended": one.extended,
        "closed_at": one.closed_at,
        "before": one.before,
        "after": one.after,
    }


def read(row: Row) -> Row:
    """A row of the export in the same words."""
    kinds = Counter(photo["kind"] for photo in row["photos"])
    quantity = row["quantity"]
    return {
        **row,
        "quantity": None if quantity is None else Decimal(str(quantity)),
        "reported_at": _moment(row["reported_at"]),
        "closed_at": _moment(row["closed_at"]),
        "fix_due_at": _moment(row["fix_due_at"]),
        "suspended_until": _moment(row["suspended_until"]),
        "next_action_at": _moment(row["next_action_at"]),
        "before": kinds["before"],
        "after": kinds["after"],
    }


def compared(known: Iterable[Known], exported: Iterable[Row], end: datetime) -> list[str]:
    """Everything in which the two differ, ticket by ticket and counter by counter."""
    ours = {one.number: row_of(one) for one in known}
    theirs = {row["number"]: read(row) for row in exported}
    found = [f"{number}: the export lacks it" for number in ours if number not in theirs]
    found += [f"{number}: nobody knows of it" for number in theirs if number not in ours]
    for number in sorted(ours.keys() & theirs.keys()):
        found += _differs(number, ours[number], theirs[number])
    found += [fault for row in theirs.values() for fault in _untracked(row, end)]
    one, other = counted(ours.values()), counted(theirs.values())
    found += [
        f"{key}: known {one[key]}, exported {other[key]}" for key in one | other if one[key] != other[key]
    ]
    return found


def _differs(number: str, ours: Row, theirs: Row) -> list[str]:
    return [
        f"{number}: {name} is known as {value}, exported as {theirs[name]}"
        for name, value in ours.items()
        if theirs[name] != value
    ]


def _untracked(row: Row, end: datetime) -> Iterator[str]:
    """Ended with what it came to; or else its deadline lies after the end, and something comes next."""
    if row["state"] in {"closed", "rejected"}:
        if not row["outcome"]:
            yield f"{row['number']}: {row['state']} without an outcome"
        return
    due = max((at for at in (row["fix_due_at"], row["suspended_until"]) if at), default=None)
    if due is None or due <= end:
        yield f"{row['number']}: still {row['state']}, due {due}"
    if row["next_action_at"] is None:
        yield f"{row['number']}: {row['state']} without a next action"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
