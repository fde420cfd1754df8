"""Two people act at the same moment, again and again, through the bot's own inbox, worker and database file.

``python -m tests.chaos.races --rounds 1000 --seed 1``; exit status 1 on any violation. Each race is one effect, an answer
for every press, and a loser who is told who or what was quicker. ``--control unguarded`` lets two units of one transaction
move one ticket, ``--control stale`` acts on what was known of people when the run began: both have to be found.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

from cards.catalogue import label
from domain.draft import Draft, DraftPhoto
from domain.moves import open_ticket
from domain.people import Person, Post, Role
from domain.ticket import State, Ticket
from domain.work import Work
from handlers.desk import Desk
from handlers.router import route
from storage import audit, people, photos, tickets, works
from storage.db import Database
from storage.tx import Tx
from tests.support.desk import NOW, TOWN, enrol, office
from tests.support.post import Json, Mill, mill, press
from tests.support.tickets import a_ticket, report_of

WANG, SUN, LI, ZHAO, OFFICER = 3001, 3002, 3003, 3004, 3005
STAFF = {
    WANG: ("王五", Post(Role.TOWN_STAFF, TOWN)),
    SUN: ("孙九", Post(Role.TOWN_STAFF, TOWN)),
    LI: ("李四", Post(Role.INSPECTOR)),
    ZHAO: ("赵六", Post(Role.INSPECTOR)),
    OFFICER: ("钱七", Post(Role.OFFICE)),
}
FIRST_LEAVER = 10_000
CONTROLS = ("none", "unguarded", "stale")
SPREAD_SECONDS = 0.008  # about as long as the worker needs for a press
AT_ONCE = 200  # tickets that are prepared in one transaction

Token = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Race:
    """Two who act on a ticket in ``state``: who presses what; with ``ends`` the second is the end of the first one's posts."""

    name: str
    state: State
    first: Callable[[Ticket], tuple[int, Token]]
    second: Callable[[Ticket], tuple[int, Token]] | None
    told: tuple[str, ...] = ()  # one of these is in what the loser hears


def _by(person: int, verb: str, *more: object) -> Callable[[Ticket], tuple[int, Token]]:
    return lambda ticket: (person, (verb, ticket.number, ticket.version, *more))


def _leaver(ticket: Ticket) -> int:
    return FIRST_LEAVER + ticket.sequence


def _states(*states: State) -> tuple[str, ...]:
    return tuple(label("zh", f"ticket.state_{state.value}") for state in states)


RACES = (
    Race("accept/accept", State.ASSIGNED, _by(WANG, "accept"), _by(SUN, "accept"), ("王五", "孙九")),
    Race(
        "close/send back",
        State.FIXED,
        _by(LI, "outcome", "rectified"),
        _by(ZHAO, "backwhy", 1),
        _states(State.CLOSED, State.ACCEPTED),
    ),
    Race(
        "fix/reject",
        State.ACCEPTED,
        lambda ticket: (WANG, ("wsubmit", _work(ticket), 1)),
        _by(OFFICER, "because", 1),
        (*_states(State.FIXED), label("zh", "errors.AlreadyEnded")),
    ),
    Race(
        "act/revoke",
        State.ASSIGNED,
        lambda ticket: (_leaver(ticket), ("accept", ticket.number, ticket.version)),
        None,
        (label("zh", "errors.NotAMember"),),
    ),
)


@dataclass(slots=True)
class Score:
    """How a race went: how often the first won, and what was wrong."""

    race: Race
    rounds: int = 0
    first: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Unguarded(Tx):
    """A transaction in which two units may move the same thing."""

    def take(self, what: str) -> None:
        """Let everybody have it."""


async def unguarded(desk: Desk) -> None:
    tx = desk.tx
    await route(replace(desk, tx=Unguarded(tx.c, tx._known, tx._writes, tx._taken)))


def stale(members: dict[int, Person]) -> Callable[[Desk], Any]:
    """A bot that has read once who serves, and never again."""

    async def routed(desk: Desk) -> None:
        await route(replace(desk, person=members.get(desk.said.person_id, desk.person)))

    return routed


async def run(rounds: int, seed: int, folder: Path, control: str = "none") -> list[Score]:
    """Every race so many times."""
    rng, scores = random.Random(seed), [Score(race) for race in RACES]
    members: dict[int, Person] = {}
    routed = {"none": route, "unguarded": unguarded, "stale": stale(members)}[control]
    async with mill(folder, routed=routed) as at:
        console = Database(str(at.db.url.render_as_string(hide_password=False)))
        await console.start()
        for person, (name, post) in STAFF.items():
            await enrol(at.db, person, post, name)
        for which, score in enumerate(scores):
            course = Course(at, console, rng, score)
            every = await course.prepared(which * rounds, rounds)
            async with at.db.read() as c:
                ids = [*STAFF, *map(_leaver, every)]
                members.update(await people.of(c, ids))
            await course.run(every)
        await _audited(at, scores[-1])
        await console.stop()
    return scores


@dataclass(slots=True)
class Course:
    """One race and where it is run; ``console`` is a second opening of the same database file."""

    at: Mill
    console: Database
    rng: random.Random
    score: Score
    update: int = 0

    async def prepared(self, first: int, rounds: int) -> list[Ticket]:
        """So many tickets in the state in which the race begins."""
        race = self.score.race
        facts = {"state": race.state, "assignee_id": WANG if race.state is not State.ASSIGNED else None}
        if race.state is State.FIXED:
            facts |= {"fixed_at": NOW, "fixed_by": WANG, "fixed_unit": TOWN}
        every = [a_ticket(first + n + 1, **facts) for n in range(rounds)]
        for at in range(0, rounds, AT_ONCE):
            await self.at.db.write(lambda tx, some=every[at : at + AT_ONCE]: self._file(tx, some))
        self.update = 1_000_000 + 10 * first
        return every

    async def _file(self, tx: Tx, every: list[Ticket]) -> None:
        for ticket in every:
            tickets.add(tx, open_ticket(ticket))
            tickets.report(tx, report_of(ticket))
            if self.score.race.second is None:
                post = Post(Role.GRID_LEAD, TOWN)
                await people.join(tx, Person(_leaver(ticket), "示例网格长", "zh", post, NOW), None)

    async def run(self, every: list[Ticket]) -> None:
        """Each ticket once."""
        began = time.monotonic()
        for ticket in every:
            queries = await self._round(ticket)
            self.score.rounds += 1
            trouble = await (self._revoked if self.score.race.second is None else self._raced)(
                ticket, queries
            )
            self.score.wrong += [f"{ticket.number}: {one}" for one in trouble]
        self.score.seconds = time.monotonic() - began

    async def _round(self, ticket: Ticket) -> list[str]:
        """Both at the same moment: in one delivery, or in two of which either may be a little later."""
        race = self.score.race
        if race.state is State.ACCEPTED:
            await self.at.db.write(lambda tx: _prepare_work(tx, ticket))
        updates = [self._press(*race.first(ticket))]
        if race.second:
            updates.append(self._press(*race.second(ticket)))
        self.rng.shuffle(updates)
        together = race.second is not None and self.rng.random() < 1 / 2
        acts = [self.at.take(*updates)] if together else [self._delivered(one) for one in updates]
        if race.second is None:
            acts.append(self._left(_leaver(ticket)))
        acting = asyncio.gather(*acts)
        while not acting.done():
            await self.at.work()
            await asyncio.sleep(0)
        await acting
        await self.at.work()
        return sorted(one["callback_query"]["id"] for one in updates)

    def _press(self, person: int, token: Token) -> Json:
        self.update += 1
        verb, *args = token
        return press(self.update, office().sealer(person)(verb, *args), person=person)

    async def _delivered(self, update: Json) -> None:
        await asyncio.sleep(self.rng.random() * SPREAD_SECONDS)
        await self.at.take(update)

    async def _left(self, person: int) -> None:
        """By the bot's own process, or by the console's."""
        db = self.rng.choice([self.at.db, self.console])
        await asyncio.sleep(self.rng.random() * 3 * SPREAD_SECONDS)
        await db.write(lambda tx: people.end_posts(tx, person, None, at=NOW, by=None))

    async def _raced(self, ticket: Ticket, queries: list[str]) -> list[str]:
        moves = await self._moves(ticket)
        said, trouble = await self._answers(queries)
        if len(moves) != 1:
            trouble.append(f"{len(moves)} effects: {moves}")
        version = (await self._one("select version from tickets where number = :of", ticket.number)).version
        if version != ticket.version + len(moves[:1]):
            trouble.append(f"version {version}")
        losers = [one for one in said if any(word in one for word in self.score.race.told)]
        winners = [one for one in said if one not in losers]
        if len(losers) != 1 or len(winners) != 1:
            trouble.append(f"answers {said}")
        self.score.first += bool(moves) and moves[0] == self.score.race.first(ticket)[0]
        return trouble

    async def _revoked(self, ticket: Ticket, queries: list[str]) -> list[str]:
        """Either the press came before the end of the posts in the audit log, or it is refused and does nothing."""
        moves = await self._moves(ticket)
        said, trouble = await self._answers(queries)
        steps = "select action from audit where subject in (:of, :who) order by seq"
        rows = await self.at.rows(text(steps).bindparams(of=ticket.number, who=str(_leaver(ticket))))
        deeds = [row.action for row in rows if row.action in {"ticket_moved", "post_ended"}][
            1:
        ]  # it was opened
        if deeds not in (["post_ended"], ["ticket_moved", "post_ended"]):
            trouble.append(f"acted after the posts had ended: {deeds}")
        is_refused = any(word in one for one in said for word in self.score.race.told)
        if len(moves) > 1 or is_refused is bool(moves):
            trouble.append(f"{len(moves)} effects, answered {said}")
        self.score.first += bool(moves)
        return trouble

    async def _moves(self, ticket: Ticket) -> list[int]:
        """Who moved it, in order."""
        query = "select by from history where number = :of and move not in ('open', 'add') order by id"
        return [row[0] for row in await self.at.rows(text(query).bindparams(of=ticket.number))]

    async def _answers(self, queries: list[str]) -> tuple[list[str], list[str]]:
        """The answers to the presses, and which presses had not exactly one."""
        said, trouble = [], []
        for query in queries:
            rows = await self.at.rows(
                text("select payload from outbox where act = 'answer' and key = :key").bindparams(
                    key=f"answer:{query}"
                )
            )
            said += [str(row.payload) for row in rows]
            trouble += [f"{len(rows)} answers to {query}"] if len(rows) != 1 else []
        return said, trouble

    async def _one(self, query: str, of: str) -> Any:
        (row,) = await self.at.rows(text(query).bindparams(of=of))
        return row


def _work(ticket: Ticket) -> str:
    return f"w{ticket.sequence}"


async def _prepare_work(tx: Tx, ticket: Ticket) -> None:
    """A whole proof that waits for its last button."""
    which = _work(ticket)
    works.save(tx, Work(which, WANG, NOW, NOW.replace(day=24), ticket.number, version=1, uncounted=True))
    photos.owe(tx, Draft(which, WANG, WANG, NOW, NOW), DraftPhoto(f"f{which}", f"u{which}", 1), NOW, "after")


async def _audited(at: Mill, score: Score) -> None:
    async with at.db.read() as c:
        found = await audit.checked(c)
    if not isinstance(found, audit.Head):
        score.wrong.append(f"audit: {found}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", choices=CONTROLS, default="none")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scores = asyncio.run(run(given.rounds, given.seed, Path(folder), given.control))
    for score in scores:
        sys.stdout.write(
            f"{score.race.name:<16} rounds {score.rounds} · the first won {score.first} · "
            f"{score.seconds:.1f} s · violations {len(score.wrong)}\n"
        )
        sys.stdout.writelines(f"  {one}\n" for one in score.wrong[:5])
    return 1 if any(score.wrong for score in scores) else 0


if __name__ == "__main__":
    sys.exit(main())
