"""What people and the world do in a talk, and the words for it.

``@群名 …`` in a group · ``匿名 …`` as an anonymous administrator · ``回复 …`` as a reply to the bot's last message ·
``转发 …`` forwarded · ``[按钮]`` press it, ``再按 [按钮]`` the same once more, ``旧卡 [按钮]`` as it was first shown,
``连按 [按钮]`` twice at once, ``张三+李四 > [按钮]`` by two at once · ``照片×3 “说明”``, ``说明7“…”`` on the seventh,
``晚2秒`` the last one late, ``照片甲`` (乙, 丙) always the same picture, ``拍于 纬,经 年-月-日 时:分`` what its camera says ·
``文件 名.jpg``, ``文件 名.csv：第一行⏎第二行``, ``大文件``, ``坏文件`` · ``位置 纬,经``, ``实时位置``, ``移动到``, ``地点 纬,经 名`` · ``<voice>`` any other
kind · ``改上一条：…``, ``改说明：…`` · everything else is typed.

``系统 > 重启`` · ``过了 3 小时`` · ``到 22:30`` · ``群升级 名`` · ``移出 群`` · ``拉入 群`` · ``管理员 群`` · ``屏蔽 名`` ·
``解除屏蔽 名`` · ``新群 名 (名, …)``.
"""

import asyncio
import io
import random
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from PIL import Image, ImageDraw

from tests.support.talk import LOOK_AGAIN_SECONDS, Stage, Talk, TalkFailed, buttons, expect, shown

PHOTOS = re.compile(
    r"(?P<kind>照片|文件|大文件|坏文件)(?P<same>[甲乙丙])?(?:×(?P<count>\d+))?(?:\s*(?P<name>\S+\.\w+))?"
    r"(?:\s*拍于\s*(?P<lat>[\d.]+),(?P<lng>[\d.]+)(?:\s+(?P<on>\d+-\d+-\d+ \d+:\d+))?)?"
    r"(?:\s*晚(?P<late>\d+)秒)?(?:\s*(?:说明(?P<nth>\d+))?“(?P<caption>.*)”)?"
)
PLACE = re.compile(
    r"(?P<kind>位置|实时位置|地点)\s*(?P<lat>[\d.]+)\s*,\s*(?P<lng>[\d.]+)(?:\s+(?P<title>\S+))?"
)
TABLE = re.compile(r"文件\s*(?P<name>\S+\.(?:csv|txt))：(?P<text>.*)")
MOVED = re.compile(r"移动到\s*([\d.]+)\s*,\s*([\d.]+)")
PRESS = re.compile(r"(再按|旧卡|连按)?\s*\[(.+)\]")
EDIT = re.compile(r"改(上一条|说明)：(.*)")
TIME = re.compile(r"过了\s*(\d+)\s*(小时|分钟|秒|天)")
UNITS = {"小时": 3600, "分钟": 60, "天": 86400, "秒": 1}
STATUS = {
    "移出": "kicked",
    "拉入": "member",
    "管理员": "administrator",
    "屏蔽": "kicked",
    "解除屏蔽": "member",
}
HEADS = {".heic": b"\0\0\0\x18ftypheic\0\0\0\0", ".pdf": b"%PDF-1.7\n", ".mp4": b"\0\0\0\x18ftypisom\0\0\0\0"}


async def play(talk: Talk, stage: Stage) -> None:
    """Play every step; raises TalkFailed at the first that goes otherwise."""
    for at, who, way, what in talk.steps:
        told = what
        for name, value in stage.facts.items():
            told = told.replace("{" + name + "}", value)
        try:
            await (do if way == ">" else expect)(stage, who, told)
        except TalkFailed as failure:
            raise TalkFailed(f"{talk.title}, line {at}: {who} {way} {told}\n{failure}") from None


async def do(stage: Stage, who: str, what: str) -> None:
    """Somebody says or does something; raises TalkFailed when it cannot be done."""
    if who == "系统":
        await _world(stage, what)
        return
    if "+" in who:
        await _together(stage, who.split("+"), what)
        return
    if who not in stage.cast.people:
        raise TalkFailed(f"nobody is called {who}")
    person, chat, more = stage.cast.people[who], stage.cast.people[who], {}
    if (found := re.match(r"@(\S+)\s+(.*)", what)) and found[1] in stage.cast.groups:
        chat, what = stage.cast.groups[found[1]], found[2]
    while found := re.match(r"(匿名|回复|转发)\s+(.*)", what):
        what = found[2]
        more |= await _circumstance(stage, found[1], person, chat)
    if found := PRESS.fullmatch(what):
        await press(stage, who, chat, found[1] or "", found[2])
    else:
        await _send(stage, person, chat, what, more)


async def _together(stage: Stage, everybody: list[str], what: str) -> None:
    """Several do the same at once; the answers to their presses stand side by side."""
    answers: list[str] = []

    async def one(who: str) -> None:
        alone = replace(stage, facts={})
        await do(alone, who, what)
        answers.append(alone.facts.get("answer", ""))

    await asyncio.gather(*(one(who) for who in everybody))
    stage.facts["answer"] = "|".join(answers)


async def _circumstance(stage: Stage, word: str, person: int, chat: int) -> dict[str, Any]:
    if word == "匿名":
        return {"anonymous": True}
    if word == "转发":
        return {"forward_from": 999_001}  # nobody whom the sandbox knows
    await asyncio.sleep(
        stage.patience / 40
    )  # nobody answers sooner than the bot knows that its message arrived
    said = [m for m in await stage.client.messages(chat, person) if m["from"].get("is_bot")]
    return {"reply_to": said[-1]["message_id"]}


async def _send(stage: Stage, person: int, chat: int, what: str, more: dict[str, Any]) -> None:
    client = stage.client
    if found := TABLE.fullmatch(what):
        named, content = {"as_document": True, "file_name": found["name"]}, found["text"].replace("⏎", "\n")
        await client.photos(person, content.encode("gb18030"), chat=chat, **named, **more)
    elif found := PHOTOS.fullmatch(what):
        await _photos(stage, person, chat, found, more)
    elif found := PLACE.fullmatch(what):
        kind = {"位置": "location", "实时位置": "live", "地点": "venue"}[found["kind"]]
        venue = {"title": found["title"], "address": "示例路"} if kind == "venue" else {}
        point = float(found["lat"]), float(found["lng"])
        await client.location(person, *point, kind=kind, chat=chat, **venue, **more)
    elif found := MOVED.fullmatch(what):
        mine = await _mine(stage, person, chat, "location")
        await client.move(person, mine, float(found[1]), float(found[2]), chat=chat)
    elif found := re.fullmatch(r"<(\w+)>", what):
        await client.send(person, kind=found[1], chat=chat, **more)
    elif found := EDIT.fullmatch(what):
        kind, name = ("text", "text") if found[1] == "上一条" else ("photo", "caption")
        await client.edit(person, await _mine(stage, person, chat, kind), chat=chat, **{name: found[2]})
    else:
        await client.send(person, what.replace("⏎", "\n"), chat=chat, **more)


async def _mine(stage: Stage, person: int, chat: int, kind: str) -> int:
    """The last message of this kind that somebody sent."""
    sent = await stage.client.messages(chat, person)
    return [m["message_id"] for m in sent if m["from"]["id"] == person and kind in m][-1]


async def _photos(stage: Stage, person: int, chat: int, found: re.Match[str], more: dict[str, Any]) -> None:
    count, kind, name = int(found["count"] or 1), found["kind"], found["name"] or "现场.jpg"
    if found["caption"]:
        more |= {"caption": found["caption"], "caption_on": int(found["nth"] or 1) - 1}
    if kind != "照片":
        more |= {"as_document": True, "file_name": name}
    if found["late"]:
        more["late"] = int(found["late"])
    exif = _exif(found) if found["lat"] else None
    files = (_file(kind, name, found["same"], exif) for _ in range(count))
    await stage.client.photos(person, *files, chat=chat, **more)


def _exif(found: re.Match[str]) -> Image.Exif:
    """When and where a camera says that it took the photo."""
    exif = Image.Exif()
    if found["on"]:
        exif.get_ifd(0x8769).update({0x9003: found["on"].replace("-", ":") + ":00", 0x9011: "+08:00"})
    degrees = {2: (float(found["lat"]), 0.0, 0.0), 4: (float(found["lng"]), 0.0, 0.0)}
    exif.get_ifd(0x8825).update({1: "N", 3: "E", **degrees})
    return exif


def _file(kind: str, name: str, same: str | None, exif: Image.Exif | None) -> bytes:
    ending = name[name.rindex(".") :].lower()
    if kind == "坏文件":
        return b"\xff\xd8\xff\xe0" + random.randbytes(500)
    if ending in HEADS:
        return HEADS[ending] + random.randbytes(500)
    return a_photo(same, exif) + (b"\0" * (21 << 20) if kind == "大文件" else b"")


async def press(stage: Stage, who: str, chat: int, how: str, label: str) -> None:
    """Press a button and keep how the press was answered; raises TalkFailed when there is none or no answer."""
    person = stage.cast.people[who]
    if how == "再按":
        message, data = stage.pressed[person, label]
    elif how == "旧卡":
        message, data = _first(stage, who, label)
    else:
        message, data = await _find(stage, person, chat, label)
    stage.pressed[person, label] = message, data
    push = partial(stage.client.press, person, message, data, chat=chat)
    for answer in await asyncio.gather(*(push() for _ in range(2 if how == "连按" else 1))):
        if not answer["answered"]:
            raise TalkFailed(f"the press on [{label}] was not answered")
        stage.facts["answer"] = str(answer.get("text") or "")


def _first(stage: Stage, who: str, label: str) -> tuple[int, str]:
    for (name, text), found in stage.first_seen.items():
        if name == who and label in text:
            return found
    raise TalkFailed(f"no card with [{label}] was shown before")


async def _find(stage: Stage, person: int, chat: int, label: str) -> tuple[int, str]:
    deadline = asyncio.get_running_loop().time() + stage.patience
    while True:
        messages = await stage.client.messages(chat, person)
        for message in reversed(messages):
            for text, button in buttons(message):
                if label in text and "callback_data" in button:
                    return message["message_id"], button["callback_data"]
        if asyncio.get_running_loop().time() > deadline:
            raise TalkFailed(f"there is no button [{label}]; shown is:\n{shown(messages)}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _world(stage: Stage, what: str) -> None:
    word, _, name = what.partition(" ")
    if what == "重启":
        await stage.restart()
    elif found := TIME.fullmatch(what):
        await stage.advance(int(found[1]) * UNITS[found[2]])
    elif found := re.fullmatch(r"到 (\d\d):(\d\d)", what):
        now = stage.now()
        then = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        await stage.advance(((then - now) % timedelta(days=1)).total_seconds())
    elif found := re.fullmatch(r"新群 (\S+) \((.*)\)", what):
        members = [stage.cast.people[one.strip()] for one in found[2].split(",")]
        stage.cast.groups[found[1]] = (await stage.client.group(found[1], members))["id"]
    elif word == "群升级":
        stage.cast.groups[name] = await stage.client.upgrade(stage.cast.groups[name])
    elif word in STATUS:
        chat = stage.cast.groups.get(name) or stage.cast.people[name]
        await stage.client.bot_status(chat, STATUS[word])
    else:
        raise TalkFailed(f"the world cannot: {what}")


def a_photo(same: str | None = None, exif: Image.Exif | None = None) -> bytes:
    """A picture unlike any other, but for those with the same name."""
    dice = random.Random(same)  # pictures, no secrets
    picture = Image.new("RGB", (640, 480))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        box = sorted(dice.choices(range(640), k=2)), sorted(dice.choices(range(480), k=2))
        fill = (dice.randrange(256), dice.randrange(256), dice.randrange(256))
        draw.rectangle((box[0][0], box[1][0], box[0][1], box[1][1]), fill=fill)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, **({"exif": exif} if exif is not None else {}))
    return out.getvalue()
