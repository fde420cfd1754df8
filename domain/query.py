"""A question about tickets: what was asked for, as the filters that it names and the words that are left."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from domain.number import Wanted, find_number, last_day, read_number, tidy
from domain.ticket import Source, State

MOST_TEXT = 200  # characters of a question that are looked at
MOST_TOKENS = 8

T = TypeVar("T")


class Period(StrEnum):
    """The spans of days that have a word of their own."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    DAY_BEFORE = "day_before"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"


class Order(StrEnum):
    NEWEST = "newest"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Filters that all hold; within one, any value does. ``since`` and ``until`` are local days, both included.

    ``unknown`` are words that were left aside because nobody knows what they mean.
    """

    wanted: Wanted | None = None
    mine: bool = False
    todo: bool = False
    overdue: bool = False
    sent_back: bool = False
    states: tuple[State, ...] = ()
    sources: tuple[Source, ...] = ()
    towns: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    fixed_on: date | None = None
    closed_on: date | None = None
    due_on: date | None = None
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # of the people, as they were typed
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return replace(self, unknown=()) == Query()

    @property
    def order(self) -> Order:
        return Order.DUE if self.overdue or self.todo else Order.NEWEST


@dataclass(frozen=True)
class Vocabulary:
    """The words of the languages that mean a filter, all in lower case.

    ``lead`` and ``tail`` are polite words around a question, ``joints`` such between two names.
    """

    mine: frozenset[str]
    todo: frozenset[str]
    overdue: frozenset[str]
    states: Mapping[str, tuple[State, ...]]
    sources: Mapping[str, Source]
    periods: Mapping[str, Period]
    months: Mapping[str, int]
    years: tuple[str, ...]
    days: tuple[str, ...]
    recent: tuple[str, ...]
    lead: tuple[str, ...]
    tail: tuple[str, ...]
    joints: tuple[str, ...]

    @cached_property
    def words(self) -> re.Pattern[str]:
        every = {*self.mine, *self.todo, *self.overdue, *self.states, *self.sources, *self.periods}
        return re.compile(_any(every))

    @cached_property
    def dates(self) -> re.Pattern[str]:
        years, days = "|".join(map(re.escape, self.years)), "|".join(map(re.escape, self.days))
        return re.compile(
            rf"(?<!\d)(?:(?P<year>\d{{4}})\s*(?:{years}|-)?\s*)?(?P<month>{_any(self.months, bounded=False)})"
            rf"(?:\s*(?P<day>\d{{1,2}})(?!\d)\s*(?:{days})?)?"
        )

    @cached_property
    def last_days(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{_any(self.recent)})\s*(?P<count>\d{{1,3}})\s*(?:{_any(self.days)})")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the vocabulary explains of a text, and the pieces that must be names or words of a ticket."""

    query: Query
    tokens: tuple[str, ...]


_PLAIN_DATE = re.compile(
    r"(?<!\d)(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(20\d\d)(\d\d)(\d\d)|(\d{1,2})[/.](\d{1,2}))(?!\d)"
)
_TOKEN = re.compile(r"[^\W_]+")


def hear(text: str, vocabulary: Vocabulary, *, prefix: str, today: date) -> Heard:
    """Read the number, the period and every word that means a filter; the rest stays in pieces."""
    left = _bare(tidy(text[:MOST_TEXT]).lower(), vocabulary)
    wanted = read_number(left, prefix, today) or find_number(left, prefix, today)
    if wanted:
        return Heard(Query(wanted=wanted), ())
    query, left = _take_dates(Query(), left, vocabulary, today)
    query, left = _take_words(query, left, vocabulary, today)
    tokens = [bare for token in _TOKEN.findall(left) if (bare := _bare(token, vocabulary))][:MOST_TOKENS]
    numbers = [found for token in tokens if (found := read_number(token, prefix, today))]
    if numbers:
        query = replace(query, wanted=numbers[0])
        tokens = [token for token in tokens if not read_number(token, prefix, today)]
    return Heard(query, tuple(tokens))


def days_of(period: Period, today: date) -> tuple[date, date]:
    """The first and the last day of a period."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    last_month = first - timedelta(days=1)
    return {
        Period.TODAY: (today, today),
        Period.YESTERDAY: (today - timedelta(days=1), today - timedelta(days=1)),
        Period.DAY_BEFORE: (today - timedelta(days=2), today - timedelta(days=2)),
        Period.THIS_WEEK: (monday, today),
        Period.LAST_WEEK: (monday - timedelta(days=7), monday - timedelta(days=1)),
        Period.THIS_MONTH: (first, today),
        Period.LAST_MONTH: (last_month.replace(day=1), last_month),
    }[period]


def _take_dates(query: Query, text: str, vocabulary: Vocabulary, today: date) -> tuple[Query, str]:
    for pattern, read in ((_PLAIN_DATE, _plain_days), (vocabulary.last_days, _recent_days)):
        found = pattern.search(text)
        if found and (days := read(found, today)):
            return replace(query, since=days[0], until=days[1]), _cut(text, found)
    found = vocabulary.dates.search(text)
    if found and (days := _named_days(found, vocabulary.months[found["month"]], today)):
        return replace(query, since=days[0], until=days[1]), _cut(text, found)
    return query, text


def _plain_days(found: re.Match[str], today: date) -> tuple[date, date] | None:
    numbers = [int(group) for group in found.groups() if group]
    *year, month, day = numbers
    at = last_day(month, day, today, year[0] if year else None)
    return (at, at) if at else None


def _recent_days(found: re.Match[str], today: date) -> tuple[date, date] | None:
    return today - timedelta(days=max(int(found["count"]) - 1, 0)), today


def _named_days(found: re.Match[str], month: int, today: date) -> tuple[date, date] | None:
    year = int(found["year"]) if found["year"] else None
    first = last_day(month, int(found["day"] or 1), today, year)
    if first is None or found["day"]:
        return (first, first) if first else None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _take_words(query: Query, text: str, vocabulary: Vocabulary, today: date) -> tuple[Query, str]:
    for word in vocabulary.words.findall(text):
        if word in vocabulary.periods:
            since, until = days_of(vocabulary.periods[word], today)
            query = replace(query, since=since, until=until)
        query = replace(
            query,
            mine=query.mine or word in vocabulary.mine,
            todo=query.todo or word in vocabulary.todo,
            overdue=query.overdue or word in vocabulary.overdue,
            states=_more(query.states, vocabulary.states.get(word, ())),
            sources=_more(query.sources, filter(None, [vocabulary.sources.get(word)])),
        )
    return query, vocabulary.words.sub(" ", text)


def _more(known: Sequence[T], new: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*known, *new)))


def _bare(text: str, vocabulary: Vocabulary) -> str:
    """The text without the polite words at its ends."""
    before = None
    while before != text:
        before = text
        text = text.strip(" ?!,.:;\u3002\u3001#")
        for word in vocabulary.lead:
            text = text.removeprefix(word) if _ends_there(text[len(word) :], word[-1:]) else text
        for word in vocabulary.tail:
            text = text.removesuffix(word) if _ends_there(text[: -len(word)][::-1], word[:1]) else text
    return text


def _ends_there(rest: str, edge: str) -> bool:
    """A word in letters ends at a letter's edge only."""
    return not (edge.isascii() and edge.isalpha() and rest[:1].isascii() and rest[:1].isalpha())


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _any(words: Sequence[str] | Mapping[str, object] | set[str], *, bounded: bool = True) -> str:
    """A pattern for any of the words, the longest first; words in letters do not match inside longer ones."""
    parts = []
    for word in sorted(words, key=lambda one: (-len(one), one)):
        edge = r"(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
        start = r"(?<![a-z])" if word[0].isascii() and word[0].isalpha() and (bounded or edge) else ""
        parts.append(f"{start}{re.escape(word)}{edge}")
    return "|".join(parts) or r"(?!)"
