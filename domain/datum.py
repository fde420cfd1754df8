"""The three datums of Chinese maps and the way from one to another, in plain degrees."""

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, radians, sin, sqrt

Degrees = tuple[float, float]


class Datum(StrEnum):
    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


_AXIS_M = 6378245.0  # Krasovsky 1940: the shift was defined on it
_ECCENTRICITY = 0.00669342162296594323
_BAIDU_LAT, _BAIDU_LNG = 0.006, 0.0065
_INVERSE_STEPS = 12
_SOUTH, _NORTH, _WEST, _EAST = 0.8293, 55.8271, 72.004, 137.8347


def to_wgs84(lat: float, lng: float, datum: Datum) -> Degrees:
    """Latitude and longitude in WGS-84; outside China GCJ-02 is WGS-84."""
    if datum is Datum.BD09:
        lat, lng = _inverse(_gcj_to_bd, lat, lng)
    return (lat, lng) if datum is Datum.WGS84 else _inverse(_wgs_to_gcj, lat, lng)


def from_wgs84(lat: float, lng: float, datum: Datum) -> Degrees:
    if datum is Datum.WGS84:
        return lat, lng
    shifted = _wgs_to_gcj(lat, lng)
    return shifted if datum is Datum.GCJ02 else _gcj_to_bd(*shifted)


def _inverse(forward: Callable[[float, float], Degrees], lat: float, lng: float) -> Degrees:
    guess_lat, guess_lng = lat, lng
    for _ in range(_INVERSE_STEPS):
        there_lat, there_lng = forward(guess_lat, guess_lng)
        guess_lat, guess_lng = guess_lat + lat - there_lat, guess_lng + lng - there_lng
    return guess_lat, guess_lng


def _in_china(lat: float, lng: float) -> bool:
    return _SOUTH <= lat <= _NORTH and _WEST <= lng <= _EAST


def _wgs_to_gcj(lat: float, lng: float) -> Degrees:
    if not _in_china(lat, lng):
        return lat, lng
    x, y = lng - 105.0, lat - 35.0
    wave = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (wave + 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12)) * 2 / 3
    north += 320 * sin(pi * y / 30) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (wave + 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12)) * 2 / 3
    east += 300 * sin(pi * x / 30) * 2 / 3
    flat = 1 - _ECCENTRICITY * sin(radians(lat)) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY) / (flat * sqrt(flat))
    parallel_m = _AXIS_M / sqrt(flat) * cos(radians(lat))
    return lat + north * 180 / (meridian_m * pi), lng + east * 180 / (parallel_m * pi)


def _gcj_to_bd(lat: float, lng: float) -> Degrees:
    turn = pi * 3000 / 180
    radius = hypot(lat, lng) + 0.00002 * sin(lat * turn)
    angle = atan2(lat, lng) + 0.000003 * cos(lng * turn)
    return radius * sin(angle) + _BAIDU_LAT, radius * cos(angle) + _BAIDU_LNG
