"""Questions about tickets, answered to people with different rights."""

from datetime import timedelta

import pytest

from cards.catalogue import label
from domain.people import Post, Role
from domain.ticket import State
from handlers.access import NotAMember
from handlers.chat.query import PRESSES, ask, mine, status
from handlers.said import Words
from storage import tickets
from storage.schema import chats as chat_rows
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
    enrol,
    handle,
    make_desk,
    office,
    owed,
    press,
    say,
)
from tests.support.tickets import a_ticket, filed, report_of

NONE = label("zh", "query.none")
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
async def people(db):
    await enrol(db, ZHANG, PATROL_POST)
    await enrol(db, LI, Post(Role.TOWN_STAFF, TOWN), "李四")
    await enrol(db, WANG, Post(Role.TOWN_LEADER, TOWN), "王五")
    await enrol(db, OFFICER, OFFICE_POST, "赵六")
    return db


@pytest.fixture
async def full(people):
    await filed(
        people,
        a_ticket(7, lat=34.912345),
        a_ticket(
            7, at=YESTERDAY, category="road_dust", state=State.CLOSED, closed_at=NOW, site="大河社区项目"
        ),
        a_ticket(
            8, at=YESTERDAY, category="road_dust", state=State.ACCEPTED, fix_due_at=NOW - timedelta(hours=6)
        ),
        a_ticket(
            9, town=OTHER_TOWN, site="岗李水库工地", site_id="s1", reporter_id=STRANGER, category="loose_coal"
        ),
    )
    return people


async def answer(db, text, person_id=OFFICER, **more):
    (shown,) = await handle(db, ask, say(Words(text), person_id, **more), text)
    return shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("7", "HJ20261123-0007"),
        ("查 0007", "HJ20261123-0007"),
        ("1122-7", "HJ20261122-0007"),
        ("昨天 7号", "HJ20261122-0007"),
        ("大河社区", "HJ20261122-0007"),
        ("散煤", "HJ20261123-0009"),
        ("超期", "HJ20261122-0008"),
        ("江山路", "HJ20261123-0009"),
        ("昨天 已销号", "HJ20261122-0007"),
        ("岗李 散煤", "HJ20261123-0009"),
        ("overdue", "HJ20261122-0008"),
    ],
)
async def test_a_question_with_one_answer_shows_its_card(full, text, shown):
    assert f"<b>{shown}</b>" in (await answer(full, text)).text.split("\n")[0]


async def test_other_tickets_with_the_same_number_are_buttons(full):
    assert "HJ20261122-0007 · 道路积尘" in (await answer(full, "7")).buttons


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("昨天", "查到 11月22日 2 件："),
        ("花园口 道路积尘", "查到 花园口镇 · 道路积尘 2 件："),
        ("示例工地", "查到 “示例工地” 2 件："),
        ("花园口 天晓得", "查到 花园口镇 3 件： （“天晓得”没有看懂，未计入）"),
        ("张三", "查到 张三 3 件："),
    ],
)
async def test_several_answers_say_how_the_question_was_understood(full, text, heading):
    assert (await answer(full, text)).text.split("\n")[0] == heading


async def test_what_was_understood_by_no_one_finds_nothing(full):
    assert (await answer(full, "天晓得")).text == NONE


async def test_a_list_has_a_button_and_a_line_for_each_ticket(full):
    shown = await answer(full, "昨天")
    assert list(shown.buttons) == ["1", "2"]
    assert "<b>HJ20261122-0008</b> 道路积尘 · 示例工地 · 超 6 小时 · 处置中" in shown.text
    (card,) = await handle_press(full, shown.buttons["2"].token)
    assert card.text.startswith(("✅", "🔧"))


async def handle_press(db, token, person_id=OFFICER, **more):
    return [row for row in await press(db, PRESSES, token, person_id, **more) if row.act != "answer"]


async def test_pages_are_turned_by_buttons(people):
    await filed(people, *(a_ticket(at, at=NOW - timedelta(minutes=at)) for at in range(1, 13)))
    first = await answer(people, "今天")
    assert list(first.buttons) == ["1", "2", "3", "4", "5", "6", "7", "8", "1/2", "▶"]
    (second,) = await handle_press(people, first.buttons["▶"].token)
    assert (second.act, list(second.buttons)) == ("edit", ["9", "10", "11", "12", "◀", "2/2"])


async def test_a_page_of_an_older_question_means_the_day_when_it_was_asked(people):
    await filed(people, *(a_ticket(at, at=NOW - timedelta(minutes=at)) for at in range(1, 13)))
    token = (await answer(people, "今天")).buttons["▶"].token
    (second,) = await handle_press(people, token, now=NOW + timedelta(days=1))
    assert "11月23日 12 件" in second.text
    assert await handle_press(people, token, now=NOW + timedelta(days=3)) == []


@pytest.mark.parametrize(
    ("person_id", "reporter"), [(OFFICER, True), (LI, True), (ZHANG, True), (WANG, False)]
)
async def test_the_reporter_is_named_only_to_those_who_may_know(full, person_id, reporter):
    assert ("上报人：张三" in (await answer(full, "HJ20261123-0007", person_id)).text) is reporter


async def test_a_leader_cannot_learn_the_reporter_by_asking_for_the_name(full):
    assert (await answer(full, "张三", WANG)).text == NONE
    assert "3 件" in (await answer(full, "张三", LI)).text


async def test_a_card_names_no_reporter_in_its_history_either(full):
    token = (await answer(full, "HJ20261123-0007", WANG)).buttons["历史"].token
    (shown,) = await handle_press(full, token, WANG)
    assert "上报" in shown.text
    assert "张三" not in shown.text


async def test_what_is_none_and_what_is_not_yours_have_one_answer(people):
    await filed(
        people, *(a_ticket(at, town=OTHER_TOWN, reporter_id=STRANGER) for at in range(1, 10_000, 400))
    )
    await filed(people, a_ticket(5))
    answers = await _probe(people, range(10_000), ZHANG)
    assert {text for number, text in answers.items() if number != 5} == {NONE}
    assert "HJ20261123-0005" in answers[5]


async def test_the_office_finds_what_the_probing_patrol_cannot(people):
    await filed(people, a_ticket(401, town=OTHER_TOWN, reporter_id=STRANGER))
    answers = await _probe(people, range(400, 403), OFFICER)
    assert [number for number, text in answers.items() if text != NONE] == [401]


async def _probe(db, numbers, person_id):
    """Ask for each number, in few transactions."""

    async def job(tx: Tx) -> None:
        for number in numbers:
            said = say(Words(f"{number:04d}"), person_id, update_id=1_000_000 + number)
            await ask(await make_desk(tx, said), f"{number:04d}")

    await db.write(job)
    return {int(row.key.split(":")[2]) - 1_000_000: row.text for row in await owed(db)}


async def test_a_card_of_others_cannot_be_opened_by_its_number(full):
    for verb in ("see", "past"):
        forged = office().sealer(ZHANG)(verb, "HJ20261123-0009")
        (note,) = await press(full, PRESSES, forged, ZHANG)
        assert (note.act, note.note) == ("answer", NONE)


async def test_own_reports_are_seen_in_whatever_town(full):
    await _report_again(full, a_ticket(9), WANG)
    assert "HJ20261123-0009" in (await answer(full, "散煤", WANG)).text
    (shown,) = await handle(full, mine, say(Words("我的"), WANG), "")
    assert "HJ20261123-0009" in shown.text


async def _report_again(db, ticket, person_id):
    async def job(tx: Tx) -> None:
        tickets.report(tx, report_of(ticket, person_id, "again"))

    await db.write(job)


async def test_mine_lists_own_reports_newest_first(full):
    (shown,) = await handle(full, mine, say(Words("我的"), ZHANG), "")
    numbers = [line.split("</b>")[0][-15:] for line in shown.text.split("\n")[1:]]
    assert numbers[0] == "HJ20261123-0007"
    assert set(numbers[1:]) == {"HJ20261122-0007", "HJ20261122-0008"}


async def test_whoever_reported_nothing_is_told_how_to_begin(full):
    (shown,) = await handle(full, mine, say(Words("我的"), LI), "")
    assert shown.text == label("zh", "query.nothing_mine")


@pytest.mark.parametrize("text", ["", "  "])
async def test_the_bare_command_says_how_to_ask(people, text):
    (shown,) = await handle(people, status, say(Words("查"), ZHANG), text)
    assert shown.text == label("zh", "query.how")


async def test_a_stranger_is_refused(full):
    with pytest.raises(NotAMember):
        await answer(full, "7", STRANGER)


@pytest.fixture
async def grouped(full):
    async def job(tx: Tx) -> None:
        row = {"id": GROUP, "kind": "group", "title": "示例群", "bound_to": TOWN, "bot_status": "member"}
        tx.insert(chat_rows, row)

    await full.write(job)
    return full


async def test_a_group_sees_nothing_personal_and_no_exact_place(grouped):
    for text in ("7", "今天", "昨天", "张三", "李四"):
        shown = await answer(grouped, text, LI, chat_id=GROUP)
        everything = str(shown.message)
        assert not [
            word for word in ("张三", "李四", "裸土没盖", "34.9123", "113.5123") if word in everything
        ]
        assert shown.message.only_for in {LI, None}


async def test_a_towns_group_hears_of_its_own_tickets_only(grouped):
    assert (await answer(grouped, "散煤", OFFICER, chat_id=GROUP)).text == NONE
    assert "0009" in (await answer(grouped, "散煤", OFFICER)).text


async def test_who_asks_in_a_group_gets_the_full_card_in_private(grouped):
    card = await answer(grouped, "7", LI, chat_id=GROUP)
    private, note = await press(grouped, PRESSES, card.buttons["查看"].token, LI, chat_id=GROUP)
    assert (private.chat_id, note.note) == (LI, label("zh", "ticket.in_private"))
    assert "上报人：张三" in private.text
