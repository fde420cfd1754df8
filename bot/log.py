"""Logging: every line of ours and of the libraries goes through one door, on stderr, without secrets."""

import logging
import re
import sys
from collections.abc import Collection
from typing import Literal, TextIO

import structlog
from structlog.types import Processor

TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}")
HIDDEN = "<secret>"
SHORTEST_SECRET = 6  # shorter ones would tear holes into ordinary words
SILENT = ("httpx", "httpcore")  # they log addresses, and ours hold the token
TERSE = ("aiosqlite", "alembic", "sqlalchemy", "telegram", "asyncio", "aiohttp")


class Scrubber(logging.Formatter):
    """Takes secrets out of the finished line, and so out of tracebacks too."""

    def __init__(self, inner: logging.Formatter, secrets: Collection[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return TOKEN.sub(HIDDEN, line)


def configure(
    style: Literal["console", "json"] = "console",
    level: str = "INFO",
    secrets: Collection[str] = (),
    stream: TextIO | None = None,
) -> None:
    """From now on log in this style; ``secrets`` are hidden besides everything that looks like a bot token."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    inner = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(style, out)],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(Scrubber(inner, secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.raiseExceptions = False  # a full log disk or a closed pipe must not stop the bot
    logging.captureWarnings(capture=True)
    for name in TERSE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _last(style: str, out: TextIO) -> list[Processor]:
    if style == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=plain)]
