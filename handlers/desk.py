"""The desk at which one thing that was said is dealt with: who spoke, what is known, and what is owed back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cards.catalogue import LANGUAGES
from domain.button import Sealer
from domain.district import District
from domain.draft import Draft
from domain.geo import Fence
from domain.guess import Guesser
from domain.message import Message
from domain.name_spans import Towns
from domain.people import Person
from domain.push import Act, Answer, Push, PushClass
from domain.sites import SiteBook
from handlers.said import Press, Said
from storage import outbox
from storage.busy import Busy
from storage.chats import Chat
from storage.tx import Tx

ANSWER_LIVES = timedelta(seconds=120)  # the channel forgets a press after 150 s
REPLY_LIVES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Office:
    """What every desk shares: the district, its names, the key of the buttons. ``new_id`` gives a short random word."""

    district: District
    fence: Fence
    towns: Towns
    categories: Guesser
    sites: Callable[[], SiteBook]
    button_key: bytes
    bot_name: str
    new_id: Callable[[], str]
    sees_all_messages: bool = False  # privacy mode is off, or an administrator everywhere

    def sealer(self, chat_id: int) -> Sealer:
        """Makes the buttons of one chat."""
        return Sealer(self.button_key, chat_id)


@dataclass(slots=True)
class Desk:
    """One thing said, inside the transaction that deals with it.

    ``person`` is None for somebody who is no member. ``drafts`` are the open reports of this person in this
    chat, the one touched last first; ``album_draft`` is the report to which this part of an album belongs; ``busy`` is what else the person is in the midst of.
    """

    tx: Tx
    now: datetime
    office: Office
    said: Said
    person: Person | None = None
    chat: Chat | None = None
    drafts: list[Draft] = field(default_factory=list)
    album_draft: Draft | None = None
    busy: frozenset[Busy] = frozenset()
    _owed: int = 0

    @property
    def language(self) -> str:
        """The member's own choice, else what the channel says, else Chinese."""
        if self.person:
            return self.person.language
        return "en" if self.said.language.startswith("en") else LANGUAGES[0]

    @property
    def seal(self) -> Sealer:
        """Makes buttons for this chat."""
        return self.office.sealer(self.said.chat_id)

    def say(
        self,
        message: Message,
        *,
        subject: str | None = None,
        wait: timedelta = timedelta(0),
        push_class: PushClass = PushClass.REPLY,
    ) -> str:
        """Owe a reply in this chat and return its key; a newer one with the same subject replaces it while it waits."""
        key = self._key("say")
        push = Push(
            key=key,
            chat_id=self.said.chat_id,
            thread_id=self.said.thread_id,
            due_at=self.now + wait,
            expires_at=self.now + wait + REPLY_LIVES,
            message=message,
            subject=subject,
            push_class=push_class,
        )
        self.owe(push)
        return key

    def edit(self, message: Message, *, target_key: str | None = None, wait: timedelta = timedelta(0)) -> str:
        """Owe an edit: of the message whose button was pressed, or of the one sent as ``target_key``."""
        pressed = self.said.content.message_id if isinstance(self.said.content, Press) else None
        key = self._key("edit")
        push = Push(
            key=key,
            act=Act.EDIT,
            chat_id=self.said.chat_id,
            thread_id=self.said.thread_id,
            due_at=self.now + wait,
            expires_at=self.now + wait + REPLY_LIVES,
            message=message,
            target_key=target_key,
            message_id=None if target_key else pressed,
            subject=f"edit:{target_key}" if target_key else None,
        )
        self.owe(push)
        return key

    def answer(self, text: str | None = None, *, alert: bool = False) -> None:
        """Owe an answer to the press; every press gets exactly one."""
        if isinstance(self.said.content, Press):
            push = Push(
                key=f"answer:{self.said.content.query_id}",
                act=Act.ANSWER,
                chat_id=self.said.chat_id,
                due_at=self.now,
                expires_at=self.now + ANSWER_LIVES,
                answer=Answer(self.said.content.query_id, text, alert),
            )
            self.owe(push)

    def react(self, emoji: str) -> None:
        """Owe a reaction to the message that was sent: an acknowledgement that costs no message."""
        push = Push(
            key=self._key("react"),
            act=Act.REACT,
            chat_id=self.said.chat_id,
            due_at=self.now,
            expires_at=self.now + REPLY_LIVES,
            reaction=emoji,
            message_id=self.said.message_id,
        )
        self.owe(push)

    def owe(self, push: Push) -> None:
        """Owe any push, to any chat."""
        outbox.owe(self.tx, push, self.now)

    def _key(self, what: str) -> str:
        self._owed += 1
        return f"{what}:{self.said.chat_id}:{self.said.update_id}:{self._owed}"
