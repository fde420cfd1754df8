"""The ranking of the day to a hundred groups, from the stored data to the last accepted message.

``python -m bench.morning`` prints how many pictures were drawn, how many were uploaded, and how long it all took. The
rates are off: what is measured is our own work.
"""

import asyncio
import json
import resource
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from aiohttp import web

from bench.push import TOKEN, not_told
from bot.dispatcher import Dispatcher
from bot.drawing import Drawing
from bot.gateway import Gateway
from bot.picture_source import PictureSource
from bot.uploads import Uploads
from domain.air_file import AirFile
from domain.limits import Rates
from handlers.timed import rankings
from storage import air
from storage.chats import DISTRICT
from storage.schema import chats
from tests.support.air import reading
from tests.support.desk import fresh_db, office

GROUPS, BOT = 100, 100001
DAY = date(2026, 11, 22)


class Double:
    """Accepts pictures; a message's file_id is the number of the upload."""

    def __init__(self) -> None:
        self.uploads, self.by_id = 0, 0

    async def answer(self, request: web.Request) -> web.Response:
        fields = (
            await request.post() if request.content_type.startswith("multipart") else await request.json()
        )
        if isinstance(fields.get("photo"), str) and not fields["photo"].startswith("attach"):
            file_id = str(fields["photo"])
            self.by_id += 1
        else:
            self.uploads += 1
            file_id = f"file{self.uploads}"
        photo = [{"file_id": file_id, "file_unique_id": file_id, "width": 800, "height": 1200}]
        chat = {"id": int(str(fields["chat_id"])), "type": "supergroup", "title": "群"}
        message = {
            "message_id": self.uploads + self.by_id,
            "date": 1_790_000_000,
            "chat": chat,
            "photo": photo,
        }
        return web.json_response({"ok": True, "result": message})


async def measure(folder: Path) -> dict[str, float]:
    double, drawn = Double(), []
    server = web.AppRunner(app := web.Application(client_max_size=2**24))
    app.router.add_post("/{path:.*}", double.answer)
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    port = server.addresses[0][1]
    drawing = Drawing()
    async with fresh_db(folder) as db:
        source = PictureSource(db=db, store=None, drawing=drawing, bot_id=BOT)

        async def bytes_of(name: str) -> bytes | None:
            drawn.append(name)
            return await source.bytes_of(name)

        gateway = Gateway(
            TOKEN,
            uploads=Uploads(bytes_of, source.file_id_of),
            repeat_label=str,
            api_url=f"http://127.0.0.1:{port}",
        )
        await gateway.start()
        at = datetime(2026, 11, 23, 8, 5, tzinfo=office().district.basics.zone)
        await db.write(lambda tx: stored(tx, at))
        began, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
        await db.write(lambda tx: rankings.send(tx, office(), at))
        owed = time.perf_counter() - began
        later = at + timedelta(minutes=10)
        dispatcher = Dispatcher(
            db, gateway, now=lambda: later, owner="bench", bot_id=BOT, undelivered=not_told, rates=Rates(0)
        )
        running = asyncio.create_task(dispatcher.run())
        while sum(dispatcher.stats.ended.values()) < GROUPS:
            await asyncio.sleep(0.01)
        took = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_SELF).ru_utime - cpu
        dispatcher.stop()
        await running
        await gateway.stop()
    await drawing.close()
    await server.cleanup()
    return {
        "groups": GROUPS,
        "drawn": len(drawn),
        "uploads": double.uploads,
        "by_file_id": double.by_id,
        "seconds_to_owe": round(owed, 2),
        "seconds": round(took, 2),
        "cpu_seconds_of_the_bot": round(used, 2),
    }


async def stored(tx, at: datetime) -> None:
    """A day of every town, and a hundred groups: those of the towns in turn, and every tenth the district's."""
    towns = [town.code for town in office().district.towns]
    readings = [
        reading("town", code, DAY, so2=8, no2=30, co="0.8", o3_8h=80, pm25=30 + n, pm10=60 + 3 * n)
        for n, code in enumerate(towns)
    ]
    await air.take(tx, AirFile("0" * 64, "空气.csv", None, at, len(readings)), readings)
    for n in range(GROUPS):
        place = DISTRICT if n % 10 == 9 else towns[n % len(towns)]
        row = {"id": -1000 - n, "kind": "group", "title": "示例群", "bound_to": place, "bot_status": "member"}
        tx.insert(chats, row)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(measure(Path(folder)))))


if __name__ == "__main__":
    main()
