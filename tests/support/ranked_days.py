"""Days of the district as pictures are made of them: a normal one and five that are not; the numbers are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from bot.district_files import load_district
from cards.picture_morning import Air, Morning
from cards.picture_parts import Origin
from cards.picture_poster import Poster
from cards.picture_ranking import Board, LeftOut, Line
from cards.picture_trend import Series, Trend
from domain.district import District

FOLDER = Path(__file__).parents[2] / "districts" / "huiji"
LEVELS = (0, 50, 100, 150, 200, 300, 400, 500)
EDGES = {"pm25": (0, 35, 60, 115, 150, 250, 350, 500), "pm10": (0, 50, 120, 250, 350, 420, 500, 600)}
LIMITS = {"pm25": 30, "pm10": 60}
DAY = date(2026, 11, 22)
SIX, HUAYUANKOU = (f"41010800{n}" for n in range(1, 7)), "410108100"
TOWNS = (*SIX, HUAYUANKOU, "410108101")
# PM2.5 and PM10 in the order of TOWNS, places gained since the day before.
NORMAL = (
    (38, 74, 0), (44, 86, -1), (52, 97, -2), (47, 88, 1), (36, 69, 1), (34, 66, -1), (31, 58, 2), (41, 92, 0),
)  # fmt: skip
TIED = (
    (38, 74, 0), (44, 86, -1), (52, 97, -2), (44, 86, 2), (31, 62, -1), (34, 66, -1), (32, 60, 2), (38, 74, 1),
)  # fmt: skip
SAND = (
    (66, 386, 0), (71, 402, -1), (74, 431, -2), (69, 398, 1), (64, 371, 1), (61, 352, -1), (58, 344, 2), (77, 468, 0),
)  # fmt: skip
HEAVY = (
    (168, 214, 0), (187, 236, -1), (206, 262, -2), (192, 241, 1), (158, 203, 1), (149, 192, -1), (143, 187, 2), (255, 290, 0),
)  # fmt: skip


@cache
def district() -> District:
    return load_district(FOLDER)


def level(item: str, value: int) -> int:
    edges = EDGES[item]
    at = next(n for n in range(1, 8) if value <= edges[n])
    share = Fraction(value - edges[at - 1], edges[at] - edges[at - 1])
    return ceil(LEVELS[at - 1] + share * (LEVELS[at] - LEVELS[at - 1]))


def index(pm25: int, pm10: int) -> str:
    return f"{Decimal(pm25) / LIMITS['pm25'] + Decimal(pm10) / LIMITS['pm10']:.2f}"


def grade(aqi: int) -> int:
    return next(n for n, most in enumerate((50, 100, 150, 200, 300, 500), 1) if aqi <= most)


def name(language: str, code: str) -> str:
    town = district().town(code)
    return town.name if language == "zh" else town.name_en


def lines_of(language: str, measured, towns=TOWNS) -> tuple[Line, ...]:
    values = {code: one for code, one in zip(TOWNS, measured, strict=True) if code in towns}
    scores = {code: index(pm25, pm10) for code, (pm25, pm10, _) in values.items()}
    ordered = sorted(values, key=lambda code: float(scores[code]))
    return tuple(_line(language, code, values[code], scores) for code in ordered)


def _line(language, code, measured, scores) -> Line:
    pm25, pm10, change = measured
    levels = {"pm25": level("pm25", pm25), "pm10": level("pm10", pm10)}
    aqi = max(levels.values())
    place = 1 + sum(float(other) < float(scores[code]) for other in scores.values())
    return Line(
        town=code, name=name(language, code), place=place, cells=(str(pm25), str(pm10)), score=scores[code],
        shared=list(scores.values()).count(scores[code]) > 1, change=change, aqi=str(aqi), grade=grade(aqi),
        primary=tuple(item for item, one in levels.items() if one == aqi > 50), streak=6 if place == 1 else 0,
    )  # fmt: skip


def whole(language: str, measured) -> Line:
    pm25, pm10 = (round(sum(one[n] for one in measured) / len(measured)) for n in (0, 1))
    basics = district().basics
    district_name = basics.name if language == "zh" else basics.name_en
    aqi = max(level("pm25", pm25), level("pm10", pm10))
    return Line(
        town=basics.code, name=district_name, place=None, cells=(str(pm25), str(pm10)), score=index(pm25, pm10),
        aqi=str(aqi), grade=grade(aqi),
    )  # fmt: skip


def origin(**changes) -> Origin:
    given = {
        "edition": 2026, "formula": "PM₂.₅/30 + PM₁₀/60", "have": 8, "want": 8, "version": 1,
        "made_at": datetime(2026, 11, 23, 0, 5, tzinfo=UTC), "zone": ZoneInfo("Asia/Shanghai"), "sample": True,
    } | changes  # fmt: skip
    return Origin(**given)


def board(language: str, measured=NORMAL, own: str | None = HUAYUANKOU, **changes) -> Board:
    district_of = whole(language, measured)
    given = {
        "kind": "day", "district": district_of.name, "first": DAY, "last": DAY,
        "rows": lines_of(language, measured), "unranked": (), "origin": origin(),
        "own": own, "whole": district_of, "cells": district().cells,
    } | changes  # fmt: skip
    return Board(**given)


def normal(language: str) -> Board:
    return board(language)


def tied(language: str) -> Board:
    return board(language, TIED, own=None)


def missing(language: str) -> Board:
    """Two towns are not ranked, one of them the group's own."""
    absent = ("410108100", "410108003")
    there = tuple(code for code in TOWNS if code not in absent)
    left = (
        LeftOut(town=absent[0], name=name(language, absent[0]), why="too_few_hours", need=20),
        LeftOut(town=absent[1], name=name(language, absent[1]), why="no_data"),
    )
    rows = lines_of(language, NORMAL, there)
    return board(language, rows=rows, unranked=left, origin=origin(have=6))


def corrected(language: str) -> Board:
    said = {
        "zh": "更正：迎宾路街道 PM₁₀ 96 → 69，第6名 → 第3名",
        "en": "Corrected: Yingbin Road, PM₁₀ 96 → 69, place 6 → 3",
    }
    return board(language, origin=origin(version=2), own="410108005", remarks=(said[language],))


def sand(language: str) -> Board:
    return board(language, SAND, origin=origin(sand=True))


def heavy(language: str) -> Board:
    return board(language, HEAVY, own="410108101")


DAYS = (normal, tied, missing, corrected, sand, heavy)


def week(language: str) -> Board:
    return _longer(
        language, "week", date(2026, 11, 16), ("6/7", "5/7", "4/7", "5/7", "6/7", "6/7", "7/7", "5/7")
    )


def month(language: str) -> Board:
    good = ("22/30", "20/30", "17/30", "19/30", "23/30", "24/30", "26/30", "20/30")
    return _longer(language, "month", date(2026, 11, 1), good)


def _longer(language, kind, first, good) -> Board:
    tails = dict(zip(TOWNS, good, strict=True))
    rows = tuple(
        replace(one, tail=tails[one.town], tail_note="", grade=None, primary=())
        for one in lines_of(language, NORMAL)
    )
    return board(language, kind=kind, first=first, rows=rows)


def composite(language: str) -> Board:
    """A week whose score joins the air and the work."""
    found = week(language)
    rows = tuple(
        replace(
            one, cells=(*one.cells, str(90 - 2 * n)), score=f"{88.5 - 3.2 * n:.1f}", place=n + 1, shared=False
        )
        for n, one in enumerate(found.rows)
    )
    formula = "空气 70% + 工作 30%" if language == "zh" else "air 70% + work 30%"
    return replace(
        found, rows=rows, columns=("pm25", "pm10", "work"), score_head="score", whole=None,
        origin=origin(formula=formula),
    )  # fmt: skip


def trend(language: str) -> Trend:
    pm25 = [24 + (n * 17) % 23 + (n * 5) % 11 + (30 if n in (11, 12, 13) else 0) for n in range(30)]
    gaps = {7, 20}
    values = {
        "pm25": tuple(None if n in gaps else str(one) for n, one in enumerate(pm25)),
        "pm10": tuple(None if n in gaps else str(2 * one + 9 + (n * 13) % 17) for n, one in enumerate(pm25)),
    }
    return Trend(
        town=name(language, HUAYUANKOU), last=DAY, towns=8, origin=origin(have=28, want=30),
        series=(Series("pm25", values["pm25"], "41", "60"), Series("pm10", values["pm10"], "99", "120")),
        places=tuple(None if n in gaps else 1 + (n * 7 + n // 3) % 5 for n in range(30)),
        grades=tuple(None if n in gaps else grade(level("pm25", one)) for n, one in enumerate(pm25)),
        figures=(("good_days", "25/28"), ("mean_pm25", "41"), ("mean_pm10", "99"), ("first_days", "6")),
    )  # fmt: skip


def morning(language: str) -> Morning:
    counts = {"found": 12, "fixed": 9, "closed": 7, "overdue": 2, "due": 5, "unaccepted": 1, "unverified": 3}
    air = Air(line=lines_of(language, NORMAL)[0], on=DAY, count=8, origin=origin())
    return Morning(
        place=name(language, HUAYUANKOU), on=date(2026, 11, 23), counts=tuple(counts.items()),
        on_duty=("张三", "李四", "王五"), air=air,
    )  # fmt: skip


def poster(language: str) -> Poster:
    site = "大河社区项目" if language == "zh" else "Dahe community site"
    category = "裸露黄土" if language == "zh" else "Bare soil"
    return Poster(
        number="HJ20261122-0007", category=category, place=site, town=name(language, HUAYUANKOU),
        district=whole(language, NORMAL).name, reported_at=datetime(2026, 11, 22, 1, 40, tzinfo=UTC),
        fixed_at=datetime(2026, 11, 22, 6, 50, tzinfo=UTC), took=timedelta(hours=5, minutes=10),
        zone=ZoneInfo("Asia/Shanghai"), before=photo((168, 138, 96)), after=photo((64, 128, 72)),
        quantity="1200 平方米" if language == "zh" else "1200 m²",
    )  # fmt: skip


def photo(colour: tuple[int, int, int]) -> bytes:
    """A made-up view: sky, a colour of ground and a heap."""
    picture = Image.new("RGB", (640, 480), (176, 200, 216))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 260, 640, 480), fill=colour)
    pen.polygon([(120, 330), (300, 190), (520, 330)], fill=tuple(one * 3 // 4 for one in colour))
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
