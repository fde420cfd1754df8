"""The assessment of work in words: the units with their figures, why points were taken, and the members' list."""

from collections.abc import Mapping, Sequence

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.picture_parts import period as period_text
from cards.ticketing import Ticketing
from domain.assessment import Assessment, Figures, Group, Member, Point
from domain.message import Button, Message, Rows, Table
from domain.period import Length, Period
from domain.ranking import places

COLUMNS = (
    *("place", "unit", "score", "found", "accepted", "fixed", "overdue", "relapsed", "mean_hours"),
    "visits",
)
MOST_POINTS, MOST_MEMBERS, IN_A_ROW, LINKS = 30, 40, 4, 10
LENGTHS = (Length.WEEK, Length.MONTH)
Names = Mapping[str, tuple[str, str]]


def board(view: Ticketing, one: Assessment, names: Names, *, for_office: bool) -> Message:
    """All units, the best first; a button each with the reasons, for the office one with the members."""
    ordered = _ordered(one)
    rows = tuple(_row(view, place, each, names) for place, each in ordered)
    lines = [
        _say(
            view,
            "head",
            district=_district(view),
            period=_period(view, one.period),
            group=_group(view, one.group),
            rules=one.rules,
        )
    ]
    lines += [_say(view, "line", **dict(zip(COLUMNS, row, strict=True))) for row in rows]
    header = tuple(_label(view, f"column_{name}") for name in COLUMNS)
    return Message(
        "\n".join(lines),
        _board_buttons(view, one, ordered, names, for_office=for_office),
        table=Table(header, rows),
    )


def why(view: Ticketing, one: Assessment, figures: Figures, names: Names) -> Message:
    """What was taken from a unit, ticket by ticket."""
    name = _name(view, names, figures.unit)
    head = _say(view, "why_head", unit=name, period=_period(view, one.period), score=figures.score)
    lines = [head, *(_point(view, point) for point in figures.points[:MOST_POINTS])]
    if len(figures.points) > MOST_POINTS:
        lines.append(_say(view, "more", count=len(figures.points) - MOST_POINTS))
    if not figures.points:
        lines.append(_say(view, "nothing_taken"))
    lines.append(_say(view, "note", rules=one.rules))
    numbers = list(dict.fromkeys(point.number for point in figures.points))[:LINKS]
    buttons = [Button(number, view.seal("see", number)) for number in numbers]
    return Message("\n".join(lines), columns(buttons, 2))


def members(view: Ticketing, period: Period, found: Sequence[Member]) -> Message:
    """The list of who patrols, for the office."""
    lines = [_say(view, "members_head", period=_period(view, period), count=len(found))]
    rows = tuple(
        (str(at), one.name, view.town(one.town), str(one.found), str(one.valid), str(one.visits))
        for at, one in enumerate(found[:MOST_MEMBERS], 1)
    )
    keys = ("place", "name", "town", "found", "valid", "visits")
    lines += [_say(view, "member", **dict(zip(keys, row, strict=True))) for row in rows]
    if len(found) > MOST_MEMBERS:
        lines.append(_say(view, "more", count=len(found) - MOST_MEMBERS))
    header = tuple(_label(view, f"column_{key}") for key in keys)
    return Message("\n".join(lines), table=Table(header, rows))


def which(view: Ticketing) -> Message:
    """The time that was asked for is none."""
    return Message(_say(view, "which"))


def nothing(view: Ticketing, period: Period) -> Message:
    """There was no work in that time."""
    return Message(_say(view, "nothing", period=_period(view, period)))


def _ordered(one: Assessment) -> list[tuple[int, Figures]]:
    """With shared places by the printed scores; the district's order where they are equal."""
    found = sorted(one.rows, key=lambda each: -each.score)
    ranks = places([-each.score for each in found])
    return [(rank or 0, each) for rank, each in zip(ranks, found, strict=True)]


def _row(view: Ticketing, place: int, one: Figures, names: Names) -> tuple[str, ...]:
    hours = "—" if one.mean_hours is None else str(one.mean_hours)
    accepted, fixed = f"{one.accepted}/{one.accept_due}", f"{one.fixed}/{one.fix_due}"
    counts = str(one.found), accepted, fixed, str(one.overdue), str(one.relapsed), hours, str(one.visits)
    return str(place), _name(view, names, one.unit), str(one.score), *counts


def _board_buttons(
    view: Ticketing,
    one: Assessment,
    ordered: Sequence[tuple[int, Figures]],
    names: Names,
    *,
    for_office: bool,
) -> Rows:
    period = str(one.period)
    reasons = [
        Button(
            _label(view, "button_why", unit=_name(view, names, each.unit)),
            view.seal("workwhy", period, one.group, each.unit),
        )
        for _, each in ordered
        if each.points
    ]
    other = Group.BUREAUS if one.group is Group.TOWNS else Group.TOWNS
    more = [Button(_group(view, other), view.seal("work", period, other))]
    more += [Button(_label(view, f"button_{each}"), view.seal("work", each, one.group)) for each in LENGTHS]
    if for_office:
        more.append(Button(_label(view, "button_members"), view.seal("workmembers", period)))
    return (*columns(reasons, 2), *columns(more, IN_A_ROW))


def _point(view: Ticketing, one: Point) -> Html:
    rule = _label(view, f"rule_{one.rule}")
    times = _label(view, "times", count=one.times) if one.times > 1 else ""
    return _say(view, "point", rule=rule, number=one.number, times=times, points=one.points)


def _name(view: Ticketing, names: Names, code: str) -> str:
    chinese, english = names.get(code, (code, code))
    return chinese if view.language == "zh" else english


def _district(view: Ticketing) -> str:
    basics = view.district.basics
    return basics.name if view.language == "zh" else basics.name_en


def _group(view: Ticketing, group: Group) -> str:
    return _label(view, f"group_{group}")


def _period(view: Ticketing, period: Period) -> str:
    return period_text(view.language, period.length.value, period.first, period.last)


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"assessment.{key}", **values)


def _label(view: Ticketing, key: str, **values: object) -> str:
    return label(view.language, f"assessment.{key}", **values)
