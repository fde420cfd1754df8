"""The ranking of a period: made out of what is stored now, numbered by what was published before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from cards.picture import Sheet
from cards.picture_ranking import ranking_sheet
from cards.ranking_board import board, origin_of
from domain.air_days import DayAir, area_day
from domain.air_periods import DayRecord, GoodDays, summary
from domain.air_reading import Reading, town_days
from domain.air_rules import Gap
from domain.district import District
from domain.period import Length, Period
from domain.ranking import Ranking, Standing, day_ranking, in_a_row, of_day, of_summary, period_ranking, ranks_of
from domain.air_editions import PM10, PM25, edition_of
from storage import air, rankings

LONGEST_RUN = {Length.DAY: 60, Length.WEEK: 26, Length.MONTH: 12, Length.YEAR: 0}
Days = Mapping[str, Sequence[DayRecord]]
