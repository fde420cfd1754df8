"""All that the sandbox remembers, in memory: the bot, its people, chats, files, calls and settings."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.errors import ControlError
from sandbox.faults import Faults
from sandbox.files import FileStore
from sandbox.ledger import Ledger
from sandbox.limits import Limits
from sandbox.poller import Poller
from sandbox.records import Chat, Json, Person, Press
from sandbox.update_queue import UpdateQueue
from sandbox.watchers import Watchers
from sandbox.webhook import Webhook

DEFAULT_TOKEN = "100001:sandbox-token-for-the-local-telegram"  # noqa: S105 - opens only the sandbox
FIRST_PERSON = 1001
FIRST_GROUP = -5001
FIRST_SUPERGROUP = -1_002_000_000_001


@dataclass(slots=True)
class Serials:
    """Message ids run through all private chats and basic groups; each supergroup counts for itself."""

    people: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_PERSON))
    groups: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_GROUP, -1))
    supergroups: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_SUPERGROUP, -1))
    messages: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    albums: Iterator[int] = field(default_factory=lambda: itertools.count(13_700_000_000_001))
    presses: Iterator[int] = field(default_factory=lambda: itertools.count(4_300_000_000_001))


@dataclass(slots=True)
class World:
    token: str
    bot: Json
    clock: Clock = field(default_factory=Clock)
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    files: FileStore = field(default_factory=FileStore)
    ledger: Ledger = field(default_factory=Ledger)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    watchers: Watchers = field(default_factory=Watchers)
    serials: Serials = field(default_factory=Serials)
    latency: float = 0.0
    updates: UpdateQueue = field(init=False)
    poller: Poller = field(init=False)
    webhook: Webhook = field(init=False)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.updates = UpdateQueue(self.clock)
        self.poller = Poller(self.updates)
        self.webhook = Webhook(self.updates, self.clock)

    @property
    def bot_id(self) -> int:
        bot_id: int = self.bot["id"]
        return bot_id

    def person(self, person_id: Any) -> Person:
        """Raises ControlError when nobody has this id."""
        if person_id not in self.people:
            raise ControlError(f"no person {person_id}")
        return self.people[person_id]

    def chat(self, chat_id: Any) -> Chat:
        """Raises ControlError when no chat has this id."""
        if chat_id not in self.chats:
            raise ControlError(f"no chat {chat_id}")
        return self.chats[chat_id]

    def start_task(self, work: Coroutine[Any, Any, None]) -> None:
        """Run beside the calls; ended with the sandbox."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self) -> None:
        self.watchers.close()
        self.poller.close()
        await self.webhook.stop()
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def new_world(token: str = DEFAULT_TOKEN, *, sees_all: bool = False) -> World:
    """A bot and nobody else; `sees_all` switches privacy mode off."""
    bot = {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": "蓝巡",
        "username": "lanxun_demo_bot",
        "can_join_groups": True,
        "can_read_all_group_messages": sees_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return World(token, bot)
