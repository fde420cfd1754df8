"""The loop that deals with what arrived: the next update of every chat, many chats in one transaction."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.incoming import Reader, decoded
from bot.throttle import Pace, Throttle
from cards import errors as error_cards
from handlers.desk import Desk, Office
from handlers.said import Ignored, PhotoSent, Press, Said
from storage import busy, chats, drafts, inbox, people
from storage.db import Database
from storage.errors import DATABASE_FAULTS, StorageDown, TakenAlready
from storage.inbox import MOST_LANES, Pending
from storage.tx import Tx

TRIES = 3
OLDEST = timedelta(hours=24)  # what Telegram itself keeps; anything older is a replay
PAUSE_SECONDS = 1.0
ROUND_SECONDS = 0.06
QUIET_SECONDS = 0.05

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Letter:
    """An update that was read, on its way to a desk."""

    pending: Pending
    said: Said


class Worker:
    """Handles pending updates until it is stopped. ``worked`` is called after each commit."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        reader: Reader,
        office: Office,
        route: Callable[[Desk], Awaitable[None]],
        worked: Callable[[], None],
    ) -> None:
        self._db, self._clock, self._reader, self._office = db, clock, reader, office
        self._route, self._worked = route, worked
        self._throttle = Throttle()
        self._news = asyncio.Event()
        self._stopping = False
        self._most = MOST_LANES
        self._busy_at = 0.0
        self._waiting = False

    def nudge(self) -> None:
        """Something arrived."""
        self._busy_at = time.monotonic()
        self._news.set()

    def stop(self) -> None:
        """Finish the transaction under way, then end; what is left waits in the inbox."""
        self._stopping = True
        self._news.set()

    @property
    def idle(self) -> bool:
        """Whether nobody has said anything for a moment: the time for work that can wait."""
        return self._waiting and time.monotonic() - self._busy_at > QUIET_SECONDS

    async def run(self) -> None:
        """Work until ``stop``."""
        while not self._stopping:
            self._news.clear()  # before looking: what arrives from now on is looked for again
            try:
                handled = await self._db.write(self._round)
                self._most = min(MOST_LANES, self._most * 2)
            except StorageDown as error:
                log.warning("database is down", error=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            except Exception as error:  # noqa: BLE001  # refused, or a slip: the update that it is about is found and set apart
                handled = await self._alone(error)
            if handled:
                self._busy_at = time.monotonic()
                self._worked()
            else:
                await self._wait()

    async def _wait(self) -> None:
        self._waiting = True
        try:
            await asyncio.wait_for(self._news.wait(), PAUSE_SECONDS)
        except TimeoutError:
            return  # look anyway: another process may have left something
        finally:
            self._waiting = False

    async def _alone(self, error: Exception) -> int:
        """A shared transaction failed as a whole: go on with half as many until the update that it was about is alone."""
        if self._most > 1:
            self._most //= 2
            return 1
        log.error("update set apart", error=str(error), kind=type(error).__name__)

        async def job(tx: Tx) -> int:
            for pending in await inbox.heads(tx, 1):
                inbox.done(
                    tx,
                    pending.seq,
                    "quarantined",
                    f"{type(error).__name__}: {error}"[:500],
                    self._clock.now(),
                )
            return 1

        return await self._db.write(job)

    async def _round(self, tx: Tx) -> int:
        now = self._clock.now()
        heads = await inbox.heads(tx, self._most)
        letters = [letter for pending in heads if (letter := self._read(tx, pending, now))]
        desks = await self._desks(tx, letters, now)
        began = time.monotonic()
        for letter, desk in zip(letters, desks, strict=True):
            if time.monotonic() - began > ROUND_SECONDS:
                break  # the rest is the next round's: what arrives meanwhile waits for this commit
            await self._handle(tx, letter, desk)
        return len(heads)

    def _read(self, tx: Tx, pending: Pending, now: datetime) -> _Letter | None:
        try:
            said = self._reader.read(decoded(pending.body))
        except Exception as error:  # noqa: BLE001  # a strange update must not stop the others, whatever it raises
            inbox.done(tx, pending.seq, "quarantined", f"{type(error).__name__}: {error}"[:500], now)
            log.warning("update quarantined", update_id=pending.update_id, error=type(error).__name__)
            return None
        if isinstance(said, Ignored):
            inbox.done(tx, pending.seq, "ignored", said.reason, now)
            return None
        if pending.received_at - said.at > OLDEST and not isinstance(said.content, Press):
            inbox.done(tx, pending.seq, "quarantined", "older than 24 h when it arrived", now)
            return None
        return _Letter(pending, said)

    async def _desks(self, tx: Tx, letters: list[_Letter], now: datetime) -> list[Desk]:
        """A desk for each, with what is known about the person and the chat read for all of them at once."""
        if not letters:
            return []
        said = [letter.said for letter in letters]
        members = await people.of(tx.c, {one.person_id for one in said})
        rooms = await chats.of(tx.c, {one.chat_id for one in said if one.chat_id != one.person_id})
        whose = {(one.chat_id, one.person_id) for one in said}
        reports = await drafts.open_of(tx.c, whose)
        midst = await busy.of(tx.c, members, now) if members else {}
        parts = [_album(one) for one in said]
        of_album = await drafts.by_album(tx.c, {part for part in parts if part})
        return [
            Desk(
                tx=tx,
                now=now,
                office=self._office,
                said=one,
                person=members.get(one.person_id),
                chat=rooms.get(one.chat_id),
                drafts=reports.get((one.chat_id, one.person_id), []),
                album_draft=of_album.get(part) if part else None,
                busy=midst.get(one.person_id, frozenset()),
            )
            for one, part in zip(said, parts, strict=True)
        ]

    async def _handle(self, tx: Tx, letter: _Letter, desk: Desk) -> None:
        seq, mark = letter.pending.seq, tx.mark()
        pace = self._throttle.judge(letter.said, desk.now)
        if pace is not Pace.FINE:
            _slow_down(desk, pace)
            inbox.done(tx, seq, "ignored", "too many from one person", desk.now)
            return
        try:
            await self._route(desk)
        except DATABASE_FAULTS:
            raise
        except TakenAlready:
            tx.back_to(mark)  # it stays pending and is the next of its chat
            return
        except Exception as error:  # the edge of the loop: one update's fault stays its own
            tx.back_to(mark)
            log.exception(
                "update failed", update_id=letter.said.update_id, attempt=letter.pending.attempts + 1
            )
            if letter.pending.attempts + 1 < TRIES:
                inbox.failed(tx, seq)
                return
            inbox.done(tx, seq, "quarantined", f"{type(error).__name__}: {error}"[:500], desk.now)
            desk.answer()
            desk.say(error_cards.sorry(desk.language, str(letter.said.update_id)))
            return
        inbox.done(tx, seq, "processed", None, desk.now)


def _slow_down(desk: Desk, pace: Pace) -> None:
    """Say it once; a press is answered all the same, or its button would go on turning."""
    message = error_cards.too_fast(desk.language)
    desk.answer(message.text)
    if pace is Pace.TELL and not isinstance(desk.said.content, Press):
        desk.say(message)


def _album(said: Said) -> tuple[int, str] | None:
    """The album of which this is a part."""
    album = said.content.album if isinstance(said.content, PhotoSent) else None
    return (said.chat_id, album) if album else None
