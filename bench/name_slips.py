"""Made-up sites of a district, and the ways in which people misspell them. Knows nothing of the finder."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from domain.name_text import Named

TOWNS = ("dahe", "guxing", "huayuankou", "xincheng", "liuzhai", "laoyachen", "changxing", "yingbin")
TOWN_WORDS = (
    "大河路街道",
    "古荥镇",
    "花园口镇",
    "新城街道",
    "刘寨街道",
    "老鸦陈街道",
    "长兴路街道",
    "迎宾路街道",
)
FIRST = "金银龙凤天地绿蓝红翠紫锦宏恒泰和瑞祥福康安宁盛富荣华兴旺永长春秋明光晨辉星月云海江河湖山泉林森枫柏松竹梅兰"
SECOND = "源湖城苑庭府岸园洲湾台岭峰阁轩邸都港桥溪谷原野景观悦雅澜澄润泽汇达通顺丰裕隆昌茂"
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
VILLAGE = ("庄", "寨", "岗", "沟", "堂", "坡", "屯", "营", "口", "河", "桥", "楼", "庙", "坟")
ESTATE = ("花园", "家园", "嘉苑", "新城", "国际城", "小区", "公馆", "名邸", "广场", "佳园")
FIRM = ("商贸", "建材", "物流", "置业", "食品", "机械", "环保科技", "装饰", "汽修", "混凝土")
EATERY = ("饭庄", "烩面馆", "火锅", "烧烤", "小吃", "羊肉汤", "酒楼", "农家院")
PUBLIC = ("小学", "中学", "幼儿园", "卫生院", "加油站", "停车场", "农贸市场", "公园", "水库", "派出所")
ROAD = ("路", "街", "大道", "巷")
NUMBER = "一二三四五六七八九"
FILLER = ("这边", "附近", "旁边", "门口", "那里", "北边", "对面", "东侧")
BEFORE = ("我在", "刚到", "举报一下", "请看", "今天巡查", "领导好,", "发现", "这里是")
AFTER = (
    "有裸土没盖",
    "在烧东西",
    "渣土车没冲洗",
    "扬尘很大",
    "怎么处理",
    "没有围挡",
    "情况汇报",
    "正在喷漆,味很大",
)
COMMON = "".join(
    sorted(
        set(
            FIRST
            + SECOND
            + FAMILY
            + "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞盈赢英影鹰硬"
        )
    )
)
FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
TRADITIONAL = dict(
    zip(
        "龙凤兴华荣湾庄桥园区号广国陈刘张杨马韩学业达场饭馆",
        "龍鳳興華榮灣莊橋園區號廣國陳劉張楊馬韓學業達場飯館",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    text: str
    key: str
    town: str | None


def _word(dice: random.Random) -> str:
    return dice.choice(FIRST) + dice.choice(SECOND)


def _village(dice: random.Random) -> str:
    return dice.choice(FAMILY) + dice.choice(VILLAGE) + dice.choice(("村", "村", "村委会", "社区"))


def _estate(dice: random.Random) -> str:
    name = _word(dice) + dice.choice(("", dice.choice(FIRST) + dice.choice(SECOND))) + dice.choice(ESTATE)
    number = dice.choice(NUMBER)
    part = dice.choice(("", f"{number}期", f"{number}号地块项目", f"{number}标段工地", f"({number}期)项目"))
    return name + part


def _firm(dice: random.Random) -> str:
    start = dice.choice(("河南", "郑州", "郑州市", "惠济区", ""))
    return (
        start
        + _word(dice)
        + dice.choice(FIRM)
        + dice.choice(("有限公司", "有限公司", "厂", "公司惠济分公司"))
    )


def _eatery(dice: random.Random) -> str:
    name = dice.choice((_word(dice), dice.choice(FAMILY) + dice.choice("记家氏"))) + dice.choice(EATERY)
    return name + dice.choice(("", "", f"{_road(dice)}店", f"({_word(dice)}店)"))


def _road(dice: random.Random) -> str:
    return _word(dice) + dice.choice(ROAD)


def _crossing(dice: random.Random) -> str:
    other = dice.choice(("交叉口", "交叉口东北角", "路口", "交叉口西南角工地"))
    return f"{_road(dice)}与{_road(dice)}{other}"


def _public(dice: random.Random) -> str:
    return dice.choice((_word(dice), _road(dice), _word(dice) + f"第{dice.choice(NUMBER)}")) + dice.choice(
        PUBLIC
    )


KINDS = (_village, _estate, _estate, _estate, _firm, _firm, _eatery, _crossing, _public)


def sites(seed: int, count: int) -> list[Named]:
    dice = random.Random(f"sites {seed}")
    names: dict[str, str] = {}
    stems: list[str] = []
    while len(names) < count:
        name = dice.choice(KINDS)(dice)
        if stems and dice.random() < 0.3:
            name = _twin(dice, dice.choice(stems))
        stems.append(name)
        names.setdefault(name, dice.choice(TOWNS))
    return [Named(f"s{number}", name, (), town) for number, (name, town) in enumerate(names.items())]


def _twin(dice: random.Random, name: str) -> str:
    numbered = [place for place, char in enumerate(name) if char in NUMBER]
    if numbered:
        place = dice.choice(numbered)
        return name[:place] + dice.choice(NUMBER) + name[place + 1 :]
    if len(name) > 12:
        return name
    return name + dice.choice(
        ("二期", "东区", "西区", "项目部", "东门", f"{_road(dice)}店", "改造工程", "安置区")
    )


def _same_sound(dice: random.Random, text: str, how_many: int = 1, *, folded: bool = False) -> str:
    """Other characters with the same sound, or with a sound that people here confuse with it."""
    chars, sounds = list(text), lazy_pinyin(list(text))
    places = list(range(len(chars)))
    dice.shuffle(places)
    for place in places:
        wanted = _folds(sounds[place]) if folded else {sounds[place]}
        others = [char for char in COMMON if char != chars[place] and lazy_pinyin(char)[0] in wanted]
        if others and how_many:
            chars[place] = dice.choice(others)
            how_many -= 1
    return "".join(chars)


def _folds(sound: str) -> set[str]:
    found = set()
    for long, short in FOLDS:
        if len(long) == 3 or long in ("n", "l"):
            found |= {sound.removesuffix(long) + short} if sound.endswith(long) and len(long) == 3 else set()
            found |= {sound + "g"} if sound.endswith(short) and len(long) == 3 else set()
        elif sound.startswith(long):
            found.add(short + sound[2:])
        elif sound.startswith(short):
            found.add(long + sound[1:])
    return found


def _dropped(dice: random.Random, text: str) -> str:
    place = dice.randrange(len(text))
    return text[:place] + text[place + 1 :]


def _swapped(dice: random.Random, text: str) -> str:
    place = dice.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _short(dice: random.Random, text: str) -> str:
    """As people say it: without where, without what kind, or every second character of the front."""
    for start in ("河南", "郑州市", "郑州", "惠济区"):
        text = text.removeprefix(start)
    for end in (
        "有限公司",
        "公司惠济分公司",
        "项目部",
        "项目",
        "工地",
        "村委会",
        "社区",
        "交叉口",
        "小区",
        "村",
    ):
        text = text.removesuffix(end)
    if len(text) >= 6 and dice.random() < 0.5:
        place = dice.randrange(1, len(text) - 1)
        text = text[:place] + text[place + 1 :]
    return text.replace("与", "").replace("第", "")


def _sentence(dice: random.Random, text: str) -> str:
    return dice.choice(BEFORE) + text + dice.choice(("", dice.choice(FILLER))) + dice.choice(AFTER)


def _digits(text: str) -> str:
    return "".join(str(NUMBER.index(char) + 1) if char in NUMBER else char for char in text).replace("第", "")


def _wide(text: str) -> str:
    return " ".join(chr(0x2460 + NUMBER.index(char)) if char in NUMBER else char for char in text)


SLIPS: dict[str, Callable[[random.Random, str], str]] = {
    "exact": lambda _, text: text,
    "homophone": _same_sound,
    "two homophones": lambda dice, text: _same_sound(dice, text, 2),
    "accent": lambda dice, text: _same_sound(dice, text, 1, folded=True),
    "dropped": _dropped,
    "two dropped": lambda dice, text: _dropped(dice, _dropped(dice, text)),
    "swapped": _swapped,
    "wrong character": lambda dice, text: text.replace(dice.choice(text), dice.choice(COMMON), 1),
    "inserted": lambda dice, text: text[:2] + dice.choice(COMMON) + text[2:],
    "abbreviation": _short,
    "abbreviation and more": lambda dice, text: (
        _short(dice, text) + dice.choice(FILLER) + dice.choice(FILLER)
    ),
    "abbreviation in a sentence": lambda dice, text: _sentence(dice, _short(dice, text)),
    "homophone and abbreviation": lambda dice, text: _same_sound(dice, _short(dice, text)),
    "sentence": _sentence,
    "digits": lambda _, text: _digits(text),
    "traditional or wide": lambda _, text: _wide("".join(TRADITIONAL.get(char, char) for char in text)),
    "town before": lambda dice, text: dice.choice(TOWN_WORDS) + text,
    "letters": lambda _, text: "".join(lazy_pinyin(text)).replace("(", "").replace(")", ""),
    "initials": lambda _, text: "".join(each[0] for each in lazy_pinyin(text) if each.isalpha()),
}


def queries(seed: int, items: Sequence[Named], count: int) -> list[Query]:
    dice = random.Random(f"queries {seed}")
    kinds = list(SLIPS)
    found = []
    for number in range(count):
        item, kind = dice.choice(items), kinds[number % len(kinds)]
        found.append(Query(kind, SLIPS[kind](dice, item.name), item.key, item.town))
    return found


def unknown(seed: int, items: Sequence[Named], count: int) -> list[Query]:
    """Names of the same make that are not in the list, some of them misspelt or in a sentence."""
    dice = random.Random(f"unknown {seed}")
    known = {item.name for item in items}
    found: list[Query] = []
    while len(found) < count:
        name = dice.choice(KINDS)(dice)
        slip = dice.choice(("exact", "exact", "homophone", "abbreviation", "sentence"))
        if name not in known:
            found.append(Query(f"unknown {slip}", SLIPS[slip](dice, name), "", dice.choice(TOWNS)))
    return found


def town_queries(seed: int, count: int) -> list[Query]:
    """Towns as people call them, misspelt, in letters or in a question."""
    dice = random.Random(f"towns {seed}")
    kinds = ("exact", "homophone", "accent", "wrong character", "sentence", "traditional or wide", "letters")
    found = []
    for number in range(count):
        place, kind = dice.randrange(len(TOWNS)), kinds[number % len(kinds)]
        stem = TOWN_WORDS[place].removesuffix("街道").removesuffix("镇")
        called = dice.choice((stem + "办", stem + "街道办", stem + "办事处", TOWN_WORDS[place], stem))
        found.append(Query(kind, SLIPS[kind](dice, called), TOWNS[place], None))
    return found
