"""Measures the ranking of a national day: 3,000 stations with 24 hours each, 40,000 towns: `python -m bench.ranking`.

From readings as a table gives them to the ranking: days of stations, O3 windows, means of areas, AQI, index, places.
The numbers are made up. Memory is the most that the process ever held, the made-up readings included.
"""

import argparse
import json
import random
import resource
import time
from collections.abc import Sequence
from datetime import date

from domain.air_days import SCALE
from domain.air_editions import CO, NO2, O3_1H, PM10, PM25, SO2
from domain.air_periods import DayRecord
from domain.air_reading import PlaceKind, Reading, town_days
from domain.air_rules import AirRules, Gap, Monitor
from domain.period import Length, period_of
from domain.ranking import Ranking, day_ranking

DAY = date(2026, 11, 22)
USUAL = {SO2: 8, NO2: 35, O3_1H: 60, PM10: 90, PM25: 55}
GOAL_SECONDS, GOAL_MEGABYTES = 5.0, 500


def country(stations: int, towns: int, seed: int) -> tuple[AirRules, list[str], list[Reading]]:
    """Each town is served by one to three stations; one hour in fifty is missing."""
    chance = random.Random(seed)
    serves: list[list[str]] = [[] for _ in range(stations)]
    names = [f"t{number:06}" for number in range(towns)]
    for name in names:
        for station in chance.sample(range(stations), chance.randint(1, 3)):
            serves[station].append(name)
    monitors = [
        Monitor(code=f"s{number:05}", name="", name_en="", towns=tuple(served))
        for number, served in enumerate(serves)
    ]
    readings = [
        Reading((PlaceKind.STATION, monitor.code), DAY, hour, values(chance))
        for monitor in monitors
        for hour in range(1, 25)
        if chance.random() > 0.02
    ]
    return AirRules(monitors=tuple(monitors)), names, readings


def values(chance: random.Random) -> dict:
    found = {one: round(usual * chance.lognormvariate(0, 0.4)) * SCALE for one, usual in USUAL.items()}
    return found | {CO: round(chance.lognormvariate(2, 0.4)) * SCALE // 10}


def ranked(rules: AirRules, towns: Sequence[str], readings: Sequence[Reading]) -> Ranking:
    days = town_days(readings, towns, rules)
    records = {town: day if isinstance(day, Gap) else DayRecord(DAY, day) for town, day in days.items()}
    return day_ranking(period_of(Length.DAY, DAY), records, rules)


def measured(stations: int, towns: int, seed: int) -> dict[str, object]:
    made = country(stations, towns, seed)
    start = time.process_time()
    ranking = ranked(*made)
    seconds = time.process_time() - start
    return {
        "stations": stations,
        "towns": towns,
        "rows": len(made[2]),
        "ranked": sum(row.rank is not None for row in ranking.rows),
        "seconds": round(seconds, 2),
        "us_a_row": round(seconds / (len(made[2]) + towns) * 1e6, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    rows = [measured(3000 * size // 4, 40_000 * size // 4, given.seed) for size in (1, 2, 4)]
    whole = rows[-1]
    met = whole["seconds"] <= GOAL_SECONDS and whole["peak_mb"] <= GOAL_MEGABYTES
    print(json.dumps({"bench": "ranking", "rows": rows, "met": met}))
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + "---|" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(map(str, row.values())) + " |")


if __name__ == "__main__":
    main()
