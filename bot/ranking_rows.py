"""A ranking with the fields of the contract: towns and classes by their Chinese names."""

from collections.abc import Iterable, Mapping
from typing import Any

from cards.catalogue import label
from domain.district import District
from domain.period import Period

LANGUAGE = "zh"


def exported(
    district: District, period: Period, version: int, edition: int, rows: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """``rows`` as a published ranking keeps them."""
    names = {town.code: town.name for town in district.towns}
    return {
        "kind": period.length.value,
        "period": str(period),
        "version": version,
        "edition": edition,
        "rows": [
            {**row, "town": names.get(row["town"], row["town"]), "class": _class(row["class"])}
            for row in rows
        ],
    }


def _class(level: int | None) -> str | None:
    return label(LANGUAGE, f"picture.grade_{level}") if level else None
