"""Measures the finder of sites on names and mistakes that it has never seen: `python -m bench.names --seeds 7,8,9`.

Every name and every slip is made up here; the finder gets only the district's word lists. Real queries will be
somewhat harder, so set the thresholds on those.
"""

import argparse
import json
import statistics
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from bench.name_slips import TOWN_WORDS, TOWNS, Query, queries, sites, town_queries, unknown
from domain.name_spans import Towns
from domain.name_text import Named, read_lexicon
from domain.names import Accepted, Ask, Sites, Verdict

WORDS = Path(__file__).parent.parent / "districts" / "huiji" / "names.toml"


@dataclass(frozen=True, slots=True)
class Outcome:
    query: Query
    first: str | None
    five: tuple[str, ...]
    accepted: bool
    milliseconds: float


def keys(verdict: Verdict) -> tuple[str, ...]:
    if isinstance(verdict, Accepted):
        return (verdict.item.key,)
    return tuple(each.item.key for each in verdict.candidates) if isinstance(verdict, Ask) else ()


def ask_all(find: Callable[[Query], tuple[tuple[str, ...], bool]], asked: Sequence[Query]) -> list[Outcome]:
    outcomes = []
    for query in asked:
        start = time.perf_counter()
        five, accepted = find(query)
        spent = (time.perf_counter() - start) * 1000
        outcomes.append(Outcome(query, five[0] if five else None, five, accepted, spent))
    return outcomes


def figures(method: str, outcomes: Sequence[Outcome], strangers: Sequence[Outcome]) -> dict[str, object]:
    count = len(outcomes)
    accepted = [each for each in outcomes if each.accepted]
    wrong = sum(each.first != each.query.key for each in accepted)
    times = sorted(each.milliseconds for each in (*outcomes, *strangers))
    cuts = statistics.quantiles(times, n=100)
    return {
        "method": method,
        "top1": round(100 * sum(each.first == each.query.key for each in outcomes) / count, 1),
        "top5": round(100 * sum(each.query.key in each.five for each in outcomes) / count, 1),
        "accepted": round(100 * len(accepted) / count, 1),
        "wrong_accepted": wrong,
        "wrong_percent": round(100 * wrong / max(1, len(accepted)), 2),
        "unknown_accepted": sum(each.accepted for each in strangers),
        "unknown": len(strangers),
        "p50_ms": round(cuts[49], 2),
        "p95_ms": round(cuts[94], 2),
        "p99_ms": round(cuts[98], 2),
    }


def with_finder(finder: Sites, *, in_town: bool) -> Callable[[Query], tuple[tuple[str, ...], bool]]:
    def find(query: Query) -> tuple[tuple[str, ...], bool]:
        verdict = finder.find(query.text, query.town if in_town else None)
        return keys(verdict), isinstance(verdict, Accepted)

    return find


def with_scorer(
    items: Sequence[Named], scorer: Callable[..., float]
) -> Callable[[Query], tuple[tuple[str, ...], bool]]:
    names = [item.name for item in items]

    def find(query: Query) -> tuple[tuple[str, ...], bool]:
        best = process.extract(query.text, names, scorer=scorer, limit=5)
        sure = best[0][1] >= 86 and best[0][1] - best[1][1] >= 4
        return tuple(items[number].key for _, _, number in best), sure

    return find


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, float]:
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for each in outcomes:
        count[each.query.kind] += 1
        right[each.query.kind] += each.first == each.query.key
    return {kind: round(100 * right[kind] / count[kind], 1) for kind in sorted(count)}


def build(items: Sequence[Named]) -> tuple[Sites, float, float]:
    lexicon = read_lexicon(WORDS.read_text("utf-8"))
    start = time.perf_counter()
    finder = Sites(items, lexicon)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    kept = Sites(items, lexicon)
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    del kept
    return finder, seconds, megabytes


def run(seed: int, *, show_misses: int) -> list[dict[str, object]]:
    items = sites(seed, 5000)
    asked, strangers = queries(seed, items, 1000), unknown(seed, items, 300)
    finder, seconds, megabytes = build(items)
    rows = []
    for method, find in (
        ("all sites", with_finder(finder, in_town=False)),
        ("in the town", with_finder(finder, in_town=True)),
        ("raw WRatio", with_scorer(items, fuzz.WRatio)),
        ("raw ratio", with_scorer(items, fuzz.ratio)),
    ):
        outcomes = ask_all(find, asked)
        row = {"seed": seed} | figures(method, outcomes, ask_all(find, strangers))
        row["build_s"], row["index_mb"] = round(seconds, 2), round(megabytes, 1)
        row["top1_by_kind"] = by_kind(outcomes)
        rows.append(row)
        if method == "all sites":
            misses(items, outcomes, show_misses)
    return rows


def town_figures(seed: int, asked: Sequence[Query]) -> dict[str, object]:
    """`right`: the one sure hit is the town meant; `hint`: found, but not sure; `wrong`: a sure hit is another town."""
    lexicon = read_lexicon(WORDS.read_text("utf-8"))
    finder = Towns([Named(key, name) for key, name in zip(TOWNS, TOWN_WORDS, strict=True)], lexicon)
    counts: Counter[str] = Counter()
    spent = []
    for query in (questions := town_queries(seed, 1000)):
        start = time.perf_counter()
        hits = finder.find(query.text)
        spent.append((time.perf_counter() - start) * 1000)
        sure = {hit.item.key for hit in hits if hit.sure}
        hinted = query.key in {hit.item.key for hit in hits}
        counts["right" if sure == {query.key} else "wrong" if sure else "hint" if hinted else "missed"] += 1
    sites_taken = sum(any(hit.sure for hit in finder.find(query.text)) for query in asked)
    shares = {
        kind: round(100 * counts[kind] / len(questions), 1) for kind in ("right", "hint", "missed", "wrong")
    }
    p95 = round(statistics.quantiles(spent, n=100)[94], 2)
    return {"seed": seed, "method": "towns"} | shares | {"p95_ms": p95, "sites_taken_for_towns": sites_taken}


def misses(items: Sequence[Named], outcomes: Sequence[Outcome], most: int) -> None:
    names = {item.key: item.name for item in items}
    for each in [each for each in outcomes if each.first != each.query.key][:most]:
        mark = "ACCEPTED" if each.accepted else "asked"
        found = " ".join(names[key] for key in each.five)
        print(f"{mark} {each.query.kind}: {each.query.text} -> {names[each.query.key]}, got {found}")


def table(rows: Sequence[dict[str, object]]) -> None:
    columns = [column for column in rows[0] if column != "top1_by_kind"]
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(str(row[column]) for column in columns) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="7,8,9")
    parser.add_argument("--misses", type=int, default=0, help="print this many wrong answers a seed")
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    rows = [row for seed in seeds for row in run(seed, show_misses=given.misses)]
    towns = [
        town_figures(seed, [q for q in queries(seed, sites(seed, 5000), 1000) if q.kind != "town before"])
        for seed in seeds
    ]
    print(json.dumps({"bench": "names", "rows": rows, "towns": towns}, ensure_ascii=False))
    table(rows)
    table(towns)


if __name__ == "__main__":
    main()
