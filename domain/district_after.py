"""The file of what follows a ticket in a district: looking back, orders from above, consequences."""

from datetime import timedelta

from domain.consequence import ConsequenceRules
from domain.district_table import Table
from domain.lookback import LookBackRules
from domain.order import OrderRules

FILE = "after.toml"
MOST_DAYS = 365


def read_after(table: Table) -> tuple[LookBackRules, OrderRules, ConsequenceRules]:
    look_back, orders = _look_back(table.child("look_back")), _orders(table.child("orders"))
    consequences = _consequences(table.child("consequences"))
    table.close()
    return look_back, orders, consequences


def _look_back(table: Table) -> LookBackRules:
    rules = LookBackRules(
        days=_days(table, "days", 1),
        at=table.clock("at"),
        patience=timedelta(days=table.whole("patience_days", 1, 30)),
    )
    if list(rules.days) != sorted(rules.days):
        table.fault("days", "the nearest first", list(rules.days))
    table.close()
    return rules


def _orders(table: Table) -> OrderRules:
    rules = OrderRules(remind_days=_days(table, "remind_days", 0), at=table.clock("at"))
    table.close()
    return rules


def _consequences(table: Table) -> ConsequenceRules:
    rules = ConsequenceRules(
        at=table.clock("at"),
        overdue=timedelta(hours=table.whole("substitute_after_hours", 1, 24 * MOST_DAYS)),
        repeat_tickets=table.whole("blacklist_tickets", 2, 100),
        repeat_days=table.whole("blacklist_within_days", 1, MOST_DAYS),
        late_tickets=table.whole("talk_missed_deadlines", 1, 1000),
        late_days=table.whole("talk_within_days", 1, MOST_DAYS),
    )
    table.close()
    return rules


def _days(table: Table, key: str, least: int) -> tuple[int, ...]:
    """Numbers of days, each once."""
    found = table.raw(key)
    days = found if isinstance(found, list) else []
    if days and all(_is_day(one, least) for one in days) and len(set(days)) == len(days):
        return tuple(days)
    table.fault(key, f"different whole numbers from {least} to {MOST_DAYS}", found)
    return ()


def _is_day(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_DAYS
