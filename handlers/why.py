"""Moves that must say why, some of them until when: their button asks, and a button or words answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from cards import ticket_why as cards
from cards.moments import moment_words
from cards.ticket_why import ASKS
from domain.moment_text import read_moment
from domain.permission import Action
from domain.ticket import BadDate, Ticket, Verb
from handlers import asking, moving
from handlers.asking import Answering
from handlers.desk import Desk
from handlers.moving import current
from storage.queries import Asked

END_OF_DAY = time(18)  # when a day ends that is typed without a time
UNTIL = "until"

Args = tuple[str, ...]
Pressing = Callable[[Desk, Args], Awaitable[None]]
Act = Callable[[Desk, Ticket, str, datetime | None], Awaitable[None]]
Check = Callable[[Desk, Ticket], None]
Since = Callable[[Desk, Ticket], datetime]


@dataclass(frozen=True, slots=True)
class Why:
    """One such move: what it needs to be allowed, what is checked before anything is asked, and what is done at last.

    Where it asks until when, the days that are offered count from ``since``, and ``check_until`` refuses early.
    """

    verb: Verb
    action: Action
    act: Act
    check: Check
    since: Since | None = None
    check_until: Callable[[Desk, Ticket, datetime], None] | None = None

    @property
    def presses(self) -> dict[str, Pressing]:
        """The buttons by their names."""
        asks = ASKS[self.verb]
        found: dict[str, Pressing] = {self.verb.value: self._begin, asks.why: self._usual}
        return found | ({asks.until: self._days} if asks.until else {})

    @property
    def answers(self) -> dict[str, Answering]:
        """What is typed, by the name of its question."""
        asks = ASKS[self.verb]
        found: dict[str, Answering] = {asks.why: self._typed}
        return found | ({asks.until: self._typed_until} if asks.until else {})

    async def _begin(self, desk: Desk, args: Args) -> None:
        ticket = await current(desk, args, self.action)
        if ticket is None:
            return
        self.check(desk, ticket)
        asks, view = ASKS[self.verb], moving.view(desk)
        if asks.until:
            asking.ask(desk, cards.ask_until(view, ticket, self.verb), asks.until, ticket)
        else:
            self._ask_why(desk, ticket, None)

    async def _days(self, desk: Desk, args: Args) -> None:
        if ticket := await current(desk, args, self.action):
            since = self.since(desk, ticket) if self.since else desk.now
            self._ask_why(desk, ticket, since + timedelta(days=int(args[2])))

    async def _typed_until(self, desk: Desk, question: Asked, text: str) -> None:
        if ticket := await current(desk, _args(question), self.action):
            zone = desk.office.district.basics.zone
            until = read_moment(text, moment_words(), now=desk.now, zone=zone, at=END_OF_DAY)
            self._ask_why(desk, ticket, until)

    async def _usual(self, desk: Desk, args: Args) -> None:
        if ticket := await current(desk, args, self.action):
            why = cards.reason(moving.view(desk), self.verb, int(args[2]))
            await self.act(desk, ticket, why, _moment(args[3]) if args[3:] else None)

    async def _typed(self, desk: Desk, question: Asked, text: str) -> None:
        if ticket := await current(desk, _args(question), self.action):
            said = question.facts.get(UNTIL)
            await self.act(desk, ticket, text, _moment(said) if said else None)

    def _ask_why(self, desk: Desk, ticket: Ticket, until: datetime | None) -> None:
        if until and self.check_until:
            self.check_until(desk, ticket, until)
        card = cards.ask_why(moving.view(desk), ticket, self.verb, until)
        facts = {UNTIL: int(until.timestamp())} if until else {}
        asking.ask(desk, card, ASKS[self.verb].why, ticket, **facts)


def said_until(until: datetime | None) -> datetime:
    """The moment that was said before the reason; raises BadDate where a button was made without one."""
    if until is None:
        raise BadDate
    return until


def _moment(epoch: str | int) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)


def _args(question: Asked) -> Args:
    return question.number or "", str(question.version)
