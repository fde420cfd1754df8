"""Judges the reminders: each deadline that came was called, each call was carried to somebody, once, and in time."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.people import Role
from tests.chaos.evidence import Evidence, Finding, moment
from tests.chaos.scene import staff

FORGOTTEN = "open tickets forgotten"
LOST = "calls lost"
TWICE = "calls twice"
LATE = "calls after the ticket moved on"
LEASE = timedelta(seconds=30)  # from the claiming of a push to the end of its lease
PATIENCE = timedelta(minutes=3)  # a tick, and a start after a kill, as the fast clock counts
RANKS = {Role.TOWN_LEADER: "leader", Role.BUREAU_STAFF: "bureau", Role.OFFICE: "office"}
LEVELS = ("owner", "leader", "bureau", "office")
# the steps after a deadline as tests/chaos/scene.py sets them, in minutes; a step before it has a lower number
LEAVE_IT = {  # moves after which the time to accept or to fix is the same
    "accept": {"ask_extension", "refuse_extension"},
    "fix": {"accept", "hand_over", "ask_extension", "refuse_extension"},
}
STEPS = {"accept": ((1, 0), (2, 1), (3, 2), (4, 3)), "fix": ((2, 0), (3, 1), (4, 2), (5, 4))}


def forgotten(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    """Whoever waits for something is looked at again, and not later than when it is due."""
    where = "state not in ('closed', 'rejected')"
    for row in db.execute(f"select number, state, version, next_action_at from tickets where {where}"):
        at = row["next_action_at"]
        if at is None or moment(at) < evidence.ended_at - PATIENCE:
            yield FORGOTTEN, f"{dict(row)} at {evidence.ended_at}"


def due(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    """Each step of a deadline that came while a ticket stood where it stands was called, or skipped with a reason."""
    dealt = {row["key"]: row for row in db.execute("select * from calls")}
    for row in dealt.values():
        if row["state"] == "skipped" and not row["reason"]:
            yield LOST, f"{row['key']} is skipped without a reason"
    for ticket in db.execute("select * from tickets where state in ('assigned', 'accepted')"):
        clocks = {"fix": ticket["fix_due_at"]}
        if ticket["state"] == "assigned":
            clocks["accept"] = ticket["accept_due_at"]
        for clock, text in clocks.items():
            due_at = moment(text)
            for step, minutes in STEPS[clock]:
                at = due_at + timedelta(minutes=minutes + 1)  # whole minutes are called
                key = f"{ticket['number']}:{clock}:{int(due_at.timestamp())}:{step}"
                if _waited(db, ticket, at) and at < evidence.ended_at - PATIENCE and key not in dealt:
                    yield LOST, f"{key} was due at {at} and never called"


def _waited(db: sqlite3.Connection, ticket: sqlite3.Row, at: datetime) -> bool:
    """Whether the ticket has stood as it stands since before the call was due."""
    last = db.execute("select max(at) from history where number = ? and move != 'add'", (ticket["number"],))
    return moment(last.fetchone()[0]) < at


def carried(db: sqlite3.Connection, _evidence: Evidence) -> Iterator[Finding]:
    """What is called was owed to somebody; what one could not be given, somebody above was."""
    pushes = {row["key"]: row for row in db.execute("select * from outbox")}
    moves, ranks = _moves(db), {one.id: RANKS.get(one.post.role) for one in staff()}
    heard: dict[str, list[sqlite3.Row]] = {}
    for row in db.execute("select * from call_pushes"):
        heard.setdefault(row["call_key"], []).append(row)
    for call in db.execute("select * from calls where state = 'called'"):
        ways = heard.get(call["key"], [])
        if not ways and ":suspended:" not in call["key"]:
            yield LOST, f"{call['key']} is called, and nobody was to hear it"
        for way in ways:
            push = pushes.get(way["push_key"])
            if push is None:
                yield LOST, f"{way['push_key']} carries {call['key']} and is not owed"
            elif push["state"] in {"failed", "expired"} and way["level"] != LEVELS[-1]:
                above = set(LEVELS[LEVELS.index(way["level"]) + 1 :])
                ended = moment(push["lease_until"]) - LEASE + PATIENCE
                stood = not any(moment(push["created_at"]) < at < ended for _, at in moves[call["number"]])
                told = {one["level"] for one in ways} | {ranks.get(one["chat_id"]) for one in ways}
                if stood and not told & above:
                    yield LOST, f"{push['key']} is {push['state']}, and nobody above heard {call['key']}"


def twice(db: sqlite3.Connection, _evidence: Evidence) -> Iterator[Finding]:
    """A chat hears a call once; what was sent again because of an unknown outcome is one push."""
    sent = Counter(
        (row["key"].rsplit(":", 2)[0], row["chat_id"])
        for row in db.execute("select key, chat_id from outbox where state = 'sent' and key like 'call:%'")
    )
    for (call, chat), times in sent.items():
        if times > 1:
            yield TWICE, f"{chat} heard {call} {times} times"


def late(db: sqlite3.Connection, _evidence: Evidence) -> Iterator[Finding]:
    """No call of a version of a ticket sets out after the next version was made.

    One that was on its way at that time and came back sets out again while its deadline stands.
    """
    moves = _moves(db)
    for row in db.execute("select * from outbox where state = 'sent' and key like 'call:%'"):
        _, number, clock, *_, version, _ = row["key"].split(":")
        later = moves[number][int(version.removeprefix("v")) :]
        if row["attempts"] > 1:
            later = [(move, at) for move, at in later if move not in LEAVE_IT.get(clock, ())]
        set_out = moment(row["lease_until"]) - LEASE
        if later and set_out > later[0][1]:
            yield LATE, f"{row['key']} set out at {set_out}, the ticket had moved: {later[0]}"


def _moves(db: sqlite3.Connection) -> dict[str, list[tuple[str, datetime]]]:
    """What made each version of each ticket, and when."""
    found: dict[str, list[tuple[str, datetime]]] = {}
    for number, move, at in db.execute(
        "select number, move, at from history where move != 'add' order by id"
    ):
        found.setdefault(number, []).append((move, moment(at)))
    return found
