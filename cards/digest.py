"""The digests of the day for a group: what was found and done, what is due, and who is on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cards.catalogue import Html, label, say
from cards.groups import bound_name
from cards.layout import columns
from cards.picture import Sheet
from cards.picture_morning import Air as MorningAir
from cards.picture_morning import Morning, morning_sheet
from cards.picture_ranking import Board
from cards.picture_ranking import Line as Ranked
from cards.ranking import change_mark
from cards.ticket import Ticketing
from domain.listing import Kind
from domain.message import Button, Message, Picture

MOST_NAMES = 6
MOST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """A count; ``key`` is its sentence, ``asked`` the question behind its button."""

    key: str
    kind: Kind
    count: int
    asked: str


@dataclass(frozen=True, slots=True)
class Air:
    """Yesterday's ranking as this group sees it: ``own`` is its town's line, if it was ranked."""

    board: Board
    own: Ranked | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What stands in a digest of a day; ``job`` names the slot, ``place`` what the group is bound to."""

    job: str
    place: str
    day: date
    lines: Sequence[Line]
    on_duty: Sequence[str]
    undelivered: int = 0
    late: bool = False
    air: Air | None = None


def digest(view: Ticketing, facts: Digest, picture: Picture | None = None) -> Message:
    """One screen; every count has a button with its list, except where there is nothing."""
    key = "morning_head" if facts.job == "morning_digest" else "evening_head"
    place = bound_name(view.language, view.district, facts.place)
    head = _say(view, key, place=place, day=_day(view.language, facts.day))
    lines = [_say(view, "late", head=head) if facts.late else head]
    lines += [_say(view, line.key, count=line.count) for line in facts.lines]
    if facts.air:
        lines += _air(view, facts.air)
    lines.append(_on_duty(view, facts.on_duty))
    if facts.undelivered:
        lines.append(_say(view, "undelivered", count=facts.undelivered))
    buttons = [
        Button(
            label(view.language, f"digest.button_{line.kind}", count=line.count),
            view.seal("turn", line.asked, 0),
        )
        for line in facts.lines
        if line.count
    ]
    return Message("\n".join(lines), columns(buttons, 3), pictures=(picture,) if picture else ())


def morning(view: Ticketing, facts: Digest) -> Sheet:
    """The same as a picture."""
    own = facts.air.own if facts.air else None
    air = None
    if facts.air and own:
        board = facts.air.board
        air = MorningAir(line=own, on=board.first, count=len(board.rows), origin=board.origin)
    place = bound_name(view.language, view.district, facts.place)
    counts = tuple((line.key, line.count) for line in facts.lines)
    shown = Morning(place=place, on=facts.day, counts=counts, on_duty=tuple(facts.on_duty), air=air)
    return morning_sheet(view.language, shown)


def skipped(language: str, job: str, days: Sequence[date]) -> Message:
    """For the office: what was not sent on which days, because it was too late."""
    shown = [_day(language, day) for day in days]
    if len(shown) > MOST_DAYS:
        shown = [shown[0], "…", shown[-1]]
    name = label(language, f"digest.job_{job}")
    return Message(say(language, "digest.skipped", job=name, days=" ".join(shown)))


def _air(view: Ticketing, air: Air) -> list[Html]:
    """The own place and its change; for the district the two ends."""
    if air.own:
        one = air.own
        return [_say(view, "air", place=one.place, change=change_mark(one.change), index=one.score)]
    ranked = air.board.rows
    if not ranked or air.board.own:
        return []
    ends = (ranked[0].place, ranked[-1].place)
    between = label(view.language, "picture.between")
    first, last = (between.join(one.name for one in ranked if one.place == end) for end in ends)
    return [_say(view, "air_whole", first=first, last=last)]


def _on_duty(view: Ticketing, names: Sequence[str]) -> Html:
    if not names:
        return _say(view, "nobody_on_duty")
    shown = " ".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown = label(view.language, "digest.and_more", names=shown, count=len(names))
    return _say(view, "on_duty", names=shown)


def _day(language: str, day: date) -> str:
    return label(language, "digest.day", month=day.month, day=day.day)


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"digest.{key}", **values)
