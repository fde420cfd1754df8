"""Every conversation in tests/talks, played through the real bot and the local Telegram."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.app import Running, start
from tests.support.talk import Player, Talk, TalkFailed, read
from tests.support.theatre import perform

FOLDER = Path(__file__).parent / "talks"
KINDS = {
    "sticker": "贴纸",
    "voice": "语音",
    "video": "视频",
    "video_note": "视频消息",
    "animation": "动图",
    "audio": "音频",
    "contact": "名片",
    "poll": "投票",
    "dice": "骰子",
    "game": "游戏",
}
STEPS = {
    "nothing": ([], "发一张照片就能开始上报；发“帮助”看全部"),
    "photo": (["/report"], "现在需要照片"),
    "place": (["照片"], "现在需要地点：发送位置、地图链接或地名"),
    "town": (["照片", "位置 34.8882,113.677"], "请点按钮选镇办"),
    "category": (["照片", "位置 34.88608,113.73337"], "请点按钮选类别，或直接打类别名"),
    "confirm": (["照片 “裸露黄土”", "位置 34.88608,113.73337"], "请核对后点“提交”"),
}
ZHANG = Player("张三", "巡查员", "花园口镇")


@pytest.fixture
async def sandbox() -> AsyncIterator[Running]:
    running = await start(0)
    yield running
    await running.stop()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.talk")), ids=lambda path: path.stem)
async def test_the_conversation_goes_as_written(path: Path, sandbox: Running, tmp_path: Path) -> None:
    await perform(read(path), sandbox, tmp_path)


@pytest.mark.parametrize("step", STEPS)
async def test_u07_what_cannot_be_used_is_answered_with_what_is_awaited(
    step: str, sandbox: Running, tmp_path: Path
) -> None:
    before, hint = STEPS[step]
    steps = [(0, "张三", ">", said) for said in before]
    for at, (kind, name) in enumerate(KINDS.items(), 1):
        steps += [(at, "张三", ">", f"<{kind}>"), (at, "张三", "<", f"{name}我还用不上。{hint}")]
    await perform(Talk(step, [ZHANG], [], steps), sandbox, tmp_path)


@pytest.mark.parametrize("untrue", ["月亮", "查 [月亮]", "〔图〕 查", "! 查"])
async def test_a_talk_that_is_not_true_fails(untrue: str, sandbox: Running, tmp_path: Path) -> None:
    talk = Talk("wrong", [ZHANG], [], [(1, "张三", ">", "帮助"), (2, "张三", "<", untrue)])
    with pytest.raises(TalkFailed, match="line 2"):
        await perform(talk, sandbox, tmp_path, patience=1.0)
