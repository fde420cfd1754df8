"""The settings: the only place that reads the environment."""

import difflib
import os
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "LANXUN_"


class SettingsError(Exception):
    """A setting is wrong; the text is one plain sentence that names it."""


class Settings(BaseSettings):
    """What an operator may set; docs/operations.md and .env.example explain each."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_proxy: str | None = Field(default=None, repr=False)
    intake: Literal["polling", "webhook"] = "polling"
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8088, ge=0, le=65535)
    database_url: str = Field(default="sqlite+aiosqlite:///data/lanxun.db", repr=False)
    photo_store: str = "file://data/photos"
    district: Path = Path("districts/huiji")
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    auto_migrate: bool = True
    sends_per_second: int = Field(default=29, ge=0)
    backup_recipient: str | None = None

    @field_validator("telegram_api_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite+aiosqlite:// or postgresql+asyncpg://")
        return value

    @field_validator("photo_store")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if not value.startswith(("file://", "s3://")):
            raise ValueError("must begin with file:// or s3://")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _sendable_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(
            r"[A-Za-z0-9_-]{1,256}( ?, ?[A-Za-z0-9_-]{1,256})?", value.get_secret_value()
        ):
            raise ValueError(
                "must be letters, digits, - and _ (at most 256), or two such values with a comma between"
            )
        return value

    @model_validator(mode="after")
    def _webhook_is_safe(self) -> "Settings":
        if self.intake == "webhook":
            if not self.webhook_secrets:
                raise ValueError("LANXUN_WEBHOOK_SECRET must be set when LANXUN_INTAKE is webhook")
            if not self.webhook_url:
                raise ValueError("LANXUN_WEBHOOK_URL must be set when LANXUN_INTAKE is webhook")
        return self

    @property
    def webhook_secrets(self) -> list[str]:
        """One secret, or two while one replaces the other."""
        given = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        return [secret.strip() for secret in given.split(",") if secret.strip()]

    @property
    def token(self) -> str:
        """The bot's token in the clear; never to be logged."""
        return self.telegram_token.get_secret_value()

    @property
    def secrets(self) -> list[str]:
        """Everything that must not appear in a log."""
        passwords = (urlsplit(url).password for url in (self.database_url, self.telegram_proxy or ""))
        return [secret for secret in (self.token, *self.webhook_secrets, *passwords) if secret]


def read_settings(**given: Any) -> Settings:
    """The settings from the environment and ``.env``; raises SettingsError naming the one that is wrong."""
    _refuse_unknown_names()
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "settings"
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise SettingsError(reason if reason.startswith(PREFIX) else f"{name}: {reason}") from None


def store_options() -> dict[str, str]:
    """What the usual AWS variables say about the photo store."""
    return {name: value for name, value in _written().items() if value and name.startswith("AWS_")}


def _refuse_unknown_names() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in map(str.upper, _written()):
        if name.startswith(PREFIX) and name not in known and not name.startswith("LANXUN_TEST_"):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{name} is not a setting{hint}")


def _written() -> dict[str, str | None]:
    return {**dotenv_values(".env"), **os.environ}
