"""What is shipped for servers: every setting exists, every file that is copied is there, every tool takes its file."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
NEEDED = re.compile(r"\$\{(\w+):\?\}")


def unknown_settings(text: str) -> set[str]:
    return set(re.findall(rf"\b{PREFIX}[A-Z_]+[A-Z]\b", text)) - SETTINGS


def missing_copies(text: str) -> list[str]:
    copied = [line.split()[1:-1] for line in text.splitlines() if re.match(r"COPY (?!--from)", line)]
    return [one for words in copied for one in words if not list(ROOT.glob(one)) and not one.endswith("*")]


@pytest.mark.parametrize("file", sorted(DEPLOY.iterdir()), ids=lambda file: file.name)
def test_every_setting_that_is_named_exists(file):
    assert unknown_settings(file.read_text("utf-8")) == set()


def test_a_setting_that_does_not_exist_is_found():
    assert unknown_settings("LANXUN_TOKEN: x, LANXUN_INTAKE: y") == {"LANXUN_TOKEN"}


def test_everything_that_the_image_copies_is_there():
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert missing_copies(text) == []
    assert missing_copies("COPY bot bot\nCOPY nothing nothing\n") == ["nothing"]
    packages = re.findall(r"packages = \[([^\]]*)\]", (ROOT / "pyproject.toml").read_text("utf-8"))[0]
    assert all(f"COPY {name} {name}" in text for name in re.findall(r'"(\w+)"', packages))


def test_the_image_runs_as_nobody_in_particular_and_is_watched():
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert text.index("USER lanxun") < text.index('CMD ["lanxun", "run"]')
    assert "HEALTHCHECK" in text
    assert "/healthz" in text


@pytest.mark.skipif(not shutil.which("docker"), reason="no docker client on this machine")
def test_compose_takes_its_file_and_refuses_it_without_secrets(tmp_path):
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    config = ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("the docker client has no compose")
    plain = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path)}
    given = plain | dict.fromkeys(NEEDED.findall(text), "x")
    assert subprocess.run(config, env=given, capture_output=True, text=True, check=False).returncode == 0
    assert subprocess.run(config, env=plain, capture_output=True, text=True, check=False).returncode != 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_takes_the_unit(tmp_path):
    unit = (DEPLOY / "lanxun.service").read_text("utf-8")
    there = tmp_path / "lanxun.service"
    there.write_text(unit.replace("/opt/lanxun-bot/.venv/bin/lanxun run", "/bin/true"), "utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", str(there)], capture_output=True, text=True, check=False
    )
    assert "lanxun.service" not in said.stderr


def test_the_unit_lets_the_bot_finish_and_starts_it_again_after_every_end():
    unit = (DEPLOY / "lanxun.service").read_text("utf-8")
    assert "Restart=always" in unit
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > 10
