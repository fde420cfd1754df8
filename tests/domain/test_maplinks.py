"""Links into points and points into links."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.datum import Datum
from domain.geo import Point, distance_m
from domain.maplinks import MapPlace, MapRefusal, WhyNot, map_links, read_map_link

HERE = Point(34.8674, 113.6169)
WGS, GCJ, BD = "34.8674,113.6169", "34.86633522,113.62295357", "34.87254717,113.62938177"
WGS_TURNED, GCJ_TURNED = "113.6169,34.8674", "113.62295357,34.86633522"
NAME = "示例工地"
CODED = quote(NAME)

SURE = [
    (f"https://uri.amap.com/marker?position={GCJ_TURNED}&name={CODED}", NAME),
    (f"https://uri.amap.com/marker?position={WGS_TURNED}&name={CODED}&coordinate=wgs84", NAME),
    (f"https://uri.amap.com/marker?position={GCJ_TURNED}&name={NAME}&coordinate=gaode", NAME),
    (f"https://uri.amap.com/marker?markers={GCJ_TURNED},{CODED}|113.1,34.1,x", NAME),
    (f"https://uri.amap.com/navigation?to={GCJ_TURNED},end&name={CODED}", NAME),
    (f"https://wb.amap.com/?q={quote(GCJ + ',' + NAME)}&src=app_C3090", NAME),
    (f"http://wb.amap.com/?p=B000000000%2C{quote(GCJ)}%2C{CODED}%2Csomewhere", NAME),
    (f"https://www.amap.com/?q={GCJ}&name={CODED}", NAME),
    ("https://ditu.amap.com/regeo?lng=113.62295357&lat=34.86633522&name=&adcode=", None),
    (f"https://m.amap.com/navi/?dest={GCJ_TURNED}&destName={CODED}&key=1", NAME),
    (f"https://api.map.baidu.com/marker?location={BD}&title={CODED}&content=x&output=html&src=a", NAME),
    (f"https://api.map.baidu.com/marker?location={WGS}&title={CODED}&coord_type=wgs84", NAME),
    (f"https://api.map.baidu.com/marker?location={GCJ}&title={CODED}&coord_type=gcj02", NAME),
    (f"http://api.map.baidu.com/geocoder?location={BD}&coord_type=bd09ll&output=html", None),
    (f"http://map.baidu.com/?latlng={BD}&title={CODED}&autoOpen=true", NAME),
    (f"http://map.baidu.com/mobile/?latlng={BD}", None),
    (f"https://apis.map.qq.com/uri/v1/marker?marker=coord:{GCJ};title:{CODED};addr:x&referer=a", NAME),
    (f"https://apis.map.qq.com/uri/v1/marker?marker=coord:{WGS};title:{CODED}&coord_type=1", NAME),
    (f"https://apis.map.qq.com/uri/v1/geocoder?coord={GCJ}&referer=a", None),
    (f"https://map.qq.com/?type=marker&pointx=113.62295357&pointy=34.86633522&name={CODED}", NAME),
    (f"geo:{WGS}", None),
    (f"geo:{WGS};crs=wgs84;u=35", None),
    (f"geo:0,0?q={WGS}({CODED})", NAME),
]
UNSURE = [
    (f"https://maps.apple.com/?ll={WGS}&q={CODED}", NAME),
    (f"https://maps.apple.com/?q={WGS}", None),
    (f"https://maps.apple.com/place?coordinate={WGS}&name={CODED}", NAME),
    (f"https://www.google.com/maps?q={WGS}", None),
    (f"https://maps.google.com/?q=loc:{WGS}", None),
    (f"https://maps.google.com.hk/maps?ll={WGS}", None),
    (f"https://www.google.com/maps/@{WGS},17z", None),
    (f"https://www.google.com/maps/search/?api=1&query={quote(WGS)}", None),
    ("https://www.google.com/maps/search/34.8674,+113.6169?entry=tts", None),
    (f"https://www.google.com/maps/place/{CODED}/@34.1,113.1,17z/data=!4m6!8m2!3d34.8674!4d113.6169", NAME),
    (f"https://www.google.com/maps/place/{CODED}/@{WGS},17z", NAME),
    (WGS, None),
    (WGS_TURNED, None),
    (" 34.8674，113.6169 ", None),
    ("（34.8674、113.6169）", None),
    ("34.8674 113.6169", None),
    ("34.8674°N, 113.6169°E", None),
    ("北纬34.8674 东经113.6169", None),
]
REFUSED = [
    ("https://surl.amap.com/abc123", WhyNot.SHORT_LINK),
    ("https://j.map.baidu.com/ab/cd", WhyNot.SHORT_LINK),
    ("https://maps.app.goo.gl/abc", WhyNot.SHORT_LINK),
    ("https://goo.gl/maps/abc", WhyNot.SHORT_LINK),
    ("https://maps.apple/p/abc", WhyNot.SHORT_LINK),
    ("https://maps.apple.com/p/abc", WhyNot.SHORT_LINK),
    ("https://map.baidu.com/@12648321.5,4113245.2,17z", WhyNot.METRES),
    ("https://map.baidu.com/poi/x/@12648321.5,4113245.2,17z?uid=1", WhyNot.METRES),
    ("http://api.map.baidu.com/marker?location=4113245,12648321&coord_type=bd09mc", WhyNot.METRES),
    (f"http://api.map.baidu.com/marker?location={WGS}&coord_type=moon", WhyNot.UNKNOWN_DATUM),
    (f"https://uri.amap.com/marker?position={WGS_TURNED}&coordinate=moon", WhyNot.UNKNOWN_DATUM),
    (f"https://apis.map.qq.com/uri/v1/marker?marker=coord:{WGS}&coord_type=3", WhyNot.UNKNOWN_DATUM),
    (f"geo:{WGS};crs=moon-2011", WhyNot.UNKNOWN_DATUM),
    ("https://ditu.amap.com/place/B000000000", WhyNot.NO_COORDINATES),
    ("https://map.baidu.com/search/x", WhyNot.NO_COORDINATES),
    ("https://map.qq.com/poi/?id=1", WhyNot.NO_COORDINATES),
    ("https://maps.apple.com/?q=cafe", WhyNot.NO_COORDINATES),
    ("https://www.google.com/maps/place/cafe", WhyNot.NO_COORDINATES),
    ("geo:here", WhyNot.NO_COORDINATES),
    ("https://www.google.com/maps?q=94.1,200.5", WhyNot.OUT_OF_WORLD),
    ("134.9,213.6", WhyNot.OUT_OF_WORLD),
]
NEITHER = [
    "",
    "大河社区项目裸土没盖",
    "https://example.org/?q=34.8674,113.6169",
    "https://notamap.com/?position=113.6,34.8",
    "https://evilamap.com/?position=113.6,34.8",
    "https://amap.com.example.org/?position=113.6,34.8",
    "https://www.google.com/search?q=34.8674,113.6169",
    "https://[broken/?q=34.8674,113.6169",
    "PM10 58.1, 112.3",
    "11.22 12.30",
    "34,113",
    "7",
    "1.2,3.4,5.6",
]


@pytest.mark.parametrize(("text", "name"), SURE)
def test_a_link_that_states_its_datum_gives_the_point(text, name):
    place = read_map_link(text)
    assert isinstance(place, MapPlace)
    assert distance_m(place.point, HERE) < 0.1
    assert (place.name, place.datum_certain) == (name, True)


@pytest.mark.parametrize(("text", "name"), UNSURE)
def test_a_link_without_a_datum_gives_both_readings(text, name):
    place = read_map_link(text)
    assert isinstance(place, MapPlace)
    assert place.point == HERE
    assert (place.name, place.datum, place.datum_certain) == (name, Datum.WGS84, False)
    assert distance_m(place.point, place.otherwise) == pytest.approx(565, abs=10)


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_map_link_that_cannot_be_read_says_why(text, reason):
    assert read_map_link(text) == MapRefusal(reason)


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_no_map_link_is_left_to_others(text):
    assert read_map_link(text) is None


@pytest.mark.parametrize("text", [f"【{NAME}】https://wb.amap.com/?q={GCJ} 点击查看", f"<geo:{WGS}>"])
def test_a_link_is_found_inside_a_message(text):
    assert distance_m(read_map_link(text).point, HERE) < 0.1


def test_a_readable_link_wins_over_a_short_one():
    assert isinstance(read_map_link(f"https://surl.amap.com/a https://wb.amap.com/?q={GCJ}"), MapPlace)


@given(
    st.builds(Point, st.floats(18, 53), st.floats(91, 134)),
    st.text(string.ascii_letters + NAME + "&=;:|,()%#", max_size=9),
)
def test_our_own_links_lead_back_to_the_point(point, name):
    links = map_links(point, f"a{name}")
    for link in (links.amap, links.baidu, links.tencent, links.apple, links.google):
        assert distance_m(read_map_link(link).point, point) < 0.2


def test_our_links_tell_the_chinese_maps_that_they_are_wgs84():
    links = map_links(HERE, f"{NAME};a|b")
    assert links.amap.startswith("https://uri.amap.com/marker?position=113.616900%2C34.867400")
    assert "coordinate=wgs84" in links.amap
    assert "coord_type=wgs84" in links.baidu
    assert "coord_type=1" in links.tencent
    assert quote(f"title:{NAME} a b;") in links.tencent


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    for wrapped in (
        text,
        f"https://uri.amap.com/{text}",
        f"https://www.google.com/maps/{text}",
        f"geo:{text}",
    ):
        assert isinstance(read_map_link(wrapped), MapPlace | MapRefusal | None)
