"""Plays a conversation written in plain words through the real bot and the local Telegram.

A ``.talk`` file: first lines ``人员: 名字 = 身份 镇办; …`` and ``群: 群名 = 镇办 (名字, …)``, then one line a step:
``张三 > …`` is said or done, ``张三 < …`` is shown to 张三 (``花园口镇群 < …`` in a group). ``…`` stands for anything,
``[按钮]`` for a button, ``!`` before a text says that nothing of the kind is shown.
"""

import asyncio
import io
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from sandbox.client import Client

PATIENCE_SECONDS = 8.0
QUIET_SECONDS = 0.6
STEP = re.compile(r"^(?P<who>\S+)\s*(?P<way>[<>])\s*(?P<what>.*)$")
BUTTON = re.compile(r"\[([^\]]+)\]")


class TalkFailed(AssertionError):
    """What was shown is not what the talk says; both stand under each other."""


@dataclass(slots=True)
class Cast:
    """Who and where, by the names that the talk uses."""

    people: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, int], str] = field(
        default_factory=dict
    )  # (chat's name, message id) -> what was seen

    def chat(self, name: str) -> int:
        return self.people.get(name) or self.groups[name]


@dataclass(slots=True)
class Talk:
    """One conversation."""

    title: str
    people: list[tuple[str, str, str]]  # name, role, town
    groups: list[tuple[str, str, list[str]]]  # name, bound to, members
    steps: list[tuple[int, str, str, str]]  # line, who, way, what


def read(path: Path) -> Talk:
    """Raises ValueError naming the line that is not understood."""
    talk = Talk(path.stem, [], [], [])
    for at, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("人员:"):
            for one in line.removeprefix("人员:").split(";"):
                name, _, post = one.partition("=")
                role, _, town = post.strip().partition(" ")
                talk.people.append((name.strip(), role, town.strip()))
        elif line.startswith("群:"):
            found = re.fullmatch(r"群:\s*(\S+)\s*=\s*(\S*)\s*\((.*)\)", line)
            if not found:
                raise ValueError(f"{path.name}:{at}: {line}")
            talk.groups.append((found[1], found[2], [name.strip() for name in found[3].split(",")]))
        elif found := STEP.match(line):
            talk.steps.append((at, found["who"], found["way"], found["what"]))
        else:
            raise ValueError(f"{path.name}:{at}: {line}")
    return talk


@dataclass(slots=True)
class Stage:
    """Where a talk is played: the client of the sandbox, and what can be done to the bot."""

    client: Client
    cast: Cast
    restart: Any  # async callable: the bot is ended and started again
    advance: Any  # callable(seconds): the bot's clock moves on
    facts: dict[str, str]  # words in braces of a talk: {today}, …
    patience: float = PATIENCE_SECONDS


async def play(talk: Talk, stage: Stage) -> None:
    """Play every step; raises TalkFailed at the first that goes otherwise."""
    for at, who, way, what in talk.steps:
        words = what
        for name, value in stage.facts.items():
            words = words.replace("{" + name + "}", value)
        try:
            if way == ">":
                await _do(stage, who, words)
            else:
                await _expect(stage, who, words)
        except TalkFailed as failure:
            raise TalkFailed(f"{talk.title}, line {at}: {who} {way} {words}\n{failure}") from None


async def _do(stage: Stage, who: str, what: str) -> None:
    client, person = stage.client, stage.cast.people.get(who)
    if who == "系统":
        await _world(stage, what)
        return
    assert person is not None, f"nobody is called {who}"
    chat: int | None = None
    if found := re.match(r"@(\S+)\s+(.*)", what):
        chat, what = stage.cast.groups[found[1]], found[2]
    if found := re.fullmatch(r"\[(.+)\](?:\s*第(\d+)张卡)?", what):
        await _press(stage, who, person, chat, found[1])
    elif found := re.fullmatch(
        r"(照片|文件)(?:×(\d+))?(?:\s*(\S+\.\w+))?(?:\s*晚(\d+)秒)?(?:\s*“(.*)”)?", what
    ):
        await _photos(client, person, chat, found)
    elif found := re.fullmatch(r"(位置|实时位置|地点)\s*([\d.]+)\s*,\s*([\d.]+)(?:\s+(\S+))?", what):
        kind = {"位置": "location", "实时位置": "live", "地点": "venue"}[found[1]]
        more = {"title": found[4], "address": "示例路"} if kind == "venue" else {}
        await client.location(person, float(found[2]), float(found[3]), kind=kind, chat=chat, **more)
    elif found := re.fullmatch(r"<(\w+)>", what):
        await client.send(person, kind=found[1], chat=chat)
    elif found := re.fullmatch(r"改上一条：(.*)", what):
        mine = [m for m in await client.messages(chat or person, person) if m["from"]["id"] == person]
        await client.edit(person, mine[-1]["message_id"], chat=chat, text=found[1])
    else:
        await client.send(person, what, chat=chat)


async def _world(stage: Stage, what: str) -> None:
    if what == "重启":
        await stage.restart()
    elif found := re.fullmatch(r"过了\s*(\d+)\s*(小时|分钟|天)", what):
        seconds = int(found[1]) * {"小时": 3600, "分钟": 60, "天": 86400}[found[2]]
        stage.advance(seconds)
        await stage.client.advance(seconds)
    else:
        raise TalkFailed(f"the world cannot: {what}")


async def _photos(client: Client, person: int, chat: int | None, found: re.Match[str]) -> None:
    count, late = int(found[2] or 1), found[4]
    more: dict[str, Any] = {"caption": found[5]} if found[5] else {}
    if found[1] == "文件":
        more |= {"as_document": True, "file_name": found[3] or "现场.jpg"}
    if late:
        more["late"] = int(late)
    await client.photos(person, *(a_photo() for _ in range(count)), chat=chat, **more)


async def _press(stage: Stage, who: str, person: int, chat: int | None, wanted: str) -> None:
    where = chat or person
    deadline = asyncio.get_running_loop().time() + stage.patience
    while True:
        messages = await stage.client.messages(where, person)
        for message in reversed(messages):
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    if wanted in button["text"] and "callback_data" in button:
                        answer = await stage.client.press(
                            person, message["message_id"], button["callback_data"], chat=where
                        )
                        if not answer["answered"]:
                            raise TalkFailed(f"the press on [{wanted}] was not answered")
                        stage.facts["answer"] = str(answer.get("text") or "")
                        return
        if asyncio.get_running_loop().time() > deadline:
            raise TalkFailed(f"there is no button [{wanted}]; shown is:\n{_shown(messages)}")
        await asyncio.sleep(0.05)


async def _expect(stage: Stage, who: str, what: str) -> None:
    if who == "提示":
        if not _fits(what, stage.facts.get("answer", "")):
            raise TalkFailed(f"the press was answered: {stage.facts.get('answer')}")
        return
    forbidden = what.startswith("!")
    chat = stage.cast.chat(who)
    viewer = stage.cast.people.get(who) or next(iter(stage.cast.people.values()))
    deadline = asyncio.get_running_loop().time() + (QUIET_SECONDS if forbidden else stage.patience)
    while True:
        messages = await stage.client.messages(chat, viewer)
        fresh = [m for m in messages if _is_news(stage, who, m)]
        hit = next((m for m in fresh if _matches(what.lstrip("! "), m)), None)
        if hit and forbidden:
            raise TalkFailed(f"this should not be shown:\n{_shown([hit])}")
        if hit:
            stage.cast.seen[(who, hit["message_id"])] = _content(hit)
            if found := re.search(r"[A-Z]{2}\d{8}-\d{4}", _content(hit)):
                stage.facts["number"] = found[0]
            return
        if asyncio.get_running_loop().time() > deadline:
            if forbidden:
                return
            raise TalkFailed(f"shown is:\n{_shown(fresh or messages[-3:])}")
        await asyncio.sleep(0.05)


def _is_news(stage: Stage, who: str, message: dict[str, Any]) -> bool:
    by_bot = message["from"].get("is_bot", False) and not message.get("deleted")
    return by_bot and stage.cast.seen.get((who, message["message_id"])) != _content(message)


def _matches(wanted: str, message: dict[str, Any]) -> bool:
    labels = [
        button["text"]
        for row in (message.get("reply_markup") or {}).get("inline_keyboard", [])
        for button in row
    ]
    text = BUTTON.sub("", wanted).strip()
    return all(any(one in label for label in labels) for one in BUTTON.findall(wanted)) and _fits(
        text, message.get("text") or message.get("caption") or ""
    )


def _fits(wanted: str, shown: str) -> bool:
    pieces = [re.escape(piece.strip()) for piece in wanted.split("…") if piece.strip()]
    return re.search(".*?".join(pieces), shown, re.DOTALL) is not None


def _content(message: dict[str, Any]) -> str:
    return f"{message.get('text') or message.get('caption') or ''}|{message.get('reply_markup')}"


def _shown(messages: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"  {m['from'].get('first_name')}: {m.get('text') or m.get('caption') or '(picture)'}"
        f"  {[b['text'] for r in (m.get('reply_markup') or {}).get('inline_keyboard', []) for b in r]}"
        for m in messages
    )


def a_photo() -> bytes:
    """A picture unlike any other."""
    picture = Image.new("RGB", (640, 480))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        box = sorted(random.choices(range(640), k=2)), sorted(random.choices(range(480), k=2))
        fill = (random.randrange(256), random.randrange(256), random.randrange(256))
        draw.rectangle((box[0][0], box[1][0], box[0][1], box[1][1]), fill=fill)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
