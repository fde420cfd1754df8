"""The file of a district's own numbers and times."""

from datetime import timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.calendar import Span
from domain.district import SLOT_DAYS, SLOTS, Basics, Nearness, PhotoRules, PushTimes, Shift
from domain.district_table import Table
from domain.fixing import FixRules


def read_basics(table: Table) -> Basics:
    own, reports = table.child("district"), table.child("reports")
    basics = Basics(
        code=own.text("code", r"\d{6}", expected="six digits"),
        name=own.text("name"),
        name_en=own.text("name_en"),
        ticket_prefix=own.text("ticket_prefix", r"[A-Z]{1,4}", expected="one to four capital letters"),
        zone=_zone(own),
        border_margin_m=reports.whole("border_margin_m", 0, 5000),
        near=Nearness(
            reports.whole("near_distance_m", 0, 5000),
            timedelta(hours=reports.whole("near_age_hours", 0, 8760)),
        ),
        draft_expiry=timedelta(hours=reports.whole("draft_expiry_hours", 1, 720)),
        album_settle=timedelta(seconds=reports.whole("album_settle_seconds", 0, 60)),
        photos=_photos(table.child("photos")),
        fix=_fix(table.child("fix")),
        shifts=tuple(_shift(row) for row in table.children("shift")),
        night=_span(table, "night"),
        quiet=_span(table, "quiet"),
        pushes=MappingProxyType(_pushes(table.child("push"))),
    )
    for part in (own, reports, table):
        part.close()
    return basics


def _zone(table: Table) -> ZoneInfo:
    name = table.text("zone", expected="a zone like Asia/Shanghai")
    try:
        return ZoneInfo(name) if name else ZoneInfo("UTC")
    except (KeyError, ValueError, OSError):
        table.fault("zone", "a zone like Asia/Shanghai", name)
        return ZoneInfo("UTC")


def _photos(table: Table) -> PhotoRules:
    rules = PhotoRules(
        same_bits=table.whole("same_bits", 0, 128),
    )
    table.close()
    return rules


def _fix(table: Table) -> FixRules:
    rules = FixRules(
        distance_m=table.whole("distance_m", 0, 5000),
        age=timedelta(hours=table.whole("age_hours", 1, 8760)),
        units=table.texts("units"),
    )
    table.close()
    return rules


def _shift(row: Table) -> Shift:
    shift = Shift(code=row.text("code"), name=row.text("name"), name_en=row.text("name_en"), hours=row.span())
    row.close()
    return shift


def _span(table: Table, key: str) -> Span:
    child = table.child(key)
    span = child.span()
    child.close()
    return span


def _pushes(table: Table) -> dict[str, PushTimes]:
    for slot in set(table.names()) - set(SLOTS):
        table.fault(slot, f"one of {', '.join(SLOTS)}", slot)
    return {slot: _push(table.child(slot)) for slot in SLOTS if table.has(slot)}


def _push(table: Table) -> PushTimes:
    times = PushTimes(
        at=table.clock("at"),
        on=table.choice("on", SLOT_DAYS),
        jitter=timedelta(seconds=table.whole("jitter_seconds", 0, 3600)),
        catch_up=timedelta(minutes=table.whole("catch_up_minutes", 0, 1440)),
    )
    table.close()
    return times
