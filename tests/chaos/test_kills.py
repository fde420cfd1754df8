"""The gate: a short run of kills has to lose nothing, and the oracle has to see what a broken bot loses."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos import oracle_calls, oracle_moves
from tests.chaos.evidence import Evidence, opened
from tests.chaos.kills import Outcome, Plan, run
from tests.chaos.oracle import FAMILIES, LABEL, judge
from tests.chaos.scene import prepare
from tests.chaos.table import table

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.chaos,
    pytest.mark.xdist_group("kills"),
]  # one run serves every test here
SEED = 20261123


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Outcome, Outcome]:
    """The bot as it is, polling and with a webhook, and one whose updates are acknowledged too early."""
    plans = Plan(25, 50, SEED), Plan(5, 15, SEED, webhook=True), Plan(5, 15, SEED, ack_early=True)

    folders = [tmp_path_factory.mktemp("run") for _ in plans]

    async def together() -> tuple[Outcome, Outcome, Outcome]:
        for folder in folders:
            await prepare(folder)
        good, hooked, early = map(run, plans, folders)
        return await asyncio.gather(good, hooked, early)

    return asyncio.run(together())


def test_nothing_is_lost_or_done_twice_while_the_bot_is_killed(outcomes: tuple[Outcome, ...]) -> None:
    assert outcomes[0].findings == [], table(outcomes[0])
    assert outcomes[0].kills == 25
    assert all(number for _, _, number in outcomes[0].evidence.reports)


def test_nothing_is_lost_behind_a_webhook(outcomes: tuple[Outcome, ...]) -> None:
    assert outcomes[1].findings == [], table(outcomes[1])
    assert outcomes[1].kills == 5


def test_a_killed_bot_serves_again_within_three_seconds(outcomes: tuple[Outcome, ...]) -> None:
    assert outcomes[0].starts
    assert max(outcomes[0].starts) < 3


def test_the_oracle_sees_what_is_lost_when_updates_are_acknowledged_too_early(
    outcomes: tuple[Outcome, ...],
) -> None:
    found = {family for family, _ in outcomes[2].findings}
    assert {"updates not accounted for", oracle_moves.NOT_ANSWERED} <= found


def test_tickets_were_worked_on_and_reminders_sent_while_the_bot_was_killed(
    outcomes: tuple[Outcome, ...],
) -> None:
    with opened(outcomes[0].evidence.database) as db:
        moves = {move for (move,) in db.execute("select distinct move from history")}
        calls = db.execute("select count(*) from outbox where key like 'call%' and state = 'sent'").fetchone()
    assert moves >= {"accept", "fix"}
    assert len(moves) > 6
    assert calls[0] > 10


DAMAGES = (
    (0, "delete from inbox where seq = (select max(seq) from inbox)"),
    (0, "update inbox set state = 'quarantined' where seq = 1"),
    (1, "delete from tickets where sequence = 1"),
    (2, "update photos set number = (select max(number) from tickets) where rowid = 1"),
    (2, "delete from tickets where sequence = 1"),
    (3, "delete from photos where rowid = 1"),
    (4, "delete from outbox where class = 'daily'"),
    (6, "delete from history where \"to\" = 'reported'"),
    (7, "update outbox set state = 'sending' where seq = 2"),
    (8, "update photos set sha256 = 'another' where rowid = 1"),
)
TWO_ACCEPTS = """
    create temp table again as select * from history where move = 'accept';
    update again set id = id + 100000;
    insert into history select * from again
"""
TWO_PUSHES = """
    create temp table again as select * from outbox where key like 'call:%:v2:%' and state = 'sent' limit 1;
    update again set seq = 1000000, key = replace(key, ':v2:', ':v1:');
    insert into outbox select * from again
"""
NEVER_CALLED = """
    update history set at = '2026-11-23 11:00:00';
    update tickets set fix_due_at = '2026-11-23 12:00:00' where state in ('assigned', 'accepted')
"""
UNGUARDED = "drop trigger audit_no_UPDATE; drop trigger audit_no_DELETE;"
ONLY_FAILED = """
    delete from call_pushes where push_key not in (select key from outbox where state = 'failed')
"""
SPOILT = (
    (oracle_moves.MOVES_LOST, "update history set \"by\" = 1 where move = 'accept'"),
    (oracle_moves.MOVES_LOST, "update works set fixed_version = 1 where state = 'submitted'"),
    (oracle_moves.MOVES_LOST, "delete from photos where kind = 'after'"),
    (oracle_moves.ILLEGAL, "update tickets set version = version + 1 where sequence = 1"),
    (oracle_moves.ILLEGAL, "update tickets set state = 'fixed' where state = 'assigned'"),
    (oracle_moves.ILLEGAL, "update tickets set town = null"),
    (oracle_moves.ILLEGAL, TWO_ACCEPTS),
    (oracle_moves.AUDIT, UNGUARDED + "update audit set actor = 7 where seq = 5"),
    (oracle_moves.AUDIT, UNGUARDED + "delete from audit where seq = (select max(seq) from audit)"),
    (oracle_calls.FORGOTTEN, "update tickets set next_action_at = null"),
    (oracle_calls.FORGOTTEN, "update tickets set next_action_at = '2026-11-23 00:00:00'"),
    (oracle_calls.LOST, NEVER_CALLED),
    (oracle_calls.LOST, "delete from call_pushes"),
    (oracle_calls.LOST, "update calls set state = 'skipped', reason = null"),
    (oracle_calls.LOST, "delete from outbox where key like 'call%'"),
    (oracle_calls.LOST, ONLY_FAILED),
    (oracle_calls.TWICE, TWO_PUSHES),
    (oracle_calls.LATE, "update outbox set lease_until = '2026-12-01 00:00:00' where key like 'call:%'"),
)


@pytest.mark.parametrize(("family", "damage"), SPOILT)
def test_the_oracle_sees_what_is_wrong_with_moves_and_reminders(
    outcomes: tuple[Outcome, ...], tmp_path: Path, family: str, damage: str
) -> None:
    assert outcomes[0].findings == [], table(outcomes[0])
    evidence = _copy(outcomes[0].evidence, tmp_path)
    with sqlite3.connect(evidence.database) as db:
        db.executescript(damage)
    db.close()
    assert family in {found for found, _ in judge(evidence)}


@pytest.mark.parametrize(("family", "damage"), DAMAGES)
def test_the_oracle_sees_a_damaged_database(
    outcomes: tuple[Outcome, ...], tmp_path: Path, family: int, damage: str
) -> None:
    evidence = _copy(outcomes[0].evidence, tmp_path)
    with sqlite3.connect(evidence.database) as db:
        db.execute(damage)
    db.close()
    assert FAMILIES[family] in {found for found, _ in judge(evidence)}


def _unlabel(ledger: list[dict]) -> list[dict]:
    first = next(call for call in ledger if call["params"].get("text", "").startswith(LABEL))
    words = first["params"] | {"text": first["params"]["text"].removeprefix(LABEL)}
    return [*ledger, *[first | {"params": words}] * 10]  # more often than any push is tried


def _silence(ledger: list[dict]) -> list[dict]:
    return [call for call in ledger if call["method"] != "answerCallbackQuery"]


def _deafen(ledger: list[dict]) -> list[dict]:
    sends = [n for n, call in enumerate(ledger) if call["method"] == "sendMessage"]
    return ledger[: sends[-20]]  # more than what has the words of another or was sent twice


@pytest.mark.parametrize(("family", "change"), [(5, _unlabel), (4, _silence), (9, _silence), (4, _deafen)])
def test_the_oracle_sees_a_push_too_many_and_one_too_few(
    outcomes: tuple[Outcome, ...], family: int, change: Callable[[list[dict]], list[dict]]
) -> None:
    evidence = outcomes[0].evidence
    assert FAMILIES[family] in {
        found for found, _ in judge(replace(evidence, ledger=change(evidence.ledger)))
    }


def _copy(evidence: Evidence, folder: Path) -> Evidence:
    copied = folder / "lanxun.db"
    with sqlite3.connect(evidence.database) as source, sqlite3.connect(copied) as target:
        source.backup(target)
    source.close()
    target.close()
    return replace(evidence, database=copied)
