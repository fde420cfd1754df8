"""The demonstration as a newcomer walks through it: the chat page in a real browser, the real bot behind it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.browser import browsing, needs_chromium, send_pin, send_samples, tap, text_of, write

pytestmark = needs_chromium
ROOT = Path(__file__).parents[2]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
ZHANG, WANG, LI, ZHENG, TOWN_GROUP = 1001, 1003, 1006, 1007, -1001
# The samples are made by chance, and two of them may look alike to the bot; here they are the same in every run.
SAME_SAMPLES = "let n = 7; crypto.getRandomValues = (into) => { into[0] = n; n += 1_000_003; return into; };"
PLACE = (0.83, 0.5)  # on the map of the page: within 花园口镇


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """`lanxun demo` as a process of its own; its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--data", str(tmp_path / "data")),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    async with asyncio.timeout(60):
        while b"http" not in (line := await process.stdout.readline()):
            assert process.returncode is None
    yield next(word for word in line.decode().split() if word.startswith("http"))
    process.terminate()
    assert await process.wait() == 0


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A wide window; a mistake in the page's scripts fails the test."""
    async with browsing() as browser:
        opened = await browser.new_page(viewport=WIDE)
        opened.set_default_timeout(15_000)
        await opened.add_init_script(SAME_SAMPLES)
        mistakes: list[str] = []
        opened.on("pageerror", lambda error: mistakes.append(str(error)))
        yield opened
        assert mistakes == []


def column(page: Page, person: int, chat: int) -> Locator:
    return page.get_by_test_id(f"column-{chat}-{person}")


async def picture(what: Page | Locator, name: str) -> None:
    """Kept only where somebody wants to look: SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        await asyncio.sleep(0.6)  # photos fade in
        await what.screenshot(path=Path(folder) / f"{name}.png")


async def report(page: Page, mine: Locator, words: str = "") -> None:
    """张三 joins, sends an album and a pin, perhaps adds some words, and submits."""
    await mine.get_by_test_id("start").click()
    await tap(mine, "确认加入")
    await expect(text_of(mine)).to_contain_text("欢迎，张三")
    await picture(page, "joined")
    await send_samples(page, mine, 3, "路边裸土没盖")
    await expect(text_of(mine)).to_contain_text("收到 3 张照片")
    await send_pin(page, mine, *PLACE)
    await expect(text_of(mine)).to_contain_text("裸露黄土 · 花园口镇 · 3 张照片")
    if words:
        await write(mine, words)
        await expect(text_of(mine)).to_contain_text(f"{words}”")
    await picture(page, "check")
    await tap(mine, "✅ 提交")
    await expect(text_of(mine)).to_contain_text("-0001。花园口镇")


async def test_a_newcomer_reports_and_everybody_concerned_sees_it(page: Page, demo: str) -> None:
    mine, group, office = (column(page, *seat) for seat in ((ZHANG, ZHANG), (ZHANG, TOWN_GROUP), (LI, LI)))
    await page.goto(f"{demo}/#{ZHANG}@{ZHANG},{ZHANG}@{TOWN_GROUP},{LI}@{LI}")
    await report(page, mine)
    await expect(text_of(group)).to_contain_text("-0001 · 已派遣")
    await expect(text_of(group)).not_to_contain_text("张三")
    await write(office, "1")
    await expect(text_of(office)).to_contain_text("上报人：张三")
    await expect(office.get_by_test_id("button-改派镇办")).to_be_visible()
    await picture(page, "chat-page")
    await page.set_viewport_size({"width": 1280, "height": 980})
    await text_of(office).evaluate("list => list.scrollTo(0, list.scrollHeight)")
    await picture(text_of(office), "ticket-card")


async def test_the_towns_staff_get_the_notice_and_a_press_in_the_group_is_answered(
    page: Page, demo: str
) -> None:
    mine, group, staff = (column(page, *seat) for seat in ((ZHANG, ZHANG), (WANG, TOWN_GROUP), (WANG, WANG)))
    await page.goto(f"{demo}/#{ZHANG}@{ZHANG},{WANG}@{TOWN_GROUP},{WANG}@{WANG}")
    await report(page, mine)
    await expect(text_of(staff)).to_contain_text("新工单")
    await tap(group, "查看")
    await expect(page.get_by_test_id("toast")).to_contain_text("工单卡片已发到您和我的私聊")
    await expect(staff.get_by_test_id("button-历史").last).to_be_visible()
    await tap(staff, "历史")
    await expect(text_of(staff)).to_contain_text("办理过程")
    await picture(page, "staff")


async def test_a_ticket_is_accepted_fixed_with_photos_and_closed_by_somebody_else(
    page: Page, demo: str
) -> None:
    seats = ((ZHANG, ZHANG), (WANG, WANG), (ZHENG, ZHENG), (WANG, TOWN_GROUP))
    mine, staff, inspector, group = (column(page, *seat) for seat in seats)
    await page.goto(f"{demo}/#" + ",".join(f"{who}@{chat}" for who, chat in seats))
    await report(page, mine)
    await tap(staff, "接单")
    await expect(text_of(mine)).to_contain_text("花园口镇已接单")
    await tap(staff, "上传整改照片")
    await expect(text_of(staff)).to_contain_text("请发整改后的照片")
    await send_samples(page, staff, 2, "已覆盖 120 平方米")
    await expect(text_of(staff)).to_contain_text("整改数量：120 平方米")
    # a card of the first photo alone would be out of date by the time it is pressed
    await expect(text_of(staff)).to_contain_text("整改前 3 张 | 整改后 2 张")
    await picture(page, "fix-check")
    await tap(staff, "✅ 提交")
    await expect(text_of(inspector)).to_contain_text("请核查整改（整改前 3 张 | 整改后 2 张）")
    await tap(inspector, "核查")
    await picture(page, "fix-review")
    await tap(inspector, "整改到位")
    await expect(text_of(inspector)).to_contain_text("已销号：整改到位")
    await expect(text_of(mine)).to_contain_text("已销号")
    await expect(text_of(group)).to_contain_text("-0001 · 已销号")
    await expect(text_of(group)).not_to_contain_text("张三")
    await picture(page, "closed")


async def test_a_phone_of_360_pixels_is_enough(page: Page, demo: str) -> None:
    await page.set_viewport_size(PHONE)
    await page.goto(f"{demo}/#{ZHANG}@{ZHANG},{ZHANG}@{TOWN_GROUP}")
    mine = column(page, ZHANG, ZHANG)
    await picture(page, "phone-start")
    await report(page, mine, "大门南边，约半亩")
    await write(mine, "1")
    await expect(mine.get_by_test_id("button-历史")).to_be_visible()
    await picture(page, "phone-card")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await page.get_by_test_id(f"tab-{TOWN_GROUP}-{ZHANG}").click()
    await expect(text_of(column(page, ZHANG, TOWN_GROUP))).to_contain_text("-0001 · 已派遣")
    await picture(page, "phone-group")


async def test_the_next_morning_brings_digest_and_ranking_to_the_groups(page: Page, demo: str) -> None:
    group = column(page, WANG, TOWN_GROUP)
    await page.goto(f"{demo}/#{WANG}@{TOWN_GROUP},{WANG}@{WANG}")
    await page.get_by_test_id("next-morning").click()
    await expect(text_of(group)).to_contain_text("花园口镇 早报", timeout=30_000)
    await expect(text_of(group)).to_contain_text("空气质量日排名", timeout=60_000)
    await expect(text_of(group)).to_contain_text("（示例数据）")
    await expect(text_of(group)).not_to_contain_text("补发")
    await expect(text_of(group).locator("img").last).to_be_visible()
    await expect(page.get_by_test_id("next-morning")).to_be_enabled()
    await picture(page, "morning")
