"""What waits for somebody, as a list whose numbers are buttons; unfinished reports stand above it."""

from collections.abc import Mapping, Sequence

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.ticket_lines import due_in, overdue_by
from cards.ticketing import Ticketing
from cards.when import duration, moment
from domain.draft import Draft
from domain.message import Button, Message, Rows
from domain.ticket import Ticket

PAGE = 8
NUMBERS_IN_A_ROW = 4
MOST_DRAFTS = 3
KINDS = ("extension", "assign", "accept", "fix", "verify", "again")

Line = tuple[Ticket, str]
"""A ticket and for what it waits: one of KINDS."""


def to_do(
    view: Ticketing, drafts: Sequence[Draft], page: Sequence[Line], counts: Mapping[str, int], at: int
) -> Message:
    """The page ``at``, counted from 0; the first one has the reports that were begun."""
    lines = [_draft(view, draft) for draft in drafts[:MOST_DRAFTS]] if at == 0 else []
    total = sum(counts.values())
    if total:
        first = at * PAGE + 1
        kinds = [_say(view, f"count_{kind}", count=counts[kind]) for kind in KINDS if counts.get(kind)]
        lines.append(_say(view, "head", count=total, kinds=Html(" · ".join(kinds))))
        lines += [_line(view, number, *one) for number, one in enumerate(page, first)]
        numbers = [_button(view, number, *one) for number, one in enumerate(page, first)]
        return Message("\n".join(lines), (*columns(numbers, NUMBERS_IN_A_ROW), *_turns(view, total, at)))
    return Message("\n".join(lines) or _say(view, "nothing"))


def _line(view: Ticketing, at: int, ticket: Ticket, kind: str) -> Html:
    return _say(
        view,
        "line",
        at=at,
        number=ticket.number,
        category=view.category(ticket.category),
        place=ticket.site or view.town(ticket.town),
        status=_status(view, ticket, kind),
    )


def _status(view: Ticketing, ticket: Ticket, kind: str) -> str:
    if kind == "extension":
        until = view.moment(ticket.extension_until or view.now)
        return label(view.language, "todo.extension", until=until)
    if over := overdue_by(ticket, view.now):
        return label(view.language, f"todo.{kind}_over", time=duration(view.language, over))
    if left := due_in(ticket, view.now):
        return label(view.language, f"todo.{kind}_left", time=duration(view.language, left))
    since = view.now - (ticket.fixed_at or ticket.returned_at or ticket.reported_at)
    return label(view.language, f"todo.{kind}_since", time=duration(view.language, since))


def _button(view: Ticketing, at: int, ticket: Ticket, kind: str) -> Button:
    """To the card; work that is to be looked at is shown at once with its outcomes."""
    token = view.seal("see", ticket.number)
    if kind == "verify":
        token = view.seal("verify_close", ticket.number, ticket.version)
    return Button(str(at), token)


def _turns(view: Ticketing, total: int, at: int) -> Rows:
    pages = -(-total // PAGE)
    if pages < 2:  # noqa: PLR2004  one page has nothing to turn
        return ()
    turns = [Button(label(view.language, "query.page", page=at + 1, pages=pages), view.seal("todo", at))]
    if at > 0:
        turns.insert(0, Button(label(view.language, "query.previous"), view.seal("todo", at - 1)))
    if at + 1 < pages:
        turns.append(Button(label(view.language, "query.next"), view.seal("todo", at + 1)))
    return (tuple(turns),)


def _draft(view: Ticketing, draft: Draft) -> Html:
    when = moment(view.language, draft.touched_at, view.now, view.zone)
    return say(view.language, "query.draft", when=when, count=len(draft.photos))


def _say(view: Ticketing, key: str, **values: object) -> Html:
    return say(view.language, f"todo.{key}", **values)
