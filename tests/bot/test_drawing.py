"""Sheets become pictures: by a process beside the loop, once each, and no name in them is ever markup."""

import asyncio
import os
import signal
from dataclasses import replace
from io import BytesIO

import pytest
import structlog.testing
from PIL import Image

from bot.draftsman import Draftsman
from bot.drawing import Drawing
from bot.drawing_order import DrawingError
from cards.picture import sheet
from cards.picture_bulletin import Bulletin, bulletin_sheet
from cards.picture_ranking import ranking_sheet
from tests.support import ranked_days

NORMAL = ranking_sheet("zh", ranked_days.normal("zh"))
HOSTILE = (
    '#panic("x")', '"]) #read("/etc/passwd")', "$x$ *a* _b_ `c` <d> @e \\ // /* [", "a\nb\tc", "{{}}", "\u202eabc",
    "很长的地名" * 40, "🌫", "",
)  # fmt: skip


@pytest.fixture
async def drawing():
    one = Drawing()
    yield one
    await one.close()


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_sheet_becomes_a_png_of_the_size_that_the_chat_shows(drawing):
    picture = Image.open(BytesIO(await drawing.png(NORMAL)))
    assert (picture.format, picture.width) == ("PNG", 800)
    assert picture.height <= 1300


async def test_a_bulletin_becomes_a_pdf(drawing):
    bulletin = Bulletin(board=ranked_days.week("zh"), number=1, signature="示例区攻坚办")
    assert (await drawing.pdf(bulletin_sheet("zh", bulletin))).startswith(b"%PDF-")


async def test_the_same_sheet_is_drawn_once_for_all_who_ask(drawing):
    pictures = await asyncio.gather(*(drawing.png(NORMAL) for _ in range(5)))
    assert all(one is pictures[0] for one in pictures)


async def test_who_stops_waiting_does_not_take_the_picture_from_the_others(drawing):
    impatient = asyncio.create_task(drawing.png(NORMAL))
    patient = asyncio.create_task(drawing.png(NORMAL))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient


async def test_old_pictures_are_forgotten():
    drawing = Drawing(kept=1)
    first = await drawing.png(NORMAL)
    await drawing.png(ranking_sheet("en", ranked_days.normal("en")))
    again = await drawing.png(NORMAL)
    assert again == first
    assert again is not first
    await drawing.close()


async def test_a_killed_process_is_replaced_by_another(drawing):
    await drawing.png(NORMAL)
    killed = drawing.pid
    os.kill(killed, signal.SIGKILL)
    assert await drawing.png(ranking_sheet("zh", ranked_days.tied("zh")))
    assert drawing.pid != killed


async def test_an_idle_process_goes_home_and_comes_again():
    drawing = Drawing(idle_s=0.05)
    await drawing.png(NORMAL)
    pid = drawing.pid
    for _ in range(200):
        if not is_there(pid):
            break
        await asyncio.sleep(0.05)
    assert not is_there(pid)
    assert await drawing.png(ranking_sheet("zh", ranked_days.tied("zh")))
    await drawing.close()


async def test_nothing_is_left_running_after_the_end():
    drawing = Drawing()
    await drawing.png(NORMAL)
    pid = drawing.pid
    assert is_there(pid)
    await drawing.close()
    assert not is_there(pid)


async def test_values_that_do_not_fit_are_refused_and_the_next_sheet_is_drawn(drawing):
    with pytest.raises(DrawingError, match="dictionary"):
        await drawing.png(sheet("ranking.typ", {"lang": "zh", "marks": [], "subtitle": ""}))
    assert await drawing.png(NORMAL)


def hostile(name: str):
    board = ranked_days.missing("zh")
    rows = (replace(board.rows[0], name=name), *board.rows[1:])
    out = (replace(board.unranked[0], name=name), *board.unranked[1:])
    return ranking_sheet("zh", replace(board, rows=rows, unranked=out, district=name))


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_drawn(name):
    assert Draftsman().draw(hostile(name), "png", 72)


@pytest.mark.parametrize(("written", "plain"), [("*花园*", "花园"), ("#[花园]", "花园"), ("花~园", "花 园")])
def test_a_name_is_never_read_as_markup(written, plain):
    draftsman = Draftsman()
    assert draftsman.draw(hostile(written), "png", 72) != draftsman.draw(hostile(plain), "png", 72)


def test_a_character_that_the_font_lacks_is_told(drawing_log):
    lost = [entry["characters"] for entry in drawing_log]
    assert lost == ["🌫"]


@pytest.fixture
async def drawing_log():
    drawing = Drawing()
    with structlog.testing.capture_logs() as log:
        await drawing.png(hostile("古荥🌫"))
        await drawing.png(NORMAL)
    await drawing.close()
    return log
