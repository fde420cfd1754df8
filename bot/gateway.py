"""Telegram: everything that is asked of it, over two sets of connections (one only for waiting for updates)."""

from collections.abc import Callable
from typing import Any, Final

import orjson
from telegram import Bot, BotCommand, ChatMember, WebhookInfo

from bot.gateway_errors import Blocked, Obstacle, Ok, Verdict, verdict_of
from bot.poller import Conflict
from bot.sending import Sending
from bot.telegram_request import MIB, HttpAnswer, NoAnswerError, TelegramRequest
from bot.uploads import Uploads
from domain.delivery import Claimed, Outcome, Unauthorized

MOST_FILE_BYTES: Final = 20 * MIB
MOST_UPDATES_BYTES: Final = 32 * MIB
FILE_SECONDS: Final = 120.0
POLL_GRACE_SECONDS: Final = 10.0
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
HTTP_CONFLICT, HTTP_NOT_FOUND, HTTP_OK = 409, 404, 200


class DownloadFailed(Exception):
    """A file could not be fetched; ``too_big`` is for ever, anything else may pass."""

    def __init__(self, reason: str, *, too_big: bool = False) -> None:
        super().__init__(reason)
        self.too_big = too_big


class Gateway:
    """Opened by ``start``, closed by ``stop``; neither speaks to Telegram."""

    def __init__(
        self,
        token: str,
        *,
        uploads: Uploads,
        repeat_label: Callable[[int], str],
        api_url: str = "https://api.telegram.org",
        proxy: str | None = None,
    ) -> None:
        root = api_url.rstrip("/")
        self._base, self._files = f"{root}/bot{token}/", f"{root}/file/bot{token}/"
        self._sending_request = TelegramRequest(proxy=proxy)
        self._polling_request = TelegramRequest(
            proxy=proxy, connections=2, most_bytes=MOST_UPDATES_BYTES, total_seconds=60
        )
        self._sending = Sending(self._base, self._sending_request, uploads, repeat_label)
        self.bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._sending_request,
            get_updates_request=self._polling_request,
        )

    async def start(self) -> None:
        await self._sending_request.initialize()
        await self._polling_request.initialize()

    async def stop(self) -> None:
        await self._sending_request.shutdown()
        await self._polling_request.shutdown()

    async def send(self, claimed: Claimed) -> Outcome:
        """Carry out a push and say how it ended; raises nothing."""
        return await self._sending.send(claimed)

    async def is_authorized(self) -> bool:
        """Whether the token is good; raises ConnectionError while nobody says so."""
        verdict = await self._ask("getMe", {})
        if isinstance(verdict, Ok):
            return True
        if isinstance(verdict, Unauthorized):
            return False
        raise ConnectionError(f"getMe: {verdict}")

    async def get_me(self) -> dict[str, Any]:
        """The bot's own user; raises PermissionError for a bad token and ConnectionError for everything else."""
        verdict = await self._ask("getMe", {})
        if isinstance(verdict, Ok) and isinstance(verdict.result, dict):
            return verdict.result
        if isinstance(verdict, Unauthorized) or (
            isinstance(verdict, Blocked) and verdict.obstacle is Obstacle.NO_METHOD
        ):
            raise PermissionError("Telegram does not know this token")
        raise ConnectionError(f"getMe: {verdict}")

    async def get_updates(self, offset: int | None, timeout_seconds: int) -> list[dict[str, Any]]:
        """Raw updates from ``offset`` on; raises Conflict, TimeoutError when the line is dead, or OSError."""
        params = {"timeout": timeout_seconds, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            params["offset"] = offset
        total = timeout_seconds + POLL_GRACE_SECONDS
        try:
            answer = await self._polling_request.call(self._base + "getUpdates", params, total_seconds=total)
        except NoAnswerError as broken:
            raise (TimeoutError if "timeout" in broken.reason else ConnectionError)(str(broken)) from None
        if answer.status == HTTP_CONFLICT:
            raise Conflict(_description(answer))
        verdict = verdict_of(answer)
        if not isinstance(verdict, Ok) or not isinstance(verdict.result, list):
            raise ConnectionError(f"getUpdates: {verdict if not isinstance(verdict, Ok) else 'no list'}")
        return verdict.result

    async def renew_polling(self) -> None:
        """Give up the connections for updates and open new ones."""
        await self._polling_request.renew()

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file of at most 20 MB; raises DownloadFailed."""
        for _ in range(2):  # the second time with a new link: one lives about an hour
            verdict = await self._ask("getFile", {"file_id": file_id})
            if not isinstance(verdict, Ok) or not isinstance(verdict.result, dict):
                reason = str(getattr(verdict, "reason", verdict))
                raise DownloadFailed(reason, too_big="too big" in reason)
            if (verdict.result.get("file_size") or 0) > MOST_FILE_BYTES:
                raise DownloadFailed("file is too big", too_big=True)
            answer = await self._fetch(str(verdict.result.get("file_path") or ""))
            if answer.status == HTTP_OK:
                return answer.body
            if answer.status != HTTP_NOT_FOUND:
                break
        raise DownloadFailed(f"the file was not handed out ({answer.status})")

    async def set_commands(
        self, commands: list[tuple[str, str]], *, scope: str, language: str | None = None
    ) -> None:
        """Offer these commands in the chats of ``scope`` (a type of BotCommandScope); raises TelegramError."""
        listed = [BotCommand(name, description) for name, description in commands]
        await self.bot.set_my_commands(listed, language_code=language, api_kwargs={"scope": {"type": scope}})

    async def set_webhook(self, url: str, secret: str, *, connections: int = 40) -> None:
        """Have updates brought to ``url``; raises TelegramError."""
        await self.bot.set_webhook(
            url, secret_token=secret, max_connections=connections, allowed_updates=list(ALLOWED_UPDATES)
        )

    async def get_webhook_info(self) -> WebhookInfo:
        return await self.bot.get_webhook_info()

    async def get_chat_member(self, chat_id: int, user_id: int) -> ChatMember:
        return await self.bot.get_chat_member(chat_id, user_id)

    async def leave_chat(self, chat_id: int) -> None:
        await self.bot.leave_chat(chat_id)

    async def _ask(self, method: str, params: dict[str, Any]) -> Verdict | NoAnswerError:
        try:
            return verdict_of(await self._sending_request.call(self._base + method, params))
        except NoAnswerError as broken:
            return broken

    async def _fetch(self, path: str) -> HttpAnswer:
        try:
            return await self._sending_request.fetch(
                self._files + path, most_bytes=MOST_FILE_BYTES, total_seconds=FILE_SECONDS
            )
        except NoAnswerError as broken:
            raise DownloadFailed(str(broken), too_big="too large" in broken.reason) from None


def _description(answer: HttpAnswer) -> str:
    try:
        body = orjson.loads(answer.body)
    except ValueError:
        return "conflict"
    return str(body.get("description")) if isinstance(body, dict) else "conflict"
