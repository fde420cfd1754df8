"""What the people of a measurement say: the four updates of a report, as Telegram would send them."""

import random
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import orjson

from bot.clock import SystemClock
from bot.district_files import load_district
from domain.geo import Fence, InTown, Point

DISTRICT = Path("districts/huiji")
STEP_DEGREES = 0.00075, 0.0009  # some 80 m: farther apart than two reports of the same problem
FIRST_PERSON = 10_001
PRESSED = {2: "dcat", 3: "dsubmit"}  # which button each press of the talk needs
ECHO_TOKEN = "dcat.000000000000.bare_earth.AAAAAAAA"  # noqa: S105  # for bots that offer none


@cache
def spots(most: int) -> list[tuple[float, float]]:
    """Points of the district that are plainly in one town, far enough from each other, in a fixed disorder."""
    district = load_district(DISTRICT)
    fence = Fence(district.cells, district.basics.border_margin_m)
    corners = [corner for cell in district.cells for rings in cell.polygons for corner in rings[0]]
    (south, north), (west, east) = ((min(axis), max(axis)) for axis in zip(*corners, strict=True))
    rows, columns = int((north - south) / STEP_DEGREES[0]), int((east - west) / STEP_DEGREES[1])
    grid = [
        (round(south + row * STEP_DEGREES[0], 6), round(west + column * STEP_DEGREES[1], 6))
        for row in range(rows)
        for column in range(columns)
    ]
    random.Random(1).shuffle(grid)
    inside = (point for point in grid if isinstance(fence.place(Point(*point)), InTown))
    return [point for point, _ in zip(inside, range(most), strict=False)]


@dataclass(slots=True)
class Talk:
    """One report by one person: which update is next, and what it needs from the bot's last message."""

    person: int
    spot: tuple[float, float]
    step: int = 0
    token: str = ECHO_TOKEN
    message_id: int = 1
    posted_at: float = 0.0
    awaits: int = 0  # calls of the bot that end this step


class Updates:
    """Makes updates with ids of their own."""

    def __init__(self) -> None:
        self._ids = count(random.randrange(1, 1 << 30))
        self._now = SystemClock().now

    def of(self, talk: Talk) -> bytes:
        """The update that is next in a talk."""
        number = next(self._ids)
        if talk.step >= 2:
            return orjson.dumps({"update_id": number, "callback_query": self._press(number, talk)})
        said = self._message(number, talk)
        said |= _photo(number) if talk.step == 0 else _pin(talk.spot)
        return orjson.dumps({"update_id": number, "message": said})

    def _message(self, number: int, talk: Talk) -> dict[str, object]:
        chat = {
            "id": talk.person,
            "type": "private",
            "first_name": "张三",
            "username": f"person{talk.person}",
        }
        at = int(self._now().timestamp())
        return {"message_id": number % 1_000_000 + 2, "from": _person(talk.person), "chat": chat, "date": at}

    def _press(self, number: int, talk: Talk) -> dict[str, object]:
        message = self._message(number, talk) | {"message_id": talk.message_id, "text": "请选择问题类别"}
        query = {"id": f"{talk.person}:{number}", "from": _person(talk.person), "message": message}
        return query | {"chat_instance": "1234567890123456789", "data": talk.token}


def _person(number: int) -> dict[str, object]:
    return {
        "id": number,
        "is_bot": False,
        "first_name": "张三",
        "username": f"person{number}",
        "language_code": "zh-hans",
    }


def _photo(number: int) -> dict[str, object]:
    sides = ((90, 67), (320, 240), (800, 600), (1280, 960))
    return {
        "photo": [
            {
                "file_id": f"AgACAgUAAxkBAAIBZ2{number:010d}{wide:05d}cAAE2BA",
                "file_unique_id": f"AQAD{number:010d}{wide:05d}",
                "width": wide,
                "height": high,
                "file_size": wide * high // 8,
            }
            for wide, high in sides
        ]
    }


def _pin(spot: tuple[float, float]) -> dict[str, object]:
    return {"location": {"latitude": spot[0], "longitude": spot[1]}}
