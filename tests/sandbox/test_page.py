"""The chat page in a real browser, with a bot that only these tests script."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from sandbox.app import Running
from sandbox.client import Client

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not os.access(CHROMIUM, os.X_OK), reason="no chromium at /usr/bin/chromium"),
]
expect.set_options(timeout=10_000)  # a loaded machine is slow, not wrong
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A wide window; a mistake in the page's scripts fails the test."""
    async with async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        opened = await browser.new_page(viewport=WIDE)
        opened.set_default_timeout(8000)
        mistakes: list[str] = []
        opened.on("pageerror", lambda error: mistakes.append(str(error)))
        yield opened
        await browser.close()
        assert set(mistakes) <= {"Failed to fetch"}  # which the closing page cuts off


@pytest.fixture
async def column(page: Page, running: Running, person: int) -> Locator:
    """The private chat of the one person, open on the page."""
    await page.goto(f"{running.url}/#{person}@{person}")
    await expect(page.get_by_test_id("messages")).to_contain_text("您好")
    return page.get_by_test_id(f"column-{person}-{person}")


async def test_enter_sends_what_was_written(column: Locator, client: Client, person: int) -> None:
    await column.get_by_test_id("composer").fill("查 7")
    await column.get_by_test_id("composer").press("Enter")
    await expect(column.get_by_test_id("messages")).to_contain_text("查 7")
    assert (await client.messages(person))[-1]["text"] == "查 7"


async def test_an_empty_line_is_not_sent(column: Locator, client: Client, person: int) -> None:
    await column.get_by_test_id("composer").fill("  ")
    await column.get_by_test_id("send").click()
    assert len(await client.messages(person)) == 1


async def test_text_of_the_bot_is_never_read_as_html(column: Locator, client: Client, person: int) -> None:
    await client.api("sendMessage", chat_id=person, text="<img src=x onerror=alert(1)><b>粗</b>")
    await expect(column.get_by_test_id("messages")).to_contain_text("<img src=x onerror=alert(1)><b>粗</b>")
    await expect(column.locator(".text b, .text img")).to_have_count(0)


async def test_offsets_of_entities_count_utf16_units(column: Locator, client: Client, person: int) -> None:
    bold = {"type": "bold", "offset": 3, "length": 4}
    await client.api("sendMessage", chat_id=person, text="🆕 0007 裸露黄土", entities=[bold])
    await expect(column.locator(".text strong")).to_have_text("0007")


async def test_a_javascript_address_is_no_link(column: Locator, client: Client, person: int) -> None:
    bad = {"type": "text_link", "offset": 0, "length": 2, "url": "javascript:alert(1)"}
    await client.api(
        "sendRichMessage", chat_id=person, rich_message={"html": '<a href="javascript:x">坏</a>'}
    )
    await client.api("sendMessage", chat_id=person, text="坏链接", entities=[bad])
    await expect(column.get_by_test_id("messages")).to_contain_text("坏链接")
    await expect(column.locator(".list a")).to_have_count(0)


async def test_an_edit_appears_in_place_with_a_mark(column: Locator, client: Client, person: int) -> None:
    sent = (await client.api("sendMessage", chat_id=person, text="待接单"))["result"]["message_id"]
    bubble = column.get_by_test_id(f"message-{sent}")
    await expect(bubble).not_to_contain_text("已编辑")
    await client.api("editMessageText", chat_id=person, message_id=sent, text="处置中")
    await expect(bubble).to_contain_text("处置中")
    await expect(bubble.get_by_test_id("edited")).to_be_visible()


async def test_a_deleted_message_vanishes(column: Locator, client: Client, person: int) -> None:
    sent = (await client.api("sendMessage", chat_id=person, text="一会儿就没"))["result"]["message_id"]
    await expect(column.get_by_test_id(f"message-{sent}")).to_be_visible()
    await client.api("deleteMessage", chat_id=person, message_id=sent)
    await expect(column.get_by_test_id(f"message-{sent}")).to_have_count(0)


async def _answer_next_press(client: Client, **answer: object) -> str:
    """Plays the bot until one button press came; returns its data."""
    offset = 0
    while True:
        for update in (await client.api("getUpdates", offset=offset, timeout=5))["result"]:
            offset = update["update_id"] + 1
            if query := update.get("callback_query"):
                await client.api("answerCallbackQuery", callback_query_id=query["id"], **answer)
                return str(query["data"])


@pytest.mark.parametrize(("alert", "place"), [(False, "toast"), (True, "alert")])
async def test_the_answer_to_a_press_is_shown(
    page: Page, column: Locator, client: Client, person: int, *, alert: bool, place: str
) -> None:
    buttons = [[{"text": "接单", "callback_data": "take:7", "style": "primary"}]]
    await client.api("sendMessage", chat_id=person, text="工单", reply_markup={"inline_keyboard": buttons})
    await column.get_by_test_id("button-接单").click()
    assert await _answer_next_press(client, text="已接单", show_alert=alert) == "take:7"
    await expect(page.get_by_test_id(place)).to_contain_text("已接单")


async def test_a_disabled_button_cannot_be_pressed(column: Locator, client: Client, person: int) -> None:
    rows = [[{"text": "已处理", "disabled": {}}, {"text": "查看", "callback_data": "v"}]]
    await client.api("sendMessage", chat_id=person, text="工单", reply_markup={"inline_keyboard": rows})
    await expect(column.get_by_test_id("button-已处理")).to_be_disabled()
    await expect(column.get_by_test_id("button-查看")).to_be_enabled()


async def test_sample_photos_become_an_album(
    page: Page, column: Locator, client: Client, person: int
) -> None:
    await column.get_by_test_id("attach").click()
    await column.get_by_test_id("sample-photos").click()
    await page.get_by_test_id("add-sample").click()
    await expect(page.locator(".thumb img")).to_have_count(2)
    await page.get_by_test_id("caption").fill("裸土没盖")
    await page.get_by_test_id("photos-send").click()
    await expect(column.locator("[data-testid^=album-] .picture")).to_have_count(2)
    first, second = (await client.messages(person))[-2:]
    assert first["caption"] == "裸土没盖"
    assert first["media_group_id"] == second["media_group_id"]
    assert first["photo"]["url"] != second["photo"]["url"]


async def test_a_file_can_be_sent_as_a_document(
    page: Page, column: Locator, client: Client, person: int, picture
) -> None:
    file = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    await column.get_by_test_id("attach-input").set_input_files(file)
    await page.locator("label", has=page.get_by_test_id("as-document")).click()
    await page.get_by_test_id("photos-send").click()
    await expect(column.get_by_test_id("document")).to_contain_text("现场.jpg")
    assert (await client.messages(person))[-1]["document"]["file_name"] == "现场.jpg"


async def test_a_photo_opens_large(page: Page, column: Locator, client: Client, person: int, picture) -> None:
    [sent] = await client.photos(person, picture())
    await column.get_by_test_id(f"photo-{sent['message_id']}").click()
    await expect(page.get_by_test_id("lightbox-image")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("lightbox")).to_have_count(0)


async def test_a_click_on_the_map_sends_it(page: Page, column: Locator, client: Client, person: int) -> None:
    await column.get_by_test_id("attach").click()
    await column.get_by_test_id("map-open").click()
    await expect(page.get_by_test_id("map-send")).to_be_disabled()
    await expect(page.get_by_test_id("map-note")).to_contain_text("示意图，非行政边界")
    await page.get_by_test_id("map-canvas").click()
    await page.get_by_test_id("map-send").click()
    await expect(column.locator("[data-testid^=location-] svg.mini-map")).to_be_visible()
    place = (await client.messages(person))[-1]["location"]
    assert place == {
        "latitude": pytest.approx(34.885, abs=0.005),
        "longitude": pytest.approx(113.644, abs=0.005),
    }


async def test_a_location_key_opens_the_map(page: Page, column: Locator, client: Client, person: int) -> None:
    keys = [[{"text": "发送位置", "request_location": True}, "取消"]]
    await client.api("sendMessage", chat_id=person, text="在哪里？", reply_markup={"keyboard": keys})
    await column.get_by_test_id("key-取消").click()
    await expect(column.get_by_test_id("messages").locator(".out").last).to_contain_text("取消")
    await column.get_by_test_id("key-发送位置").click()
    await expect(page.get_by_test_id("map-dialog")).to_be_visible()


async def test_a_forced_reply_answers_that_message(column: Locator, client: Client, person: int) -> None:
    force = {"force_reply": True, "input_field_placeholder": "整改说明"}
    asked = await client.api("sendMessage", chat_id=person, text="请说明", reply_markup=force)
    await expect(column.get_by_test_id("replying")).to_contain_text("请说明")
    await column.get_by_test_id("composer").fill("已盖网")
    await column.get_by_test_id("composer").press("Enter")
    await expect(column.locator(".out .quote")).to_contain_text("请说明")
    assert (await client.messages(person))[-1]["reply_to"] == asked["result"]["message_id"]


async def test_the_menu_offers_the_commands_of_the_narrowest_scope(column: Locator, client: Client) -> None:
    for command, scope in (("all", {"type": "default"}), ("report", {"type": "all_private_chats"})):
        listed = [{"command": command, "description": "说明"}]
        await client.api("setMyCommands", commands=listed, scope=scope, language_code="zh")
    await column.get_by_test_id("commands").click()
    await expect(column.get_by_test_id("command-all")).to_have_count(0)
    await column.get_by_test_id("command-report").click()
    await expect(column.get_by_test_id("messages")).to_contain_text("/report")


async def test_a_deep_link_in_a_group_starts_the_private_chat(
    page: Page, client: Client, running: Running, person: int
) -> None:
    group = (await client.group("花园口镇群", [person]))["id"]
    await client.api("sendMessage", chat_id=group, text="加入 https://t.me/lanxun_demo_bot?start=AB12")
    await page.goto(f"{running.url}/#{person}@{group}")
    await page.get_by_test_id(f"column-{group}-{person}").get_by_role("link").click()
    private = page.get_by_test_id(f"column-{person}-{person}")
    await expect(private.get_by_test_id("messages")).to_contain_text("/start AB12")


async def test_a_table_of_a_rich_message_is_a_table(column: Locator, client: Client, person: int) -> None:
    html = (
        "<p><b>排名</b></p><table><tr><th>镇办</th></tr><tr><td>花园口镇</td></tr></table><script>x</script>"
    )
    await client.api("sendRichMessage", chat_id=person, rich_message={"html": html})
    await expect(column.locator(".rich td")).to_have_text("花园口镇")
    await expect(column.locator(".rich script")).to_have_count(0)


async def test_two_people_see_the_same_group_from_their_own_side(
    page: Page, client: Client, running: Running, person: int
) -> None:
    other = (await client.person("李四"))["id"]
    group = (await client.group("花园口镇群", [person, other]))["id"]
    await page.goto(f"{running.url}/#{person}@{group},{other}@{group}")
    await client.send(person, "收到", chat=group)
    await expect(page.get_by_test_id(f"column-{group}-{person}").locator(".out")).to_contain_text("收到")
    await expect(page.get_by_test_id(f"column-{group}-{other}").locator(".in").last).to_contain_text("收到")


async def test_the_person_picker_changes_who_speaks(page: Page, client: Client, running: Running) -> None:
    first, other = [(await client.person(name))["id"] for name in ("张三", "李四")]
    group = (await client.group("花园口镇群", [first, other]))["id"]
    await page.goto(f"{running.url}/#{first}@{group}")
    await page.get_by_test_id("person-select").select_option(str(other))
    await page.get_by_test_id(f"column-{group}-{other}").get_by_test_id("composer").fill("我是李四")
    await page.keyboard.press("Enter")
    await expect(page.locator(".out")).to_contain_text("我是李四")
    assert (await client.messages(group))[-1]["from"]["id"] == other


async def test_a_phone_shows_one_column_and_tabs(page: Page, client: Client, running: Running) -> None:
    first, other = [(await client.person(name))["id"] for name in ("张三", "李四")]
    await client.send(other, "/start")
    await page.set_viewport_size(PHONE)
    await page.goto(f"{running.url}/#{first}@{first},{other}@{other}")
    await expect(page.locator(".column:visible")).to_have_count(1)
    await expect(page.locator(".message")).to_have_count(1)
    await client.api("sendMessage", chat_id=other, text="欢迎")
    tab = page.get_by_test_id(f"tab-{other}-{other}")
    await expect(tab.locator(".unread")).to_have_text("1")
    await tab.click()
    await expect(tab.locator(".unread")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, PHONE])
async def test_nothing_sticks_out_sideways(
    page: Page, column: Locator, client: Client, person: int, *, picture, size: dict[str, int]
) -> None:
    await page.set_viewport_size(size)
    await client.photos(person, *[picture()] * 3, caption="长" * 90)
    buttons = [[{"text": "继续上报附近问题", "callback_data": str(i)} for i in range(3)]]
    text = "https://example.org/" + "x" * 90
    await client.api("sendMessage", chat_id=person, text=text, reply_markup={"inline_keyboard": buttons})
    await expect(column.get_by_test_id("inline-keyboard")).to_be_visible()
    room = await column.get_by_test_id("messages").bounding_box()
    for bubble in await column.locator(".bubble, .pictures, .inline-button").all():
        box = await bubble.bounding_box()
        assert box["x"] >= room["x"]
        assert box["x"] + box["width"] <= room["x"] + room["width"]


async def test_the_page_speaks_english_when_asked(page: Page, column: Locator) -> None:
    await expect(page.get_by_test_id("sandbox-badge")).to_have_text("本机模拟，不是 Telegram")
    await page.get_by_test_id("language").click()
    await expect(page.get_by_test_id("sandbox-badge")).to_have_text("Simulated here, not Telegram")
    await expect(column.get_by_test_id("composer")).to_have_attribute("placeholder", "Message…")


async def test_both_languages_have_the_same_strings(page: Page, running: Running) -> None:
    await page.goto(running.url)
    names = await page.evaluate("async () => (await import('/page/strings.js')).keysOfLanguages()")
    assert names["zh"] == names["en"]
    assert len(names["zh"]) > 50


async def test_a_person_made_on_the_page_can_start_the_bot(page: Page, running: Running) -> None:
    await page.goto(running.url)
    await page.get_by_test_id("person-name").fill("王五")
    await page.get_by_test_id("person-create").click()
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("messages")).to_contain_text("/start")
    await expect(page.get_by_test_id("start")).to_be_hidden()
