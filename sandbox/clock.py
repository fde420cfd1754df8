"""The sandbox's own time, which a test or an onlooker may move forward."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from datetime import time as time_of_day


@dataclass(slots=True)
class Clock:
    """Unix seconds; `offset` is what was added by hand. `moments` are the times of day at which a morning stops."""

    offset: float = 0.0
    moments: tuple[time_of_day, ...] = ()
    zone: timezone = timezone(timedelta(0))

    def now(self) -> float:
        return time.time() + self.offset  # noqa: TID251 - the sandbox may not import bot/clock.py

    def stamp(self) -> int:
        return int(self.now())

    def advance(self, seconds: float) -> None:
        self.offset += seconds

    def to_next_moment(self) -> bool:
        """Go on to the next of the moments; whether it is the last of its morning. Raises ValueError without any."""
        now = datetime.fromtimestamp(self.now(), UTC).astimezone(self.zone)
        days = (now.date(), now.date() + timedelta(days=1))
        coming = [datetime.combine(day, at, self.zone) for day in days for at in sorted(self.moments)]
        following = next((at for at in coming if at > now), None)
        if following is None:
            raise ValueError("no moments of a morning are set")
        self.advance((following - now).total_seconds())
        return following.time() == max(self.moments)
