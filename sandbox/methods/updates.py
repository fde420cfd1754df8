"""Methods by which the bot gets its updates: polling and the webhook's settings."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import orjson

from sandbox.errors import bad_request
from sandbox.methods.method import Method, method
from sandbox.params import Params
from sandbox.poller import BY_WEBHOOK, WEBHOOK_IS_SET
from sandbox.records import Json
from sandbox.webhook import Setting
from sandbox.world import World

LONGEST_POLL = 50
BATCH = 100
CONNECTIONS = 100
SECRET_LENGTH = 256


async def get_updates(world: World, params: Params) -> orjson.Fragment:
    if world.webhook.setting is not None:
        await world.poller.refuse(WEBHOOK_IS_SET)
    _allow(world, params)
    limit = params.number("limit") or BATCH
    batch = await world.poller.poll(
        offset=params.number("offset") or 0,
        limit=limit if 1 <= limit <= BATCH else BATCH,
        seconds=min(params.number("timeout") or 0, LONGEST_POLL),
    )
    return orjson.Fragment(b"[" + b",".join(pending.body for pending in batch) + b"]")


def _allow(world: World, params: Params) -> None:
    kinds = params.array("allowed_updates")
    if kinds is not None:
        world.updates.allowed = frozenset(kinds) or None


async def set_webhook(world: World, params: Params) -> bool:
    url = params.text("url") or ""
    if not url:
        return await delete_webhook(world, params)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if secret and len(secret) > SECRET_LENGTH:
        raise bad_request("secret token is too long")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(world, params)
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.poller.interrupt(BY_WEBHOOK)
    connections = min(max(params.number("max_connections") or 40, 1), CONNECTIONS)
    await world.webhook.start(Setting(url, secret, connections, params.text("ip_address")))
    return True


async def delete_webhook(world: World, params: Params) -> bool:
    await world.webhook.stop()
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    setting, trouble = world.webhook.setting, world.webhook.trouble
    info: Json = {
        "url": setting.url if setting else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }
    if setting:
        info["max_connections"] = setting.max_connections
        if setting.ip_address:
            info["ip_address"] = setting.ip_address
        if trouble.message:
            info |= {"last_error_date": trouble.date, "last_error_message": trouble.message}
    if world.updates.allowed is not None:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


def get_me(world: World, _params: Params) -> Json:
    return world.bot


def stop_here(_world: World, _params: Params) -> bool:
    """Answer logOut and close, which concern no sandbox."""
    return True


METHODS: Mapping[str, Method] = {
    "getMe": method(get_me),
    "getUpdates": method(get_updates, "offset limit timeout allowed_updates"),
    "setWebhook": method(
        set_webhook,
        "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    ),
    "deleteWebhook": method(delete_webhook, "drop_pending_updates"),
    "getWebhookInfo": method(get_webhook_info),
    "logOut": method(stop_here),
    "close": method(stop_here),
}
