"""Answers to questions about tickets: how the question was understood, a page of tickets, or that there is none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.ticket import Ticketing, due_in, overdue_by
from cards.when import duration
from domain.button import Sealer
from domain.message import Button, Message, Rows, Table
from domain.query import Query
from domain.ticket import OPEN, Ticket

PAGE = 8
NUMBERS_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Answered:
    """A page of an answer: ``asked`` is the question's id, ``counted`` how many are counted at most."""

    query: Query
    tickets: Sequence[Ticket]
    count: int
    counted: int
    asked: str
    page: int = 0
    sites: tuple[str, ...] = ()
    names: Mapping[int, str] | None = None  # of the people in charge, where the reader may know them


def listed(view: Ticketing, answer: Answered, *, only_for: int | None = None) -> Message:
    """The tickets of a page with a button each; pages are turned by buttons."""
    heading = _heading(view, answer)
    first = answer.page * PAGE + 1
    statuses = [_status(view, ticket, answer.names or {}) for ticket in answer.tickets]
    lines = [
        say(
            view.language,
            "query.line",
            at=at,
            number=ticket.number,
            category=view.category(ticket.category),
            place=ticket.site or view.town(ticket.town),
            status=status,
        )
        for at, (ticket, status) in enumerate(zip(answer.tickets, statuses, strict=True), first)
    ]
    table = _table(view, answer, statuses) if answer.count <= PAGE else None
    return Message(
        "\n".join([heading, *lines]), _buttons(view, answer, first), table=table, only_for=only_for
    )


def none(language: str) -> Message:
    """The one sentence for what is not there and for what is not the asker's."""
    return Message(say(language, "query.none"))


def how(language: str) -> Message:
    return Message(say(language, "query.how"))


def gone(language: str) -> Message:
    return Message(say(language, "query.gone"))


def nothing_mine(language: str) -> Message:
    return Message(say(language, "query.nothing_mine"))


def _heading(view: Ticketing, answer: Answered) -> Html:
    count = str(answer.count)
    if answer.count >= answer.counted:
        count = label(view.language, "query.more_than", count=answer.counted)
    what = " · ".join(_understood(view, answer))
    if what:
        head = say(view.language, "query.found", what=what, count=count)
    else:
        head = say(view.language, "query.found_all", count=count)
    if answer.query.unknown:
        words = " ".join(answer.query.unknown)
        return Html(f"{head} {say(view.language, 'query.unknown', words=words)}")
    return head


def _understood(view: Ticketing, answer: Answered) -> Iterator[str]:
    query, between = answer.query, label(view.language, "query.any_of")
    if query.wanted:
        yield _sequence(view, query)
    yield from (_days(view, query.since, query.until),) if query.since and query.until else ()
    for key in ("fixed_on", "closed_on", "due_on"):
        if day := getattr(query, key):
            yield label(view.language, f"query.{key}", day=_day(view, day))
    yield from (
        between.join(names)
        for names in (
            [view.town(code) for code in query.towns],
            answer.sites,
            [view.category(code) for code in query.categories],
            query.names,
            [view.label(f"source_{source}") for source in query.sources],
            [view.label(f"state_{state}") for state in query.states],
        )
        if names
    )
    for flag in ("mine", "todo", "overdue", "sent_back"):
        if getattr(query, flag):
            yield label(view.language, f"query.{flag}")
    if query.words:
        yield label(view.language, "query.words", words=" ".join(query.words))


def _sequence(view: Ticketing, query: Query) -> str:
    wanted = query.wanted
    if wanted and wanted.day:
        return label(
            view.language, "query.sequence_of", number=f"{wanted.sequence:04d}", day=_day(view, wanted.day)
        )
    return label(view.language, "query.sequence", number=f"{wanted.sequence:04d}" if wanted else "")


def _days(view: Ticketing, since: date, until: date) -> str:
    if since == until:
        return _day(view, since)
    return label(view.language, "query.days", since=_day(view, since), until=_day(view, until))


def _day(view: Ticketing, day: date) -> str:
    return label(view.language, "query.day", month=day.month, day=day.day)


def _status(view: Ticketing, ticket: Ticket, names: Mapping[int, str]) -> str:
    status = view.state(ticket)
    if over := overdue_by(ticket, view.now):
        status = label(view.language, "query.over", time=duration(view.language, over), state=status)
    elif left := due_in(ticket, view.now):
        status = label(view.language, "query.left", time=duration(view.language, left), state=status)
    name = names.get(ticket.assignee_id) if ticket.assignee_id and ticket.state in OPEN else None
    return label(view.language, "query.by", status=status, name=name) if name else status


def _table(view: Ticketing, answer: Answered, statuses: Sequence[str]) -> Table:
    header = tuple(
        label(view.language, f"query.column_{name}")
        for name in ("at", "number", "category", "place", "status")
    )
    rows = tuple(
        (
            str(at),
            ticket.number,
            view.category(ticket.category),
            ticket.site or view.town(ticket.town),
            status,
        )
        for at, (ticket, status) in enumerate(zip(answer.tickets, statuses, strict=True), 1)
    )
    return Table(header, rows)


def _buttons(view: Ticketing, answer: Answered, first: int) -> Rows:
    numbers = [
        Button(str(at), view.seal("see", ticket.number)) for at, ticket in enumerate(answer.tickets, first)
    ]
    return (*columns(numbers, NUMBERS_IN_A_ROW), *_paging(view.language, view.seal, answer))


def _paging(language: str, seal: Sealer, answer: Answered) -> Rows:
    pages = -(-answer.count // PAGE)
    if pages < 2:  # noqa: PLR2004  one page has nothing to turn
        return ()
    here = label(language, "query.page", page=answer.page + 1, pages=pages)
    turns = [Button(here, seal("turn", answer.asked, answer.page))]
    if answer.page > 0:
        turns.insert(
            0, Button(label(language, "query.previous"), seal("turn", answer.asked, answer.page - 1))
        )
    if answer.page + 1 < pages:
        turns.append(Button(label(language, "query.next"), seal("turn", answer.asked, answer.page + 1)))
    return (tuple(turns),)
