"""Everybody, their tickets and the buttons that they press: what the matrix of permissions is played with.

A cell is one person who does one thing in one case. The cases, by their letters: in private about the own ticket (o),
somebody else's of the same town or bureau (s), another town's and bureau's (x); the same under the card of the
bound group of the town (O, S, X); the own one by somebody whose posts were ended after the button was made (r); the own
one in a group that is bound to nothing (u). A deed about no ticket knows only the place, and its own letters s and x.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text

from domain.moves import open_ticket
from domain.people import Person, Post, Role
from domain.ticket import State, Ticket
from storage import chats, people, tickets
from storage.chats import Chat
from storage.db import Database
from storage.migrate import upgrade
from storage.tx import Tx
from tests.support.databases import url_of
from tests.support.desk import NOW, OTHER_TOWN, TOWN, Owed, office, owed
from tests.support.post import Json, Mill, message, press
from tests.support.tickets import a_ticket, report_of

CASES = "osxOSXru"
BUREAU, OTHER_BUREAU = "housing", "environment"
THIRD_TOWN = next(t.code for t in office().district.towns if t.code not in {TOWN, OTHER_TOWN})
POSTS = {
    "patrol": Post(Role.PATROL, TOWN),
    "grid_lead": Post(Role.GRID_LEAD, TOWN),
    "town_staff": Post(Role.TOWN_STAFF, TOWN),
    "town_leader": Post(Role.TOWN_LEADER, TOWN),
    "bureau_staff": Post(Role.BUREAU_STAFF, unit=BUREAU),
    "inspector": Post(Role.INSPECTOR),
    "inspector_of_town": Post(Role.INSPECTOR, TOWN),
    "office": Post(Role.OFFICE),
}
REPORTER, HOLDER, COLLEAGUE, COLLEAGUE_THERE, COLLEAGUE_OF_BUREAU = 2901, 2902, 2903, 2904, 2905
OTHERS = {
    REPORTER: ("示例上报人", Post(Role.PATROL, TOWN)),
    HOLDER: ("示例经办人", Post(Role.GRID_LEAD, TOWN)),
    COLLEAGUE: ("示例同事", Post(Role.PATROL, TOWN)),
    COLLEAGUE_THERE: ("示例外镇同事", Post(Role.PATROL, OTHER_TOWN)),
    COLLEAGUE_OF_BUREAU: ("示例局委同事", Post(Role.BUREAU_STAFF, unit=BUREAU)),
}
FIRST_PERSON, FIRST_REVOKED, FIRST_BOUND, FIRST_UNBOUND, FIRST_UPDATE = 2001, 2101, -5001, -6001, 7_000_001
FIRST_NUMBER = 5001  # of a ticket: new ones begin with 1
HOUR = timedelta(hours=1)
LATER = int((NOW + 30 * HOUR).timestamp())
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One person in one case; ``at`` counts the cells and makes the ids of whatever belongs to it."""

    at: int
    role: str
    case: str

    @property
    def person(self) -> int:
        which = list(POSTS).index(self.role)
        return (FIRST_REVOKED if self.case == "r" else FIRST_PERSON) + which

    @property
    def chat(self) -> int:
        which = list(POSTS).index(self.role)
        if self.case == "u":
            return FIRST_UNBOUND - which
        return FIRST_BOUND - which if self.case.isupper() else self.person

    @property
    def is_own(self) -> bool:
        return self.case in "oOru"

    @property
    def town(self) -> str:
        return OTHER_TOWN if self.case in "xX" else TOWN

    @property
    def bureau(self) -> str:
        return OTHER_BUREAU if self.case in "xX" else BUREAU

    @property
    def number(self) -> str:
        return self.ticket(State.ASSIGNED).number

    @property
    def id(self) -> str:
        """Of a draft, a work or a look back."""
        return f"id{self.at:04d}"

    @property
    def update(self) -> int:
        return FIRST_UPDATE + self.at

    @property
    def colleague(self) -> int:
        """Somebody to whom the ticket can be handed."""
        if self.role == "bureau_staff":
            return COLLEAGUE_OF_BUREAU
        return COLLEAGUE_THERE if self.town == OTHER_TOWN else COLLEAGUE

    def ticket(self, state: State, **more: Any) -> Ticket:
        """The ticket of the case in this state."""
        mine = {"reporter_id": self.person if self.is_own else REPORTER}
        mine["assignee_id"] = self.person if self.is_own else HOLDER
        facts = {"state": state, "town": self.town, "bureau": self.bureau, "unit": "示例单位", "version": 1}
        return a_ticket(self.at + FIRST_NUMBER, **{**facts, **mine, **_STATES.get(state, {}), **more})

    def sent(self, deed: "Deed") -> Json:
        """The update as Telegram brings it: a button sealed for this very chat, or a command."""
        if deed.says is not None:
            return message(self.update, person=self.person, chat=self.chat, text=deed.says(self))
        verb, *args = deed.presses(self) if deed.presses else ()
        token = office().sealer(self.chat)(verb, *args)
        return press(self.update, token, person=self.person, chat=self.chat)


_FIXED: Facts = {
    "accepted_at": NOW - HOUR,
    "fixed_at": NOW - HOUR / 2,
    "fixed_by": HOLDER,
    "quantity": Decimal(3),
    "quantity_unit": "家",
}
_STATES: dict[State, Facts] = {
    State.ACCEPTED: {"accepted_at": NOW - HOUR},
    State.FIXED: _FIXED,
    State.CLOSED: {**_FIXED, "closed_at": NOW, "outcome": "rectified"},
    State.SUSPENDED: {
        "suspended_at": NOW - HOUR,
        "suspended_until": NOW + 9 * HOUR,
        "suspended_from": State.ASSIGNED,
        "suspended_reason": "下雨",
    },
}
Args = tuple[str | int, ...]
Preparing = Callable[[Tx, Cell], None]
# what shows that it happened; the answer to a press alone is no effect
MOVED = "select count(*) from tickets where number = :number and version > 1"
ASKED = "select count(*) from asked where person_id = :person and number = :number and verb is not null"
SHOWN = "select count(*) from outbox where key like :about and act = 'send' and cast(payload as text) like :naming"


@dataclass(frozen=True, slots=True)
class Deed:
    """One way to do what a row of the file is about: the button or the command, and what shows that it happened.

    ``quiet`` is whether somebody who may not do it hears nothing but one answer, ``mute`` whether a command is not even
    answered in a group that is bound to nothing.
    """

    row: str
    name: str
    effect: str
    presses: Callable[[Cell], Args] | None = None
    says: Callable[[Cell], str] | None = None
    state: State = State.ASSIGNED
    facts: Callable[[Cell], Facts] = lambda _cell: {}
    prepare: Preparing | None = None
    cases: str = CASES
    naming: str = ""
    quiet: bool = True
    mute: bool = True

    def __str__(self) -> str:
        return f"{self.row}-{self.name}"


async def make_world(folder: Path) -> None:
    """The file of which every test gets a copy: migrated, with everybody and their groups."""
    url = url_of(folder)
    await asyncio.to_thread(upgrade, url)
    db = Database(url)
    await db.start()

    async def job(tx: Tx) -> None:
        for who, (name, post) in OTHERS.items():
            await people.join(tx, Person(who, name, "zh", post, NOW), None)
        for at, (role, post) in enumerate(POSTS.items()):
            for who in (FIRST_PERSON + at, FIRST_REVOKED + at):
                await people.join(tx, Person(who, f"示例{role}", "zh", post, NOW), None)
            for chat, place in ((FIRST_BOUND - at, TOWN), (FIRST_UNBOUND - at, None)):
                group = Chat(chat, "supergroup", "示例群", None, None, "member")
                chats.bind(tx, group, place, by=HOLDER, at=NOW, thread_id=None)

    await db.write(job)
    await db.stop()


def cells_of(deed: Deed) -> list[Cell]:
    every = ((role, case) for role in POSTS for case in deed.cases)
    return [Cell(at, role, case) for at, (role, case) in enumerate(every)]


async def played(at: Mill, deed: Deed) -> tuple[dict[str, str], list[str]]:
    """What happened, as letters by role, and what was answered otherwise than once."""
    cells = cells_of(deed)

    async def job(tx: Tx) -> None:
        for cell in cells:
            ticket = cell.ticket(deed.state, **deed.facts(cell))
            tickets.add(tx, open_ticket(ticket))
            tickets.report(tx, report_of(ticket, draft_id=f"r{cell.at}"))
            if deed.prepare:
                deed.prepare(tx, cell)

    await at.db.write(job)
    revoked = {cell.person for cell in cells if cell.case == "r"}
    await at.db.write(lambda tx: _end(tx, revoked))
    happened = set[Cell]()
    for batch in _batches(deed, cells):
        before = (
            [await _count(at, deed, cell) for cell in batch] if len(batch) < len(cells) else [0] * len(batch)
        )
        await at.take(*(cell.sent(deed) for cell in batch))
        await at.work()
        happened |= {
            cell for cell, had in zip(batch, before, strict=True) if await _count(at, deed, cell) > had
        }
    rows = await owed(at.db)
    wrong = [
        f"{cell.role} {cell.case}: {trouble}"
        for cell in cells
        if (trouble := _answered_otherwise(deed, cell, rows, did=cell in happened))
    ]
    found = {role: "".join(c.case for c in cells if c.role == role and c in happened) for role in POSTS}
    return {role: letters or "-" for role, letters in found.items()}, wrong


def _batches(deed: Deed, cells: list[Cell]) -> list[list[Cell]]:
    """All at once, but case after case where what happened is known by the person alone."""
    if any(name in deed.effect for name in (":number", ":about", ":id", ":chat")):
        return [cells]
    return [[cell for cell in cells if cell.case == case] for case in deed.cases]


async def _end(tx: Tx, who: set[int]) -> None:
    for person in who:
        await people.end_posts(tx, person, None, at=NOW, by=HOLDER)


async def _count(at: Mill, deed: Deed, cell: Cell) -> int:
    query, named = deed.effect, f"%{deed.naming or cell.number}%"
    facts = {"number": cell.number, "person": cell.person, "chat": cell.chat, "id": cell.id}
    known = {**facts, "about": f"%:{cell.update}%", "naming": named}
    used = {name: value for name, value in known.items() if f":{name}" in query}
    return int((await at.rows(text(query).bindparams(**used)))[0][0])


def _answered_otherwise(deed: Deed, cell: Cell, owed: Sequence[Owed], *, did: bool) -> str:
    """What is wrong with the answer; a command in a group that is bound to nothing gets none."""
    about = [row for row in owed if str(cell.update) in row.key or cell.number in row.key]
    prefix = "say:" if deed.says else "answer:"
    answers = [row for row in about if row.key.startswith(prefix) and row.chat_id == cell.chat]
    wanted = 0 if deed.says and cell.case == "u" and deed.mute else 1
    if len(answers) != wanted:
        return f"{len(answers)} answers"
    others = [row.key for row in about if row not in answers]
    return f"refused, but {others}" if others and deed.quiet and not did else ""
