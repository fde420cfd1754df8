"""How the process is doing: when each loop last did its work, and what waits."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from storage.findings import Findings

FALLS_UNTIL_RED = 3
PATIENCE = {
    "intake": timedelta(minutes=5),  # a long poll answers at least twice a minute
    "dispatcher": timedelta(seconds=60),
    "timetable": timedelta(seconds=60),
}
WAIT_UNTIL_RED = timedelta(minutes=5)
FALLS_COUNT_FOR = timedelta(minutes=10)


@dataclass(slots=True)
class Health:
    """Beats and falls of the loops. A webhook beats only when something comes: its silence is no fault."""

    clock: Clock
    started_at: datetime
    silent_intake_is_fine: bool = False
    token_refused: bool = False
    has_seat: bool = False  # a process that stands by neither sends nor polls nor keeps time
    beats: dict[str, datetime] = field(default_factory=dict)
    falls: dict[str, list[datetime]] = field(default_factory=dict)
    oldest_inbox: datetime | None = None
    oldest_outbox: datetime | None = None
    findings: Findings | None = None  # of the last look for forgotten tickets and pushes

    def sit_down(self) -> None:
        """The seat is this process's from now on, and its loops begin."""
        self.has_seat, self.started_at = True, self.clock.now()

    def beat(self, loop: str) -> None:
        """A loop did its work."""
        self.beats[loop] = self.clock.now()

    def fell(self, loop: str) -> None:
        """A loop fell over and was started again."""
        times = self.falls.setdefault(loop, [])
        times.append(self.clock.now())
        del times[:-FALLS_UNTIL_RED]

    def report(self) -> dict[str, object]:
        """What ``/healthz`` says: ages in seconds, null for what never happened or does not wait."""
        faults = self.faults()
        ages = {loop: self._age(self.beats.get(loop)) for loop in PATIENCE}
        waits = {"inbox": self._age(self.oldest_inbox), "outbox": self._age(self.oldest_outbox)}
        report: dict[str, object] = {
            "ok": not faults,
            "seat": self.has_seat,
            "faults": faults,
            "last": ages,
            "oldest_waiting": waits,
        }
        return report | {"deadlines": self._deadlines()}

    def faults(self) -> list[str]:
        """What is wrong, one plain word each."""
        now = self.clock.now()
        found = [loop for loop, times in self.falls.items() if _keeps_falling(times, now)]
        for loop, patience in PATIENCE.items() if self.has_seat else ():
            if loop == "intake" and self.silent_intake_is_fine:
                continue
            if now - self.beats.get(loop, self.started_at) > patience:
                found.append(loop)
        found += ["token"] if self.token_refused else []
        if self.oldest_inbox and now - self.oldest_inbox > WAIT_UNTIL_RED:
            found.append("inbox")
        if self.findings and (self.findings.without or self.findings.stuck):
            found.append("deadlines")
        return sorted(set(found))

    def _deadlines(self) -> dict[str, object]:
        found = self.findings
        return {
            "checked": self._age(found.at if found else None),
            "without_next_action": len(found.without) if found else None,
            "not_called": len(found.stuck) if found else None,
            "undelivered": found.undelivered if found else None,
        }

    def _age(self, moment: datetime | None) -> float | None:
        return round((self.clock.now() - moment).total_seconds(), 1) if moment else None


def _keeps_falling(times: list[datetime], now: datetime) -> bool:
    return len(times) == FALLS_UNTIL_RED and now - times[0] < FALLS_COUNT_FOR
