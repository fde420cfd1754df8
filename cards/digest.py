"""The digests of the day for a group: what was found and done, what is due, and who is on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cards.catalogue import Html, label, say
from cards.groups import bound_name
from cards.layout import columns
from cards.ticket import Ticketing
from domain.listing import Kind
from domain.message import Button, Message

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
class Digest:
    """What stands in a digest of a day; ``job`` names the slot, ``place`` what the group is bound to."""

    job: str
    place: str
    day: date
    lines: Sequence[Line]
    on_duty: Sequence[str]
    undelivered: int = 0
    late: bool = False


def digest(view: Ticketing, facts: Digest) -> Message:
    """One screen; every count has a button with its list, except where there is nothing."""
    key = "morning_head" if facts.job == "morning_digest" else "evening_head"
    place = bound_name(view.language, view.district, facts.place)
    head = _say(view, key, place=place, day=_day(view.language, facts.day))
    lines = [_say(view, "late", head=head) if facts.late else head]
    lines += [_say(view, line.key, count=line.count) for line in facts.lines]
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
    return Message("\n".join(lines), columns(buttons, 3))


def skipped(language: str, job: str, days: Sequence[date]) -> Message:
    """For the office: what was not sent on which days, because it was too late."""
    shown = [_day(language, day) for day in days]
    if len(shown) > MOST_DAYS:
        shown = [shown[0], "…", shown[-1]]
    name = label(language, f"digest.job_{job}")
    return Message(say(language, "digest.skipped", job=name, days=" ".join(shown)))


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
