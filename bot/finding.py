"""What was found when something the bot needs was looked at, and whether it is as it should be."""

from dataclasses import dataclass
from enum import StrEnum

from telegram import WebhookInfo

from bot.settings import Settings

MANY_PENDING = 1_000


class Level(StrEnum):
    """How much it matters: only a fault makes the check fail."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``remedy`` is empty where nothing needs to be done."""

    about: str
    level: Level
    found: str
    remedy: str = ""


def intake_finding(settings: Settings, info: WebhookInfo) -> Finding:
    """Whether the way in that Telegram knows is the one that the settings name."""
    if settings.intake == "polling":
        if info.url:
            remedy = (
                "set LANXUN_INTAKE=webhook, or take the webhook away: "
                f'curl "{settings.telegram_api_url}/bot$LANXUN_TELEGRAM_TOKEN/deleteWebhook"'
            )
            return Finding("intake", Level.FAULT, "a webhook is set, so polling gets nothing", remedy)
        return Finding("intake", Level.OK, f"polling; {info.pending_update_count} updates wait")
    if info.url != settings.webhook_url:
        remedy = "start the bot, which sets it; if it changes again, another program uses this token"
        return Finding("intake", Level.FAULT, "Telegram does not call LANXUN_WEBHOOK_URL", remedy)
    if info.last_error_message or info.pending_update_count > MANY_PENDING:
        said = info.last_error_message or "no error"
        found = f"{info.pending_update_count} updates wait; Telegram says: {said}"
        remedy = "look at the certificate and the way from LANXUN_WEBHOOK_URL to POST /telegram"
        return Finding("intake", Level.NOTE, found, remedy)
    return Finding("intake", Level.OK, f"webhook; {info.pending_update_count} updates wait")
