"""How a district judges the work of its towns and bureaus, out of its file."""

from decimal import Decimal
from types import MappingProxyType

from domain.assessment import AssessmentRules, Deduction, End, Money, Rule
from domain.district_table import Table
from domain.period import Length

FILE = "assessment.toml"
_POINTS = r"\d{1,3}(?:\.\d)?"
_MOST_YUAN = 10**8


def read_assessment(table: Table) -> AssessmentRules:
    deductions = table.child("deductions")
    rules = AssessmentRules(
        version=table.text("version"),
        air=table.whole("air_percent", 0, 100),
        deductions=MappingProxyType({rule: _deduction(deductions.child(rule)) for rule in Rule}),
        money=tuple(_money(row) for row in (table.children("money") if table.has("money") else ())),
    )
    deductions.close()
    table.close()
    return rules


def _deduction(table: Table) -> Deduction:
    each, most = (
        table.text(key, _POINTS, "points like '0.5', in quotation marks") for key in ("points", "most")
    )
    table.close()
    return Deduction(Decimal(each or 0), Decimal(most or 0))


def _money(row: Table) -> Money:
    length = row.choice("length", (Length.WEEK, Length.MONTH)) or Length.WEEK
    end = row.choice("place", tuple(End)) or End.FIRST
    money = Money(Length(length), End(end), Decimal(row.whole("yuan", 1, _MOST_YUAN)))
    row.close()
    return money
