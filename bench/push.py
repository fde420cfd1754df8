"""Delivery: how long a person waits for a reply while a big push runs, and what one push costs the processor.

``python -m bench.push`` measures both; ``python -m bench.push --profile`` shows where the time of the second goes.
"""

import asyncio
import cProfile
import gc
import pstats
import statistics
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ExtBot

from bench.fake_api import fake_api
from bot.dispatcher import Dispatcher
from bot.gateway import Gateway
from bot.telegram_request import TelegramRequest
from bot.uploads import Uploads
from domain.limits import Rates
from domain.message import Button, Message
from domain.push import Push, PushClass
from storage.db import Database
from storage.outbox import owe
from storage.schema import metadata

TOKEN = "100001:of-the-measurement"  # noqa: S105 - no secret
GROUPS, EACH, REPLIES_A_SECOND = 28, 12, 4
LATENCY = 0.04
WORDS = "HJ20261123-0007 裸露黄土，大河社区项目，接单剩 30 分钟。请在今天 09:40 前完成整改并上传照片。"


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a measurement runs on the machine's clock


async def nothing(_one: object) -> None:
    return None


async def not_told(_push: Push, _reason: str) -> None:
    return None


@asynccontextmanager
async def delivery(url: str, rates: Rates):
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        await db.start()
        async with db.writer.begin() as c:
            await c.run_sync(metadata.create_all)
        gateway = Gateway(TOKEN, uploads=Uploads(nothing, nothing), repeat_label=str, api_url=url)
        await gateway.start()
        dispatcher = Dispatcher(
            db, gateway, now=now, owner="bench", bot_id=100001, undelivered=not_told, rates=rates
        )
        running = asyncio.create_task(dispatcher.run())
        yield db, dispatcher
        dispatcher.stop()
        await running
        await gateway.stop()
        await db.stop()


def a_push(key: str, chat_id: int, push_class: PushClass, words: str) -> Push:
    buttons = ((Button("接单", token="t" * 20), Button("不属本镇", token="u" * 20)),)
    moment = now()
    return Push(
        key=key,
        chat_id=chat_id,
        due_at=moment,
        expires_at=moment + timedelta(hours=1),
        push_class=push_class,
        message=Message(words, buttons),
    )


async def ours(url: str) -> dict[str, float]:
    """Owe the whole push at once, and replies beside it."""
    began: dict[str, float] = {}
    async with delivery(url, Rates()) as (db, dispatcher):

        async def owed(pushes: list[Push]) -> None:
            async def job(tx):
                for push in pushes:
                    owe(tx, push, now())

            await db.write(job)
            dispatcher.nudge()

        bulk = [(f"bulk-{n}-{g}", -100 - g) for n in range(EACH) for g in range(GROUPS)]
        await owed([a_push(key, chat, PushClass.DAILY, key) for key, chat in bulk])
        for n in range(REPLIES_A_SECOND * 14):
            key = f"reply-{n}"
            began[key] = time.monotonic()
            await owed([a_push(key, 5000 + n, PushClass.REPLY, key)])
            await asyncio.sleep(1 / REPLIES_A_SECOND)
        await asyncio.sleep(4)
    return began


async def theirs(url: str) -> dict[str, float]:
    """The same through python-telegram-bot's own limiter."""
    began: dict[str, float] = {}
    request = TelegramRequest()
    await request.initialize()
    bot = ExtBot(
        TOKEN,
        base_url=f"{url}/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=AIORateLimiter(max_retries=5),
    )
    await bot.rate_limiter.initialize()

    async def send(chat: int, text: str) -> None:
        try:
            await bot.send_message(chat, text)
        except RetryAfter:
            print("  lost:", text)

    tasks = [asyncio.create_task(send(-100 - g, f"bulk-{n}-{g}")) for n in range(EACH) for g in range(GROUPS)]
    for n in range(REPLIES_A_SECOND * 14):
        key = f"reply-{n}"
        began[key] = time.monotonic()
        tasks.append(asyncio.create_task(send(5000 + n, key)))
        await asyncio.sleep(1 / REPLIES_A_SECOND)
    await asyncio.gather(*tasks)
    await request.shutdown()
    return began


def fairness(name: str, run) -> None:
    with fake_api(latency=LATENCY, enforced=True) as api:
        began = asyncio.run(run(api.url))
        ledger = api.ledger()
    arrived = {text: at for at, _, text, wait in ledger if not wait}
    waits = sorted(arrived[key] + LATENCY - at for key, at in began.items() if key in arrived)
    bulk = [at for text, at in arrived.items() if text.startswith("bulk")]
    p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    print(
        f"{name:34} reply wait p50 {p50:.3f} p95 {p95:.3f} max {waits[-1]:.3f} s · "
        f"bulk {len(bulk)} of {GROUPS * EACH} in {max(bulk) - ledger[0][0]:.1f} s · "
        f"replies {len(waits)} of {len(began)} · 429s {sum(1 for entry in ledger if entry[3])}"
    )


async def cost(url: str, pushes: int, chats: int) -> tuple[float, float, float]:
    """CPU µs a push for owing, CPU µs a push for all the rest, pushes a second."""
    async with delivery(url, Rates(per_second=0)) as (db, dispatcher):
        gc.freeze()
        start_cpu, start = time.process_time(), time.perf_counter()
        for first in range(0, pushes, 50):
            block = range(first, min(first + 50, pushes))

            async def job(tx, block=block):
                for n in block:
                    owe(tx, a_push(f"k{n}", 1000 + n % chats, PushClass.REPLY, WORDS), now())

            await db.write(job)
        owing = time.process_time() - start_cpu
        dispatcher.nudge()
        while sum(dispatcher.stats.ended.values()) < pushes:
            await asyncio.sleep(0.01)
        whole, wall = time.process_time() - start_cpu, time.perf_counter() - start
    return owing / pushes * 1e6, (whole - owing) / pushes * 1e6, pushes / wall


def costs(rounds: int = 5, pushes: int = 3000, chats: int = 1000) -> None:
    results = []
    for _ in range(rounds):
        with fake_api() as api:
            results.append(uvloop.run(cost(api.url, pushes, chats)))
            api.ledger()
    owing, rest, rate = (statistics.median(column) for column in zip(*results, strict=True))
    print(
        f"CPU a push: owing with what went out meanwhile {owing:.0f} µs, the rest {rest:.0f} µs, "
        f"together {owing + rest:.0f} µs; {rate:.0f} pushes/s (median of {rounds} x {pushes})"
    )


def profiled() -> None:
    with fake_api() as api:
        profile = cProfile.Profile()
        profile.enable()
        print(uvloop.run(cost(api.url, 3000, 1000)))
        profile.disable()
        api.ledger()
    pstats.Stats(profile).sort_stats("tottime").print_stats(45)


def main() -> None:
    if "--profile" in sys.argv:
        profiled()
        return
    costs()
    if "--cost" in sys.argv:
        return
    fairness("lanxun", ours)
    try:
        fairness("AIORateLimiter(max_retries=5)", theirs)
    except RuntimeError as error:  # the limiter's package is not among our dependencies
        print("AIORateLimiter: left out,", str(error).splitlines()[0])


if __name__ == "__main__":
    main()
