"""Groups: bound by the office, followed through moves, mute where they are nobody's."""

from dataclasses import replace

import pytest

from domain.people import Post, Role
from handlers.access import NotAllowed, NotAMember, NotAPerson, OnlyInGroups, speaks_here
from handlers.chat.groups import PRESSES, bind, bot_status, moved, seen, unbind
from handlers.desk import Desk
from handlers.said import BotStatus, Content, Moved, Said, Speaker, Words
from storage import chats, people
from storage.chats import Chat
from storage.db import Database
from tests.support.desk import (
    GROUP,
    LI,
    OFFICE_POST,
    OFFICER,
    PATROL_POST,
    STRANGER,
    TOWN,
    ZHANG,
    Owed,
    command,
    enrol,
    handle,
    office,
    owed,
    press,
    say,
)

NEW_GROUP = -1004001
ADDED, REMOVED = BotStatus("left", "member"), BotStatus("member", "kicked")


async def row(db: Database, chat_id: int = GROUP) -> Chat | None:
    async with db.read() as c:
        return (await chats.of(c, [chat_id])).get(chat_id)


async def happened(db: Database, content: Content, chat_id: int = GROUP) -> list[Owed]:
    handler = moved if isinstance(content, Moved) else bot_status
    return await handle(db, handler, say(content, STRANGER, chat_id=chat_id))


async def asked(db: Database, words: str) -> Owed:
    (card,) = await handle(db, bind, command("bind", words, OFFICER, chat_id=GROUP), words)
    return card


async def bound(db: Database, words: str = "花园口") -> list[Owed]:
    await enrol(db, OFFICER, OFFICE_POST)
    card = await asked(db, words)
    return await press(db, PRESSES, card.buttons["确认绑定"].token, OFFICER, chat_id=GROUP)


async def test_a_new_group_gets_one_hint_and_no_second(db: Database) -> None:
    (hint,) = await happened(db, ADDED)
    assert "/bind" in hint.text
    assert "看不到普通群消息" in hint.text
    assert await happened(db, REMOVED) == []
    assert await happened(db, ADDED) == []


async def test_u19_no_privacy_hint_where_the_bot_hears_all(db: Database) -> None:
    (as_admin,) = await happened(db, BotStatus("left", "administrator"))
    assert "看不到普通群消息" not in as_admin.text
    hears = replace(office(), sees_all_messages=True)
    (hint,) = await handle(db, bot_status, say(ADDED, STRANGER, chat_id=NEW_GROUP), at=hears)
    assert "看不到普通群消息" not in hint.text


@pytest.mark.parametrize("words", ["花园口", "花园口镇政府", "花园口办"])
async def test_the_office_binds_by_a_name_in_full_view(db: Database, words: str) -> None:
    await happened(db, ADDED)
    await enrol(db, OFFICER, OFFICE_POST)
    card = await asked(db, words)
    assert "花园口镇" in card.text
    assert str(GROUP) in card.text
    assert (await row(db)).bound_to is None  # type: ignore[union-attr]
    _, edit = await press(db, PRESSES, card.buttons["确认绑定"].token, OFFICER, chat_id=GROUP)
    assert "已绑定 <b>花园口镇</b>" in edit.text
    assert (await row(db)).bound_to == TOWN  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["district", "全区", "惠济区"])
async def test_a_group_may_be_the_districts(db: Database, words: str) -> None:
    await bound(db, words)
    assert (await row(db)).bound_to == "district"  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["duty", "值班群"])
async def test_a_group_may_be_that_of_those_on_duty(db: Database, words: str) -> None:
    await bound(db, words)
    assert (await row(db)).bound_to == "duty"  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["", "没有这个镇"])
async def test_without_a_known_name_the_places_are_offered(db: Database, words: str) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    choice = await asked(db, words)
    assert len(choice.buttons) == len(office().district.towns) + 2
    _, ask = await press(db, PRESSES, choice.buttons["全区"].token, OFFICER, chat_id=GROUP)
    assert "确认绑定" in ask.buttons


async def test_two_names_are_asked_about(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    assert list((await asked(db, "花园口镇和新城街道")).buttons) == ["花园口镇", "新城街道"]


async def test_binding_elsewhere_says_what_it_replaces(db: Database) -> None:
    await bound(db)
    assert "现绑定 <b>花园口镇</b>" in (await asked(db, "新城街道")).text


async def test_no_leaves_the_group_as_it_is(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    await press(db, PRESSES, (await asked(db, "花园口")).buttons["取消"].token, OFFICER, chat_id=GROUP)
    assert await row(db) is None


@pytest.mark.parametrize("handler", [bind, unbind])
async def test_only_the_office_binds(db: Database, handler: object) -> None:
    with pytest.raises(NotAMember):
        await handle(db, handler, command("bind", "花园口", STRANGER, chat_id=GROUP), "花园口")  # type: ignore[arg-type]
    for who, post in ((ZHANG, PATROL_POST), (LI, Post(Role.TOWN_LEADER, TOWN))):
        await enrol(db, who, post)
        with pytest.raises(NotAllowed):
            await handle(db, handler, command("bind", "花园口", who, chat_id=GROUP), "花园口")  # type: ignore[arg-type]


async def test_somebody_elses_press_binds_nothing(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    await enrol(db, ZHANG, PATROL_POST)
    token = (await asked(db, "花园口")).buttons["确认绑定"].token
    with pytest.raises(NotAllowed):
        await press(db, PRESSES, token, ZHANG, chat_id=GROUP)
    assert await row(db) is None


async def test_a_binding_button_is_good_in_its_own_group_only(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    token = (await asked(db, "花园口")).buttons["确认绑定"].token or ""
    assert office().sealer(GROUP).open(token) is not None
    assert office().sealer(NEW_GROUP).open(token) is None


@pytest.mark.parametrize("speaker", [Speaker.ANONYMOUS, Speaker.BOT])
async def test_u11_who_hides_binds_nothing_even_from_the_office(db: Database, speaker: Speaker) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    with pytest.raises(NotAPerson):
        await handle(db, bind, command("bind", "花园口", OFFICER, chat_id=GROUP, speaker=speaker), "花园口")


async def test_binding_is_done_in_the_group_itself(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    with pytest.raises(OnlyInGroups):
        await handle(db, bind, command("bind", "花园口", OFFICER), "花园口")


async def test_a_topic_is_remembered(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    token = (await asked(db, "花园口")).buttons["确认绑定"].token
    await press(db, PRESSES, token, OFFICER, chat_id=GROUP, thread_id=12)
    assert (await row(db)).thread_id == 12  # type: ignore[union-attr]


async def test_unbinding_asks_first(db: Database) -> None:
    await bound(db)
    (ask,) = await handle(db, unbind, command("unbind", "", OFFICER, chat_id=GROUP), "")
    assert (await row(db)).bound_to == TOWN  # type: ignore[union-attr]
    await press(db, PRESSES, ask.buttons["确认解除"].token, OFFICER, chat_id=GROUP)
    assert (await row(db)).bound_to is None  # type: ignore[union-attr]
    (none,) = await handle(db, unbind, command("unbind", "", OFFICER, chat_id=GROUP), "")
    assert none.text == "本群没有绑定。"


async def test_the_office_is_told_once_when_the_bot_is_removed(db: Database) -> None:
    await bound(db)
    (told,) = await happened(db, REMOVED)
    assert (told.chat_id, told.push_class) == (OFFICER, "daily")
    assert "示例群" in told.text
    assert (await row(db)).bot_status == "kicked"  # type: ignore[union-attr]
    async with db.read() as c:
        assert await chats.bound_to(c, TOWN) == []


async def test_u15_added_again_the_group_is_still_bound(db: Database) -> None:
    await bound(db)
    await happened(db, REMOVED)
    (back,) = await happened(db, ADDED)
    assert "仍绑定 <b>花园口镇</b>" in back.text
    async with db.read() as c:
        assert [chat.id for chat in await chats.bound_to(c, TOWN)] == [GROUP]


@pytest.mark.parametrize("first", [GROUP, NEW_GROUP])
async def test_u15_a_binding_follows_the_groups_new_id_whichever_side_is_heard_first(
    db: Database, first: int
) -> None:
    await bound(db)
    second = GROUP if first == NEW_GROUP else NEW_GROUP
    for chat_id in (first, second):
        await happened(db, Moved(GROUP, NEW_GROUP), chat_id)
    assert await row(db) is None
    assert (await row(db, NEW_GROUP)).bound_to == TOWN  # type: ignore[union-attr]
    assert {push.chat_id for push in await owed(db) if push.act == "edit"} == {NEW_GROUP}


async def test_u15_a_move_told_after_its_comings_and_goings_alarms_nobody(db: Database) -> None:
    await bound(db)
    await happened(db, REMOVED)
    await happened(db, ADDED, NEW_GROUP)
    await happened(db, Moved(GROUP, NEW_GROUP))
    assert (await row(db, NEW_GROUP)).bound_to == TOWN  # type: ignore[union-attr]
    late = [push for push in await owed(db) if push.subject and push.subject.startswith(("hint", "bot-out"))]
    assert [push.state for push in late] == ["cancelled", "cancelled"]


async def test_u15_a_groups_new_title_is_followed(db: Database) -> None:
    await bound(db)

    async def notice(desk: Desk) -> None:
        seen(desk)

    await handle(db, notice, say(Words("早"), chat_id=GROUP, chat_title="花园口巡查群"))
    chat = await row(db)
    assert chat is not None
    assert (chat.title, chat.bound_to) == ("花园口巡查群", TOWN)


async def test_u16_promoted_the_bot_may_write_again(db: Database) -> None:
    await bound(db)
    await happened(db, BotStatus("restricted", "administrator"))
    assert (await row(db)).bot_status == "administrator"  # type: ignore[union-attr]


async def test_who_blocks_the_bot_is_not_written_to_until_they_return(db: Database) -> None:
    await enrol(db, ZHANG, PATROL_POST)
    for content, reachable in ((REMOVED, False), (BotStatus("kicked", "member"), True)):
        assert await handle(db, bot_status, say(content)) == []
        async with db.read() as c:
            assert (await people.of(c, [ZHANG]))[ZHANG].reachable is reachable


@pytest.mark.parametrize(
    ("said", "speaks"),
    [
        (say(Words("你好"), STRANGER), True),
        (say(Words("你好"), STRANGER, chat_id=GROUP), False),
        (command("help", "", OFFICER, chat_id=GROUP), False),
        (command("bind", "", STRANGER, chat_id=GROUP), False),
        (command("bind", "", OFFICER, chat_id=GROUP), True),
        (command("bind", "", STRANGER, chat_id=GROUP, speaker=Speaker.ANONYMOUS), True),
    ],
)
async def test_in_a_group_bound_to_nothing_the_bot_is_mute(db: Database, said: Said, *, speaks: bool) -> None:
    await enrol(db, OFFICER, OFFICE_POST)

    async def notice(desk: Desk) -> None:
        assert speaks_here(desk) is speaks

    await handle(db, notice, said)


async def test_in_a_bound_group_it_speaks(db: Database) -> None:
    await bound(db)

    async def notice(desk: Desk) -> None:
        assert speaks_here(desk)

    await handle(db, notice, command("help", "", STRANGER, chat_id=GROUP))
