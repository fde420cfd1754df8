"""A small district as texts, and what is found wrong when one of them is changed."""

import pytest

from domain.district_parse import read_district
from domain.district_table import DistrictError

CORNERS = "[[113.5,34.8],[113.6,34.8],[113.6,34.9],[113.5,34.9],[113.5,34.8]]"
EAST = CORNERS.replace("113.6", "113.7").replace("113.5", "113.6")
PROPERTIES = '"properties": {"town": "%s", "code": "%s", "not_a_border": true}'


def features(*pairs, datum="WGS-84"):
    rows = [
        f'{{"type": "Feature", {PROPERTIES % (code, code)}, "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}'
        for code, ring in pairs
    ]
    return f'{{"type": "FeatureCollection", "datum": "{datum}", "features": [{", ".join(rows)}]}}'


FILES = {
    "district.toml": """
[district]
code = "999001"
name = "示例区"
name_en = "Sample District"
ticket_prefix = "SL"
zone = "Asia/Shanghai"
[reports]
border_margin_m = 100
near_distance_m = 60
near_age_hours = 72
draft_expiry_hours = 24
album_settle_seconds = 2
[photos]
same_bits = 31
[fix]
distance_m = 600
age_hours = 24
units = ["家", "吨"]
[[shift]]
code = "night"
name = "夜班"
name_en = "Night"
from = "20:00"
until = "08:00"
[night]
from = "20:00"
until = "06:00"
[quiet]
from = "22:00"
until = "07:00"
[push.daily_ranking]
at = "08:05"
on = "day"
jitter_seconds = 60
catch_up_minutes = 120
""",
    "towns.toml": """
[[town]]
code = "999001001"
code_mca = "999001001000"
name = "东示例镇"
name_en = "East"
aliases = ["东镇"]
former_names = ["老东镇"]
villages = ["甲村"]
[[town]]
code = "999001002"
code_mca = "999001002000"
name = "西示例镇"
name_en = "West"
""",
    "bureaus.toml": """
[[bureau]]
code = "housing"
short_code = "ZJ"
name = "住建局"
name_en = "Housing"
""",
    "categories.toml": """
[stricter.leader]
accept_minutes = 10
fix_minutes = 600
calendar = "duty"
[[category]]
code = "dust"
name = "扬尘"
name_en = "Dust"
keywords = ["灰"]
bureau = "housing"
accept_minutes = 30
fix_minutes = 300
calendar = "office"
[category.stricter.night]
accept_minutes = 20
fix_minutes = 200
calendar = "duty"
[[category]]
code = "other"
name = "其他"
name_en = "Other"
bureau = "housing"
accept_minutes = 60
fix_minutes = 1440
calendar = "duty"
near_distance_m = 200
""",
    "site_types.toml": """
[[site_type]]
code = "site"
name = "工地"
name_en = "Site"
""",
    "stations.toml": """
[[station]]
code = "one"
name = "示例站"
name_en = "One"
lat = 34.85
lng = 113.55
approximate = true
ring_m = 1000
""",
    "calendars.toml": """
[duty]
always = true
[office]
known_until = 2026-12-31
weekdays = ["mon", "tue", "wed", "thu", "fri"]
closed = [2026-10-01, 2026-11-24]
open = [2026-10-10, 2026-11-28]
[[office.hours]]
from = "09:00"
until = "17:00"
""",
    "deadlines.toml": """
[daily]
at = "08:30"
levels = ["office"]
[assign]
within = "30m"
calendar = "duty"
at = ["office"]
after = [{ wait = "2h", levels = ["office"] }]
[accept]
before = ["10m"]
at = ["owner"]
after = [{ wait = "30m", levels = ["owner", "leader"] }, { wait = "2h", levels = ["office"] }]
[fix]
before = ["24h", "2h"]
at = ["owner"]
after = [{ wait = "2h", levels = ["leader"] }, { wait = "1d", levels = ["bureau", "office"] }]
[review]
within = "8h"
calendar = "office"
at = ["owner", "office"]
after = [{ wait = "1d", levels = ["office"] }]
[extension]
most_days = 7
[digest]
single_messages = 3
[relapse]
percent = 50
[stricter.red]
percent = 50
[urgent]
sources = ["leader"]
control_levels = ["red"]
""",
    "after.toml": """
[look_back]
days = [7, 30]
at = "09:00"
patience_days = 2
[orders]
remind_days = [3, 1, 0]
at = "09:00"
[consequences]
at = "09:30"
substitute_after_hours = 72
blacklist_tickets = 3
blacklist_within_days = 90
talk_missed_deadlines = 5
talk_within_days = 30
""",
    "assessment.toml": """
version = "2"
air_percent = 60
[deductions.accept_late]
points = "0.5"
most = "15"
[deductions.fix_late]
points = "1"
most = "30"
[deductions.overdue]
points = "2"
most = "40"
[deductions.sent_back]
points = "0.5"
most = "10"
[deductions.relapsed]
points = "2"
most = "20"
[[money]]
length = "week"
place = "first"
yuan = 10000
""",
    "air.toml": """
[validity]
hours = 20
station_percent = 75
week_days = 5
month_days = 27
february_days = 25
year_days = 324
[weights.day]
pm10 = 1
pm25 = 1
[weights.week]
pm25 = 2
[weights.month]
so2 = 1
o3_8h = 1
[places]
so2 = 0
no2 = 0
co = 1
o3_8h = 0
pm10 = 0
pm25 = 1
index = 2
[sand]
keeps_aqi = true
[publish]
least_towns = 1
[import]
cut_off_days = 30
[[monitor]]
code = "one"
name = "示例站"
name_en = "One"
towns = ["999001001"]
never = ["so2", "o3"]
[[monitor]]
code = "other"
name = "示例二站"
name_en = "Other"
""",
    "outline.geojson": features(("999001", CORNERS)),
    "cells.geojson": features(("999001001", EAST), ("999001002", CORNERS)),
}


def with_change(file, old, new):
    assert old in FILES[file]
    return FILES | {file: FILES[file].replace(old, new, 1)}


def faults_of(files):
    with pytest.raises(DistrictError) as caught:
        read_district(files)
    return caught.value.faults
