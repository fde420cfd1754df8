"""The webhook: Telegram's own calls, answered 200 only after the update is kept."""

import hmac
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.intake import MOST_BYTES, Intake
from storage.errors import StorageError

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
PATH = "/telegram"
RETRY_AFTER_SECONDS = "5"


def webhook(
    intake: Intake, secrets: Sequence[str], beat: Callable[[], None]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of ``POST /telegram``; two secrets are good while one replaces the other."""
    if not secrets or not all(secrets):
        raise ValueError("a webhook without a secret would let anybody speak for anybody")
    good = [secret.encode() for secret in secrets]

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.getall(SECRET_HEADER, [])
        matches = (
            [hmac.compare_digest(given[0].encode(errors="replace"), one) for one in good]
            if len(given) == 1
            else []
        )
        if not any(matches):
            return web.Response(status=401)
        if (request.content_length or 0) > MOST_BYTES:
            return web.Response(status=413)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except web.RequestPayloadError:  # cut short, or not packed as its header says
            return web.Response(status=400)
        try:
            await intake.keep([body])
        except StorageError:
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER_SECONDS})
        beat()
        return web.Response()

    return receive
