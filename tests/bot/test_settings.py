"""Settings: a wrong one is named in one sentence, an unknown one is refused, and none gives a secret away."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings

TOKEN = "123456:canary-of-the-token"
ASK = """
import sys
from bot.settings import read_settings, store_options, SettingsError
try:
    print(read_settings().http_port, store_options())
except SettingsError as error:
    print(error)
"""


def said_with(environment: dict[str, str], folder: Path) -> str:
    """What a process with this environment says, in a folder that may have a .env file."""
    lines = {"PYTHONPATH": str(Path(__file__).parents[2]), **environment}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=lines, cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"http_port": "x"}, "LANXUN_HTTP_PORT"),
        ({"http_port": 70000}, "LANXUN_HTTP_PORT"),
        ({"intake": "pigeon"}, "LANXUN_INTAKE"),
        ({"telegram_api_url": "api.telegram.org"}, "LANXUN_TELEGRAM_API_URL"),
        ({"database_url": "mysql://x"}, "LANXUN_DATABASE_URL"),
        ({"photo_store": "/photos"}, "LANXUN_PHOTO_STORE"),
        ({"sends_per_second": -1}, "LANXUN_SENDS_PER_SECOND"),
        ({"log_level": "LOUD"}, "LANXUN_LOG_LEVEL"),
        ({"webhook_secret": "two words"}, "LANXUN_WEBHOOK_SECRET"),
        ({"intake": "webhook", "webhook_url": "https://x"}, "LANXUN_WEBHOOK_SECRET"),
        ({"intake": "webhook", "webhook_secret": "secret"}, "LANXUN_WEBHOOK_URL"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting(given, named):
    with pytest.raises(SettingsError) as refused:
        read_settings(**given)
    assert str(refused.value).startswith(named)
    assert "\n" not in str(refused.value)


def test_no_secret_shows_in_what_is_printed_of_the_settings():
    secrets = {"telegram_token": TOKEN, "webhook_secret": "canary-of-the-hook"}
    url = "postgresql+asyncpg://u:canary-of-the-database@h/d"
    settings = read_settings(**secrets, database_url=url)
    assert "canary" not in f"{settings!r} {settings}"
    assert set(settings.secrets) == {TOKEN, "canary-of-the-hook", "canary-of-the-database"}


def test_two_webhook_secrets_are_good_while_one_replaces_the_other():
    settings = read_settings(webhook_secret="old, new")
    assert settings.webhook_secrets == ["old", "new"]


def test_the_api_address_may_end_with_a_slash():
    assert (
        read_settings(telegram_api_url="http://127.0.0.1:8081/").telegram_api_url == "http://127.0.0.1:8081"
    )


def test_p17_an_unknown_name_in_the_environment_is_refused_with_the_nearest_one(tmp_path):
    said = said_with({"LANXUN_TELEGRAM_TOKN": "x"}, tmp_path)
    assert said == "LANXUN_TELEGRAM_TOKN is not a setting; did you mean LANXUN_TELEGRAM_TOKEN?"


def test_an_unknown_name_in_the_file_is_refused_too(tmp_path):
    (tmp_path / ".env").write_text("LANXUN_XYZZY=1\n")
    assert said_with({}, tmp_path) == "LANXUN_XYZZY is not a setting"


def test_the_environment_counts_more_than_the_file_and_nothing_is_no_value(tmp_path):
    (tmp_path / ".env").write_text("LANXUN_HTTP_PORT=1\nLANXUN_TELEGRAM_PROXY=\nAWS_REGION=here\n")
    assert said_with({"LANXUN_HTTP_PORT": "2"}, tmp_path) == "2 {'AWS_REGION': 'here'}"
