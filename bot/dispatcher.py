"""The outbox loop: claims what may go now, sends it, and writes down how each ended."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.seat import OnlySeat, Seat
from cards.delivery import TOO_LATE
from domain.delivery import Claimed, NotSent, Outcome, Settlement, Unauthorized, Unknown, after, backoff
from domain.limits import Limiter, Plan, Rates
from domain.push import Push, PushState
from storage.db import Database
from storage.errors import StorageError
from storage.instance import LeaseLost
from storage.outbox import oldest_wait
from storage.outbox_claim import Candidate, claim, expire, give_back, recent, stale
from storage.outbox_settle import settle
from storage.tx import Tx

LEASE: Final = timedelta(seconds=30)  # longer than any push may take
TICK_SECONDS: Final = 0.25
SWEEP_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 0.02  # under load, what ends within this time is settled together
DEAF_SECONDS: Final = 30.0  # between two questions whether the token is good again
LONGEST_PAUSE: Final = 5.0
WINDOW: Final = timedelta(seconds=60)
AGAIN: Final = frozenset({PushState.WAITING, PushState.PARKED})

log = structlog.get_logger()


class Sender(Protocol):
    """Where pushes go."""

    async def send(self, claimed: Claimed) -> Outcome: ...

    async def is_authorized(self) -> bool: ...


@dataclass(slots=True)
class Stats:
    """How delivery goes, for health: ``last_tick`` is the last cycle that reached the database."""

    last_tick: datetime | None = None
    oldest_wait: timedelta = timedelta(0)
    in_flight: int = 0
    is_authorized: bool = True
    is_reachable: bool = True
    ended: dict[PushState, int] = field(default_factory=dict)


class Dispatcher:
    """Sends until it is stopped. One at a time for each bot: the rates are the bot's.

    ``undelivered`` is awaited, in the transaction that ends it, for each critical or daily push that ended otherwise
    than sent, with the reason: a process that dies afterwards has told it, or nothing has ended.
    ``waits_again`` is awaited, in the transaction, with the keys of the pushes that came back and are to be sent again.
    ``seat`` is asked before each claim and before each call: a process that was paused meanwhile sends nothing more.
    """

    def __init__(
        self,
        db: Database,
        sender: Sender,
        *,
        now: Callable[[], datetime],
        owner: str,
        bot_id: int,
        undelivered: Callable[[Tx, Push, str], Awaitable[None]],
        waits_again: Callable[[Tx, list[str]], Awaitable[None]] | None = None,
        rates: Rates | None = None,
        most_in_flight: int = 256,
        seat: Seat | None = None,
    ) -> None:
        self.stats = Stats()
        self._db, self._sender, self._now, self._undelivered = db, sender, now, undelivered
        self._owner, self._bot_id, self._seat = owner, bot_id, seat or OnlySeat()
        self._waits_again = waits_again
        self._limiter = Limiter(rates or Rates())
        self._most = most_in_flight
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: list[tuple[Claimed, Outcome]] = []
        self._on_the_wire: set[int] = set()  # until it is settled
        self._unsure = False  # whether the last claim was committed without our learning of it
        self._news = asyncio.Event()
        self._stopping = False
        self._remembers = False
        self._troubles = 0  # cycles in a row in which nobody answered
        self._quiet_until = 0.0
        self._sweep_at = 0.0
        self._next_at = 0.0

    def nudge(self) -> None:
        """Something new may be owed: look at once."""
        self._news.set()

    def stop(self) -> None:
        """Claim nothing more; ``run`` ends when the calls on the wire have ended and are settled."""
        self._stopping = True
        self._news.set()

    async def run(self, *, within: float = 10.0) -> None:
        """Deliver until ``stop``, then wait at most ``within`` seconds for what is on the wire."""
        while not self._stopping:
            await self._wait()
            await self._safely(self._cycle)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        await self._safely(self._cycle)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _safely(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except LeaseLost as lost:
            log.warning("another process sends now", holder=str(lost))
            self._next_at = self._sweep_at = _time() + SWEEP_SECONDS
        except StorageError as error:
            log.warning("delivery waits for the database", error=str(error))
            self._next_at = self._sweep_at = _time() + SWEEP_SECONDS

    async def _remember(self) -> None:
        """Let the rates go on from what was sent before the start."""
        now, moment = self._now(), _time()
        async with self._db.read() as c:
            sends = await recent(c, now - WINDOW)
        self._remembers = True
        for candidate, at in sends:
            if candidate.counted:
                self._limiter.took(
                    candidate.chat_id, moment - (now - at).total_seconds(), bulk=candidate.is_bulk
                )

    async def _wait(self) -> None:
        """Until there is news or the next thing may go; under load, until a handful has come together."""
        pause = max(0.0, min(self._next_at, self._sweep_at) - _time())
        if not self._news.is_set() and pause:
            try:
                async with asyncio.timeout(pause):
                    await self._news.wait()
            except TimeoutError:
                pass
        if self._tasks or self._ended:
            await asyncio.sleep(GATHER_SECONDS)
        self._news.clear()

    async def _cycle(self) -> None:
        if not self._remembers:
            await self._remember()
        ended, self._ended = self._ended, []
        now, moment = self._now(), _time()
        settlements = [after(one, outcome, now, random.random()) for one, outcome in ended]
        self._judge([outcome for _, outcome in ended], moment)
        plan = self._limiter.plan(moment)
        room = self._room(moment)
        candidates: dict[int, Candidate] = {}
        is_sweep = moment >= self._sweep_at

        async def job(tx: Tx) -> tuple[list[Claimed], list[Settlement]]:
            candidates.clear()
            await self._seat.check(tx)
            if self._unsure:
                await give_back(tx, self._owner, self._on_the_wire)
            left = await self._left_behind(tx, now) if is_sweep else []
            late = await expire(tx, now) if is_sweep else []
            settle(tx, [*settlements, *left], self._owner, bot_id=self._bot_id, now=now)
            await tx.flush()
            await self._tell(tx, [*settlements, *left], late)
            back = [one.claimed.push.key for one in (*settlements, *left) if one.state in AGAIN]
            if back and self._waits_again:
                await self._waits_again(tx, back)
            pick = _picker(plan, candidates)
            taken = await claim(tx, now, self._owner, until=now + LEASE, most=room, pick=pick) if room else []
            return taken, left

        try:
            claimed, left = await self._db.write(job)
        except (StorageError, LeaseLost):
            self._ended, self._unsure = ended + self._ended, True
            raise
        self._unsure = False
        self._on_the_wire.difference_update(one.seq for one, _ in ended)
        self._launch(claimed, candidates, moment)
        self.stats.last_tick, self.stats.in_flight = now, len(self._tasks)
        self._next_at = min(plan.wake_at, moment + TICK_SECONDS)
        if is_sweep:
            await self._sweep(now, moment)
        self._count([*settlements, *left])

    async def _left_behind(self, tx: Tx, now: datetime) -> list[Settlement]:
        """What a process that died had on the wire: it may have arrived, so its class decides."""
        rows = await stale(tx, self._owner)
        return [after(one, Unknown("the process ended while sending"), now, random.random()) for one in rows]

    def _room(self, moment: float) -> int:
        """How many may be claimed; while nobody answers, one push at a time goes out to ask."""
        if self._stopping or moment < self._quiet_until or not self.stats.is_authorized:
            return 0
        if self._troubles:
            return 0 if self._tasks else 1
        return self._most - len(self._tasks)

    def _launch(self, claimed: list[Claimed], candidates: dict[int, Candidate], moment: float) -> None:
        for one in claimed:
            candidate = candidates[one.seq]
            if candidate.counted:
                self._limiter.took(candidate.chat_id, moment, bulk=candidate.is_bulk)
            self._on_the_wire.add(one.seq)
            task = asyncio.create_task(self._send(one))
            self._tasks.add(task)
            task.add_done_callback(self._landed)

    async def _send(self, claimed: Claimed) -> None:
        try:
            outcome = await self._sender.send(claimed) if self._seat.is_fresh else NotSent("was paused")
        except Exception as error:  # the edge of the loop: one push must not end the others
            log.exception("a push could not be sent", key=claimed.push.key)
            outcome = Unknown(f"a fault of the bot: {type(error).__name__}")
        self._ended.append((claimed, outcome))

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._news.set()

    def _judge(self, outcomes: list[Outcome], moment: float) -> None:
        """Slow down while nobody answers; fall silent while the token is refused."""
        if any(isinstance(outcome, Unauthorized) for outcome in outcomes):
            log.error("the token is refused: nothing is sent until it is good again")
            self.stats.is_authorized = False
            self._quiet_until = moment + DEAF_SECONDS
        elif any(not isinstance(outcome, (NotSent, Unknown)) for outcome in outcomes):
            self._troubles = 0
        elif outcomes:
            self._troubles += 1
            self._quiet_until = moment + min(LONGEST_PAUSE, backoff(self._troubles, random.random()))
            log.warning("Telegram does not answer", reason=getattr(outcomes[0], "reason", None))
        self.stats.is_reachable = not self._troubles

    async def _sweep(self, now: datetime, moment: float) -> None:
        self._sweep_at = moment + SWEEP_SECONDS
        async with self._db.read() as c:
            self.stats.oldest_wait = await oldest_wait(c, now)
        if not self.stats.is_authorized and moment >= self._quiet_until:
            self._quiet_until = moment + DEAF_SECONDS
            await self._ask_again()

    async def _ask_again(self) -> None:
        try:
            self.stats.is_authorized = await self._sender.is_authorized()
        except ConnectionError as error:
            log.warning("nobody says whether the token is good", error=str(error))
        if self.stats.is_authorized:
            self._quiet_until = 0.0

    async def _tell(self, tx: Tx, settlements: list[Settlement], late: list[Push]) -> None:
        """Let the office hear of the pushes that somebody waits for in vain."""
        for one in settlements:
            if one.undelivered:
                await self._undelivered(tx, one.claimed.push, one.reason or one.state.value)
        for push in late:
            await self._undelivered(tx, push, TOO_LATE)

    def _count(self, settlements: list[Settlement]) -> None:
        for one in settlements:
            self.stats.ended[one.state] = self.stats.ended.get(one.state, 0) + 1


def _picker(plan: Plan, candidates: dict[int, Candidate]) -> Callable[[Candidate], bool]:
    def pick(candidate: Candidate) -> bool:
        if candidate.counted and not plan.take(candidate.chat_id, bulk=candidate.is_bulk):
            return False
        candidates[candidate.seq] = candidate
        return True

    return pick


def _time() -> float:
    return asyncio.get_running_loop().time()
