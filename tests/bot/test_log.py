"""Logging: one door for our lines and those of libraries, and no secret goes through it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.log import configure

TOKEN = "1234567890:AAcanaryOfTheTokenAAcanaryOfTheTok"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    yield io.StringIO()
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_token_is_taken_out_of_lines_and_tracebacks(style, out):
    configure(style, stream=out)
    try:
        open(f"/nowhere/bot{TOKEN}/getMe")  # noqa: SIM115, PTH123
    except OSError:
        structlog.get_logger().exception("asked", url=f"/bot{TOKEN.replace(':', '%3A')}/x")
    assert "canary" not in out.getvalue()
    assert "getMe" in out.getvalue()


def test_other_secrets_are_taken_out_wherever_they_stand(out):
    configure("json", secrets=["canary-of-the-hook", "a"], stream=out)
    logging.getLogger("somebody").warning("hook canary-of-the-hook")
    assert json.loads(out.getvalue())["event"] == "hook <secret>"


def test_json_lines_have_level_time_and_chinese_as_it_is(out):
    configure("json", stream=out)
    structlog.get_logger().info("running", town="古荥镇")
    line = json.loads(out.getvalue())
    assert (line["level"], line["event"], line["town"]) == ("info", "running", "古荥镇")
    assert line["timestamp"].endswith("Z")
    assert "古荥镇" in out.getvalue()


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11"])
def test_the_http_libraries_never_log(name, out):
    configure("console", "DEBUG", stream=out)
    logging.getLogger(name).error("GET https://api/bot")
    logging.getLogger("other").error("heard")
    assert "GET" not in out.getvalue()
    assert "heard" in out.getvalue()


def test_a_closed_pipe_does_not_stop_who_logs(out):
    configure("console", stream=out)
    out.close()
    structlog.get_logger().error("into the void")
    assert logging.raiseExceptions is False
