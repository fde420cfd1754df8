"""Help by role, switching posts, and the language."""

import pytest

from domain.people import OF_A_TOWN, Post, Role
from handlers.access import NotAMember, NotAPerson, OnlyInPrivate
from handlers.chat import help as help_talk
from handlers.chat import language
from handlers.said import Speaker
from storage import chats, people
from storage.chats import Chat
from storage.db import Database
from storage.tx import Tx
from tests.support.desk import (
    GROUP,
    NOW,
    OTHER_TOWN,
    PATROL_POST,
    TOWN,
    ZHANG,
    Owed,
    command,
    enrol,
    handle,
    office,
    press,
)


async def help_for(db: Database, **more: object) -> list[Owed]:
    return await handle(db, help_talk.show, command("help", **more), "")  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
async def test_everybody_gets_the_help_of_their_role(db: Database, role: Role) -> None:
    post = Post(role, TOWN if role in OF_A_TOWN else None, "housing" if role is Role.BUREAU_STAFF else None)
    await enrol(db, ZHANG, post)
    (card,) = await help_for(db)
    assert ("/invite" in card.text) is (role in {Role.OFFICE, Role.TOWN_STAFF, Role.TOWN_LEADER})
    assert card.buttons == {}


async def test_help_is_for_members_who_show_themselves(db: Database) -> None:
    with pytest.raises(NotAMember):
        await help_for(db)
    await enrol(db, ZHANG, PATROL_POST)
    with pytest.raises(NotAPerson):
        await help_for(db, speaker=Speaker.ANONYMOUS, chat_id=GROUP)


async def test_u19_help_in_a_bound_group_says_what_the_bot_cannot_see(db: Database) -> None:
    await enrol(db, ZHANG, PATROL_POST)
    assert await help_for(db, chat_id=GROUP) == []

    async def bind(tx: Tx) -> None:
        chat = Chat(GROUP, "group", "示例群", None, None, "member")
        chats.bind(tx, chat, TOWN, by=ZHANG, at=NOW, thread_id=None)

    await db.write(bind)
    (card,) = await help_for(db, chat_id=GROUP)
    assert "花园口镇" in card.text
    assert "@lanxun_bot" in card.text


async def test_u13_a_member_with_two_posts_switches_between_them(db: Database) -> None:
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, ZHANG, Post(Role.GRID_LEAD, OTHER_TOWN))
    (card,) = await help_for(db)
    _, choice = await press(db, help_talk.PRESSES, card.buttons["切换身份"].token)
    assert list(choice.buttons) == ["花园口镇 · 巡查员"]
    await press(db, help_talk.PRESSES, choice.buttons["花园口镇 · 巡查员"].token)
    async with db.read() as c:
        assert (await people.of(c, [ZHANG]))[ZHANG].post.role is Role.PATROL


async def test_a_post_that_has_ended_is_not_switched_to(db: Database) -> None:
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, 5, Post(Role.OFFICE))
    async with db.read() as c:
        (others,) = await people.posts_of(c, 5)
    token = _token("post", str(others.id))
    _, choice = await press(db, help_talk.PRESSES, token)
    assert "1 个身份" in choice.text
    async with db.read() as c:
        assert (await people.of(c, [ZHANG]))[ZHANG].post.role is Role.PATROL


async def test_the_language_is_chosen_by_a_button_and_kept(db: Database) -> None:
    await enrol(db, ZHANG, PATROL_POST)
    (ask,) = await handle(db, language.ask, command("language"), "")
    _, done = await press(db, language.PRESSES, ask.buttons["English"].token)
    assert done.text == "All right, English from now on."
    (card,) = await help_for(db)
    assert "patrol member" in card.text
    (back,) = await handle(db, language.ask, command("language", "ZH"), "ZH")
    assert "中文" in back.text


async def test_the_language_is_a_members_own_matter(db: Database) -> None:
    with pytest.raises(NotAMember):
        await handle(db, language.ask, command("language"), "en")
    await enrol(db, ZHANG, PATROL_POST)
    with pytest.raises(OnlyInPrivate):
        await handle(db, language.ask, command("language", chat_id=GROUP), "en")


def _token(verb: str, *args: str) -> str:
    return office().sealer(ZHANG)(verb, *args)
