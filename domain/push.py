"""A push that is owed to somebody, and how hard each class of push is tried."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.message import Message


class PushClass(StrEnum):
    """How a push is treated when nobody knows whether it arrived."""

    CRITICAL = "critical"  # deadline, escalation: sent again up to twice, labelled
    DAILY = "daily"  # ranking, digest, the card of a group: sent again once, labelled
    REPLY = "reply"  # what a person is answered: sent again once
    ONCE = "once"  # one-time secrets: never sent again


class Act(StrEnum):
    """What is done in the chat."""

    SEND = "send"
    EDIT = "edit"  # the message of the push named by target_key becomes this one
    ANSWER = "answer"  # a pressed button is answered
    REACT = "react"  # a message gets a reaction


class PushState(StrEnum):
    """Where a push stands; the last five are ends."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"  # maybe arrived: its class says what happens
    PARKED = "parked"  # the chat cannot be written to now; resumes when it can
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person sees who pressed a button: nothing, a short note (at most 200 characters), or an alert."""

    query_id: str
    text: str | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """One thing owed to one chat.

    ``key`` is what it is about: owing the same key twice is owing it once. A newer push with the same
    ``subject`` replaces one that still waits. ``message_id`` names a message of ours (edit) or of theirs
    (react) when it is known; an edit otherwise finds its message through ``target_key``.
    """

    key: str
    chat_id: int
    due_at: datetime
    expires_at: datetime
    act: Act = Act.SEND
    push_class: PushClass = PushClass.REPLY
    message: Message | None = None
    answer: Answer | None = None
    reaction: str | None = None
    thread_id: int | None = None
    subject: str | None = None
    target_key: str | None = None
    message_id: int | None = None
