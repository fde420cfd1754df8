"""Carrying out one push: its calls in their order, each in the form that the server takes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.gateway_errors import Blocked, Obstacle, Ok, Verdict, verdict_of, verdict_of_silence
from bot.remedies import other_form
from bot.render import WHISPER, Call, calls_of, one_by_one, sends_of
from bot.telegram_request import NoAnswerError, TelegramRequest
from bot.uploads import NoPictureError, Uploads
from domain.delivery import Claimed, NotSent, Outcome, PlainText, Refused, Sent, Unknown
from domain.push import Act

PUSH_SECONDS: Final = 25.0
MOST_FORMS: Final = 6
NEW_METHODS: Final = frozenset({"sendRichMessage", "setMessageReaction"})
WHISPER_PROBE: Final = "deleteEphemeralMessage"


@dataclass(slots=True)
class _Attempt:
    """What one attempt came to so far."""

    done: int = 0
    message_id: int | None = None
    remark: str | None = None
    uploads: list[tuple[str, str]] = field(default_factory=list)


class Sending:
    """``base`` is the address up to and with the token; ``label`` words the head of a message that is repeated."""

    def __init__(
        self, base: str, request: TelegramRequest, uploads: Uploads, label: Callable[[int], str]
    ) -> None:
        self._base, self._request, self._uploads, self._label = base, request, uploads, label
        self._lacks: set[str] = set()  # methods that this server does not know
        self._whispers: bool | None = None  # whether it knows messages that one member sees

    async def send(self, claimed: Claimed) -> Outcome:
        """Carry the push out, or as much of it as is possible now."""
        attempt = _Attempt()
        label = self._label(claimed.repeats) if claimed.repeats else None
        calls = calls_of(claimed, label)
        try:
            async with asyncio.timeout(PUSH_SECONDS):
                calls = await self._heard_by_one(calls, claimed, label)
                outcome = await self._walk(calls, claimed, attempt)
        except TimeoutError:
            outcome = Unknown("it took too long")
        if attempt.done > 1 or attempt.uploads or (attempt.done and not isinstance(outcome, Sent)):
            return replace(outcome, done=attempt.done, uploads=tuple(attempt.uploads))
        return outcome

    async def _walk(self, calls: list[Call], claimed: Claimed, attempt: _Attempt) -> Outcome:
        if not calls:
            return Refused("nothing to send")
        for call in calls[claimed.progress :]:
            verdict = await self._pass(call, attempt)
            if isinstance(verdict, Outcome):
                return verdict
            attempt.done += 1
        if claimed.push.act is Act.EDIT and claimed.message_id is not None:
            attempt.message_id = claimed.message_id
        return Sent(attempt.message_id, attempt.remark)

    async def _pass(self, call: Call, attempt: _Attempt) -> Ok | Outcome:
        """Make one call pass, changing its form while the server refuses it for certain."""
        form = call.plainer if call.plainer and call.method in self._lacks else call
        for _ in range(MOST_FORMS):
            verdict = await self._call(form, attempt)
            if isinstance(verdict, Ok):
                return verdict
            if form.plainer is not None and isinstance(verdict, (Refused, PlainText)):
                form = form.plainer
                continue
            if isinstance(verdict, Outcome):
                return verdict
            attempt.remark = verdict.reason
            if verdict.obstacle is Obstacle.NO_METHOD:
                self._lacks.add(form.method)
            if form.method == "sendMediaGroup":
                return await self._singly(form, verdict, attempt)
            if verdict.obstacle is Obstacle.BAD_FILE and self._uploads.forget(form):
                continue
            other = other_form(form, verdict)
            if other is None:
                return _end_of(form, verdict)
            form = other
        return Refused(attempt.remark or "no form of it passes")

    async def _singly(self, call: Call, blocked: Blocked, attempt: _Attempt) -> Ok | Outcome:
        """Send the rest of a broken album; what fails then is left out, for the whole would repeat what arrived."""
        failure: Outcome | None = None
        arrived = blocked.arrived
        for single in one_by_one(call, blocked.arrived):
            verdict = await self._pass(single, attempt)
            if isinstance(verdict, Ok):
                arrived += 1
            else:
                failure = verdict
        attempt.remark = blocked.reason
        return failure if failure is not None and not arrived else Ok(None)

    async def _call(self, call: Call, attempt: _Attempt) -> Verdict:
        try:
            if not call.pictures:
                answer = await self._request.call(self._base + call.method, call.params)
                return self._heard(call, verdict_of(answer), attempt)
            async with self._uploads.turn(call):
                params, files = await self._uploads.filled(call)
                answer = await self._request.call(self._base + call.method, params, files)
                return self._heard(call, verdict_of(answer), attempt)
        except NoAnswerError as broken:
            return verdict_of_silence(broken)
        except NoPictureError:
            return Blocked(Obstacle.BAD_PHOTO, "the picture is not stored; too large a gap to fill")

    def _heard(self, call: Call, verdict: Verdict, attempt: _Attempt) -> Verdict:
        if isinstance(verdict, Ok):
            if call.pictures and call.method != "sendDocument":
                attempt.uploads += self._uploads.learn(call, verdict.result)
            attempt.message_id = _message_id(verdict.result) or attempt.message_id
        return verdict

    async def _heard_by_one(self, calls: list[Call], claimed: Claimed, label: str | None) -> list[Call]:
        """Calls for one member's eyes stay so where the server can do that; else the fallback, else openly.

        An older server would ignore the parameter and show the message to all, so it is asked first.
        """
        message = claimed.push.message
        if message is None or not any(WHISPER in call.params for call in calls) or await self._can_whisper():
            return calls
        push = claimed.push
        open_message = replace(message.fallback or message, only_for=None)
        return sends_of(open_message, push, is_plain=claimed.plain, label=label)

    async def _can_whisper(self) -> bool:
        if self._whispers is None:
            verdict = await self._call(Call(WHISPER_PROBE, {}), _Attempt())
            if isinstance(verdict, Blocked):
                self._whispers = verdict.obstacle is not Obstacle.NO_METHOD
            elif isinstance(verdict, Refused):
                self._whispers = True
        return bool(self._whispers)


def _end_of(call: Call, blocked: Blocked) -> Outcome:
    """A server without the oldest methods is no Bot API: that is somebody's mistake to mend, not the push's end."""
    if blocked.obstacle is Obstacle.NO_METHOD and call.method not in NEW_METHODS:
        return NotSent(f"{call.method}: {blocked.reason}; check the token and the address of the Bot API")
    return Refused(blocked.reason)


def _message_id(result: Any) -> int | None:
    last = result[-1] if isinstance(result, list) and result else result
    found = last.get("message_id") if isinstance(last, dict) else None
    return found if isinstance(found, int) and found > 0 else None
