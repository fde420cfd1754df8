"""Handing invitations out in the chat: who may, for which posts, and when that is checked."""

import pytest

from domain.people import Post, Role
from handlers.access import NotAllowed, NotAMember, OnlyInPrivate
from handlers.chat.joining import PRESSES, PostNotWhole, invite
from storage.db import Database
from tests.support.desk import (
    GROUP,
    LI,
    OFFICE_POST,
    OFFICER,
    OTHER_TOWN,
    PATROL_POST,
    TOWN,
    ZHANG,
    command,
    enrol,
    handle,
    office,
    press,
)
from tests.support.joining import invited, opened


def forged(verb: str, *args: str, chat_id: int = OFFICER) -> str:
    """A genuine button that the menu did not show."""
    return office().sealer(chat_id)(verb, *args)


async def test_u10_a_name_like_the_offices_gives_no_right(db: Database) -> None:
    await enrol(db, ZHANG, PATROL_POST, name="区攻坚办")
    with pytest.raises(NotAllowed):
        await handle(db, invite, command("invite", person_name="区攻坚办"), "")


async def test_the_office_invites_by_role_and_town(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    (roles,) = await handle(db, invite, command("invite", person_id=OFFICER), "")
    _, places = await press(db, PRESSES, roles.buttons["镇办工作人员"].token, OFFICER)
    _, edit, link = await press(db, PRESSES, places.buttons["花园口镇"].token, OFFICER)
    assert (edit.buttons, link.push_class) == ({}, "once")
    assert "11月25日 09:40" in link.text
    code = link.text.rsplit("?start=", 1)[1]
    assert "花园口镇 · 镇办工作人员" in (await opened(db, code)).text


async def test_the_office_itself_is_not_invited_in_the_chat(db: Database) -> None:
    await enrol(db, OFFICER, OFFICE_POST)
    (roles,) = await handle(db, invite, command("invite", person_id=OFFICER), "")
    assert "区攻坚办" not in roles.buttons
    with pytest.raises(NotAllowed):
        await press(db, PRESSES, forged("inv", "office"), OFFICER)


async def test_a_town_invites_its_own_patrols_only(db: Database) -> None:
    await enrol(db, LI, Post(Role.TOWN_LEADER, TOWN))
    (roles,) = await handle(db, invite, command("invite", person_id=LI), "")
    assert list(roles.buttons) == ["巡查员", "网格长"]
    *_, link = await press(db, PRESSES, roles.buttons["巡查员"].token, LI)
    assert "花园口镇 · 巡查员" in link.text
    for args in (("patrol", OTHER_TOWN), ("town_staff", TOWN), ("inspector",)):
        with pytest.raises(NotAllowed):
            await press(db, PRESSES, forged("inv", *args, chat_id=LI), LI)


async def test_a_role_lost_between_menu_and_press_invites_nobody(db: Database) -> None:
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN))
    (roles,) = await handle(db, invite, command("invite", person_id=LI), "")
    await enrol(db, LI, PATROL_POST)
    with pytest.raises(NotAllowed):
        await press(db, PRESSES, roles.buttons["巡查员"].token, LI)


@pytest.mark.parametrize("role", [Role.PATROL, Role.GRID_LEAD, Role.BUREAU_STAFF, Role.INSPECTOR])
async def test_others_invite_nobody(db: Database, role: Role) -> None:
    town = TOWN if role in {Role.PATROL, Role.GRID_LEAD} else None
    await enrol(db, LI, Post(role, town, "housing" if role is Role.BUREAU_STAFF else None))
    with pytest.raises(NotAllowed):
        await handle(db, invite, command("invite", person_id=LI), "")


async def test_strangers_and_groups_get_no_invitations(db: Database) -> None:
    with pytest.raises(NotAMember):
        await handle(db, invite, command("invite"), "")
    await enrol(db, OFFICER, OFFICE_POST)
    with pytest.raises(OnlyInPrivate):
        await handle(db, invite, command("invite", person_id=OFFICER, chat_id=GROUP), "")


async def test_a_post_that_is_not_whole_is_not_invited_to(db: Database) -> None:
    with pytest.raises(PostNotWhole):
        await invited(db, Post(Role.PATROL))
