"""A person at the phone: types, sends photos and places, presses what is shown, and reads what the bot wrote."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.geo import Point
from sandbox.records import Json, Message
from tests.month.ground import Member
from tests.month.stage import ZONE, Stage
from tests.month.transcript import plain
from tests.support.doing import a_photo

NUMBER = re.compile(r"HJ\d{8}-\d{4}")


class NotShownError(AssertionError):
    """What somebody looks for is not there."""


@dataclass(frozen=True, slots=True)
class Card:
    """A message of the bot as it is now."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...]

    def token(self, label: str) -> str | None:
        """Of the button with this label; signs may stand before it."""
        exact = [data for text, data in self.buttons if text == label]
        return next(iter(exact or [data for text, data in self.buttons if text.endswith(" " + label)]), None)


@dataclass(slots=True)
class Hand:
    stage: Stage
    member: Member
    rng: random.Random
    answer: str = ""  # to the last press

    async def say(self, text: str, chat: int | None = None) -> Card:
        """Type something; the newest card after it."""
        self._act(text, chat)
        await self.stage.client.send(self.member.id, text, chat=chat)
        await self.stage.settle(chat or self.member.id)
        return self.newest(chat)

    async def photos(self, count: int, caption: str | None = None) -> Card:
        self._act(f"照片×{count}" + (f" “{caption}”" if caption else ""))
        files = [a_photo(f"{self.rng.random()}") for _ in range(count)]
        await self.stage.client.photos(self.member.id, *files, caption=caption)
        await self.stage.settle(self.member.id)
        if count > 1:
            await self.stage.a_moment()
        return self.newest()

    async def document(self, name: str) -> Card:
        self._act(f"文件 {name}")
        content = b"%PDF-1.7\n" + self.rng.randbytes(400)
        await self.stage.client.photos(self.member.id, content, as_document=True, file_name=name)
        await self.stage.settle(self.member.id)
        return self.newest()

    async def place(self, point: Point) -> Card:
        self._act(f"位置 {point.lat},{point.lng}")
        await self.stage.client.location(self.member.id, point.lat, point.lng)
        await self.stage.settle(self.member.id)
        return self.newest()

    async def press(self, label: str, about: str = "", chat: int | None = None) -> Card:
        """Press the newest button with this label, under a message about this; the message as it is then.

        Raises NotShownError.
        """
        card = next((one for one in self.cards(chat) if about in one.text and one.token(label)), None)
        if card is None:
            raise NotShownError(f"{self.member.name}: [{label}] {about}; {self.newest(chat)}")
        self._act(f"[{label}]" + (f" {about}" if about else ""), chat)
        answer = await self.stage.client.press(self.member.id, card.id, card.token(label), chat=chat, wait=60)
        await self.stage.settle(chat or self.member.id)
        self.answer = str(answer.get("text") or "")
        if not answer["answered"]:
            raise NotShownError(f"the press of {self.member.name} on [{label}] {about} was not answered")
        return next(one for one in self.cards(chat) if one.id == card.id)

    def expect(self, *words: str) -> Card:
        """The newest card with all of these words; raises NotShownError."""
        found = next((one for one in self.cards() if all(word in one.text for word in words)), None)
        if found is None:
            raise NotShownError(f"{self.member.name}: {words}; {self.newest()}")
        return found

    def newest(self, chat: int | None = None) -> Card:
        return next(self.cards(chat), Card(0, "", ()))

    def cards(self, chat: int | None = None) -> Iterator[Card]:
        """What the bot wrote there, the newest first."""
        known = self.stage.sandbox.world.chats.get(chat or self.member.id)
        for message in reversed(known.messages.values()) if known else ():
            if message.wire["from"]["is_bot"] and not message.deleted:
                yield _card(message)

    def _act(self, what: str, chat: int | None = None) -> None:
        where = self.stage.transcript.names[chat] if chat else "蓝巡"
        self.stage.transcript.act(self.stage.now.astimezone(ZONE), self.member.name, what, where)


def _card(message: Message) -> Card:
    wire, rich = message.wire, message.rich or {}
    text = wire.get("text") or wire.get("caption") or plain(str(rich.get("html", "")))
    markup: Json = message.keyboard or wire.get("reply_markup") or {}
    found = [one for row in markup.get("inline_keyboard", []) for one in row if "callback_data" in one]
    return Card(int(wire["message_id"]), text, tuple((one["text"], one["callback_data"]) for one in found))
