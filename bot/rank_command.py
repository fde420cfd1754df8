"""The commands `lanxun rank` and `lanxun bulletin`: a ranking as text, JSON, picture and printed notice."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
import uvloop

from bot import console
from bot.clock import SystemClock
from bot.district_files import load_district
from bot.drawing import Drawing
from bot.drawing_order import Form
from bot.edge import settings
from bot.ranking_rows import LANGUAGE, exported
from cards.picture import Sheet
from domain.district import District
from domain.period import Length, read_period
from handlers.ranking import Made, bulletin_of, ranking_of, sheet_of
from storage.tx import Tx

COLUMNS = ("rank", "town", "pm25", "pm10", "index", "aqi", "class", "primary", "change")
Kind = Annotated[Length, typer.Argument(metavar="day|week|month", help="The length of the period.")]
Which = Annotated[str, typer.Argument(metavar="PERIOD", help="2026-11-22, 2026-W47 or 2026-11.")]


class NoRanking(Exception):
    """There is nothing to rank."""


def rank_command(
    length: Kind,
    period: Which,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, as in the export.")] = False,
    png: Annotated[Path | None, typer.Option(help="Draw the picture into this file.")] = None,
    town: Annotated[str | None, typer.Option(help="The town that the picture is for.")] = None,
) -> None:
    """The ranking of a period out of what is stored now."""
    district, made = _made(length, period)
    if png:
        own = _code(district, town) if town else None
        sheet = sheet_of(made, district, LANGUAGE, SystemClock().now(), own=own)
        png.write_bytes(uvloop.run(_drawn(sheet, "png")))
    shown = exported(district, made.ranking.period, made.version, made.ranking.edition, made.rows)
    if as_json:
        typer.echo(orjson.dumps(shown).decode())
        return
    typer.echo("\t".join(COLUMNS))
    for row in shown["rows"]:
        typer.echo("\t".join(_cell(row, name) for name in COLUMNS))


def bulletin_command(
    length: Kind,
    period: Which,
    *,
    out: Annotated[Path, typer.Option(help="The PDF file.")],
) -> None:
    """The printed notice of a week or a month."""
    if length not in {Length.WEEK, Length.MONTH}:
        raise typer.BadParameter("week or month", param_hint="LENGTH")
    district, made = _made(length, period)
    sheet = bulletin_of(made, district, LANGUAGE, SystemClock().now())
    out.write_bytes(uvloop.run(_drawn(sheet, "pdf")))


def _made(length: Length, text: str) -> tuple[District, Made]:
    try:
        period = read_period(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="PERIOD") from None
    if period.length is not length or length is Length.YEAR:
        raise typer.BadParameter(f"{text} is not a {length.value} to be ranked", param_hint="PERIOD")
    read = settings()
    district = load_district(read.district)

    async def work() -> Made:
        async with console.database(read) as db, db.read() as c:
            return await ranking_of(Tx(c), district, period, SystemClock().now())

    made = uvloop.run(work())
    if made.is_empty:
        raise NoRanking(f"nothing is stored for {text}: bring a table with `lanxun import air FILE`")
    return district, made


async def _drawn(sheet: Sheet, form: Form) -> bytes:
    drawing = Drawing()
    try:
        return await (drawing.png(sheet) if form == "png" else drawing.pdf(sheet))
    finally:
        await drawing.close()


def _code(district: District, name: str) -> str:
    found = [town.code for town in district.towns if name in (*town.all_names, town.code)]
    if not found:
        names = ", ".join(town.name for town in district.towns)
        raise typer.BadParameter(f"one of {names}", param_hint="--town")
    return found[0]


def _cell(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if isinstance(value, list):
        value = "+".join(value)
    if name == "rank" and value is None:
        return row["reason"] or ""
    return "" if value is None else str(value)
