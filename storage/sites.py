"""The register of objects under supervision."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.geo import Point
from domain.sites import Site
from storage.schema import sites
from storage.tx import Tx


async def every(c: AsyncConnection) -> list[Site]:
    """All sites by id."""
    rows = await c.execute(select(sites).order_by(sites.c.id))
    return [
        Site(
            row.id,
            row.name,
            row.kind,
            row.town,
            Point(row.lat, row.lng) if row.lat is not None and row.lng is not None else None,
            tuple(row.aliases),
        )
        for row in rows
    ]


async def count(c: AsyncConnection) -> int:
    """How many sites there are."""
    return int((await c.execute(select(func.count()).select_from(sites))).scalar_one())


def save(tx: Tx, register: Iterable[Site]) -> None:
    """Add sites, or replace those with the same id."""
    for site in register:
        row = {
            "id": site.id,
            "name": site.name,
            "kind": site.kind,
            "town": site.town,
            "lat": site.point.lat if site.point else None,
            "lng": site.point.lng if site.point else None,
            "aliases": list(site.aliases),
        }
        tx.upsert(sites, row)
