"""python-telegram-bot's own client talks to the sandbox as to Telegram."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ParseMode

BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("接单", callback_data="take:7")]])


@pytest.fixture
async def bot(running) -> AsyncIterator[telegram.Bot]:
    base = f"{running.url}/bot"
    async with telegram.Bot(
        running.world.token, base_url=base, base_file_url=f"{running.url}/file/bot"
    ) as opened:
        yield opened


@pytest.mark.usefixtures("client")
async def test_words_buttons_and_edits(bot, person):
    sent = await bot.send_message(person, "<b>您好</b>", ParseMode.HTML, reply_markup=BUTTON)
    assert (sent.entities[0].type, sent.text_html) == ("bold", "<b>您好</b>")
    edited = await sent.edit_text("好", reply_markup=BUTTON)
    assert edited.text == "好"
    with pytest.raises(telegram.error.BadRequest, match="not modified"):
        await sent.edit_text("好", reply_markup=BUTTON)
    assert await sent.set_reaction("👍")
    assert await sent.delete()


async def test_updates_and_a_pressed_button(bot, client, person):
    sent = await bot.send_message(person, "a", reply_markup=BUTTON)
    pressing = asyncio.create_task(client.press(person, sent.message_id, row=0, col=0))
    updates = await bot.get_updates()
    while updates[-1].callback_query is None:
        updates += await bot.get_updates(offset=updates[-1].update_id + 1, timeout=1)
    assert await updates[-1].callback_query.answer("收到")
    assert updates[0].message.text == "您好"
    assert (await pressing)["text"] == "收到"


@pytest.mark.usefixtures("client")
async def test_photos_albums_documents_and_downloads(bot, person, picture):
    photo = await bot.send_photo(person, picture(), caption="图")
    album = await bot.send_media_group(person, [InputMediaPhoto(picture()), InputMediaPhoto(photo.photo[-1])])
    document = await bot.send_document(person, b"a,b", filename="a.csv")
    file = await bot.get_file(document.document)
    assert photo.photo[-1].width == 1280
    assert album[0].media_group_id == album[1].media_group_id
    assert bytes(await file.download_as_bytearray()) == b"a,b"


async def test_chats_members_and_commands(bot, client, person):
    group = (await client.group("示例群", [person], admins=[person]))["id"]
    assert (await bot.get_chat(group)).title == "示例群"
    assert (await bot.get_chat_member(group, person)).status == "administrator"
    for status in ("administrator", "restricted", "member"):
        await client.bot_status(group, status)
        assert (await bot.get_chat_member(group, bot.id)).status == status
    assert await bot.get_chat_member_count(group) == 2
    assert [admin.user.id for admin in await bot.get_chat_administrators(group)] == [person]
    assert await bot.set_my_commands([("rank", "排名")])
    assert [command.command for command in await bot.get_my_commands()] == ["rank"]
    assert await bot.leave_chat(group)
    updates = await bot.get_updates()
    assert updates[-1].my_chat_member.new_chat_member.status == "left"


async def test_every_kind_of_message_can_be_read(bot, client, person):
    kinds = (
        "contact",
        "sticker",
        "voice",
        "video",
        "video_note",
        "animation",
        "audio",
        "poll",
        "dice",
        "game",
    )
    for kind in kinds:
        await client.send(person, kind=kind)
    await client.location(person, 34.8, 113.6, kind="venue", title="示例工地", address="示例路1号")
    updates = await bot.get_updates()
    assert [update.api_kwargs for update in updates] == [{}] * 12
    assert all(getattr(update.message, kind) for update, kind in zip(updates[1:], kinds, strict=False))


async def test_refusals_become_the_errors_of_the_library(bot, client, person):
    group = (await client.group("示例群", [person], type="group"))["id"]
    new_id = await client.upgrade(group)
    with pytest.raises(telegram.error.ChatMigrated) as moved:
        await bot.send_message(group, "a")
    await client.bot_status(person, "kicked")
    with pytest.raises(telegram.error.Forbidden, match="blocked"):
        await bot.send_message(person, "a")
    assert moved.value.new_chat_id == new_id


async def test_copies_forwards_places_and_pins(bot, client, person):
    first = (await client.messages(person))[0]["message_id"]
    copied = await bot.copy_message(person, person, first)
    forwarded = await bot.forward_message(person, person, first)
    place = await bot.send_venue(person, 34.8, 113.6, "示例工地", "示例路1号")
    assert copied.message_id > first
    assert forwarded.forward_origin.sender_user.id == person
    assert place.venue.title == "示例工地"
    assert await bot.pin_chat_message(person, first)
    assert await bot.send_chat_action(person, "typing")
    assert (await bot.get_webhook_info()).url == ""
