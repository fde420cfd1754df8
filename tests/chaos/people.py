"""People who report: photos and a pin, then the buttons that they are shown, and patience when the bot is silent."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.geo import Fence, InTown, Point
from tests.chaos.hand import LOOK_SECONDS, NUMBER, PATIENCE_SECONDS, Hand, Json, Switchboard, tokens
from tests.chaos.scene import FIRST_REPORTER
from tests.chaos.telegram import Telegram

REPORTS_A_SECOND = 8  # about: the bot is to have time for what becomes of them
ON_THE_SPOT = 0.08  # the share of reports of what was put right at once
# the button that somebody in a hurry looks for, in this order
WANTED = ("dnext", "wsubmit", "wskip", "dsubmit", "dapart", "dtown", "dcat")


@dataclass(slots=True)
class Report:
    """What somebody sent, and the number that they were told at the end."""

    person: int
    files: list[str]
    spot: bool = False
    proved: bool = False
    number: str | None = None


@dataclass(slots=True)
class Crowd:
    """Everybody who reports."""

    rng: random.Random
    spots: list[Point]
    board: Switchboard = field(default_factory=Switchboard)
    reports: list[Report] = field(default_factory=list)
    rest_seconds: float = 0.0  # the longest after a report

    async def play(self, telegram: Telegram, people: int, reports: int) -> None:
        """So many people make so many reports in all, each one after the other."""
        ids = range(FIRST_REPORTER, FIRST_REPORTER + people)
        self.rest_seconds = people / REPORTS_A_SECOND
        everybody = [Person(id_, self.board, telegram, self.rng, crowd=self) for id_ in ids]
        self.board.people |= {person.id: person for person in everybody}
        left = iter(range(reports))
        await asyncio.gather(*(person.work(left) for person in everybody))


@dataclass(slots=True, kw_only=True)
class Person(Hand):
    crowd: Crowd
    ended: set[str] = field(default_factory=set)  # drafts of reports that are done with
    meant: dict[str, str] = field(default_factory=dict)  # callback query -> draft
    waits_for: str | None = None  # the press that was not answered yet

    async def work(self, left: Iterator[int]) -> None:
        for n in left:
            files = [f"f{n}-{part}" for part in range(self.rng.choice((1, 1, 2, 3)))]
            report = Report(self.id, files, spot=self.rng.random() < ON_THE_SPOT)
            self.crowd.reports.append(report)
            self.send_photos(files)
            self.send_place(self.rng.choice(self.crowd.spots))
            report.number = await self._finish(report)
            await asyncio.sleep(self.rng.uniform(0, self.crowd.rest_seconds))

    async def _finish(self, report: Report) -> str:
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
                about = self.meant[news["callback_query_id"]]  # kept: an answer may come twice
                if about not in self.ended and (told := NUMBER.search(news.get("text") or "")):
                    self.ended.add(about)
                    return told[0]
            elif card and (number := _receipt(card, news)):
                self.ended.add(card["data"].split(".")[1])
                return number
            elif offered := self._offered(news, report):
                card, is_fresh = {**news, "data": offered}, True
                if offered.startswith("dnext"):
                    self.ended.add(offered.split(".")[1])
                    return str(NUMBER.findall(news["text"])[0])

    def _offered(self, news: Json, report: Report) -> str | None:
        """The button to press, unless the card is about a report that is done."""
        found = {verb: [] for verb in (*WANTED, "dspot", "wcancel")}
        for token in tokens(news):
            verb, about, *_ = token.split(".")
            if about not in self.ended:
                found.setdefault(verb, []).append(token)
        if report.spot and found["dspot"]:
            return found["dspot"][0]
        if report.spot and found["wcancel"] and not any(found[verb] for verb in WANTED):
            if not report.proved:  # asked once more, it is on its way
                self.send_photos([f"{report.files[0]}-after"])
            report.proved = True
            return None
        fit = next((found[verb] for verb in WANTED if found[verb]), None)
        return self.rng.choice(fit) if fit else None

    def _again(self, card: Json | None) -> None:
        if card:
            self._press(card)
        else:
            self.say(text="在吗")

    def _press(self, card: Json) -> None:
        self.waits_for = self.press(card, card["data"])
        self.meant[self.waits_for] = card["data"].split(".")[1]


def _receipt(card: Json, news: Json) -> str | None:
    """The number on the proof that was submitted, which takes the place of its card."""
    is_it = card["data"].startswith("wsubmit") and news.get("message_id") == card["message_id"]
    told = [token for token in tokens(news) if token.startswith("see.")] if is_it else []
    return told[0].split(".")[1] if told else None


def spots_inside(fence: Fence, rng: random.Random, count: int) -> list[Point]:
    """Places well inside a town."""
    found: list[Point] = []
    while len(found) < count:
        point = Point(rng.uniform(34.78, 34.96), rng.uniform(113.40, 113.75))
        if isinstance(fence.place(point), InTown):
            found.append(point)
    return found
