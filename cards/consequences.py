"""Consequences: what is proposed and why, who has confirmed it, what it costs, and the register of a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.ticketing import Ticketing
from domain.consequence import Consequence, Kind, Stand
from domain.message import Button, Message, Style
from domain.ticket import Ticket

LINES = 10
NUMBERS_IN_A_ROW = 5
MOST_MONTHS_AGO = 24


@dataclass(frozen=True, slots=True)
class Around:
    """The ticket that it is about, the names of those who acted, and whether the reader decides."""

    ticket: Ticket | None = None
    names: Mapping[int, str] = field(default_factory=dict)
    decides: bool = False


def proposed(view: Ticketing, new: Sequence[Consequence]) -> Message:
    """What the rules have found: one message, a button each."""
    lines = [_say(view, "proposed_head", count=len(new)), *_lines(view, new)]
    if len(new) > LINES:
        lines.append(_say(view, "more", count=len(new) - LINES))
    return Message("\n".join(lines), _numbers(view, new))


def listed(
    view: Ticketing,
    waiting: Sequence[Consequence],
    in_force: Sequence[Consequence],
    *,
    month: datetime,
    months_ago: int,
    may_register: bool,
) -> Message:
    """What waits for a decision, and the register of the month with what is taken from each unit."""
    name = _label(view, "month", year=month.year, month=month.month)
    every = [*waiting[:LINES], *in_force[:LINES]]
    lines = []
    if waiting:
        lines += [_say(view, "waiting_head", count=len(waiting)), *_lines(view, waiting)]
    lines.append(
        _say(view, "in_force_head" if in_force else "in_force_none", month=name, count=len(in_force))
    )
    lines += _lines(view, in_force, first=len(waiting[:LINES]) + 1)
    lines += [_say(view, "deducted", unit=unit, yuan=_yuan(yuan)) for unit, yuan in _deducted(view, in_force)]
    if may_register and not months_ago:
        lines.append(_say(view, "how_to_register"))
    return Message("\n".join(lines), (*_numbers(view, every), _months(view, months_ago)))


def card(view: Ticketing, one: Consequence, around: Around) -> Message:
    """One with all that a decision needs; its buttons only for who decides."""
    lines = [
        _say(view, "head", kind=_kind(view, one), stand=_label(view, f"stand_{one.stand}")),
        _say(view, "about", title=_title(view, one)),
        *_why(view, one, around.ticket),
        *(_say(view, "cost", name=cost.name, yuan=_yuan(cost.yuan)) for cost in one.costs),
        *([_say(view, f"total_{_flow(one)}", yuan=_yuan(one.yuan))] if one.costs else []),
        *_steps(view, one, around.names),
    ]
    return Message("\n".join(lines), _buttons(view, one, around))


def withdrawn(language: str) -> str:
    """Why a proposal of money does not stand any more."""
    return label(language, "consequences.withdrawn")


def money_name(language: str, kind: Kind) -> str:
    """What the amount is called."""
    return label(language, f"consequences.money_{kind}")


def ask_why(view: Ticketing, one: Consequence) -> Message:
    return Message(_say(view, "ask_why", kind=_kind(view, one), title=_title(view, one)))


def ask_costs(view: Ticketing, one: Consequence) -> Message:
    return Message(_say(view, "ask_costs", title=_title(view, one)))


def usage(view: Ticketing) -> Message:
    return Message(_say(view, "usage"))


def plain(view: Ticketing, key: str) -> Message:
    """A message of one sentence of this topic."""
    return Message(_say(view, key))


def read_register(language: str, text: str) -> tuple[Kind, str, str] | None:
    """Kind, about whom, and why, as somebody types them; None where one is missing."""
    words = text.split(maxsplit=2)
    kinds = {label(language, f"consequences.kind_{kind}").lower(): kind for kind in Kind}
    if len(words) < 3 or words[0].lower() not in kinds:  # noqa: PLR2004  # the three that are asked for
        return None
    return kinds[words[0].lower()], words[1], words[2]


def _lines(view: Ticketing, every: Sequence[Consequence], first: int = 1) -> list[Html]:
    return [
        _say(
            view,
            "line",
            at=at,
            kind=_kind(view, one),
            title=_title(view, one),
            stand=_label(view, f"stand_{one.stand}"),
        )
        for at, one in enumerate(every[:LINES], first)
    ]


def _numbers(view: Ticketing, every: Sequence[Consequence]) -> tuple[tuple[Button, ...], ...]:
    buttons = [Button(str(at), view.seal("cssee", one.id)) for at, one in enumerate(every[: 2 * LINES], 1)]
    return columns(buttons, NUMBERS_IN_A_ROW)


def _months(view: Ticketing, months_ago: int) -> tuple[Button, ...]:
    before = Button(_label(view, "month_before"), view.seal("csmonth", min(months_ago + 1, MOST_MONTHS_AGO)))
    after = Button(_label(view, "month_after"), view.seal("csmonth", max(months_ago - 1, 0)))
    return (before, after) if months_ago else (before,)


def _why(view: Ticketing, one: Consequence, ticket: Ticket | None) -> list[Html]:
    by_rule = (
        _say(view, f"because_{one.kind}", count=one.count, period=one.period)
        if one.proposed_by is None and one.count
        else None
    )
    lines = [by_rule] if by_rule else []
    if one.reason:
        lines.append(_say(view, "reason", reason=one.reason))
    if ticket:
        facts = {
            "number": ticket.number,
            "category": view.category(ticket.category),
            "state": view.state(ticket),
        }
        lines.append(_say(view, "ticket", place=view.place(ticket), **facts))
    return lines


def _steps(view: Ticketing, one: Consequence, names: Mapping[int, str]) -> list[Html]:
    steps = (
        ("step_proposed", one.proposed_by, one.proposed_at),
        ("step_confirmed", one.confirmed_by, one.confirmed_at),
        (f"step_{one.stand}", one.decided_by, one.decided_at),
    )
    return [
        _say(
            view,
            key,
            name=names.get(who or 0, _label(view, "somebody" if who else "the_rules")),
            when=view.moment(at),
        )
        for key, who, at in steps
        if at is not None
    ]


def _buttons(view: Ticketing, one: Consequence, around: Around) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if around.decides and one.stand in {Stand.PROPOSED, Stand.CONFIRMED}:
        key = "confirm" if one.stand is Stand.PROPOSED else "confirm_again"
        rows.append(
            (
                Button(_label(view, key), view.seal("csconfirm", one.id, one.version), style=Style.SUCCESS),
                Button(
                    _label(view, "refuse"), view.seal("csrefuse", one.id, one.version), style=Style.DANGER
                ),
            )
        )
        if one.kind is Kind.SUBSTITUTE:
            rows.append((Button(_label(view, "add_costs"), view.seal("cscosts", one.id, one.version)),))
    if around.ticket:
        rows.append((view.button("view", "see", around.ticket.number),))
    return tuple(rows)


def _deducted(view: Ticketing, in_force: Sequence[Consequence]) -> list[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for one in in_force:
        if one.costs and _flow(one) == "out":
            unit = view.town(one.town) if one.town else one.title
            sums[unit] = sums.get(unit, Decimal(0)) + one.yuan
    return sorted(sums.items())


def _flow(one: Consequence) -> str:
    """Whether the unit gets the money or pays it."""
    return "in" if one.kind is Kind.REWARD else "out"


def _kind(view: Ticketing, one: Consequence) -> str:
    return _label(view, f"kind_{one.kind}")


def _title(view: Ticketing, one: Consequence) -> str:
    """The site or the unit; with the town where that says more."""
    town = view.town(one.town) if one.town else ""
    return one.title if not town or one.title == town or one.subject == one.town else f"{town} · {one.title}"


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"consequences.{key}", **values)


def _label(view: Ticketing, key: str, **values: object) -> str:
    return label(view.language, f"consequences.{key}", **values)
