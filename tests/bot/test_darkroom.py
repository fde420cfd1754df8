"""The darkroom: examined beside the event loop, with no more than two photos in memory."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.darkroom import Darkroom
from domain.photo import Examined, PhotoFacts, PhotoRefusal, RefusalReason

ZONE = ZoneInfo("Asia/Shanghai")
# Ten photos of 12 megapixels, each filled up to 20 MB and kept together with as many as may be in hand;
# prints how many MB the peak grew.
ALBUM = """
import asyncio, resource, sys
from io import BytesIO
from zoneinfo import ZoneInfo
from PIL import Image
from bot.darkroom import Darkroom

photo = BytesIO()
Image.effect_noise((4000, 3000), 60).convert("RGB").save(photo, "JPEG", quality=30)
photo = photo.getvalue()

together = asyncio.Barrier(int(sys.argv[1]))

async def fetch():
    return photo + bytes(20_000_000 - len(photo))

async def keep(examined):
    assert len(examined.original) == 20_000_000
    await together.wait()

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def main():
    room = Darkroom(ZoneInfo("Asia/Shanghai"), at_once=int(sys.argv[1]))
    before = peak()
    await asyncio.gather(*(room.develop(fetch, keep) for _ in range(10)))
    print(peak() - before)
    room.close()

asyncio.run(main())
"""


@pytest.fixture
def room() -> Iterator[Darkroom]:
    room = Darkroom(ZONE)
    yield room
    room.close()


def photo() -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize((500, 400)).save(out, "JPEG")
    return out.getvalue()


async def good_fetch() -> bytes:
    return photo()


async def test_a_photo_is_fetched_examined_and_kept(room: Darkroom) -> None:
    kept: list[Examined] = []

    async def keep(examined: Examined) -> None:
        kept.append(examined)

    facts = await room.develop(good_fetch, keep)
    assert isinstance(facts, PhotoFacts)
    assert [examined.facts for examined in kept] == [facts]


async def test_what_is_refused_is_not_kept(room: Darkroom) -> None:
    async def fetch() -> bytes:
        return b""

    async def keep(_: Examined) -> None:
        pytest.fail("kept")

    assert await room.develop(fetch, keep) == PhotoRefusal(RefusalReason.EMPTY)


async def test_a_store_that_fails_is_heard_of_and_frees_its_slot(room: Darkroom) -> None:
    async def keep(_: Examined) -> None:
        raise OSError("disk full")

    for _ in range(3):
        with pytest.raises(OSError, match="disk full"):
            await room.develop(good_fetch, keep)


async def test_m07_no_more_than_two_photos_are_in_hand_at_once(room: Darkroom) -> None:
    in_hand, most = 0, 0

    async def fetch() -> bytes:
        nonlocal in_hand, most
        in_hand += 1
        most = max(most, in_hand)
        await asyncio.sleep(0.001)
        return photo()

    async def keep(_: Examined) -> None:
        nonlocal in_hand
        await asyncio.sleep(0.001)
        in_hand -= 1

    await asyncio.gather(*(room.develop(fetch, keep) for _ in range(10)))
    assert most == 2


def test_m07_ten_photos_of_20_mb_take_the_memory_of_two() -> None:
    def grown_mb(at_once: int) -> int:
        run = [sys.executable, "-c", ALBUM, str(at_once)]
        root = Path(__file__).parents[2]
        return int(subprocess.run(run, capture_output=True, text=True, check=True, cwd=root).stdout)

    assert grown_mb(2) < 250
    assert grown_mb(10) > 500  # else the first figure says nothing
