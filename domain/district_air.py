"""How a district measures and ranks its air, out of its file."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from domain.air_editions import O3_1H, O3_8H, SIX, Pollutant
from domain.air_rules import AirRules, Monitor, Validity, Weights
from domain.district_table import CODE, Table

FILE = "air.toml"
_MOST_PLACES = 3
_MOST_WEIGHT = 100
_ITEMS: Mapping[str, frozenset[Pollutant]] = MappingProxyType(
    {each.value: frozenset({each}) for each in SIX if each is not O3_8H} | {"o3": frozenset({O3_1H, O3_8H})}
)


def read_air_rules(table: Table, towns: Collection[str]) -> AirRules:
    """``towns`` are the codes of the district's towns."""
    weights = table.child("weights")
    places = table.child("places")
    means = table.child("import")
    sand = table.child("sand")
    publish = table.child("publish")
    rules = AirRules(
        validity=_validity(table.child("validity")),
        day_weights=_weights(weights, "day"),
        week_weights=_weights(weights, "week"),
        month_weights=_weights(weights, "month"),
        places=MappingProxyType({each: places.whole(each, 0, _MOST_PLACES) for each in SIX}),
        index_places=places.whole("index", 0, _MOST_PLACES),
        sand_keeps_aqi=sand.flag("keeps_aqi"),
        cut_off=timedelta(days=means.whole("cut_off_days", 1)),
        least_towns=publish.whole("least_towns", 1, len(towns) or 1),
        monitors=_monitors(table.children("monitor"), towns),
    )
    _names_once(table, rules.monitors)
    for part in (weights, places, means, sand, publish, table):
        part.close()
    return rules


def _validity(table: Table) -> Validity:
    read = Validity(
        hours=table.whole("hours", 1, 24),
        station_percent=table.whole("station_percent", 1, 100),
        week_days=table.whole("week_days", 1, 7),
        month_days=table.whole("month_days", 1, 28),
        february_days=table.whole("february_days", 1, 28),
        year_days=table.whole("year_days", 1, 365),
    )
    table.close()
    return read


def _weights(table: Table, length: str) -> Weights:
    """Those that are named; none of the others counts."""
    child = table.child(length)
    weights = {Pollutant(each): child.whole(each, 1, _MOST_WEIGHT) for each in SIX if child.has(each)}
    if not weights:
        table.fault(length, f"the weight of at least one of {', '.join(SIX)}", None)
    child.close()
    return MappingProxyType(weights)


def _monitors(rows: Sequence[Table], towns: Collection[str]) -> tuple[Monitor, ...]:
    return tuple(_monitor(row, towns) for row in rows)


def _monitor(row: Table, towns: Collection[str]) -> Monitor:
    named = _some_of(row, "towns", towns)
    never = _some_of(row, "never", _ITEMS)
    monitor = Monitor(
        code=row.text("code", *CODE),
        name=row.text("name"),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases", optional=True),
        towns=named,
        never=frozenset[Pollutant]().union(*(_ITEMS[each] for each in never)),
    )
    row.close()
    return monitor


def _some_of(row: Table, key: str, known: Collection[str]) -> tuple[str, ...]:
    texts = row.texts(key, optional=True)
    for text in texts:
        if text not in known:
            row.fault(key, f"some of {', '.join(known)}", text)
    return tuple(text for text in texts if text in known)


def _names_once(table: Table, monitors: Sequence[Monitor]) -> None:
    owners: dict[str, str] = {}
    codes = [monitor.code for monitor in monitors]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        table.fault("monitor", "each code once", code)
    for monitor in monitors:
        for name in monitor.all_names:
            owner = owners.setdefault(name, monitor.code)
            if owner != monitor.code:
                table.fault("monitor", "a name of one monitor only", f"{name} of {owner} and {monitor.code}")
