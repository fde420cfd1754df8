"""Judges the moves: every press is answered, every step of a ticket is legal, was really asked for, and is kept whole."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator

import orjson

from domain.audit import Head
from storage import audit
from storage.db import Database
from tests.chaos.evidence import Evidence, Finding

NOT_ANSWERED = "presses not answered"
MOVES_LOST = "moves lost"
ILLEGAL = "illegal histories"
AUDIT = "audit log broken"
OPEN = ("reported", "assigned", "accepted", "fixed", "suspended")
UNFIXED = ("reported", "assigned", "accepted")
AT_WORK = ("assigned", "accepted")
# each move: from where, to where (nothing: it stays), written down by hand and not taken from the bot
LEGAL: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "open": (("",), ("reported",)),
    "assign": (UNFIXED, ("assigned",)),
    "accept": (("assigned",), ("accepted",)),
    "hand_over": (AT_WORK, ("accepted",)),
    "not_ours": (AT_WORK, ("reported",)),
    "fix": (AT_WORK, ("fixed",)),
    "fix_on_the_spot": (AT_WORK, ("fixed",)),
    "verify_close": (("fixed",), ("closed",)),
    "send_back": (("fixed",), ("accepted",)),
    "reject": (OPEN, ("rejected",)),
    "suspend": (UNFIXED, ("suspended",)),
    "resume": (("suspended",), UNFIXED),
    "ask_extension": (AT_WORK, ()),
    "grant_extension": (AT_WORK, ()),
    "refuse_extension": (AT_WORK, ()),
    "reopen": (("closed",), ("assigned",)),
    "relapse": (("closed",), ("assigned",)),
}
# a press that makes a move at once, when it is not refused; its second argument is the version that it moves
MAKES = {
    "accept": "accept",
    "handto": "hand_over",
    "nowhy": "not_ours",
    "outcome": "verify_close",
    "because": "reject",
    "resume": "resume",
    "grant_extension": "grant_extension",
    "backwhy": "send_back",
    "stopwhy": "suspend",
    "morewhy": "ask_extension",
    "nomorewhy": "refuse_extension",
    "openwhy": "reopen",
}


def presses(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    """Whoever pressed saw an answer, and it was true: what was not refused has been done, by them and no one else."""
    shown = {
        call["params"]["callback_query_id"]: call["params"]
        for call in evidence.ledger
        if call["method"] == "answerCallbackQuery"
    }
    steps = _steps(db)
    for press in evidence.presses:
        answer = shown.get(press.query)
        if answer is None:
            if not (evidence.had_outage and press.query in _expired(db)):
                yield NOT_ANSWERED, f"{press} was not answered"
            continue
        verb, number, *args = press.token.split(".")
        if verb not in MAKES or answer.get("show_alert"):
            continue
        made = steps.get(number, [])[int(args[0]) : int(args[0]) + 1]
        if not made or (made[0]["move"], made[0]["by"]) != (MAKES[verb], press.person):
            yield (
                MOVES_LOST,
                f"{press} was answered {answer.get('text')!r}, and {[dict(one) for one in made]}",
            )


def _expired(db: sqlite3.Connection) -> set[str]:
    """Presses that were dealt with, when Telegram took no answer to them any more."""
    late = db.execute("select payload from outbox where act = 'answer' and state = 'expired'")
    return {orjson.loads(row["payload"])["answer"]["query_id"] for row in late}


def works(db: sqlite3.Connection, _evidence: Evidence) -> Iterator[Finding]:
    """A proof that was taken is the fix of its ticket, with its photos."""
    steps = _steps(db)
    kept = Counter(
        row["draft_id"] for row in db.execute("select draft_id from photos where state = 'stored'")
    )
    for work in db.execute("select * from works where state = 'submitted'"):
        made = steps.get(work["number"], [])[work["fixed_version"] - 1 : work["fixed_version"]]
        if (
            not made
            or made[0]["move"] not in {"fix", "fix_on_the_spot"}
            or made[0]["by"] != work["person_id"]
        ):
            yield MOVES_LOST, f"the proof {dict(work)} is no fix: {[dict(one) for one in made]}"
        if not kept[work["id"]]:
            yield MOVES_LOST, f"the proof {dict(work)} has no photo"


def histories(db: sqlite3.Connection, _evidence: Evidence) -> Iterator[Finding]:
    """Each step follows from the one before, and the last one is what the ticket is now."""
    steps = _steps(db)
    tickets = {row["number"]: row for row in db.execute("select * from tickets")}
    for number in steps.keys() - tickets.keys():
        yield ILLEGAL, f"{number} has a history and is no ticket"
    for number, ticket in tickets.items():
        made = steps.get(number, [])
        yield from ((ILLEGAL, f"{number}: {fault}") for fault in _faults(made))
        told = made and (made[-1]["to"], len(made), made[-1]["unit"])
        if told != (ticket["state"], ticket["version"], ticket["town"]):
            yield ILLEGAL, f"{number} is {ticket['state']} v{ticket['version']}, its history says {told}"


def _faults(steps: list[sqlite3.Row]) -> Iterator[str]:
    state, worker, asked, slept_in = "", None, None, ""
    for version, step in enumerate(steps, 1):
        move, to = step["move"], step["to"]
        before, after = LEGAL.get(move, ((), ()))
        if (step["from"] or "") != state or state not in before or to not in (after or (state,)):
            yield f"v{version} {move}: {step['from']} -> {to} after {state}"
        if move in {"grant_extension", "refuse_extension"} and asked in {None, step["by"]}:
            yield f"v{version} {move} by {step['by']}, asked by {asked}"
        if move == "ask_extension" and asked is not None:
            yield f"v{version}: more time was asked for twice"
        if move in {"verify_close", "send_back"} and step["by"] == worker:
            yield f"v{version}: {worker} verified the own work"
        if move == "resume" and to != slept_in:
            yield f"v{version}: resumed as {to} after {slept_in}"
        if move == "ask_extension":
            asked = step["by"]
        elif move not in {"accept", "hand_over"}:
            asked = None
        worker = step["by"] if to == "fixed" else worker
        slept_in = state if move == "suspend" else slept_in
        state = to


def log(db: sqlite3.Connection, evidence: Evidence) -> Iterator[Finding]:
    """The chain is whole, and has a row for each step of a history."""
    found = asyncio.run(_checked(evidence))
    if not isinstance(found, Head):
        yield AUDIT, str(found)
    steps = Counter((number, step["move"]) for number, made in _steps(db).items() for step in made)
    query = "select subject, json_extract(details, '$.move') from audit where action = 'ticket_moved'"
    written = Counter((number, move) for number, move in db.execute(query) if move != "add")
    for what in (steps - written) + (written - steps):
        yield AUDIT, f"{what}: {steps[what]} in the history, {written[what]} in the log"


async def _checked(evidence: Evidence) -> object:
    db = Database(f"sqlite+aiosqlite:///{evidence.database}")
    await db.start()
    try:
        async with db.read() as c:
            return await audit.checked(c)
    finally:
        await db.stop()


def _steps(db: sqlite3.Connection) -> dict[str, list[sqlite3.Row]]:
    """The moves of each ticket in their order: the nth made its version n."""
    found: dict[str, list[sqlite3.Row]] = {}
    for row in db.execute("select * from history where move != 'add' order by id"):
        found.setdefault(row["number"], []).append(row)
    return found
