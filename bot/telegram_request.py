"""HTTP to the Bot API over aiohttp: what was answered, or in which phase no answer came."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import orjson
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    InvalidURL,
    TCPConnector,
)
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from typing_extensions import override
from yarl import URL

JSON: Final = {"Content-Type": "application/json"}
KEEP_ALIVE_SECONDS: Final = 60.0
CHUNK: Final = 65_536
MIB: Final = 1 << 20


class Phase(StrEnum):
    """How far a request came before it broke."""

    CONNECT = "connect"  # nothing was sent
    ANSWER = "answer"  # it may have been received


class NoAnswerError(TelegramError):
    """No whole answer came. The text names no address: the address holds the token."""

    def __init__(self, phase: Phase, reason: str) -> None:
        super().__init__(f"no answer ({phase}): {reason}")
        self.phase = phase
        self.reason = reason


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the server said; ``retry_after`` is the header as it came."""

    status: int
    body: bytes
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way to the server."""

    name: str
    content: bytes


class TelegramRequest(BaseRequest):
    """One session of connections. Redirects are not followed, and every answer has a deadline and a largest size."""

    def __init__(
        self,
        *,
        connections: int = 256,
        total_seconds: float = 20.0,
        connect_seconds: float = 8.0,
        most_bytes: int = 8 * MIB,
        proxy: str | None = None,
    ) -> None:
        self._connections = connections
        self._timeout = ClientTimeout(total=total_seconds, connect=connect_seconds)
        self._most_bytes = most_bytes
        self._proxy = proxy
        self._session: ClientSession | None = None
        self._urls: dict[str, URL] = {}

    async def initialize(self) -> None:
        connector = TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS)
        self._session = ClientSession(connector=connector, timeout=self._timeout, cookie_jar=DummyCookieJar())

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def renew(self) -> None:
        """Drop every connection: the watchdog's remedy for sockets that died without a word."""
        await self.shutdown()
        await self.initialize()

    async def call(
        self,
        url: str,
        params: Mapping[str, Any],
        files: Mapping[str, Upload] | None = None,
        *,
        total_seconds: float | None = None,
    ) -> HttpAnswer:
        """Post one call of the Bot API; raises NoAnswerError."""
        if files:
            return await self._fetch("POST", url, data=_form(params, files), total_seconds=total_seconds)
        return await self._fetch(
            "POST", url, data=orjson.dumps(params), headers=JSON, total_seconds=total_seconds
        )

    async def fetch(self, url: str, *, most_bytes: int, total_seconds: float) -> HttpAnswer:
        """Get a file; raises NoAnswerError, also when it is larger than ``most_bytes``."""
        return await self._fetch("GET", url, total_seconds=total_seconds, most_bytes=most_bytes)

    @property
    def read_timeout(self) -> float | None:
        return self._timeout.total

    def parse_json_payload(self, payload: bytes) -> Any:  # type: ignore[override]
        try:
            return orjson.loads(payload)
        except ValueError:
            raise TelegramError("the answer is not JSON") from None

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Serve PTB's own Bot methods; its separate timeouts give way to one deadline."""
        total = read_timeout if isinstance(read_timeout, (int, float)) else None
        data, headers = _ptb_body(request_data)
        try:
            answer = await self._fetch(method, url, data=data, headers=headers, total_seconds=total)
        except NoAnswerError as broken:
            error = TimedOut if "timeout" in broken.reason.lower() else NetworkError
            raise error(str(broken)) from None
        return answer.status, answer.body

    async def _fetch(
        self,
        method: str,
        url: str,
        *,
        data: bytes | FormData | None = None,
        headers: Mapping[str, str] | None = None,
        total_seconds: float | None = None,
        most_bytes: int | None = None,
    ) -> HttpAnswer:
        options: dict[str, Any] = {"data": data, "headers": headers, "proxy": self._proxy}
        if total_seconds is not None:
            options["timeout"] = ClientTimeout(total=total_seconds, connect=self._timeout.connect)
        try:
            async with self._open().request(
                method, self._url(url), allow_redirects=False, **options
            ) as response:
                body = await _read(response, most_bytes or self._most_bytes)
                return HttpAnswer(response.status, body, response.headers.get("Retry-After"))
        except (ClientError, TimeoutError, OSError) as error:
            raise _broken(error) from None

    def _open(self) -> ClientSession:
        if self._session is None:
            raise NoAnswerError(Phase.CONNECT, "closed")
        return self._session

    def _url(self, url: str) -> URL:
        """Parse an address once; those of files are all different and are not kept."""
        parsed = self._urls.get(url)
        if parsed is None:
            parsed = URL(url, encoded=True)
            if "/file/" not in url:
                self._urls[url] = parsed
        return parsed


async def _read(response: ClientResponse, most_bytes: int) -> bytes:
    length = response.content_length
    if length is not None and length <= most_bytes and "Content-Encoding" not in response.headers:
        return await response.read()
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_chunked(CHUNK):
        size += len(part)
        if size > most_bytes:
            raise NoAnswerError(Phase.ANSWER, "the answer is too large")
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _broken(error: Exception) -> NoAnswerError:
    """Tell by the error whether anything was sent; its own text may hold the address, so only its kind is kept."""
    before = (ClientConnectorError, ConnectionTimeoutError, ClientHttpProxyError, InvalidURL)
    phase = Phase.CONNECT if isinstance(error, before) else Phase.ANSWER
    what = "timeout" if isinstance(error, asyncio.TimeoutError) else type(error).__name__
    cause = getattr(error, "strerror", None)
    return NoAnswerError(phase, f"{what}: {cause}" if cause else what)


def _form(params: Mapping[str, Any], files: Mapping[str, Upload]) -> FormData:
    form = FormData()
    for name, value in params.items():
        form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    for name, upload in files.items():
        form.add_field(name, upload.content, filename=upload.name)
    return form


def _ptb_body(data: RequestData | None) -> tuple[bytes | FormData | None, Mapping[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        return orjson.dumps(data.parameters), JSON
    form = FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, None
