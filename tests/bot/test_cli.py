"""The command as an operator meets it: exit status, plain sentences, and what it prints."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from bot.cli import app
from sandbox.app import start
from sandbox.world import DEFAULT_TOKEN
from tests.support.databases import url_of

ROOT = Path(__file__).parents[2]
PEOPLE = "姓名,角色,镇办,编号\n张三,巡查员,花园口镇,\n李四,patrol,花园口镇,77\n"


class Console:
    """Runs `python -m bot …` with settings of its own."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self.folder = folder
        self.settings = {
            "LANXUN_TELEGRAM_TOKEN": DEFAULT_TOKEN,
            "LANXUN_TELEGRAM_API_URL": api_url,
            "LANXUN_DATABASE_URL": url_of(folder),
            "LANXUN_PHOTO_STORE": f"file://{folder}/photos",
            "LANXUN_HTTP_PORT": "0",
        }

    async def start(self, *words: str, **settings: str) -> asyncio.subprocess.Process:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LANXUN_")}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            env={**kept, **self.settings, **settings},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    async def __call__(self, *words: str, **settings: str) -> tuple[int, str, str]:
        """Exit status, stdout and stderr."""
        process = await self.start(*words, **settings)
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()


@pytest.fixture
async def lanxun(tmp_path: Path) -> AsyncIterator[Console]:
    sandbox = await start(0)
    yield Console(tmp_path, sandbox.url)
    await sandbox.stop()


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["invite"],
        ["invite", "--role", "boss"],
        ["invite", "--role", "office", "--expires", "soon"],
        ["export", "people", "--format", "xlsx"],
        ["export", "people", "--since", "30.02.2026"],
    ],
)
def test_wrong_usage_is_status_2(words):
    told = CliRunner().invoke(app, words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "Usage" in told.stderr


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["run"], {"LANXUN_TELEGRAM_TOKEN": ""}, "LANXUN_TELEGRAM_TOKEN: must be"),
        (
            ["run"],
            {"LANXUN_TELEGRAM_TOKEN": "100001:canary"},
            "LANXUN_TELEGRAM_TOKEN: Telegram does not know",
        ),
        (["run"], {"LANXUN_INTAKE": "pigeon"}, "LANXUN_INTAKE: Input should be 'polling' or 'webhook'"),
        (["run"], {"LANXUN_DISTRICT": "/nowhere"}, "district.toml: (file): expected the file, found nothing"),
        (
            ["migrate"],
            {"LANXUN_DATABASE_URL": "sqlite+aiosqlite:////proc/x/y.db"},
            "the database cannot be used",
        ),
        (["invite", "--role", "patrol"], {}, "the role patrol needs --town"),
        (["invite", "--role", "patrol", "--town", "别处镇"], {}, "--town 别处镇 is no town of the district"),
        (["import", "sites", "/nowhere.csv"], {}, "/nowhere.csv cannot be read: No such file or directory"),
    ],
)
async def test_a_refusal_is_status_1_and_a_plain_sentence(words, settings, said, lanxun):
    status, out, err = await lanxun(*words, **settings)
    assert (status, out) == (1, "")
    assert err.splitlines()[-1].startswith(said) or said in err
    assert "Traceback" not in err
    assert "canary" not in err


async def test_an_invitation_is_told_as_json_with_the_fields_of_the_contract(lanxun):
    status, out, _ = await lanxun(
        "invite", "--role", "patrol", "--town", "花园口镇", "--expires", "2h", "--json"
    )
    made = json.loads(out)
    assert (status, list(made)) == (0, ["code", "link", "role", "town", "expires_at"])
    assert (made["role"], made["town"]) == ("patrol", "花园口镇")
    assert made["link"] == f"https://t.me/lanxun_demo_bot?start={made['code']}"
    assert datetime.fromisoformat(made["expires_at"]).utcoffset() == timedelta(hours=8)


async def test_a_wrong_row_keeps_the_whole_file_out(lanxun):
    (lanxun.folder / "p.csv").write_text(PEOPLE + "王五,patrol,别处镇,\n", "utf-8")
    status, _, said = await lanxun("import", "people", str(lanxun.folder / "p.csv"))
    assert (status, "row 4, column town" in said, "别处镇" in said) == (1, True, True)
    assert (await lanxun("export", "people"))[1] == ""


async def test_people_are_invited_or_become_members_and_can_be_exported(lanxun):
    (lanxun.folder / "p.csv").write_text(PEOPLE, "gb18030")
    file = str(lanxun.folder / "p.csv")
    assert (await lanxun("import", "people", file, "--dry-run"))[:2] == (0, "")
    status, out, said = await lanxun("import", "people", file)
    assert (status, said) == (0, "2 people imported\n")
    assert out.startswith("张三,https://t.me/lanxun_demo_bot?start=")
    assert out.endswith("\n李四,\n")
    assert [json.loads(line)["id"] for line in (await lanxun("export", "people"))[1].splitlines()] == [77]


@pytest.mark.sqlite  # a missing file: a server has every table here
async def test_check_tells_each_finding_as_json_and_its_status(lanxun):
    status, out, _ = await lanxun("check", "--json")
    faults = [one["about"] for one in map(json.loads, out.splitlines()) if one["level"] == "fault"]
    assert (status, faults) == (1, ["database"])
    assert (await lanxun("migrate"))[0] == 0
    assert (await lanxun("check"))[0] == 0


async def test_the_bot_runs_until_it_is_told_to_end(lanxun):
    process = await lanxun.start("run", LANXUN_LOG_FORMAT="json")
    assert process.stderr
    async for line in process.stderr:
        if json.loads(line)["event"] == "running":
            break
    process.send_signal(signal.SIGTERM)
    _, rest = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, b"Traceback" in rest) == (0, False)


async def test_the_local_telegram_answers_and_ends_with_the_command(lanxun):
    process = await lanxun.start("sandbox", "--port", "0")
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as session, session.get(f"{url}/bot{DEFAULT_TOKEN}/getMe") as answer:
        assert (await answer.json())["ok"]
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
