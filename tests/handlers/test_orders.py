"""Registering orders from above: what is understood, what is asked for, one matter with one number, and who hears."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.people import Post, Role
from domain.ticket import Source, State
from handlers import router
from handlers.said import Command, PhotoSent, Words
from storage import orders, tickets
from storage.schema import orders as order_rows
from storage.schema import photos
from tests.support.desk import (
    LI,
    NOW,
    OFFICE_POST,
    OFFICER,
    OTHER_TOWN,
    PATROL_POST,
    TOWN,
    WANG,
    ZHANG,
    enrol,
    handle,
    press,
    say,
)

LINE = "市 郑环督〔2026〕12号 花园口镇 11月30日 前 裸土未盖"
NUMBER = "HJ20261123-0001"
PDF = PhotoSent("f1", "u1", as_file=True, media_type="application/pdf", file_name="函.pdf")
PAGE = PhotoSent("f2", "u2")
CLERK = 1005


@pytest.fixture
async def world(db):
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.TOWN_LEADER, OTHER_TOWN), "王五")
    await enrol(db, CLERK, Post(Role.BUREAU_STAFF, None, "housing"), "周八")
    return db


async def said(db, content, who=OFFICER, now=NOW):
    content = Words(content) if isinstance(content, str) else content
    return await handle(db, router.route, say(content, who), now=now)


async def order(db, argument, who=OFFICER, now=NOW):
    return await said(db, Command("order", argument), who, now)


async def tap(db, rows, label, who=OFFICER, now=NOW):
    token = next(button.token for row in rows for name, button in row.buttons.items() if label in name)
    return await press(db, router.PRESSES, token, who, now=now)


def text(rows):
    return next(row.text for row in rows if row.act in {"send", "edit"} and row.chat_id == OFFICER)


async def registered(db, line=LINE):
    return await tap(db, await order(db, line), "登记")


async def test_a_whole_line_is_checked_and_becomes_one_ticket_with_its_own_deadline(world):
    card = await order(world, LINE)
    assert text(card).startswith(
        "请核对：\n<b>市交办</b> · 郑环督〔2026〕12号\n责任单位：花园口镇\n期限：11月30日"
    )
    done = await tap(world, card, "登记")
    assert "已登记 <b>HJ20261123-0001</b>（市交办 · 郑环督〔2026〕12号），11月30日 23:59 前办结" in text(done)
    async with world.read() as c:
        ticket = (await tickets.by_numbers(c, [NUMBER]))[NUMBER]
        kept = await orders.by_number(c, NUMBER)
    assert (ticket.source, ticket.state, ticket.town, ticket.category) == (
        Source.CITY,
        State.ASSIGNED,
        TOWN,
        "bare_earth",
    )
    assert ticket.source_document == kept.document == "郑环督〔2026〕12号"
    assert kept.units == (TOWN,)
    assert f"{ticket.fix_due_at:%m-%d %H:%M}" == "11-30 15:59"


async def test_what_is_missing_is_asked_for_one_by_one_with_buttons(world):
    asked = await order(world, "裸土未盖")
    assert "这是哪一级交办的" in text(asked)
    asked = await tap(world, asked, "市交办")
    assert "文号是什么" in text(asked)
    asked = await said(world, "郑环督（2026）12号")
    assert "由哪些单位办理" in text(asked)
    asked = await tap(world, asked, "花园口镇")
    assert "✓ 花园口镇" in next(iter(asked)).buttons
    asked = await tap(world, await tap(world, asked, "住建局"), "选好了")
    assert "最后期限是哪一天" in text(asked)
    card = await tap(world, asked, "7 天内")
    assert "责任单位：花园口镇、住建局\n期限：11月30日" in text(card)
    assert "“裸土未盖”" in text(card)


async def test_a_day_may_be_typed_and_one_that_has_passed_or_is_none_is_asked_again(world):
    asked = await order(world, "媒体 花园口镇 裸土未盖")
    assert "最后期限是哪一天" in text(asked)
    assert "11月20日 已经过去" in text(await said(world, "11月20日"))
    assert "日期没有看懂" in text(await said(world, "尽快"))
    assert "期限：11月30日" in text(await said(world, "11月30日前"))


async def test_a_document_with_words_begins_an_order_and_its_photos_are_kept(world):
    begun = await said(world, PhotoSent(**as_dict(PDF), caption="花园口镇 11月30日前 裸土未盖"))
    assert "这是哪一级交办的" in text(begun)
    card = await tap(world, await said(world, PAGE), "媒体")
    assert "文件：2 份" in text(card)
    await tap(world, card, "登记")
    async with world.read() as c:
        assert {paper.name for _, paper in await orders.papers_of(c, NUMBER)} == {"函.pdf", None}
        rows = (await c.execute(select(photos.c.kind, photos.c.number))).all()
        assert rows == [("paper", None)]  # it is not shown among the photos of the place


def as_dict(sent):
    return {name: getattr(sent, name) for name in sent.__slots__ if name != "caption"}


async def test_a_photo_whose_words_begin_with_the_order_is_one_and_another_photo_is_a_report(world):
    begun = await said(world, PhotoSent("f", "u", caption=f"交办 {LINE}"))
    assert text(begun).startswith("请核对")
    await tap(world, begun, "取消")
    assert "地点" in text(await said(world, PhotoSent("f", "u", caption="裸土没盖")))


async def test_who_does_not_register_gets_the_list_and_a_document_is_no_photo_for_them(world):
    rows = await order(world, LINE, LI)
    assert rows[0].text == "现在没有在办的上级交办。"
    refused = await said(world, PDF, LI)
    assert "现在没有" not in refused[0].text
    async with world.read() as c:
        assert await orders.open_draft(c, LI, LI) is None


async def test_the_same_document_is_recognised_and_may_bring_another_matter(world):
    await registered(world)
    again = await order(world, LINE)
    assert "文号 <b>郑环督〔2026〕12号</b> 已经登记过：\n<b>HJ20261123-0001</b>" in text(again)
    card = await tap(world, again, "另立一件")
    assert text(card).startswith("请核对")
    assert "HJ20261123-0002" in text(await tap(world, card, "登记"))


async def test_pressed_twice_it_is_registered_once(world):
    card = await order(world, LINE)
    await tap(world, card, "登记")
    assert (await tap(world, card, "登记"))[0].note == "这张卡片已失效，请重新登记。"
    async with world.read() as c:
        assert len((await c.execute(select(order_rows))).all()) == 1


async def test_an_older_card_does_not_register_what_was_changed_since(world):
    old = await order(world, LINE)
    await said(world, "12月5日前")
    rows = await tap(world, old, "登记")
    assert [row.note for row in rows if row.act == "answer"] == ["内容有变化，请核对新的卡片。"]
    assert "期限：12月5日" in text(rows)


async def test_something_can_be_changed_before_it_is_registered(world):
    card = await order(world, LINE)
    for label, question in (
        ("改级别", "哪一级"),
        ("改文号", "文号是什么"),
        ("改单位", "哪些单位"),
        ("改期限", "哪一天"),
        ("改内容", "要办的是什么"),
    ):
        assert question in text(await tap(world, await order(world, LINE), label))
    assert card


async def test_each_unit_is_told_and_whom_it_does_not_concern_is_not(world):
    done = await registered(world, LINE.replace("花园口镇", "花园口镇 住建局"))
    heard = {row.chat_id: row for row in done if row.key.startswith("order:")}
    assert set(heard) == {LI, CLERK}
    assert "责任单位：花园口镇（未回复）、住建局（未回复）" in heard[CLERK].text
    assert {"上传回复件", "查看工单"} <= set(heard[LI].buttons)
    assert heard[LI].push_class == "daily"


async def test_a_bureau_alone_can_have_an_order(world):
    await registered(world, "省 豫环督〔2026〕3号 住建局 11月30日前 工地扬尘")
    async with world.read() as c:
        ticket = (await tickets.by_numbers(c, [NUMBER]))[NUMBER]
    assert (ticket.town, ticket.bureau, ticket.state) == (None, "housing", State.ASSIGNED)


async def test_a_question_in_the_midst_of_it_is_a_question(world):
    await order(world, LINE)
    assert "没有查到" in text(await said(world, "HJ20261123-0099"))


async def test_after_half_an_hour_a_photo_is_a_report_again(world):
    await order(world, "裸土未盖")
    later = await said(world, PAGE, now=NOW + timedelta(minutes=31))
    assert "地点" in text(later)
