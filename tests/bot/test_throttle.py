"""Somebody who floods the bot is told once; what others say, and evidence, goes on."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.throttle import MOST, Pace, Throttle
from handlers.said import Words
from storage.schema import outbox
from tests.support.desk import NOW, WANG, ZHANG, say
from tests.support.post import Mill, message, mill, photo, press


async def said(at: Mill, words: str) -> int:
    """How many messages with these words are owed."""
    return sum(words in str(row[0]) for row in await at.rows(select(outbox.c.payload)))


async def test_u12_a_flood_is_answered_up_to_a_limit_then_told_once_and_accounted_for(tmp_path: Path) -> None:
    async with mill(tmp_path) as at:
        await at.take(*(message(n, text="/help") for n in range(1, MOST + 41)))
        await at.work()
        assert await at.states() == {"processed": MOST, "ignored": 40}
        assert await said(at, "太快") == 1
        assert len(await at.owed()) == MOST + 1


async def test_u12_a_photo_of_somebody_who_floods_is_still_taken_and_a_press_still_answered(
    tmp_path: Path,
) -> None:
    async with mill(tmp_path) as at:
        await at.take(*(message(n, text="/help") for n in range(1, MOST + 2)))
        await at.take(photo(500, "f1"), press(501, "anything"))
        await at.work()
        assert await said(at, "收到 1 张照片") == 1
        assert "answer:q501" in await at.owed()


def test_u12_others_are_heard_meanwhile_and_the_same_person_after_a_minute() -> None:
    throttle, words = Throttle(), Words("花园口 超期")
    paces = [throttle.judge(say(words, ZHANG), NOW) for _ in range(MOST + 3)]
    assert paces == [Pace.FINE] * MOST + [Pace.TELL, Pace.HUSH, Pace.HUSH]
    assert throttle.judge(say(words, WANG), NOW) is Pace.FINE
    assert throttle.judge(say(words, ZHANG), NOW + timedelta(seconds=59)) is Pace.HUSH
    assert throttle.judge(say(words, ZHANG), NOW + timedelta(seconds=61)) is Pace.FINE
