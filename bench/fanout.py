"""One ranking to a thousand groups at the published rates, and a critical push that enters in the middle.

``python -m bench.fanout`` prints the time against the least that the rates allow, and how long the critical push waited.
"""

import asyncio
import json
import time

from bench.fake_api import GLOBAL_PER_SECOND, fake_api
from bench.push import LATENCY, WORDS, a_push, delivery, now
from domain.limits import Rates
from domain.push import PushClass
from storage.outbox import owe

GROUPS = 1_000
CRITICAL = "critical"


async def fan_out(url: str) -> float:
    """Owe everything at once, the critical push half way; returns when that was."""
    async with delivery(url, Rates()) as (db, dispatcher):

        async def job(tx):
            for group in range(GROUPS):
                owe(tx, a_push(f"ranking-{group}", -1000 - group, PushClass.DAILY, WORDS), now())

        async def alarm(tx):
            owe(tx, a_push(CRITICAL, -5, PushClass.CRITICAL, CRITICAL), now())

        await db.write(job)
        dispatcher.nudge()
        while sum(dispatcher.stats.ended.values()) < GROUPS // 2:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await db.write(alarm)
        dispatcher.nudge()
        while sum(dispatcher.stats.ended.values()) < GROUPS + 1:
            await asyncio.sleep(0.01)
    return began


def main() -> None:
    with fake_api(latency=LATENCY, enforced=True) as api:
        began = asyncio.run(fan_out(api.url))
        ledger = api.ledger()
    arrived = [at for at, _, text, wait in ledger if not wait and text != CRITICAL]
    alarm = next(at for at, _, text, wait in ledger if not wait and text == CRITICAL)
    took, least = max(arrived) - min(arrived), (GROUPS - GLOBAL_PER_SECOND) / GLOBAL_PER_SECOND
    told = {
        "groups": len(arrived),
        "seconds": round(took, 1),
        "least": round(least, 1),
        "ratio": round(took / least, 3),
        "refused_429": sum(1 for entry in ledger if entry[3]),
        "critical_waited": round(alarm - began, 3),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
