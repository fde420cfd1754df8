"""A real Chromium for the tests of the chat page, and what people do in a column of it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not os.access(CHROMIUM, os.X_OK), reason="no chromium at /usr/bin/chromium"),
]
expect.set_options(timeout=15_000)  # a loaded machine is slow, not wrong


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A browser that ends with the block."""
    async with async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        await browser.close()


async def write(column: Locator, text: str) -> None:
    """Type a message and send it."""
    await column.get_by_test_id("composer").fill(text)
    await column.get_by_test_id("composer").press("Enter")


async def tap(column: Locator, label: str) -> None:
    """Press the newest button with this label."""
    await column.get_by_test_id(f"button-{label}").last.click()


async def send_samples(page: Page, column: Locator, count: int, caption: str) -> None:
    """Send so many of the page's sample photos as an album."""
    await column.get_by_test_id("attach").click()
    await column.get_by_test_id("sample-photos").click()
    thumbs = page.locator(".thumb img")
    await expect(thumbs).not_to_have_count(0)
    while await thumbs.count() < count:
        before = await thumbs.count()
        await page.get_by_test_id("add-sample").click()
        await expect(thumbs).to_have_count(before + 1)
    await page.get_by_test_id("caption").fill(caption)
    await page.get_by_test_id("photos-send").click()


async def send_pin(page: Page, column: Locator, right: float, down: float) -> None:
    """Send the place at these shares of the map's width and height."""
    await column.get_by_test_id("attach").click()
    await column.get_by_test_id("map-open").click()
    canvas = page.get_by_test_id("map-canvas")
    room = await canvas.bounding_box()
    await canvas.click(position={"x": room["width"] * right, "y": room["height"] * down})
    await page.get_by_test_id("map-send").click()


def text_of(column: Locator) -> Locator:
    """Everything that is said in a column."""
    return column.get_by_test_id("messages")
