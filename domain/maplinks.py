"""Map links: a place out of what somebody pasted, and a place as links for the usual map apps."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, quote, unquote_plus, urlencode, urlsplit

from domain.datum import Datum
from domain.geo import Point, point_in


class WhyNot(StrEnum):
    SHORT_LINK = "short_link"  # only the network could tell where it leads, and we fetch nobody's links
    NO_COORDINATES = "no_coordinates"
    METRES = "metres"  # Baidu's plane coordinates
    UNKNOWN_DATUM = "unknown_datum"
    OUT_OF_WORLD = "out_of_world"


@dataclass(frozen=True, slots=True)
class MapPlace:
    """`otherwise` is the point if the pair was GCJ-02 after all; None where the link settles the datum."""

    point: Point
    name: str | None
    datum: Datum
    otherwise: Point | None

    @property
    def datum_certain(self) -> bool:
        return self.otherwise is None


@dataclass(frozen=True, slots=True)
class MapRefusal:
    reason: WhyNot


@dataclass(frozen=True, slots=True)
class MapLinks:
    amap: str
    baidu: str
    tencent: str
    apple: str
    google: str


@dataclass(frozen=True, slots=True)
class _Raw:
    lat: float
    lng: float
    datum: Datum
    name: str = ""
    sure: bool = True


_Reading = _Raw | WhyNot
_Query = Mapping[str, str]
_Pair = tuple[float, float]

_NUMBER = r"[-+]?\d{1,9}(?:\.\d+)?"
_PAIR = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})")
_GOOGLE_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})")
_LINK = re.compile(r"(?:https?://|geo:)[^\s<>\"]+", re.IGNORECASE)
_WITH_COMMA = re.compile(r"([-+]?\d{1,3}\.\d+)\s*[,;\u3001]\s*([-+]?\d{1,3}\.\d+)")
# Without a comma it could as well be a date or two readings: ask for the precision of a map.
_WITH_SPACE = re.compile(r"([-+]?\d{1,3}\.\d{3,})\s+([-+]?\d{1,3}\.\d{3,})")
_AXIS_MARKS = re.compile("[()\\[\\]北纬Nn东经Ee度\u00b0:]")
_GOOGLE_HOST = re.compile(r"(?:www\.|maps\.|ditu\.)?google\.(?:com|cn|com?\.[a-z]{2}|[a-z]{2})")
_GOOGLE_NAME = re.compile(r"/maps/place/([^/@]+)")
_SHORT_HOSTS = frozenset(("surl.amap.com", "j.map.baidu.com", "maps.app.goo.gl", "maps.apple"))
_MOST_LAT = 90
_APP = "lanxun"


def read_map_link(text: str) -> MapPlace | MapRefusal | None:
    """The place that a text gives by a map link or a bare pair; None when it holds neither."""
    readings = [reading for link in _LINK.findall(text) if (reading := _read_link(link)) is not None]
    if not readings and (bare := _bare_pair(text)) is not None:
        readings.append(bare)
    outcomes = [_outcome(reading) for reading in readings]
    places = [outcome for outcome in outcomes if isinstance(outcome, MapPlace)]
    return next(iter(places or outcomes), None)


def map_links(point: Point, name: str) -> MapLinks:
    """Each map gets WGS-84; the Chinese ones are told so and shift it themselves."""
    lat, lng = f"{point.lat:.6f}", f"{point.lng:.6f}"
    plain = re.sub(r"[;:|]", " ", name)  # they separate the fields of a Tencent marker
    amap = {"position": f"{lng},{lat}", "name": name, "src": _APP, "coordinate": "wgs84", "callnative": "1"}
    baidu = {"location": f"{lat},{lng}", "title": name, "content": name, "output": "html"}
    baidu |= {"coord_type": "wgs84", "src": f"webapp.{_APP}.{_APP}"}
    tencent = {"marker": f"coord:{lat},{lng};title:{plain};addr:{plain}", "coord_type": "1", "referer": _APP}
    return MapLinks(
        amap=_url("https://uri.amap.com/marker", amap),
        baidu=_url("https://api.map.baidu.com/marker", baidu),
        tencent=_url("https://apis.map.qq.com/uri/v1/marker", tencent),
        apple=_url("https://maps.apple.com/", {"ll": f"{lat},{lng}", "q": name}),
        google=_url("https://www.google.com/maps/search/", {"api": "1", "query": f"{lat},{lng}"}),
    )


def _url(root: str, query: Mapping[str, str]) -> str:
    return f"{root}?{urlencode(query, quote_via=quote)}"


def _outcome(reading: _Reading) -> MapPlace | MapRefusal:
    if isinstance(reading, WhyNot):
        return MapRefusal(reading)
    try:
        point = point_in(reading.lat, reading.lng, reading.datum)
        otherwise = None if reading.sure else point_in(reading.lat, reading.lng, Datum.GCJ02)
    except ValueError:
        return MapRefusal(WhyNot.OUT_OF_WORLD)
    return MapPlace(point, reading.name.strip() or None, reading.datum, otherwise)


def _bare_pair(text: str) -> _Raw | None:
    plain = _AXIS_MARKS.sub("", unicodedata.normalize("NFKC", text)).strip()
    match = _WITH_COMMA.fullmatch(plain) or _WITH_SPACE.fullmatch(plain)
    if not match:
        return None
    one, two = float(match[1]), float(match[2])
    lat, lng = (two, one) if abs(one) > _MOST_LAT else (one, two)
    return _Raw(lat, lng, Datum.WGS84, sure=False)


def _read_link(link: str) -> _Reading | None:
    try:
        url = urlsplit(link)
        host = (url.hostname or "").lower()
    except ValueError:
        return None
    if url.scheme.lower() == "geo":
        return _geo_uri(url)
    if _is_short(host, url.path):
        return WhyNot.SHORT_LINK
    reader = _reader_for(host, url.path)
    return reader(url, dict(parse_qsl(url.query))) if reader else None


def _is_short(host: str, path: str) -> bool:
    by_path = {"goo.gl": "/maps", "maps.apple.com": "/p/"}
    return host in _SHORT_HOSTS or (host in by_path and path.startswith(by_path[host]))


def _reader_for(host: str, path: str) -> Callable[[SplitResult, _Query], _Reading] | None:
    if host == "amap.com" or host.endswith(".amap.com"):
        return _amap
    if host == "map.baidu.com" or host.endswith(".map.baidu.com"):
        return _baidu
    if host == "map.qq.com" or host.endswith(".map.qq.com"):
        return _tencent
    if host == "maps.apple.com":
        return _apple
    is_google = _GOOGLE_HOST.fullmatch(host) and (path.startswith("/maps") or not host.startswith("www."))
    return _google if is_google else None


def _pair(text: str) -> _Pair | None:
    match = _PAIR.match(text)
    return (float(match[1]), float(match[2])) if match else None


def _first_pair(query: _Query, *keys: str) -> _Pair | None:
    pairs = (_pair(query.get(key, "")) for key in keys)
    return next((pair for pair in pairs if pair), None)


def _part(text: str, index: int) -> str:
    return (text.split(",") + [""] * index)[index]


def _amap(_url: SplitResult, query: _Query) -> _Reading:
    named = {"": Datum.GCJ02, "gaode": Datum.GCJ02, "wgs84": Datum.WGS84}
    datum = named.get(query.get("coordinate", "").lower())
    if datum is None:
        return WhyNot.UNKNOWN_DATUM
    pinned, shared = query.get("q", ""), query.get("p", "")
    if lat_lng := _pair(pinned):
        return _Raw(*lat_lng, datum, _part(pinned, 2) or query.get("name", ""))
    if lat_lng := _pair(shared.partition(",")[2]):
        return _Raw(*lat_lng, datum, _part(shared, 3))
    apart = ",".join((query.get("lng", query.get("lon", "")), query.get("lat", "")))
    drawn = query.get("markers", "").split("|")[0]
    lng_lat = _first_pair(query, "position", "to", "dest", "lnglat") or _pair(drawn) or _pair(apart)
    if not lng_lat:
        return WhyNot.NO_COORDINATES
    return _Raw(lng_lat[1], lng_lat[0], datum, query.get("name") or query.get("destName") or _part(drawn, 2))


def _baidu(url: SplitResult, query: _Query) -> _Reading:
    named = {"": Datum.BD09, "bd09ll": Datum.BD09, "gcj02": Datum.GCJ02, "wgs84": Datum.WGS84}
    kind = query.get("coord_type", "").lower()
    lat_lng = _first_pair(query, "location", "latlng")
    if kind == "bd09mc" or (not lat_lng and _pair(url.path.partition("@")[2])):
        return WhyNot.METRES
    if kind not in named:
        return WhyNot.UNKNOWN_DATUM
    if not lat_lng:
        return WhyNot.NO_COORDINATES
    return _Raw(*lat_lng, named[kind], query.get("title") or query.get("name", ""))


def _tencent(_url: SplitResult, query: _Query) -> _Reading:
    named = {"": Datum.GCJ02, "1": Datum.WGS84, "2": Datum.GCJ02}
    datum = named.get(query.get("coord_type", ""))
    if datum is None:
        return WhyNot.UNKNOWN_DATUM
    fields = dict(field.partition(":")[::2] for field in query.get("marker", "").split(";"))
    apart = ",".join((query.get("pointy", ""), query.get("pointx", "")))
    lat_lng = _pair(fields.get("coord", "")) or _first_pair(query, "coord", "tocoord") or _pair(apart)
    if not lat_lng:
        return WhyNot.NO_COORDINATES
    return _Raw(*lat_lng, datum, fields.get("title") or query.get("name", ""))


def _apple(_url: SplitResult, query: _Query) -> _Reading:
    lat_lng = _first_pair(query, "coordinate", "ll", "q", "daddr", "center")
    label = query.get("q", "")
    name = query.get("name") or ("" if _pair(label) else label)
    return _Raw(*lat_lng, Datum.WGS84, name, sure=False) if lat_lng else WhyNot.NO_COORDINATES


def _google(url: SplitResult, query: _Query) -> _Reading:
    pin = _GOOGLE_PIN.search(url.path)
    asked = {key: value.removeprefix("loc:") for key, value in query.items()}
    lat_lng = (
        _pair(f"{pin[1]},{pin[2]}" if pin else "")
        or _first_pair(asked, "q", "query", "destination", "daddr", "ll")
        or _pair(re.sub(r"^/maps/(?:search|place)/", "", unquote_plus(url.path)))
        or _pair(url.path.partition("@")[2])
    )
    named = _GOOGLE_NAME.match(url.path)
    name = unquote_plus(named[1]) if named else ""
    if not lat_lng:
        return WhyNot.NO_COORDINATES
    return _Raw(*lat_lng, Datum.WGS84, "" if _pair(name) else name, sure=False)


def _geo_uri(url: SplitResult) -> _Reading:
    place, *parameters = url.path.split(";")
    if any(text.lower().startswith("crs=") and text.lower() != "crs=wgs84" for text in parameters):
        return WhyNot.UNKNOWN_DATUM
    label = dict(parse_qsl(url.query)).get("q", "")
    lat_lng = _pair(label) or _pair(place)
    if not lat_lng:
        return WhyNot.NO_COORDINATES
    return _Raw(*lat_lng, Datum.WGS84, label.partition("(")[2].rstrip(")"))
