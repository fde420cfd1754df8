"""The file of what follows a ticket in a district: looking back, and orders from above."""

from datetime import timedelta

from domain.district_table import Table
from domain.lookback import LookBackRules
from domain.order import OrderRules

FILE = "after.toml"
MOST_DAYS = 365


def read_after(table: Table) -> tuple[LookBackRules, OrderRules]:
    look_back, orders = _look_back(table.child("look_back")), _orders(table.child("orders"))
    table.close()
    return look_back, orders


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
