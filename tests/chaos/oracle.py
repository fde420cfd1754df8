"""Judges a run by what Telegram saw, the database and the files; never by what the bot says of itself."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import orjson

from tests.chaos import oracle_calls, oracle_moves
from tests.chaos.evidence import Evidence, Finding, Json, moment, opened

LABEL = "【补发】 (sent again)\n"
FAMILIES = (
    "updates not accounted for",
    "reports lost",
    "tickets twice",
    "photos lost",
    "pushes lost",
    "pushes twice without need or label",
    oracle_moves.ILLEGAL,
    "stuck",
    "broken files",
    oracle_moves.NOT_ANSWERED,
    oracle_moves.MOVES_LOST,
    oracle_moves.AUDIT,
    oracle_calls.FORGOTTEN,
    oracle_calls.LOST,
    oracle_calls.TWICE,
    oracle_calls.LATE,
)


def judge(evidence: Evidence) -> list[Finding]:
    """Everything that is wrong."""
    moves, calls = oracle_moves, oracle_calls
    checks = (
        *(_updates, _reports, _photos, _pushes, _repeats, _stuck, _files),
        *(moves.presses, moves.works, moves.histories, moves.log),
        *(calls.forgotten, calls.due, calls.carried, calls.twice, calls.late),
    )
    with opened(evidence.database) as db:
        return [finding for check in checks for finding in check(db, evidence)]


def stuck(database: Path) -> list[Finding]:
    """What still waits."""
    with opened(database) as db:
        return list(_stuck(db, Evidence([], [], [], database, database.parent)))


def overdue(database: Path, now: datetime) -> bool:
    """Whether an open ticket that was to be looked at by then has not been."""
    with opened(database) as db:
        rows = db.execute("select next_action_at from tickets where state not in ('closed', 'rejected')")
        return any(row[0] is not None and moment(row[0]) <= now for row in rows)


def _updates(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    family = FAMILIES[0]
    kept = {row["update_id"]: row for row in db.execute("select * from inbox")}
    for update_id in evidence.updates:
        row = kept.pop(update_id, None)
        if row is None:
            yield family, f"update {update_id} was never kept"
        elif row["state"] not in ("processed", "ignored"):
            yield family, f"update {update_id} is {row['state']}: {row['reason']}"
    for update_id in kept:
        yield family, f"update {update_id} was never sent"


def _reports(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    """Exactly one ticket a report: the one whose number was told, with the report's photos and no others."""
    of_ticket: dict[str, set[str]] = {}
    for row in db.execute("select number, file_id from photos where number is not null"):
        of_ticket.setdefault(row["number"], set()).add(row["file_id"])
    tickets = [row["number"] for row in db.execute("select number from tickets")]
    for person, files, number in evidence.reports:
        having = sorted(one for one, has in of_ticket.items() if has & set(files))
        if not having or number not in tickets:
            yield FAMILIES[1], f"{person}'s report with {files} was told {number}: it became nothing"
        elif having != [number]:
            yield FAMILIES[2], f"{person}'s report with {files} was told {number}, became {having}"
    ordered = db.execute("select count(*) from orders").fetchone()[0]
    if len(tickets) - ordered > len(evidence.reports):
        yield FAMILIES[2], f"{len(tickets) - ordered} tickets of {len(evidence.reports)} reports"
    for row in db.execute("select number from reports group by number having count(*) > 1"):
        yield FAMILIES[2], f"{row['number']} has two reports"
    for row in db.execute(
        "select day, max(sequence) last, count(*) n from tickets group by day having last != n"
    ):
        yield FAMILIES[2], f"on {row['day']} the last number is {row['last']}, of {row['n']} tickets"


def _photos(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    family = FAMILIES[3]
    numbers = {row["file_id"]: row for row in db.execute("select * from photos")}
    for _, files, number in evidence.reports:
        for file in files:
            row = numbers.get(file)
            if row is None or row["number"] != number or row["state"] != "stored":
                yield family, f"photo {file} of {number} is {dict(row) if row else 'unknown'}"
    counts = (
        "select t.number, photo_count, count(p.id) n from tickets t left join photos p"
        " on p.number = t.number and p.kind = 'before'"
    )
    for row in db.execute(f"{counts} group by t.number having photo_count != n"):
        yield family, f"{row['number']} says {row['photo_count']} photos, has {row['n']}"


def _pushes(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    """What is said to be sent was accepted; what was not sent has a reason."""
    family = FAMILIES[4]
    accepted = Counter(_words(call["params"])[0] for call in evidence.ledger)
    answered = {call["params"].get("callback_query_id") for call in evidence.ledger}
    sent: Counter[tuple[object, ...]] = Counter()
    for row in db.execute("select * from outbox"):
        payload = orjson.loads(row["payload"])
        if row["state"] == "sent" and row["act"] == "answer":
            if payload["answer"]["query_id"] not in answered:
                yield family, f"{row['key']} is sent, and nobody saw it"
        elif row["state"] == "sent" and "message" in payload:
            sent[_of_row(row, payload)] += 1
        elif row["state"] != "sent" and row["class"] in ("critical", "daily") and not row["reason"]:
            yield family, f"{row['key']} is {row['state']} without a reason"
    for what, times in (sent - accepted).items():
        yield family, f"{times} times sent, and nobody saw it: {what}"
    cards = {
        row["key"] for row in db.execute("select key from outbox where class = 'daily' and act = 'send'")
    }
    for row in db.execute("select t.number, c.id from tickets t join chats c on c.bound_to = t.town"):
        if f"card:{row['number']}:{row['id']}" not in cards:
            yield family, f"nobody owes the group {row['id']} the card of {row['number']}"


def _repeats(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    """A message is seen as often as it was owed, and once more, labelled, for each unknown outcome."""
    family = FAMILIES[5]
    owed: Counter[tuple[object, ...]] = Counter()
    repeats: Counter[tuple[object, ...]] = Counter()
    for row in db.execute("select * from outbox"):
        payload = orjson.loads(row["payload"])
        if "message" in payload:
            what = _of_row(row, payload)
            owed[what] += 1
            repeats[what] += row["repeats"]
    seen = Counter(
        _words(call["params"])
        for call in evidence.ledger
        if call["method"].startswith("send") and _has_words(call)
    )
    for (what, labelled), times in seen.items():
        most = repeats[what] if labelled else owed[what]
        if times > most:
            yield (
                family,
                f"seen {times} times{' labelled' if labelled else ''}, at most {most} were right: {what}",
            )


def _stuck(db: sqlite3.Connection, _evidence: Evidence) -> Iterator[Finding]:
    waiting = (
        ("inbox", "state = 'pending'"),
        ("outbox", "state in ('waiting', 'sending', 'parked')"),
        ("photos", "state = 'pending'"),
        ("drafts", "state = 'open'"),
    )
    for table, where in waiting:
        for row in db.execute(f"select * from {table} where {where}"):
            yield FAMILIES[7], f"{table}: {dict(row)}"


def _files(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    found = {path: path.read_bytes() for path in evidence.store.rglob("*") if path.is_file()}
    whole = {hashlib.sha256(content).hexdigest() for content in found.values()}
    for row in db.execute("select id, sha256 from photos where state = 'stored'"):
        if row["sha256"] not in whole:
            yield FAMILIES[8], f"photo {row['id']} has no whole file"
    if (verdict := db.execute("pragma integrity_check").fetchone()[0]) != "ok":
        yield FAMILIES[8], f"the database: {verdict}"


def _of_row(row: sqlite3.Row, payload: Json) -> tuple[object, ...]:
    message = payload["message"]
    tokens = [button["token"] for line in message["buttons"] for button in line if button["token"]]
    return (row["chat_id"], message["text"], *tokens)


def _words(params: Json) -> tuple[tuple[object, ...], bool]:
    """What a call shows: chat, words and buttons without the label of a repeat; and whether it had one."""
    media = params.get("media")
    first = media[0] if isinstance(media, list) else media or {}
    text = params.get("text") or params.get("caption") or first.get("caption", "")
    rows = (params.get("reply_markup") or {}).get("inline_keyboard", [])
    tokens = [button["callback_data"] for line in rows for button in line if "callback_data" in button]
    return (params.get("chat_id"), text.removeprefix(LABEL), *tokens), text.startswith(LABEL)


def _has_words(call: Json) -> bool:
    return bool(call["params"].get("text") or call["params"].get("caption"))
