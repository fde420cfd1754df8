"""The finder of towns, sites and categories: what people type, and what it must make of it."""

from pathlib import Path

import pytest

from domain.name_spans import Towns, Words, town_aliases, without
from domain.name_text import Lexicon, Named, Speller, read_lexicon
from domain.names import Accepted, Ask, NameRules, Nothing, Sites

FOLDER = Path(__file__).parents[2] / "districts" / "huiji"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return read_lexicon((FOLDER / "names.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def towns(lexicon: Lexicon) -> Towns:
    names = {"dahe": "大河路街道", "guxing": "古荥镇", "yingbin": "迎宾路街道", "jiangshan": "江山路街道"}
    return Towns([Named(key, name) for key, name in names.items()], lexicon)


SITES = (
    Named("village", "江岗村", (), "dahe"),
    Named("clinic", "古荥镇卫生院", (), "guxing"),
    Named("first", "示例翰林苑一期工地", (), "dahe"),
    Named("second", "示例翰林苑二期工地", (), "yingbin"),
    Named("diner", "示例四季饭庄", (), "yingbin"),
    Named("branch", "示例四季饭庄惠济桥路店", (), "dahe"),
    Named("mall", "示例滨河国际购物中心", ("滨购",), "yingbin"),
    Named("school", "朝阳路第二小学", (), "guxing"),
    Named("mixer", "河南示例蓝盾混凝土有限公司", (), "guxing"),
    Named("community", "大河社区", (), "dahe"),
    Named("twin here", "示例明月加油站", (), "dahe"),
    Named("twin there", "示例明月加油站", (), "yingbin"),
)


@pytest.fixture(scope="module")
def sites(lexicon: Lexicon) -> Sites:
    return Sites(SITES, lexicon)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("翰林苑第二期", "翰林苑2期"),
        ("翰林苑（二期）", "翰林苑②期"),
        ("十二号院", "12号院"),
        ("二十三中", "２３中"),
        ("Ｋ１１ 广场", "k11廣場"),
        ("三官庙", "3官庙"),
    ],
)
def test_writings_of_one_name_have_one_normal_form(lexicon: Lexicon, one: str, other: str) -> None:
    assert Speller(lexicon).normal(one) == Speller(lexicon).normal(other)


def test_the_word_before_a_number_is_kept_where_no_number_follows(lexicon: Lexicon) -> None:
    assert Speller(lexicon).normal("门第小区") == "门第小区"
    assert Speller(lexicon).normal("一期") != Speller(lexicon).normal("二期")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中山", "宗三"),
        ("南岸", "兰安"),
        ("江岗", "姜干"),
        ("民生", "明森"),
        ("人和", "仁河"),
        ("朝阳", "超阳"),
    ],
)
def test_sounds_that_people_here_confuse_have_one_code(lexicon: Lexicon, one: str, other: str) -> None:
    assert set(Speller(lexicon).spell(one).codes) & set(Speller(lexicon).spell(other).codes)


def test_other_sounds_have_another_code(lexicon: Lexicon) -> None:
    assert Speller(lexicon).spell("江岗").codes != Speller(lexicon).spell("江河").codes


def test_a_polyphone_is_kept_in_both_readings(lexicon: Lexicon) -> None:
    assert Speller(lexicon).spell("古荥").initials == ("gx", "gy")
    assert len(Speller(lexicon).spell("荥" * 9).codes) <= 8


def test_names_do_not_read_into_each_other(lexicon: Lexicon) -> None:
    assert Speller(lexicon).spell("示例村长兴路").letters[0].endswith("canxinnu")


def test_places_point_into_the_original_text(lexicon: Lexicon) -> None:
    spelt = Speller(lexicon).spell("在 第二 期")
    assert spelt.text == "在2期"
    assert spelt.places == (0, 3, 5)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("generics = []", "unknown key generics"),
        ("generic = '村'", "generic must be a list"),
        ("generic = [1]", "generic must be a list"),
        ("phrases = []", "phrases must be a table"),
        ("[phrases]\n'荥' = ['xing ying']", "one syllable a character"),
        ("[phrases]\n'荥' = ['xyz']", "is no syllable"),
        ("[variants]\n'滎' = '荥镇'", "one character for one character"),
        ("generic = [", "not TOML"),
    ],
)
def test_wrong_word_lists_are_refused_by_name(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_lexicon(text)


def test_a_town_is_known_by_all_its_usual_names(lexicon: Lexicon) -> None:
    wanted = {
        "大河路街道办事处",
        "大河路街道办",
        "大河路街道",
        "大河路办事处",
        "大河路办",
        "大河办",
        "大河路",
    }
    assert wanted <= set(town_aliases("大河路街道", lexicon))
    assert town_aliases("大河路街道", lexicon)[0] == "大河路街道"


@pytest.mark.parametrize(
    ("text", "town", "span"),
    [
        ("查一下大河路街道办事处扬尘", "dahe", "大河路街道办事处"),
        ("大河办排第几", "dahe", "大河办"),
        ("古营镇", "guxing", "古营镇"),
        ("guxing", "guxing", "guxing"),
        ("Guyingzhen 排名", "guxing", "Guyingzhen"),
        ("在 古 荧 镇 路口", "guxing", "古 荧 镇"),
        ("大何路办昨天", "dahe", "大何路办"),
        ("滎字的古滎鎮", "guxing", "古滎鎮"),
        ("大可路街道办", "dahe", "大可路街道办"),
        ("迎宾路", "yingbin", "迎宾路"),
    ],
)
def test_a_town_is_found_with_its_place_in_the_text(towns: Towns, text: str, town: str, span: str) -> None:
    (hit,) = towns.find(text)
    assert (hit.item.key, text[hit.start : hit.end], hit.sure) == (town, span, True)


def test_two_towns_in_one_question_are_both_found(towns: Towns) -> None:
    hits = towns.find("江山办和迎宾办对比")
    assert [hit.item.key for hit in hits] == ["jiangshan", "yingbin"]
    assert without("江山办和迎宾办对比", hits) == "和对比"


@pytest.mark.parametrize("text", ["大河路中学", "江山路与迎宾路交叉口", "大和板厂"])
def test_a_stem_inside_another_name_is_only_a_hint(towns: Towns, text: str) -> None:
    hits = towns.find(text)
    assert hits
    assert not any(hit.sure for hit in hits)
    assert without(text, hits) == text


@pytest.mark.parametrize("text", ["", "裸土没盖", "示例明月加油站", "12345", "hello there"])
def test_a_text_without_a_town_has_none(towns: Towns, text: str) -> None:
    assert towns.find(text) == ()


def test_an_alias_of_two_towns_is_never_sure(lexicon: Lexicon) -> None:
    both = Towns([Named("a", "新河镇", ("河办",)), Named("b", "旧河镇", ("河办",))], lexicon)
    assert [(hit.item.key, hit.sure) for hit in both.find("河办")] == [("a", False), ("b", False)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("江岗村", "village"),
        ("jianggang", "village"),
        ("dhsq", "community"),
        ("guyingzhenweishengyuan", "clinic"),
        ("guxingzhenweishengyuan", "clinic"),
        ("示例翰林苑2期", "second"),
        ("示例汉林苑二期工地", "second"),
        ("滨购", "mall"),
        ("朝阳路２小学", "school"),
        ("超阳路第二小学", "school"),
        ("示例蓝盾混凝土", "mixer"),
        ("示例四季饭庄惠济桥路店", "branch"),
    ],
)
def test_a_clear_name_is_accepted_with_its_full_item(sites: Sites, text: str, key: str) -> None:
    verdict = sites.find(text)
    assert isinstance(verdict, Accepted)
    assert verdict.item == next(each for each in SITES if each.key == key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("示例四季饭庄", "diner"),
        ("翰林苑", "first"),
        ("示例翰林苑3期工地", "first"),
        ("古营卫生院", "clinic"),
        ("我在蓝盾混凝土那边发现扬尘", "mixer"),
    ],
)
def test_a_name_in_doubt_is_asked_with_the_right_one_among_five(sites: Sites, text: str, key: str) -> None:
    verdict = sites.find(text)
    assert isinstance(verdict, Ask)
    assert key in [candidate.item.key for candidate in verdict.candidates]
    assert len(verdict.candidates) <= 5


@pytest.mark.parametrize("text", ["", "。。。", "完全没有", "xyzxyz"])
def test_nothing_near_gives_nothing(sites: Sites, text: str) -> None:
    assert sites.find(text) == Nothing()


def test_another_number_is_asked_however_alike_the_rest_is(lexicon: Lexicon) -> None:
    only = Sites([Named("first", "示例置业滨河翰林苑国际花园一期工地")], lexicon)
    assert isinstance(only.find("示例置业滨河翰林苑国际花园一期工地"), Accepted)
    assert isinstance(only.find("示例置业滨河翰林苑国际花园三期工地"), Ask)


def test_the_town_decides_between_twins(sites: Sites) -> None:
    assert isinstance(sites.find("示例明月加油站"), Ask)
    for town, key in (("dahe", "twin here"), ("yingbin", "twin there")):
        verdict = sites.find("示例明月加油站", town)
        assert isinstance(verdict, Accepted)
        assert verdict.item.key == key


def test_a_site_of_another_town_is_still_found(sites: Sites) -> None:
    verdict = sites.find("古荥镇卫生院", "yingbin")
    assert isinstance(verdict, Accepted)
    assert verdict.item.key == "clinic"


def test_a_site_is_added_to_a_new_finder_only(sites: Sites) -> None:
    grown = sites.with_added(Named("new", "示例紫荆砂石料场", ("紫荆料场",)))
    for text in ("示例紫荆砂石料场", "紫荆料场", "zijingliaochang"):
        verdict = grown.find(text)
        assert isinstance(verdict, Accepted)
        assert verdict.item.key == "new"
    assert not isinstance(sites.find("示例紫荆砂石料场"), Accepted)


def test_stricter_rules_ask_where_laxer_ones_accept(lexicon: Lexicon) -> None:
    slip = "示例汉林苑二期工地"
    assert isinstance(Sites(SITES, lexicon).find(slip), Accepted)
    assert isinstance(Sites(SITES, lexicon, NameRules(score=99)).find(slip), Ask)


def test_a_finder_without_sites_finds_nothing(lexicon: Lexicon) -> None:
    assert Sites([], lexicon).find("江岗村") == Nothing()
    assert Sites([], lexicon).find("jianggang") == Nothing()


def test_categories_are_ranked_written_before_heard(lexicon: Lexicon) -> None:
    words = Words(
        [Named("soil", "裸露黄土", ("裸土", "黄土")), Named("site", "工地扬尘", ("工地", "扬尘"))], lexicon
    )
    assert [hit.item.key for hit in words.find("工地扬尘大,裸土没盖")] == ["site", "soil"]
    assert [hit.item.key for hit in words.find("洋尘大,还有裸土")] == ["soil", "site"]
    assert words.find("今天天气好") == ()
