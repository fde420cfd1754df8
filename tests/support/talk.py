"""Plays a conversation written in plain words through the real bot and the local Telegram.

A ``.talk`` file begins with ``人员: 名字 = 身份 镇办 [英文]; …`` and ``群: 群名 = 镇办 (名字, …)`` (``普通群:`` for a basic
group, an empty 镇办 for one that is bound to nothing, 值班 for the duty chat, 全区 for the district's). Then one line a step: ``张三 > …`` is said or done (the words are
in tests/support/doing.py), ``张三 < …`` is shown to 张三, ``花园口镇群 < …`` in a group, ``张三@花园口镇群 < …`` to 张三 in
that group. ``…`` stands for anything, ``[按钮]`` for a button and ``[按钮→地址]`` for where it leads, ``〔图〕`` for a
picture. ``!`` before it says that nothing of the kind is shown. ``提示 < …`` is the answer to the last press.
"""

import asyncio
import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from sandbox.client import Client

PATIENCE_SECONDS = 12.0
QUIET_SECONDS = 0.6
LOOK_AGAIN_SECONDS = 0.05
STEP = re.compile(r"^(?P<who>\S+)\s*(?P<way>[<>])\s*(?P<what>.*)$")
GROUP = re.compile(r"(?P<kind>普通)?群:\s*(?P<name>\S+)\s*=\s*(?P<town>\S*)\s*\((?P<members>.*)\)")
BUTTON = re.compile(r"\[([^\]]+)\]")
PICTURE = "〔图〕"
BOT = "lanxun_demo_bot"


class TalkFailed(AssertionError):
    """What was shown is not what the talk says; both stand under each other."""


@dataclass(slots=True)
class Cast:
    """Who and where, by the names that the talk uses; what was seen by (chat's name, message id)."""

    people: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody in a talk; 待加入 has an invitation, 外人 has nothing."""

    name: str
    role: str
    town: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Room:
    """A group in a talk."""

    name: str
    town: str
    members: tuple[str, ...]
    kind: str = "supergroup"


@dataclass(slots=True)
class Talk:
    """One conversation."""

    title: str
    people: list[Player] = field(default_factory=list)
    groups: list[Room] = field(default_factory=list)
    steps: list[tuple[int, str, str, str]] = field(default_factory=list)  # line, who, way, what


def read(path: Path) -> Talk:
    """Raises ValueError naming the line that is not understood."""
    talk = Talk(path.stem)
    for at, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("人员:"):
            talk.people += [_player(one) for one in line.removeprefix("人员:").split(";")]
        elif found := GROUP.fullmatch(line):
            members = tuple(name.strip() for name in found["members"].split(","))
            kind = "group" if found["kind"] else "supergroup"
            talk.groups.append(Room(found["name"], found["town"], members, kind))
        elif found := STEP.match(line):
            talk.steps.append((at, found["who"], found["way"], found["what"]))
        else:
            raise ValueError(f"{path.name}:{at}: {line}")
    return talk


def _player(line: str) -> Player:
    name, _, post = line.partition("=")
    role, *rest = post.split()
    language = "en" if "英文" in rest else "zh-hans"
    return Player(name.strip(), role, next((one for one in rest if one != "英文"), ""), language)


@dataclass(slots=True)
class Stage:
    """Where a talk is played: the client of the sandbox, and what can be done to the bot.

    ``facts`` are the words in braces of a talk, like {today}; ``pressed`` what was pressed under which label.
    """

    client: Client
    cast: Cast
    restart: Any  # async callable: the bot is ended and started again
    advance: Any  # async callable(seconds): the clock moves on for everybody
    now: Any  # callable: the local time of the talk
    facts: dict[str, str]
    patience: float = PATIENCE_SECONDS
    pressed: dict[tuple[int, str], tuple[int, str]] = field(default_factory=dict)
    first_seen: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


async def expect(stage: Stage, who: str, what: str) -> None:
    """Wait until it is shown; raises TalkFailed."""
    if who == "提示":
        if not fits(what, stage.facts.get("answer", "")):
            raise TalkFailed(f"the press was answered: {stage.facts.get('answer')}")
        return
    forbidden, wanted = what.startswith("!"), what.lstrip("! ")
    deadline = asyncio.get_running_loop().time() + (QUIET_SECONDS if forbidden else stage.patience)
    while True:
        messages = await _messages(stage, who)
        fresh = [m for m in messages if _is_news(stage, who, m)]
        hit = next((m for m in fresh if _matches(wanted, m)), None)
        if hit and forbidden:
            raise TalkFailed(f"this should not be shown:\n{shown([hit])}")
        if hit:
            _note(stage, who, hit)
            return
        if asyncio.get_running_loop().time() > deadline:
            if forbidden:
                return
            raise TalkFailed(f"shown is:\n{shown(fresh or messages[-3:])}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _messages(stage: Stage, who: str) -> list[dict[str, Any]]:
    viewer, _, group = who.rpartition("@")
    cast = stage.cast
    if group in cast.groups:
        return await stage.client.messages(cast.groups[group], cast.people[viewer] if viewer else 1)
    return await stage.client.messages(cast.people[who], cast.people[who])


def _note(stage: Stage, who: str, message: dict[str, Any]) -> None:
    stage.cast.seen[(_chat(who), message["message_id"])] = _content(message)
    for label, button in buttons(message):
        if "callback_data" in button:
            stage.first_seen.setdefault((who, label), (message["message_id"], button["callback_data"]))
    if found := re.search(r"[A-Z]{2}\d{8}-\d{4}", words(message)):
        stage.facts["number"] = found[0]
    if found := re.search(r"\?start=([\w-]{20,})", words(message)):
        stage.facts["link"] = found[1]


def _chat(who: str) -> str:
    return who.rpartition("@")[2]


def _is_news(stage: Stage, who: str, message: dict[str, Any]) -> bool:
    by_bot = message["from"].get("username") == BOT and not message.get("deleted")
    return by_bot and stage.cast.seen.get((_chat(who), message["message_id"])) != _content(message)


def _matches(wanted: str, message: dict[str, Any]) -> bool:
    text = BUTTON.sub("", wanted).replace(PICTURE, "").strip()
    pictured = "photo" in message or PICTURE not in wanted
    return (
        pictured
        and all(_has_button(message, one) for one in BUTTON.findall(wanted))
        and fits(text, words(message))
    )


def _has_button(message: dict[str, Any], wanted: str) -> bool:
    label, _, url = wanted.partition("→")
    return any(label in text and url in str(button.get("url", "")) for text, button in buttons(message))


def buttons(message: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every button under a message, or in the keyboard that came with it, with its label."""
    markup = message.get("reply_markup") or {}
    rows = [*markup.get("inline_keyboard", []), *markup.get("keyboard", [])]
    every = [{"text": one} if isinstance(one, str) else one for row in rows for one in row]
    return [(one["text"], one) for one in every]


def fits(wanted: str, text: str) -> bool:
    """Whether the pieces between the dots stand in the text in this order."""
    pieces = [re.escape(_close(piece)) for piece in wanted.split("…")]
    return re.search(".*?".join(pieces), _close(text)) is not None


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text)


def words(message: dict[str, Any]) -> str:
    """What can be read of a message; of a table its cells."""
    rich = (message.get("rich") or {}).get("html", "")
    return (
        message.get("text")
        or message.get("caption")
        or " ".join(unescape(re.sub(r"<[^>]+>", " ", rich)).split())
    )


def _content(message: dict[str, Any]) -> str:
    return f"{words(message)}|{message.get('reply_markup')}|{message.get('photo', {}).get('url')}"


def shown(messages: list[dict[str, Any]]) -> str:
    """Messages as a failure prints them."""
    return "\n".join(
        f"  {m['from'].get('first_name')}: {words(m) or '(picture)'}  {[label for label, _ in buttons(m)]}"
        for m in messages
    )
