"""How calls are owed to a chat: each by itself while they are few, all in one list when they are many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2s

from cards import calls as cards
from cards.ticket import Ticketing
from domain.deadline import Call, Clock, Level, key
from domain.message import Message
from domain.push import Push, PushClass
from domain.ticket import Ticket
from handlers.chat.query import TODO
from handlers.desk import Office
from handlers.timed.hearers import Hearer
from storage import calls, outbox, queries
from storage.calls import Carried
from storage.queries import Asked
from storage.tx import Tx

LIVES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A call as one chat hears it; ``level`` is in which capacity."""

    ticket: Ticket
    call: Call
    level: Level

    @property
    def key(self) -> str:
        return key(self.ticket.number, self.call)


@dataclass(frozen=True, slots=True)
class Voice:
    """Owes calls, not before ``due_at``."""

    tx: Tx
    office: Office
    now: datetime
    due_at: datetime

    def speak(self, hearer: Hearer, spoken: Sequence[Spoken]) -> None:
        """Owe these calls to a chat: one by one, or as a list where there are more than the district allows."""
        if len(spoken) > self.office.district.calls.single_messages:
            self._list(hearer, spoken)
            return
        for one in spoken:
            # the version, because what was taken back after a move may be called again
            push_key = f"call:{one.key}:v{one.ticket.version}:{hearer.chat_id}"
            message = cards.reminder(self._view(hearer), one.ticket, one.call)
            # a later step of the same deadline says more than one that still waits
            subject = f"call:{one.ticket.number}:{one.call.clock}:{hearer.chat_id}"
            self._owe(hearer, push_key, subject, message, [one])

    def _list(self, hearer: Hearer, spoken: Sequence[Spoken]) -> None:
        asked = Asked(self.office.new_id(), hearer.chat_id, hearer.chat_id, self.now, TODO)
        queries.keep(self.tx, asked)
        about = "|".join(f"{one.key}v{one.ticket.version}" for one in spoken)
        content = blake2s(about.encode(), digest_size=6).hexdigest()
        push_key = f"calls:{hearer.chat_id}:{int(self.now.timestamp())}:{content}"
        every = [(one.ticket, one.call) for one in spoken]
        self._owe(hearer, push_key, None, cards.reminders(self._view(hearer), every, asked.id), spoken)

    def _owe(
        self, hearer: Hearer, push_key: str, subject: str | None, message: Message, spoken: Sequence[Spoken]
    ) -> None:
        last = max(one.call.due_at for one in spoken)
        push = Push(
            key=push_key,
            chat_id=hearer.chat_id,
            thread_id=hearer.thread_id,
            due_at=self.due_at,
            expires_at=max(last, self.due_at) + LIVES,
            push_class=PushClass.CRITICAL,
            message=message,
            subject=subject,
        )
        outbox.owe(self.tx, push, self.now)
        for one in spoken:
            if subject or one.call.clock is not Clock.SUSPENDED:  # a list of what has ended is not taken back
                carried = Carried(one.key, hearer.chat_id, push_key, one.ticket.number, one.level.value)
                calls.carry(self.tx, carried)

    def _view(self, hearer: Hearer) -> Ticketing:
        sealer = self.office.sealer(hearer.chat_id)
        return Ticketing(hearer.language, self.office.district, sealer, self.now)
