"""The commands about the audit log and about who serves, as an operator meets them."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.audit_command import WORDS
from bot.cli import app
from domain.audit import START, Why
from tests.support import databases
from tests.support.databases import url_of

PEOPLE = "姓名,角色,镇办,编号\n张三,巡查员,花园口镇,77\n李四,镇办工作人员,花园口镇,78\n"


UNGUARDED = (
    "select 1" if databases.on_postgres() else "drop trigger audit_no_update; drop trigger audit_no_delete"
)


class Console:
    """Runs commands on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {
            "LANXUN_DATABASE_URL": url_of(folder),
            "LANXUN_PHOTO_STORE": f"file://{folder}/photos",
        }

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit status, stdout and stderr."""
        told = CliRunner().invoke(app, words, env=self.settings)
        return told.exit_code, told.stdout, told.stderr

    def log(self) -> list[dict[str, object]]:
        """The rows of the log."""
        return [json.loads(line) for line in self("export", "audit")[1].splitlines()]

    def tamper(self, script: str) -> None:
        databases.script(self.folder, f"{UNGUARDED}; {script}")


@pytest.fixture
def lanxun(tmp_path: Path) -> Console:
    console = Console(tmp_path)
    (tmp_path / "p.csv").write_text(PEOPLE, "utf-8")
    assert console("import", "people", str(tmp_path / "p.csv"))[0] == 0
    return console


def test_a_whole_log_is_status_0_and_its_head_is_told(lanxun):
    assert lanxun("audit", "verify") == (0, f"the audit log is whole: 2 rows, head {head_of(lanxun)}\n", "")
    assert lanxun("audit", "verify", "--head", head_of(lanxun))[0] == 0


def head_of(lanxun: Console) -> str:
    return str(databases.rows(lanxun.folder, "select hash from audit_head")[0][0])


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("update audit set actor = 5 where seq = 2", "audit row 2 was changed\n"),
        ("delete from audit where seq = 1", "audit row 1 is missing\n"),
        ("delete from audit where seq = 2", "audit row 2 is missing\n"),
    ],
)
def test_a_broken_log_is_status_1_and_the_first_broken_row_is_named(script, said, lanxun):
    lanxun.tamper(script)
    assert lanxun("audit", "verify") == (1, "", said)


def test_a_head_that_the_log_does_not_hold_is_status_1(lanxun):
    status, out, said = lanxun("audit", "verify", "--head", "f" * 64)
    assert (status, out, said.count("\n")) == (1, "", 1)
    assert "does not hold the given head" in said


def test_every_fault_has_its_words():
    assert set(WORDS) == set(Why)


def test_the_export_of_the_log_can_be_checked_without_the_program(lanxun):
    rows, last = lanxun.log(), START
    assert [row["action"] for row in rows] == ["post_given", "post_given", "exported"]
    for row in rows:
        names = ("seq", "at", "actor", "action", "subject", "details")
        fields = [*(row[name] for name in names), last]
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        last = hashlib.sha256(text.encode()).hexdigest()
        assert row["hash"] == last


def test_every_export_is_in_the_log(lanxun):
    assert lanxun("export", "people", "--since", "2026-11-23")[0] == 0
    told = lanxun.log()[2]
    assert (told["action"], told["actor"], told["subject"]) == ("exported", None, "people")
    assert json.loads(str(told["details"])) == {"since": "2026-11-23", "until": None}


def test_days_of_the_log_are_chosen_as_of_any_export(lanxun):
    assert lanxun("export", "audit", "--until", "2020-01-01") == (0, "", "")


def test_people_are_listed_with_their_posts(lanxun):
    lines = [line.split("\t")[1:] for line in lanxun("people", "list")[1].splitlines()]
    assert lines == [["77", "张三", "patrol", "花园口镇"], ["78", "李四", "town_staff", "花园口镇"]]
    assert len(lanxun("people", "list", "78")[1].splitlines()) == 1


def test_a_membership_ends_at_once_and_is_written_down(lanxun):
    status, out, _ = lanxun("people", "end", "77")
    assert (status, out.split("\t")[1:3]) == (0, ["77", "张三"])
    assert lanxun("people", "list", "77")[0] == 1
    assert ("post_ended", "77") in [(row["action"], row["subject"]) for row in lanxun.log()]
    assert lanxun("people", "end", "77") == (1, "", "77 is no member\n")


def test_only_a_post_of_theirs_can_be_ended(lanxun):
    other = lanxun("people", "list", "78")[1].split("\t")[0]
    assert lanxun("people", "end", "77", "--post", other) == (1, "", "77 has no such post\n")
    assert lanxun("people", "end", "78", "--post", other)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["audit"],
        ["audit", "erase"],
        ["audit", "verify", "--head", "abc"],
        ["people", "end"],
        ["people", "list", "--post", "1"],
    ],
)
def test_wrong_usage_is_status_2(words):
    told = CliRunner().invoke(app, words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "Usage" in told.stderr
