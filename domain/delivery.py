"""What follows from an attempt to deliver a push: every outcome there is, and what each makes of the row."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from domain.push import Act, Push, PushClass, PushState

LONGEST_WAIT: Final = 60.0
SHORTEST_FREEZE: Final = 1.0
LONGEST_FREEZE: Final = 86_400.0

REPEATS: Final = {PushClass.CRITICAL: 2, PushClass.DAILY: 1, PushClass.REPLY: 1, PushClass.ONCE: 0}
REPEAT_WAITS: Final = {
    PushClass.CRITICAL: (5.0, 30.0),
    PushClass.DAILY: (30.0,),
    PushClass.REPLY: (2.0,),
    PushClass.ONCE: (),
}
MISSED_BY_OFFICE: Final = frozenset({PushClass.CRITICAL, PushClass.DAILY})


@dataclass(frozen=True, slots=True)
class Claimed:
    """A push that is being sent now. ``progress`` counts the calls of it that have arrived already.

    ``message_id`` is the message to edit or to react to; an edit without one is sent as a new message.
    """

    seq: int
    push: Push
    attempts: int = 1
    repeats: int = 0
    plain: bool = False
    progress: int = 0
    message_id: int | None = None

    @property
    def is_aside(self) -> bool:
        """Whether it has no place in the order of its chat."""
        return self.push.act in (Act.ANSWER, Act.REACT)

    @property
    def is_repeatable(self) -> bool:
        """Whether doing it twice looks like doing it once."""
        return self.is_aside or (self.push.act is Act.EDIT and self.message_id is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended. ``done`` calls of it arrived; ``uploads`` are (sha256, file id) learnt on the way."""

    done: int = 0
    uploads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sent(Outcome):
    message_id: int | None = None
    reason: str | None = None  # what could not be shown as it was meant


@dataclass(frozen=True, slots=True)
class NotModified(Outcome):
    """The message shows already what the edit wanted."""


@dataclass(frozen=True, slots=True)
class NotSent(Outcome):
    """It certainly did not arrive, and may later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown(Outcome):
    """It may have arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later(Outcome):
    seconds: float


@dataclass(frozen=True, slots=True)
class Moved(Outcome):
    chat_id: int


@dataclass(frozen=True, slots=True)
class Unreachable(Outcome):
    """The person blocked the bot, left, or never spoke to it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Parked(Outcome):
    """The chat cannot be written to until somebody changes the bot's rights there."""

    reason: str
    bot_status: str = "restricted"


@dataclass(frozen=True, slots=True)
class Refused(Outcome):
    """The server will never take it."""

    reason: str


@dataclass(frozen=True, slots=True)
class PlainText(Outcome):
    """The server cannot read the markup."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone(Outcome):
    """The message to edit is not there any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unauthorized(Outcome):
    reason: str


@dataclass(frozen=True, slots=True)
class Expired(Outcome):
    """It came too late to matter."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a claimed push. ``freeze_until`` holds its whole chat, so that nothing overtakes it.

    ``forget`` drops the id of the message that was to be edited; ``undelivered`` is for the office to know.
    """

    claimed: Claimed
    state: PushState
    due_at: datetime
    repeats: int
    plain: bool
    progress: int
    reason: str | None = None
    message_id: int | None = None
    sent_at: datetime | None = None
    freeze_until: datetime | None = None
    moved_to: int | None = None
    bot_status: str | None = None
    unreachable: bool = False
    forget: bool = False
    undelivered: bool = False
    uploads: tuple[tuple[str, str], ...] = ()


def after(claimed: Claimed, outcome: Outcome, now: datetime, jitter: float) -> Settlement:
    """Decide what becomes of the push; ``jitter`` is between 0 and 1."""
    draft = _draft(claimed, outcome)
    again = None if isinstance(outcome, Sent) else _waits_again(draft, outcome, jitter)
    if again is None:
        return _ends(draft, outcome, now)
    wait, settlement = again
    until = now + timedelta(seconds=wait)
    if wait and claimed.is_aside:
        return replace(settlement, due_at=until)
    return replace(settlement, freeze_until=until) if wait else settlement


def backoff(attempts: int, jitter: float) -> float:
    """Seconds until the next try: 1, 2, 4 … 60, spread by up to a quarter."""
    return float(min(LONGEST_WAIT, 2.0 ** min(max(attempts - 1, 0), 10)) * (1 + jitter / 4))


def _draft(claimed: Claimed, outcome: Outcome) -> Settlement:
    return Settlement(
        claimed=claimed,
        state=PushState.WAITING,
        due_at=claimed.push.due_at,
        repeats=claimed.repeats,
        plain=claimed.plain,
        progress=claimed.progress + outcome.done,
        reason=getattr(outcome, "reason", None),
        message_id=claimed.push.message_id,
        uploads=outcome.uploads,
    )


def _waits_again(draft: Settlement, outcome: Outcome, jitter: float) -> tuple[float, Settlement] | None:
    """How many seconds it waits and as what, or nothing when it has come to an end."""
    claimed = draft.claimed
    wait = 0.0
    match outcome:
        case NotSent():
            wait = backoff(claimed.attempts, jitter)
        case Later(seconds=seconds):
            wait = min(max(seconds, SHORTEST_FREEZE), LONGEST_FREEZE)
            draft = replace(draft, reason="asked to wait")
        case Unknown() if claimed.is_repeatable:
            wait = backoff(claimed.attempts, jitter)
        case Unknown() if claimed.repeats < REPEATS[claimed.push.push_class]:
            wait = REPEAT_WAITS[claimed.push.push_class][claimed.repeats] * (1 + jitter / 4)
            draft = replace(draft, repeats=claimed.repeats + 1)
        case Moved(chat_id=chat_id) if chat_id != claimed.push.chat_id:
            draft = replace(draft, moved_to=chat_id, reason="the chat has a new id")
        case PlainText() if not claimed.plain:
            draft = replace(draft, plain=True)
        case Gone() if claimed.push.act is Act.EDIT and claimed.message_id is not None:
            draft = replace(draft, forget=True, message_id=None)
        case Unauthorized():
            pass
        case _:
            return None
    return wait, draft


def _ends(draft: Settlement, outcome: Outcome, now: datetime) -> Settlement:
    claimed = draft.claimed
    missed = claimed.push.push_class in MISSED_BY_OFFICE
    match outcome:
        case Sent(message_id=message_id, reason=reason):
            reason = reason or _remark(claimed)
            return replace(draft, state=PushState.SENT, message_id=message_id, sent_at=now, reason=reason)
        case NotModified():
            return replace(draft, state=PushState.SENT, message_id=claimed.message_id, sent_at=now)
        case Unknown():
            return replace(draft, state=PushState.UNKNOWN, undelivered=missed)
        case Parked(bot_status=status) if not claimed.is_aside:
            return replace(draft, state=PushState.PARKED, bot_status=status)
        case Expired():
            return replace(draft, state=PushState.EXPIRED)
    unreachable = isinstance(outcome, Unreachable)
    reason = draft.reason or type(outcome).__name__
    return replace(draft, state=PushState.FAILED, reason=reason, unreachable=unreachable, undelivered=missed)


def _remark(claimed: Claimed) -> str | None:
    """Name what an export should say about a push that did not go out as it was first written."""
    if claimed.plain:
        return "sent without markup"
    return f"repeat {claimed.repeats}" if claimed.repeats else None
