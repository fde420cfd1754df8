"""A hand on a phone: it sends words, photos and places, and presses buttons until the bot answers."""

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

from domain.geo import Point
from tests.chaos.telegram import Telegram

PATIENCE_SECONDS = 5.0
NUMBER = re.compile(r"HJ\d{8}-\d{4}")
LOOKS = 3
LOOK_SECONDS = 0.1  # nothing new for this long: what came with an answer is there

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """A press that was sent: of which button, by whom, as which update."""

    person: int
    query: str
    update: int
    token: str


@dataclass(slots=True)
class Switchboard:
    """What the bot shows goes to those who see it: the one who pressed, the one chat, or a group's members."""

    groups: dict[int, list["Hand"]] = field(default_factory=dict)
    people: dict[int, "Hand"] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)  # callback query -> person
    presses: list[Press] = field(default_factory=list)

    def hear(self, method: str, shown: Json) -> None:
        chat = self.asked.get(shown.get("callback_query_id", ""), shown.get("chat_id")) or 0
        alone = [self.people[chat]] if chat in self.people else []
        for hand in self.groups.get(chat, alone):
            hand.shown.put_nowait({**shown, "method": method})


@dataclass(slots=True)
class Hand:
    """One member; ``shown`` is what they have not looked at yet."""

    id: int
    board: Switchboard
    telegram: Telegram
    rng: random.Random
    shown: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    def say(self, **content: Any) -> None:
        message = {
            "message_id": self.telegram.message_id(),
            "date": self._date(),
            "chat": self._chat(self.id),
        }
        self.telegram.update(self.id, {"message": {**message, "from": self._me(), **content}})

    def send_photos(self, files: list[str]) -> None:
        album = {"media_group_id": files[0]} if len(files) > 1 else {}
        for file in files:
            size = {"file_id": file, "file_unique_id": file, "width": 320, "height": 240, "file_size": 900}
            self.say(photo=[size], **album)

    def send_place(self, spot: Point) -> None:
        self.say(location={"latitude": spot.lat, "longitude": spot.lng})

    def press(self, card: Json, token: str) -> str:
        """Press a button of a message that was shown; returns the id under which the bot answers."""
        query = f"q{len(self.telegram.sent)}"
        self.board.asked[query] = self.id
        message = {
            "message_id": card["message_id"],
            "date": self._date(),
            "chat": self._chat(card["chat_id"]),
        }
        content = {"id": query, "from": self._me(), "chat_instance": "1", "data": token, "message": message}
        update = self.telegram.update(self.id, {"callback_query": content})
        self.board.presses.append(Press(self.id, query, update, token))
        return query

    async def pressed(self, card: Json, token: str) -> list[Json]:
        """Press, again after some silence, until there is an answer; returns all that was shown until it was quiet."""
        queries, seen = {self.press(card, token)}, list[Json]()
        began = time.monotonic()
        while queries.isdisjoint(one.get("callback_query_id") for one in seen):
            seen += await self.look(LOOK_SECONDS)
            if time.monotonic() - began > PATIENCE_SECONDS:
                queries.add(self.press(card, token))
                began = time.monotonic()
        return seen + await self.look(LOOK_SECONDS)

    async def look(self, seconds: float) -> list[Json]:
        """What is shown until nothing has come for so long, or a few times as long where it never ends."""
        seen, until = [], time.monotonic() + LOOKS * seconds
        try:
            while time.monotonic() < until:
                seen.append(await asyncio.wait_for(self.shown.get(), seconds))
        except TimeoutError:
            pass
        return seen

    def _date(self) -> int:
        return int(self.telegram.clock.now().timestamp())

    def _chat(self, chat: int) -> Json:
        return {"id": chat, "type": "private" if chat > 0 else "supergroup", "first_name": "张三"}

    def _me(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": "张三", "language_code": "zh"}


def tokens(shown: Json) -> list[str]:
    """The buttons under what was shown."""
    rows = (shown.get("reply_markup") or {}).get("inline_keyboard", [])
    return [one["callback_data"] for row in rows for one in row if "callback_data" in one]
