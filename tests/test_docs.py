"""The documents against the code: settings, commands, links, layers, log lines; each check also sees what is wrong."""

import ast
import configparser
import re
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for folder, pattern in ((".", "*.md"), ("docs", "**/*.md"), ("bench", "*.md"), ("districts", "**/*.md"))
    for page in (ROOT / folder).glob(pattern)
)
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
COMMANDS = {
    name: {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    for name, command in get_command(app).commands.items()
}
SETTING = re.compile(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b")
COMMAND = re.compile(r"\blanxun ([a-z][a-z-]*)((?: [^`\n]*)?)")
OPTION = re.compile(r"--[a-z][a-z-]*")
LINK = re.compile(r"\]\(([^)\s]+)\)")
OURS = re.compile(
    r"`((?:bot|handlers|cards|domain|storage|sandbox|districts|tests|bench|docs)/[\w./-]*)(?: |`)"
)
PACKAGES = ("bot", "handlers", "cards", "storage", "domain", "sandbox")


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def commands_in(text: str) -> set[str]:
    return {name for name, _ in COMMAND.findall(text)}


def wrong_options_in(text: str) -> list[str]:
    return [
        f"{name} {option}"
        for name, rest in COMMAND.findall(text)
        for option in OPTION.findall(rest)
        if option not in COMMANDS.get(name, set())
    ]


def broken_links_in(page: str, text: str) -> list[str]:
    paths = [link.split("#")[0] for link in LINK.findall(text) if not link.startswith(("http", "mailto:"))]
    return [path for path in paths if path and not (ROOT / page).parent.joinpath(path).exists()]


def missing_files_in(text: str) -> list[str]:
    """What is named as a path of ours and is not there; patterns with `*` or `<` are not looked at."""
    return [path for path in OURS.findall(text) if not (ROOT / path).exists()]


def rows_under(heading: str, text: str) -> dict[str, set[str]]:
    """The rows of the table whose first column is headed so: the name, and the names in its second column."""
    table = text.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = [line.split("|") for line in table]
    return {row[1].strip(" `"): set(re.findall(r"`([^`]+)`", row[2])) for row in cells}


def contracts(text: str) -> list[configparser.SectionProxy]:
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return [parser[name] for name in parser.sections() if name.startswith("importlinter:contract:")]


def packages_allowed(text: str) -> dict[str, set[str]]:
    """What each package may import of ours, after the contracts."""
    allowed = {package: set(PACKAGES) - {package} for package in PACKAGES}
    for contract in contracts(text):
        if contract["type"] == "layers":
            layers = [set(re.findall(r"\w+", line)) for line in contract["layers"].split("\n") if line]
            for height, layer in enumerate(layers):
                for package in layer:
                    allowed[package] -= set().union(*layers[: height + 1])
        else:
            for package in contract["source_modules"].split():
                allowed[package] -= set(contract["forbidden_modules"].split())
    return allowed


def libraries_allowed(text: str) -> dict[str, set[str]]:
    """Where each library that a contract forbids somewhere may be imported."""
    found = {}
    for contract in contracts(text):
        for library in contract.get("forbidden_modules", "").split():
            if library not in PACKAGES:
                excused = {
                    line.split(" -> ")[0] for line in contract.get("ignore_imports", "").split("\n") if line
                }
                found[library] = set(PACKAGES) - set(contract["source_modules"].split()) | excused
    return found


def warnings_in(module: str) -> set[str]:
    """What a module logs as a warning or an error."""
    calls = (node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Call) and node.args)
    return {
        str(call.args[0].value)
        for call in calls
        if ast.unparse(call.func) in {"log.warning", "log.error", "log.exception"}
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("page", [*READMES, ".env.example"])
def test_every_setting_is_explained_and_no_other(page):
    assert set(SETTING.findall(text_of(page))) == SETTINGS


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_setting_that_there_is_not(page):
    assert set(SETTING.findall(text_of(page))) <= SETTINGS


def test_a_setting_of_no_meaning_is_seen():
    assert set(SETTING.findall("`LANXUN_TELEGRAM_TOKENS` and LANXUN_INTAKE=webhook")) - SETTINGS == {
        "LANXUN_TELEGRAM_TOKENS"
    }


@pytest.mark.parametrize("page", READMES)
def test_every_command_is_explained_and_no_other(page):
    assert commands_in(text_of(page)) == set(COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_command_or_option_that_there_is_not(page):
    assert commands_in(text_of(page)) <= set(COMMANDS)
    assert wrong_options_in(text_of(page)) == []


def test_a_command_or_option_of_no_meaning_is_seen():
    text = "try `lanxun fly --high` or\n    .venv/bin/lanxun run --fast\nbut `lanxun check --json` is fine"
    assert commands_in(text) - set(COMMANDS) == {"fly"}
    assert wrong_options_in(text) == ["fly --high", "run --fast"]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_picture_leads_to_a_file(page):
    assert broken_links_in(page, text_of(page)) == []


def test_a_link_to_nothing_is_seen():
    text = "[a](nothing.md) ![b](docs/img/no.png) [c](README.md#try-it) [d](https://example.org) [e](#here)"
    assert broken_links_in("README.md", text) == ["nothing.md", "docs/img/no.png"]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_of_ours_that_is_named_is_there(page):
    assert missing_files_in(text_of(page)) == []


def test_a_path_that_is_not_there_is_seen():
    text = (
        "`bot/nothing.py`, `domain/ticket.py` (moves), `cards/<language>/errors.toml`, `tests/talks/*.talk`"
    )
    assert missing_files_in(text) == ["bot/nothing.py"]


def test_the_table_of_packages_is_what_the_contracts_allow():
    assert rows_under("package", text_of("CONTRIBUTING.md")) == packages_allowed(text_of(".importlinter"))


def test_the_table_of_libraries_is_what_the_contracts_allow():
    assert rows_under("library", text_of("CONTRIBUTING.md")) == libraries_allowed(text_of(".importlinter"))


def test_a_table_that_says_something_else_is_seen():
    changed = text_of("CONTRIBUTING.md").replace(
        "| `cards` | `domain` |", "| `cards` | `domain`, `storage` |"
    )
    changed = changed.replace("| `alembic` | `storage` |", "| `alembic` | `bot` |")
    assert rows_under("package", changed) != packages_allowed(text_of(".importlinter"))
    assert rows_under("library", changed) != libraries_allowed(text_of(".importlinter"))


def test_every_warning_and_error_of_the_log_is_explained():
    modules = (file for package in ("bot", "handlers", "storage") for file in (ROOT / package).rglob("*.py"))
    said = set().union(*(warnings_in(file.read_text("utf-8")) for file in modules))
    explained = set(re.findall(r"`([^`\n]+)`", text_of("docs/operations.md")))
    assert said
    assert said - explained == set()


def test_a_warning_in_a_module_is_seen():
    assert warnings_in('log.warning("it rains", wet=True)\nlog.info("it is dry")\n') == {"it rains"}
