"""What a district is: its towns, bureaus, categories with their limits, stations, cells and times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from domain.air_rules import AirRules
from domain.assessment import AssessmentRules
from domain.calendar import Calendar, Span
from domain.consequence import ConsequenceRules
from domain.deadline import CallRules
from domain.fixing import FixRules
from domain.geo import Cell, Point
from domain.lookback import LookBackRules
from domain.order import OrderRules
from domain.ticket import Source

SLOTS = (
    "daily_ranking",
    "weekly_ranking",
    "monthly_ranking",
    "morning_digest",
    "evening_list",
    "night_roll_call",
    "air_missing",
    "monthly_assessment",
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORTEST_MINUTES = 5  # no limit is tightened to less
SLOT_DAYS = ("day", *WEEKDAYS, *map(str, range(1, 29)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """`code` is that of the statistics office, `code_mca` that of the civil affairs ministry."""

    code: str
    code_mca: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    former_names: tuple[str, ...]
    villages: tuple[str, ...]

    @property
    def all_names(self) -> tuple[str, ...]:
        return self.name, *self.aliases, *self.former_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    code: str
    short_code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]

    @property
    def all_names(self) -> tuple[str, ...]:
        return self.name, *self.aliases


@dataclass(frozen=True, slots=True)
class Limits:
    """Minutes that count on the calendar of that code."""

    accept_minutes: int
    fix_minutes: int
    calendar: str


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near and how recent a report of the same category must be to be taken for the same problem."""

    distance_m: int
    age: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """`stricter` holds the limits of those sources that get less time than `limits`."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    keywords: tuple[str, ...]
    bureau: str
    limits: Limits
    stricter: Mapping[Source, Limits]
    near: Nearness
    units: tuple[str, ...] = ()  # in which its work is usually counted, the most usual first

    @property
    def all_names(self) -> tuple[str, ...]:
        return self.name, *self.aliases

    def limits_for(self, source: Source) -> Limits:
        return self.stricter.get(source, self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteType:
    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]

    @property
    def all_names(self) -> tuple[str, ...]:
        return self.name, *self.aliases


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A monitoring point; an approximate one stands for a neighbourhood, not for an instrument."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    point: Point
    approximate: bool
    ring_m: int

    @property
    def all_names(self) -> tuple[str, ...]:
        return self.name, *self.aliases


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRules:
    """`same_bits` is the largest PDQ distance, of 256, at which two photos count as one."""

    same_bits: int


@dataclass(frozen=True, slots=True)
class PushTimes:
    """Local time of a slot; `on` is "day", a weekday "mon" to "sun", or a day of the month "1" to "28".

    A late start still sends it for `catch_up`; `jitter` spreads the chats over that long.
    """

    at: time
    on: str
    jitter: timedelta
    catch_up: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    code: str
    name: str
    name_en: str
    hours: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    """The numbers and times of a district that stand for themselves."""

    code: str
    name: str
    name_en: str
    ticket_prefix: str
    zone: ZoneInfo
    border_margin_m: int
    near: Nearness
    draft_expiry: timedelta
    album_settle: timedelta
    photos: PhotoRules
    fix: FixRules
    shifts: tuple[Shift, ...]
    night: Span
    quiet: Span
    pushes: Mapping[str, PushTimes]


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """The outline is a Cell of the district's code."""

    basics: Basics
    towns: tuple[Town, ...]
    bureaus: tuple[Bureau, ...]
    categories: tuple[Category, ...]
    site_types: tuple[SiteType, ...]
    stations: tuple[Station, ...]
    calendars: Mapping[str, Calendar]
    calls: CallRules
    look_back: LookBackRules
    orders: OrderRules
    air: AirRules
    assessment: AssessmentRules
    consequences: ConsequenceRules
    outline: Cell
    cells: tuple[Cell, ...]

    def town(self, code: str) -> Town:
        """Raises KeyError for a code that the district does not have; so do the next three."""
        return _of_code(self.towns, code)

    def bureau(self, code: str) -> Bureau:
        return _of_code(self.bureaus, code)

    def category(self, code: str) -> Category:
        return _of_code(self.categories, code)

    def limits_for(
        self, category: str, source: Source, level: str | None = None, relapses: int = 0
    ) -> Limits:
        """The limits of a category; the control level and every relapse leave a share of them."""
        limits = self.category(category).limits_for(source)
        share = (
            self.calls.percent.get(level or "", 100) / 100 * (self.calls.relapse_percent / 100) ** relapses
        )
        fix = max(round(limits.fix_minutes * share), SHORTEST_MINUTES)
        accept = max(round(limits.accept_minutes * share), SHORTEST_MINUTES)
        return Limits(min(accept, limits.accept_minutes), min(fix, limits.fix_minutes), limits.calendar)

    def calendar_of(self, limits: Limits) -> Calendar:
        return self.calendars[limits.calendar]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_C = TypeVar("_C", bound=_Coded)


def _of_code(things: Iterable[_C], code: str) -> _C:
    for thing in things:
        if thing.code == code:
            return thing
    raise KeyError(code)
