"""People who report: photos and a pin, then the buttons that they are shown, and patience when the bot is silent."""

import asyncio
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.geo import Fence, InTown, Point
from tests.chaos.telegram import Telegram

NUMBER = re.compile(r"HJ\d{8}-\d{4}")
PATIENCE_SECONDS = 5.0
LOOK_SECONDS = 0.1  # nothing new for this long: the card can be read and pressed
WANTED = (
    "dnext",
    "dsubmit",
    "dapart",
    "dtown",
    "dcat",
)  # the button that somebody in a hurry looks for, in this order

Json = dict[str, Any]


@dataclass(slots=True)
class Report:
    """What somebody sent, and the number that they were told at the end."""

    person: int
    files: list[str]
    number: str | None = None


@dataclass(slots=True)
class Crowd:
    """Everybody who reports. ``hear`` gets all that the bot shows."""

    rng: random.Random
    spots: list[Point]
    reports: list[Report] = field(default_factory=list)
    people: dict[int, "Person"] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)  # callback query -> person

    def hear(self, method: str, shown: Json) -> None:
        chat = self.asked.get(shown.get("callback_query_id", ""), shown.get("chat_id"))
        if (person := self.people.get(chat or 0)) is not None:
            person.shown.put_nowait({**shown, "method": method})

    async def play(self, telegram: Telegram, people: int, reports: int) -> None:
        """So many people make so many reports in all, each one after the other."""
        self.people = {id_: Person(id_, self, telegram) for id_ in range(1001, 1001 + people)}
        left = iter(range(reports))
        await asyncio.gather(*(person.work(left) for person in self.people.values()))


@dataclass(slots=True)
class Person:
    id: int
    crowd: Crowd
    telegram: Telegram
    shown: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    ended: set[str] = field(default_factory=set)  # drafts of reports that are done with
    pressed: dict[str, str] = field(default_factory=dict)  # callback query -> draft
    waits_for: str | None = None  # the press that was not answered yet

    async def work(self, left: Iterator[int]) -> None:
        for n in left:
            report = Report(self.id, [f"f{n}-{part}" for part in range(self.crowd.rng.choice((1, 1, 2, 3)))])
            self.crowd.reports.append(report)
            self._send_photos(n, report.files)
            spot = self.crowd.rng.choice(self.crowd.spots)
            self.say(location={"latitude": spot.lat, "longitude": spot.lng})
            report.number = await self._finish()

    async def _finish(self) -> str:
        """Press what is offered, one button at a time, until there is a number; after some silence try again."""
        card: Json | None = None
        is_fresh = False
        while True:
            ready = is_fresh and not self.waits_for
            try:
                news = await asyncio.wait_for(self.shown.get(), LOOK_SECONDS if ready else PATIENCE_SECONDS)
            except TimeoutError:
                is_fresh = False
                self._again(card)
                continue
            if news["method"] == "answerCallbackQuery":
                self.waits_for = None if news["callback_query_id"] == self.waits_for else self.waits_for
                about = self.pressed[news["callback_query_id"]]  # kept: an answer may come twice
                if about not in self.ended and (told := NUMBER.search(news.get("text") or "")):
                    self.ended.add(about)
                    return told[0]
            elif offered := self._offered(news):
                card, is_fresh = {**news, "data": offered}, True
                if offered.startswith("dnext"):
                    self.ended.add(offered.split(".")[1])
                    return str(NUMBER.findall(news["text"])[0])

    def _offered(self, news: Json) -> str | None:
        """The button to press, unless the card is about a report that is done."""
        rows = (news.get("reply_markup") or {}).get("inline_keyboard", [])
        found = [one["callback_data"] for row in rows for one in row if "callback_data" in one]
        for verb in WANTED:
            fit = [
                data for data in found if data.split(".")[0] == verb and data.split(".")[1] not in self.ended
            ]
            if fit:
                return self.crowd.rng.choice(fit)
        return None

    def _again(self, card: Json | None) -> None:
        if card:
            self._press(card)
        else:
            self.say(text="在吗")

    def _press(self, card: Json) -> None:
        query = f"q{len(self.telegram.sent)}"
        self.crowd.asked[query], self.waits_for = self.id, query
        self.pressed[query] = card["data"].split(".")[1]
        message = {"message_id": card["message_id"], "date": int(time.time()), "chat": self._chat()}
        press = {
            "id": query,
            "from": self._me(),
            "chat_instance": "1",
            "data": card["data"],
            "message": message,
        }
        self.telegram.update(self.id, {"callback_query": press})

    def _send_photos(self, n: int, files: list[str]) -> None:
        album = {"media_group_id": f"album{n}"} if len(files) > 1 else {}
        for file in files:
            size = {"file_id": file, "file_unique_id": file, "width": 320, "height": 240, "file_size": 900}
            self.say(photo=[size], **album)

    def say(self, **content: Any) -> None:
        message = {
            "message_id": self.telegram.message_id(),
            "date": int(time.time()),
            "chat": self._chat(),
            "from": self._me(),
        }
        self.telegram.update(self.id, {"message": message | content})

    def _chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": "张三"}

    def _me(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": "张三", "language_code": "zh"}


def spots_inside(fence: Fence, rng: random.Random, count: int) -> list[Point]:
    """Places well inside a town."""
    found: list[Point] = []
    while len(found) < count:
        point = Point(rng.uniform(34.78, 34.96), rng.uniform(113.40, 113.75))
        if isinstance(fence.place(point), InTown):
            found.append(point)
    return found
