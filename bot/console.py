"""What a command on the console needs besides its own work: the database, and Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.gateway import Gateway
from bot.settings import Settings, SettingsError
from bot.uploads import Uploads
from cards.delivery import sent_again
from storage.db import Database
from storage.migrate import upgrade


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database, at its newest revision unless the settings leave that to `lanxun migrate`."""
    if settings.auto_migrate:
        await asyncio.to_thread(upgrade, settings.database_url)
    db = Database(settings.database_url)
    await db.start()
    try:
        yield db
    finally:
        await db.stop()


@asynccontextmanager
async def telegram(settings: Settings) -> AsyncIterator[Gateway]:
    """Telegram, for questions only; raises SettingsError without a token."""
    if ":" not in settings.token:
        raise SettingsError("LANXUN_TELEGRAM_TOKEN: must be the token that BotFather gave, like 123456:ABC")
    gateway = Gateway(
        settings.token,
        uploads=Uploads(_nothing, _nothing),
        repeat_label=sent_again,
        api_url=settings.telegram_api_url,
        proxy=settings.telegram_proxy,
    )
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop()


async def bot_name(settings: Settings) -> str:
    """What Telegram calls the bot; raises SettingsError for a bad token and ConnectionError."""
    async with telegram(settings) as gateway:
        try:
            me = await gateway.get_me()
        except PermissionError as error:
            raise SettingsError(f"LANXUN_TELEGRAM_TOKEN: {error}") from None
        except ConnectionError as error:
            raise ConnectionError(
                f"Telegram cannot be reached, so the bot's name is not known: {error}"
            ) from None
    return str(me["username"])


async def _nothing(_sha256: str) -> None:
    return None
