"""The rules of the house, read off the code itself; each rule is also shown something that breaks it."""

import ast
import re
import shutil
import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings
from cards.catalogue import LANGUAGES, sentences

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "domain", "cards", "storage", "sandbox")
CLOCKS = {"bot/clock.py", "sandbox/clock.py"}
WORDLESS = ("bot/", "handlers/", "domain/", "storage/")
MOST_LINES, MOST_FUNCTION_LINES = 300, 50
CHINESE = re.compile(r"[\u4e00-\u9fff]{4,}")
SECRET = re.compile(rb"\d{8,10}:[A-Za-z0-9_-]{35}")
SETTING = re.compile(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b")
NOW = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "time.time_ns", "time.localtime"}
ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv", "os.environb"}

Finding = str


def names_in(tree: ast.AST) -> Iterator[str]:
    """Every `a.b` that is used and every `from a import b`, by its last two names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield ".".join(ast.unparse(node).split(".")[-2:])
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def without_sentence_at_the_top(path: str, text: str) -> list[Finding]:
    return [] if ast.get_docstring(ast.parse(text)) else [f"{path}: says not what lives here"]


def too_long(path: str, text: str) -> list[Finding]:
    found = [path] if text.count("\n") > MOST_LINES else []
    functions = (
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return found + [
        f"{path}: {one.name}" for one in functions if one.end_lineno - one.lineno >= MOST_FUNCTION_LINES
    ]


def asks_the_clock(path: str, text: str) -> list[Finding]:
    return [f"{path}: {name}" for name in names_in(ast.parse(text)) if name in NOW and path not in CLOCKS]


def reads_the_environment(path: str, text: str) -> list[Finding]:
    allowed = path == "bot/settings.py"
    return [f"{path}: {name}" for name in names_in(ast.parse(text)) if name in ENVIRONMENT and not allowed]


def speaks_chinese(path: str, text: str) -> list[Finding]:
    texts = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    words = (value for value in texts if isinstance(value, str) and CHINESE.search(value))
    return [f"{path}: {value}" for value in words if path.startswith(WORDLESS)]


def unfinished(path: str, text: str) -> list[Finding]:
    names = (node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
    marks = re.findall(r"#.*\b(TODO|FIXME|XXX|HACK)\b", text)
    return [f"{path}: {name}" for name in (*names, *marks) if name in {"NotImplementedError", *marks}]


RULES: list[tuple[Callable[[str, str], list[Finding]], str]] = [
    (without_sentence_at_the_top, "import os\n"),
    (too_long, "x = 1\n" * 301),
    (too_long, "def f():\n" + "    x = 1\n" * 50),
    (asks_the_clock, "import datetime\nat = datetime.datetime.now()\n"),
    (asks_the_clock, "from time import time\n"),
    (asks_the_clock, "from datetime import date\nday = date.today()\n"),
    (reads_the_environment, "import os\nhome = os.environ['HOME']\n"),
    (reads_the_environment, "from os import getenv\n"),
    (speaks_chinese, 'text = "已经派遣"\n'),
    (speaks_chinese, 'text = f"{1}已经派遣"\n'),
    (unfinished, "raise NotImplementedError\n"),
    (unfinished, "# " + "TO" + "DO\n"),
]


def modules() -> dict[str, str]:
    """The text of every module that a person wrote, by its path."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {
        file.relative_to(ROOT).as_posix(): file.read_text("utf-8")
        for file in files
        if file.parent.name != "versions"  # generated
    }


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in RULES), ids=lambda rule: rule.__name__)
def test_no_module_breaks_the_rule(rule):
    assert [finding for path, text in modules().items() for finding in rule(path, text)] == []


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_the_rule_sees_what_breaks_it(rule, text):
    assert rule("domain/planted.py", text)


def test_what_a_comment_or_two_words_say_is_no_sentence():
    assert speaks_chinese("domain/fine.py", '# 这是注释\nnames = ("类型", "纬度")\n') == []


PLANTED = {
    "domain/planted.py": "import rapidfuzz\nimport handlers.said\n",
    "cards/planted.py": "import aiohttp\n",
    "handlers/planted.py": "import telegram\nimport sqlalchemy\nimport sandbox.app\n",
    "sandbox/planted.py": "import bot.clock\n",
}


def test_the_layers_hold_and_an_import_against_each_of_them_is_seen(tmp_path):
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "versions")
        )
    assert "0 broken" in layers(tmp_path)
    for path, text in PLANTED.items():
        (tmp_path / path).write_text(f'"""Planted."""\n{text}')
    assert "0 kept" in layers(tmp_path)


def layers(folder: Path) -> str:
    """What import-linter says last."""
    tool = Path(sys.executable).parent / "lint-imports"
    said = subprocess.run(
        [tool, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    return next((line for line in said.stdout.splitlines() if line.startswith("Contracts:")), said.stderr)


def secrets_in(files: dict[str, bytes]) -> list[str]:
    return [name for name, content in files.items() if SECRET.search(content)]


def test_no_file_holds_a_bot_token():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    assert secrets_in({name: (ROOT / name).read_bytes() for name in names}) == []


def test_a_bot_token_in_a_file_is_seen():
    assert secrets_in({"planted": b"token = 1234567890:" + b"a" * 35})


SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}


def settings_in(*files: Path) -> set[str]:
    return {name for file in files for name in SETTING.findall(file.read_text("utf-8"))} - {"LANXUN_TEST"}


def test_the_example_file_names_every_setting_and_no_other():
    assert settings_in(ROOT / ".env.example") == SETTINGS


def test_the_documents_name_every_setting_and_no_other():
    assert settings_in(ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) == SETTINGS


def test_a_setting_of_no_meaning_is_seen(tmp_path):
    (tmp_path / "x.md").write_text("set `LANXUN_NONSENSE` and LANXUN_HTTP_PORT=1")
    assert settings_in(tmp_path / "x.md") - SETTINGS == {"LANXUN_NONSENSE"}


def variables(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def shapes(texts: dict[str, str]) -> dict[str, set[str]]:
    return {key: variables(text) for key, text in texts.items()}


def test_all_languages_have_the_same_sentences_with_the_same_values():
    first, *others = (shapes(sentences(language)) for language in LANGUAGES)
    assert first
    assert all(other == first for other in others)


def test_a_sentence_with_another_value_is_seen():
    assert shapes({"a": "{number} of {town}"}) != shapes({"a": "{number}"})


def test_every_refusal_has_its_sentence():
    classes = (
        node
        for text in modules().values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
    )
    refusals = {one.name for one in classes if "Refusal" in map(ast.unparse, one.bases)}
    assert refusals
    assert {f"errors.{name}" for name in refusals} - set(sentences("zh")) == set()
