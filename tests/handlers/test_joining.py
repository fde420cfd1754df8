"""Joining by an invitation, and handing invitations out."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.invitation import hash_of
from domain.people import Post, Role
from handlers.access import NotAPerson
from handlers.chat.joining import PRESSES, start, stranger
from handlers.desk import Desk
from handlers.said import PhotoSent, Speaker, Words
from storage import chats, invitations, people
from storage.chats import Chat
from storage.db import Database
from storage.schema import drafts, wrong_codes
from storage.schema import invitations as invitation_rows
from storage.schema import people as people_rows
from storage.tx import Tx
from tests.support.desk import (
    GROUP,
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    OTHER_TOWN,
    PATROL_POST,
    STRANGER,
    TOWN,
    WANG,
    ZHANG,
    command,
    enrol,
    handle,
    office,
    owed,
    press,
    say,
)
from tests.support.joining import invited, opened


async def is_member(db: Database, person_id: int) -> bool:
    async with db.read() as c:
        return person_id in await people.of(c, [person_id])


async def bind_group(db: Database) -> None:
    async def job(tx: Tx) -> None:
        chat = Chat(GROUP, "group", "示例群", None, None, "member")
        chats.bind(tx, chat, TOWN, by=OFFICER, at=NOW, thread_id=None)

    await db.write(job)


async def test_opening_a_link_shows_what_joining_means_and_joins_nobody(db: Database) -> None:
    card = await opened(db, await invited(db))
    assert "花园口镇 · 巡查员" in card.text
    assert "惠济区" in card.text
    assert list(card.buttons) == ["确认加入", "不是我"]
    assert not await is_member(db, ZHANG)


async def test_the_confirming_press_makes_a_member_in_that_post(db: Database) -> None:
    card = await opened(db, await invited(db))
    answer, edit, welcome = await press(db, PRESSES, card.buttons["确认加入"].token)
    assert (answer.act, edit.act, edit.buttons) == ("answer", "edit", {})
    assert welcome.text.startswith("欢迎，张三。")
    async with db.read() as c:
        person = (await people.of(c, [ZHANG]))[ZHANG]
    assert (person.post.role, person.post.town, person.language) == (Role.PATROL, TOWN, "zh")


async def test_a_code_is_good_for_one_person(db: Database) -> None:
    code = await invited(db)
    first, second = await opened(db, code), await opened(db, code, LI)
    await press(db, PRESSES, first.buttons["确认加入"].token)
    _, edit = await press(db, PRESSES, second.buttons["确认加入"].token, LI)
    assert "已被使用" in edit.text
    assert not await is_member(db, LI)
    assert "已被使用" in (await opened(db, code, WANG)).text


async def test_pressing_confirm_again_changes_nothing(db: Database) -> None:
    token = (await opened(db, await invited(db))).buttons["确认加入"].token
    await press(db, PRESSES, token)
    (answer,) = await press(db, PRESSES, token)
    assert answer.note == "您已用这张邀请加入，不必再点。"
    async with db.read() as c:
        assert len(await people.posts_of(c, ZHANG)) == 1


async def test_an_invitation_ends_after_two_days(db: Database) -> None:
    code = await invited(db)
    assert "确认加入" in (await opened(db, code, now=NOW + timedelta(hours=47, minutes=59))).buttons
    assert "已失效" in (await opened(db, code, LI, now=NOW + timedelta(hours=48))).text


async def test_an_invitation_that_ends_between_link_and_press_is_not_taken(db: Database) -> None:
    token = (await opened(db, await invited(db))).buttons["确认加入"].token
    _, edit = await press(db, PRESSES, token, now=NOW + timedelta(hours=48))
    assert "已失效" in edit.text
    assert not await is_member(db, ZHANG)


async def test_not_me_makes_the_code_void(db: Database) -> None:
    code = await invited(db)
    await press(db, PRESSES, (await opened(db, code)).buttons["不是我"].token)
    assert "已失效" in (await opened(db, code, LI)).text


async def test_u18_a_code_shown_in_a_group_is_void(db: Database) -> None:
    await bind_group(db)
    code = await invited(db)
    (refusal,) = await handle(db, start, command("start", code, chat_id=GROUP), code)
    assert "已经作废" in refusal.text
    assert "已失效" in (await opened(db, code)).text


async def test_a_wrong_code_in_a_group_gets_the_same_sentence_as_a_good_one(db: Database) -> None:
    await bind_group(db)
    code = await invited(db)
    (good,) = await handle(db, start, command("start", code, chat_id=GROUP), code)
    (wrong,) = await handle(db, start, command("start", "x" * 32, chat_id=GROUP), "x" * 32)
    assert good.text == wrong.text


async def test_u11_who_hides_behind_a_group_opens_nothing(db: Database) -> None:
    code = await invited(db)
    said = command("start", code, chat_id=GROUP, speaker=Speaker.ANONYMOUS)
    with pytest.raises(NotAPerson):
        await handle(db, start, said, code)
    assert "确认加入" in (await opened(db, code)).buttons


async def test_a_hundred_takers_of_one_code_get_one_member(db: Database) -> None:
    code_hash = hash_of(await invited(db))

    async def take(person_id: int) -> bool:
        async def job(tx: Tx) -> bool:
            return await invitations.take(tx, code_hash, person_id, NOW)

        return await db.write(job)

    assert sum(await asyncio.gather(*(take(person) for person in range(100)))) == 1


async def test_a_hundred_presses_of_one_code_make_one_member(db: Database) -> None:
    code = await invited(db)
    tokens = {who: (await opened(db, code, who)).buttons["确认加入"].token for who in range(1, 101)}
    await asyncio.gather(*(press(db, PRESSES, token, who) for who, token in tokens.items()))
    async with db.read() as c:
        assert (await c.execute(select(func.count()).select_from(people_rows))).scalar_one() == 1


async def test_five_wrong_codes_cost_a_quarter_of_an_hour(db: Database) -> None:
    code = await invited(db)
    for _ in range(5):
        assert "没有这张邀请" in (await opened(db, "wrong")).text
    assert "请稍后再试" in (await opened(db, code)).text
    assert "确认加入" in (await opened(db, code, LI)).buttons
    assert "确认加入" in (await opened(db, code, now=NOW + timedelta(minutes=15))).buttons


async def test_ten_thousand_guesses_from_two_hundred_users_are_stopped_at_fifty(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    code = await invited(db)
    guesses = [(person, f"guess{turn}") for turn in range(50) for person in range(5001, 5201)]

    async def guess(person: int, word: str) -> None:
        async def job(tx: Tx) -> None:
            await start(Desk(tx, NOW, office(), command("start", word, person)), word)

        await db.write(job)

    for at in range(0, len(guesses), 500):
        await asyncio.gather(*(guess(*one) for one in guesses[at : at + 500]))
    async with db.read() as c:
        assert (await c.execute(select(func.count()).select_from(wrong_codes))).scalar_one() == 50
    assert "请稍后再试" in (await opened(db, code)).text
    told = [row for row in await owed(db) if row.chat_id == OFFICER]
    assert len(told) == 1
    assert "50 次错误的邀请码" in told[0].text


async def test_a_dump_of_the_database_holds_no_usable_code(db: Database) -> None:
    code = await invited(db)
    async with db.read() as c:
        dump = str((await c.execute(select(invitation_rows))).all())
    assert hash_of(code) in dump  # the dump is one
    assert code not in dump
    assert "没有这张邀请" in (await opened(db, hash_of(code))).text


async def test_a_member_gets_a_further_post_and_keeps_the_first(db: Database) -> None:
    await enrol(db, ZHANG, PATROL_POST)
    card = await opened(db, await invited(db, Post(Role.GRID_LEAD, OTHER_TOWN)))
    assert "增加一个身份" in card.text
    *_, welcome = await press(db, PRESSES, card.buttons["确认加入"].token)
    assert "江山路街道 · 网格长" in welcome.text
    assert "切换身份" in welcome.buttons


async def test_start_without_a_code_says_how_to_join_or_helps(db: Database) -> None:
    assert "邀请链接" in (await opened(db, "")).text
    await enrol(db, ZHANG, PATROL_POST)
    assert "花园口镇 · 巡查员" in (await opened(db, "")).text


@pytest.mark.parametrize("content", [Words("你好"), PhotoSent("f", "u")])
async def test_a_stranger_is_told_how_to_join_and_nothing_is_made(db: Database, content: object) -> None:
    (card,) = await handle(db, stranger, say(content, STRANGER))  # type: ignore[arg-type]
    assert "邀请链接" in card.text
    async with db.read() as c:
        assert (await c.execute(select(drafts))).all() == []
        assert (await c.execute(select(people_rows))).all() == []


async def test_a_stranger_in_a_group_bound_to_nothing_hears_nothing(db: Database) -> None:
    assert await handle(db, stranger, say(Words("你好"), STRANGER, chat_id=GROUP)) == []
    await bind_group(db)
    (card,) = await handle(db, stranger, say(Words("你好"), STRANGER, chat_id=GROUP))
    assert "私聊" in card.text


async def test_a_former_member_comes_back_with_the_new_post_alone(db: Database) -> None:
    await enrol(db, ZHANG, Post(Role.TOWN_LEADER, TOWN))

    async def revoke(tx: Tx) -> None:
        await tx.c.execute(people_rows.update().values(revoked_at=NOW))

    await db.write(revoke)
    card = await opened(db, await invited(db))
    assert "加入" in card.text
    await press(db, PRESSES, card.buttons["确认加入"].token)
    async with db.read() as c:
        assert [post.role for post in await people.posts_of(c, ZHANG)] == [Role.PATROL]
