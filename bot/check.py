"""The doctor: looks at everything the bot needs and says what is wrong and what to do; it puts nothing right itself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from telegram.error import TelegramError

from bot.clock import Clock
from bot.console import telegram
from bot.district_files import load_district, load_lexicon
from bot.finding import Finding, Level, intake_finding
from bot.gateway import Gateway
from bot.settings import Settings, SettingsError, store_options
from domain.district import District
from domain.district_table import DistrictError
from domain.people import Role
from storage import chats, people
from storage.damage import damage
from storage.db import Database
from storage.errors import StorageError
from storage.migrate import differences, exists, newest, revision
from storage.photo_store import PhotoStore, PhotoStoreError

ASK_SECONDS = 10.0
MOST_SKEW = timedelta(seconds=30)
CALENDAR_AHEAD = timedelta(days=45)


async def look_at_everything(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Every finding, one after the other; raises nothing that a fault of the surroundings can cause."""
    district: District | None = None
    try:
        district, _ = load_district(settings.district), load_lexicon(settings.district)
    except (DistrictError, OSError, ValueError) as error:
        yield Finding("district", Level.FAULT, str(error), "correct the file, or LANXUN_DISTRICT")
    else:
        count = f"{len(district.towns)} towns, {len(district.categories)} categories"
        yield Finding("district", Level.OK, f"{district.basics.name}: {count}, zone {district.basics.zone}")
        yield _calendars(district, clock)
    async for finding in _telegram(settings):
        yield finding
    yield await _clock(settings, clock)
    async for finding in _database(settings, district):
        yield finding
    yield await _photos(settings)


def _calendars(district: District, clock: Clock) -> Finding:
    """Deadlines of the coming weeks need to know which days are free."""
    soon = (clock.now() + CALENDAR_AHEAD).astimezone(district.basics.zone).date()
    ends = {code: one.known_until for code, one in district.calendars.items() if one.known_until}
    over = sorted(f"{code} until {end}" for code, end in ends.items() if end < soon)
    if over:
        remedy = "write the holidays of the next year into calendars.toml"
        return Finding("calendars", Level.NOTE, f"free days are known: {', '.join(over)}", remedy)
    return Finding("calendars", Level.OK, "free days are known for the next weeks")


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with telegram(settings) as gateway:
            me = await gateway.get_me()
            yield Finding("token", Level.OK, f"the bot is @{me.get('username')}")
            yield await _intake(settings, gateway)
            yield _privacy(sees_all=bool(me.get("can_read_all_group_messages")))
    except (SettingsError, PermissionError) as error:
        yield Finding(
            "token", Level.FAULT, str(error), "copy the token from BotFather to LANXUN_TELEGRAM_TOKEN"
        )
    except ConnectionError as error:
        remedy = "look at the network, LANXUN_TELEGRAM_PROXY and LANXUN_TELEGRAM_API_URL"
        yield Finding("token", Level.FAULT, f"Telegram cannot be asked: {error}", remedy)


async def _intake(settings: Settings, gateway: Gateway) -> Finding:
    try:
        info = await gateway.get_webhook_info()
    except TelegramError as error:
        return Finding("intake", Level.FAULT, f"getWebhookInfo: {error}", "try again later")
    return intake_finding(settings, info)


def _privacy(*, sees_all: bool) -> Finding:
    if sees_all:
        return Finding("privacy mode", Level.OK, "off: in groups the bot sees every message")
    remedy = (
        "if it is to see more, switch it off at BotFather (/setprivacy) and add the bot to each group anew"
    )
    found = "on: in groups the bot sees commands, answers to it and mentions of it"
    return Finding("privacy mode", Level.NOTE, found, remedy)


async def _clock(settings: Settings, clock: Clock) -> Finding:
    """Compare the machine's clock with the one of the Bot API server."""
    timeout = aiohttp.ClientTimeout(total=ASK_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(
                settings.telegram_api_url, proxy=settings.telegram_proxy, allow_redirects=False
            ) as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError) as error:
        found = f"nothing to compare the clock with: {type(error).__name__}"
        return Finding("clock", Level.NOTE, found, "let the machine keep its time by NTP")
    skew = abs(clock.now() - theirs)
    if skew > MOST_SKEW:
        found = f"the clock is {skew.total_seconds():.0f} seconds off Telegram's: deadlines would be wrong"
        return Finding("clock", Level.FAULT, found, "set the clock by NTP: timedatectl set-ntp true")
    return Finding("clock", Level.OK, "the clock agrees with Telegram's")


async def _database(settings: Settings, district: District | None) -> AsyncIterator[Finding]:
    if not exists(settings.database_url):
        yield Finding("database", Level.FAULT, "there is none yet", "make it: lanxun migrate")
        return
    db = Database(settings.database_url)
    try:
        async with db.read() as c:
            broken = await damage(c)
            if broken:
                remedy = "stop the bot and put back the last good copy of the database file"
                yield Finding("database", Level.FAULT, f"the file is damaged: {broken}", remedy)
                return
            now, expected = await revision(c), newest()
            if now != expected:
                found = f"it is at revision {now or 'none'}, this version expects {expected}"
                yield Finding("database", Level.FAULT, found, "bring it up to date: lanxun migrate")
                return
            strange = await differences(c)
            if strange:
                found = f"its tables are not those of revision {now}: {strange[0]}"
                yield Finding(
                    "database", Level.FAULT, found, "put back what was changed by hand, or a good copy"
                )
                return
            yield Finding("database", Level.OK, f"sound, at revision {now}")
        if district:
            yield await _groups(db, district)
            yield await _office(db)
    except StorageError as error:
        yield Finding(
            "database", Level.FAULT, str(error), "look at LANXUN_DATABASE_URL and the server or disk"
        )
    finally:
        await db.stop()


async def _groups(db: Database, district: District) -> Finding:
    async with db.read() as c:
        places = [(town.code, town.name) for town in district.towns] + [("district", "district")]
        without = [name for code, name in places if not await chats.bound_to(c, code)]
    if without:
        remedy = "add the bot to the group and let the office write /bind there"
        return Finding("groups", Level.NOTE, f"no group for: {', '.join(without)}", remedy)
    return Finding("groups", Level.OK, "the district and every town have one")


async def _office(db: Database) -> Finding:
    async with db.read() as c:
        count = len(await people.serving(c, [Role.OFFICE], None))
    if not count:
        remedy = "invite the first one: lanxun invite --role office"
        return Finding("office", Level.NOTE, "nobody of the district's office has joined yet", remedy)
    return Finding("office", Level.OK, f"{count} joined")


async def _photos(settings: Settings) -> Finding:
    remedy = "look at LANXUN_PHOTO_STORE, the rights of the folder or the AWS variables"
    try:
        store = PhotoStore.open(settings.photo_store, store_options())
    except (PhotoStoreError, ValueError) as error:
        return Finding("photo store", Level.FAULT, str(error), remedy)
    try:
        await store.check()
    except PhotoStoreError as error:
        return Finding("photo store", Level.FAULT, str(error), remedy)
    finally:
        store.close()
    return Finding("photo store", Level.OK, "writing, reading and removing work")
