"""What Telegram has to know about the bot: its webhook, kept as it was set, and the menus of commands."""

import asyncio
from collections.abc import Callable

import structlog
from telegram.error import TelegramError

from bot.gateway import Gateway
from bot.menus import menus
from bot.settings import Settings

PAUSE_SECONDS = 30.0
LOOK_SECONDS = 3600.0

log = structlog.get_logger()


async def introduce(
    gateway: Gateway, settings: Settings, fell: Callable[[str], None], *, look_seconds: float = LOOK_SECONDS
) -> None:
    """Set webhook and menus until it worked; then see every hour that nobody has moved the webhook.

    ``fell`` is told of a webhook that was moved; one that does not work is logged with Telegram's own words.
    """
    by_hook, is_set, pause = settings.intake == "webhook", False, 0.0
    while by_hook or not is_set:
        await asyncio.sleep(pause)
        try:
            if is_set:
                await _look(gateway, settings, fell)
            else:
                await _set(gateway, settings, by_hook=by_hook)
                is_set = True
        except TelegramError as error:
            log.warning("menus and webhook are not set, or not looked at", error=str(error))
        pause = look_seconds if is_set else PAUSE_SECONDS


async def _set(gateway: Gateway, settings: Settings, *, by_hook: bool) -> None:
    if by_hook:
        await gateway.set_webhook(str(settings.webhook_url), settings.webhook_secrets[0])
    for menu in menus():
        await gateway.set_commands(list(menu.commands), scope=menu.scope, language=menu.language)


async def _look(gateway: Gateway, settings: Settings, fell: Callable[[str], None]) -> None:
    info = await gateway.get_webhook_info()
    if info.url != str(settings.webhook_url):
        log.error("somebody moved or deleted the webhook: it is set again", found=info.url or "none")
        fell("webhook")
        await gateway.set_webhook(str(settings.webhook_url), settings.webhook_secrets[0])
    elif info.last_error_message:
        log.warning("Telegram cannot deliver", reason=info.last_error_message, at=str(info.last_error_date))
