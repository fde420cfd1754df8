"""Everything that can be asked of the bot by a button or a command and needs a right, by the rows of permissions.csv."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.draft import Draft, DraftPhoto, DraftPlace
from domain.lookback import Stand
from domain.order import Order, OrderDraft
from domain.ticket import Evidence, Source, State
from domain.work import Work
from storage import drafts, lookbacks, orders, photos, works
from storage.lookbacks import LookBack
from storage.tx import Tx
from tests.support.desk import NOW, OTHER_TOWN, TOWN
from tests.support.permitting import (
    ASKED,
    CASES,
    HOLDER,
    HOUR,
    LATER,
    MOVED,
    OTHER_BUREAU,
    REPORTER,
    SHOWN,
    THIRD_TOWN,
    Cell,
    Deed,
)

PLACES = "oOru"
BEGUN = "select count(*) from works where person_id = :person and number = :number"
DRAFTED = "select count(*) from order_drafts where person_id = :person"
ANSWERED = "select count(*) from order_drafts where person_id = :person and number = :number"
CHANGED = "select count(*) from order_drafts where id = :id and version > 1 and state = 'open'"
LOOKED = "select count(*) from lookbacks where id = :id and state <> 'asked'"
REPORTING = "select count(*) from drafts where person_id = :person"
REPORTED = "select count(*) from drafts where id = :id and state = 'submitted'"
INVITED = "select count(*) from invitations where created_by = :person"
INVITED_HERE = f"{INVITED} and town = '{TOWN}'"
INVITED_THERE = f"{INVITED} and town = '{OTHER_TOWN}'"
BOUND = f"select count(*) from chats where id = :chat and bound_to = '{OTHER_TOWN}'"
UNBOUND = "select count(*) from chats where id = :chat and bound_to is null and bound_by = :person"


def pressing(verb: str, *more: str | int) -> Any:
    """A button about the ticket as it stands: its verb, the number, the version, and more."""
    return lambda cell: (verb, cell.number, 1, *more)


def one_of(verb: str, *more: str | int) -> Any:
    """A button about something that has an id of its own."""
    return lambda cell: (verb, cell.id, *more)


def saying(words: str) -> Any:
    return lambda cell: words.format(cell=cell)


def owner(cell: Cell) -> int:
    """Whose draft it is: in the case s somebody else's."""
    return REPORTER if cell.case in "sSxX" else cell.person


def a_work(tx: Tx, cell: Cell, whose: int, *, spot: bool = False) -> None:
    work = Work(cell.id, whose, NOW, NOW + HOUR, cell.number, on_the_spot=spot, version=1, uncounted=True)
    works.save(tx, work)
    holder = Draft(cell.id, whose, whose, NOW, NOW)
    photos.owe(tx, holder, DraftPhoto(f"f{cell.at}", f"u{cell.at}", 1), NOW, "after")


def own_work(tx: Tx, cell: Cell) -> None:
    a_work(tx, cell, cell.person)


def own_work_on_the_spot(tx: Tx, cell: Cell) -> None:
    a_work(tx, cell, cell.person, spot=True)


def somebody_elses_work(tx: Tx, cell: Cell) -> None:
    a_work(tx, cell, HOLDER)


def a_report(tx: Tx, cell: Cell) -> None:
    place = DraftPlace(Evidence.PIN, 34.9 + cell.at / 1000, 113.6, None, "示例工地")
    photo = DraftPhoto(f"f{cell.at}", f"u{cell.at}", 1)
    whose = owner(cell)
    draft = Draft(cell.id, whose, whose, NOW, NOW + HOUR, 1, (photo,), place, TOWN, category="bare_earth")
    drafts.save(tx, draft)


def an_order(tx: Tx, cell: Cell) -> None:
    units = (cell.town, cell.bureau)
    order = Order(
        number=cell.number,
        source=Source.CITY,
        document=None,
        units=units,
        received_at=NOW,
        registered_by=HOLDER,
    )
    orders.add(tx, order)


def an_order_in_the_making(tx: Tx, cell: Cell) -> None:
    whose = owner(cell)
    orders.save_draft(tx, OrderDraft(id=cell.id, chat_id=whose, person_id=whose, touched_at=NOW, version=1))


def a_whole_order(tx: Tx, cell: Cell) -> None:
    whose = owner(cell)
    plain = OrderDraft(id=cell.id, chat_id=whose, person_id=whose, touched_at=NOW, version=1, words="裸土")
    told = {"source": Source.MEDIA, "units": (TOWN,), "units_chosen": True, "due": date(2026, 11, 30)}
    orders.save_draft(tx, replace(plain, **told))


def a_look_back(tx: Tx, cell: Cell) -> None:
    asked = (str(cell.person),)
    one = LookBack(id=cell.id, number=cell.number, days=7, due_at=NOW + HOUR, state=Stand.ASKED, asked=asked)
    lookbacks.save(tx, one)


def done_by_oneself(cell: Cell) -> dict[str, Any]:
    return {"fixed_by": cell.person}


def asked_by(who: int | None) -> Any:
    """More time is asked for; by None it is who is to decide."""
    later = NOW + 30 * HOUR
    return lambda cell: {
        "extension_until": later,
        "extension_by": who or cell.person,
        "extension_reason": "x",
    }


ACCEPTED, FIXED, CLOSED = State.ACCEPTED, State.FIXED, State.CLOSED
DEEDS = (
    Deed("see", "button", SHOWN, pressing("see")),
    Deed("see", "command", SHOWN, says=saying("/status {cell.number}")),
    Deed("see_history", "button", SHOWN, pressing("past")),
    Deed("see_who_reported", "button", SHOWN, pressing("see"), naming="示例上报人", quiet=False),
    Deed("see_own_list", "command", SHOWN, says=saying("/mine"), quiet=False),
    Deed("assign", "asking", SHOWN, pressing("move")),
    Deed("assign", "button", MOVED, pressing("moveto", THIRD_TOWN)),
    Deed("accept", "button", MOVED, pressing("accept")),
    Deed("hand_over", "asking", ASKED, pressing("hand_over"), state=ACCEPTED),
    Deed("hand_over", "button", MOVED, lambda c: ("handto", c.number, 1, c.colleague), state=ACCEPTED),
    Deed("not_ours", "asking", ASKED, pressing("not_ours"), state=ACCEPTED),
    Deed("not_ours", "button", MOVED, pressing("nowhy", 1), state=ACCEPTED),
    Deed("begin_fix", "button", BEGUN, pressing("fix"), state=ACCEPTED),
    Deed("begin_fix", "on_the_spot", BEGUN, pressing("fix_on_the_spot"), state=ACCEPTED),
    Deed("show_fix", "button", MOVED, one_of("wsubmit", 1), state=ACCEPTED, prepare=own_work),
    Deed("show_fix", "spot", MOVED, one_of("wsubmit", 1), state=ACCEPTED, prepare=own_work_on_the_spot),
    Deed(
        "show_somebody_elses_fix",
        "button",
        MOVED,
        one_of("wsubmit", 1),
        state=ACCEPTED,
        prepare=somebody_elses_work,
    ),
    Deed("verify", "looking", SHOWN, pressing("verify_close"), state=FIXED),
    Deed("verify", "close", MOVED, pressing("outcome", "rectified"), state=FIXED),
    Deed("verify", "asking", ASKED, pressing("send_back"), state=FIXED),
    Deed("verify", "send_back", MOVED, pressing("backwhy", 1), state=FIXED),
    Deed(
        "verify_own_work",
        "close",
        MOVED,
        pressing("outcome", "rectified"),
        state=FIXED,
        facts=done_by_oneself,
    ),
    Deed("verify_own_work", "send_back", MOVED, pressing("backwhy", 1), state=FIXED, facts=done_by_oneself),
    Deed("reject", "asking", ASKED, pressing("refuse")),
    Deed("reject", "button", MOVED, pressing("because", 1)),
    Deed("suspend", "asking", ASKED, pressing("suspend")),
    Deed("suspend", "days", ASKED, pressing("stoptill", 3)),
    Deed("suspend", "button", MOVED, pressing("stopwhy", 1, LATER)),
    Deed("suspend", "resume", MOVED, pressing("resume"), state=State.SUSPENDED),
    Deed("ask_extension", "asking", ASKED, pressing("ask_extension"), state=ACCEPTED),
    Deed("ask_extension", "button", MOVED, pressing("morewhy", 1, LATER), state=ACCEPTED),
    Deed(
        "decide_extension",
        "grant",
        MOVED,
        pressing("grant_extension"),
        state=ACCEPTED,
        facts=asked_by(HOLDER),
    ),
    Deed(
        "decide_extension", "refuse", MOVED, pressing("nomorewhy", 1), state=ACCEPTED, facts=asked_by(HOLDER)
    ),
    Deed(
        "decide_own_extension",
        "grant",
        MOVED,
        pressing("grant_extension"),
        state=ACCEPTED,
        facts=asked_by(None),
    ),
    Deed("reopen", "asking", ASKED, pressing("reopen"), state=CLOSED),
    Deed("reopen", "button", MOVED, pressing("openwhy", 1), state=CLOSED),
    Deed("look_back", "clear", LOOKED, one_of("lbclear"), state=CLOSED, prepare=a_look_back),
    Deed("look_back", "relapse", MOVED, one_of("lbback"), state=CLOSED, prepare=a_look_back),
    Deed(
        "look_back_at_own_work",
        "clear",
        LOOKED,
        one_of("lbclear"),
        state=CLOSED,
        prepare=a_look_back,
        facts=done_by_oneself,
    ),
    Deed("register_order", "command", DRAFTED, says=saying("/order 示例"), cases=PLACES, quiet=False),
    Deed(
        "register_order",
        "button",
        CHANGED,
        one_of("ordsource", "city"),
        cases=CASES,
        prepare=an_order_in_the_making,
    ),
    Deed(
        "register_order",
        "submit",
        "select count(*) from orders where registered_by = :person",
        one_of("ordsubmit", 1),
        cases=PLACES,
        prepare=a_whole_order,
    ),
    Deed("see_order", "button", SHOWN, lambda c: ("ordsee", c.number), prepare=an_order),
    Deed("reply_order", "button", ANSWERED, lambda c: ("ordreply", c.number), prepare=an_order),
    Deed("count_orders", "command", SHOWN, says=saying("/count 交办"), cases=PLACES, naming="11月1日"),
    Deed("report", "command", REPORTING, says=saying("/report"), cases=PLACES),
    Deed("report", "submit", REPORTED, one_of("dsubmit", 1), prepare=a_report),
    Deed("ask_whom_to_invite", "command", SHOWN, says=saying("/invite"), cases=PLACES, naming='"inv.'),
    Deed("invite_patrol", "here", INVITED_HERE, lambda _: ("inv", "patrol", TOWN), cases=PLACES),
    Deed("invite_patrol", "there", INVITED_THERE, lambda _: ("inv", "patrol", OTHER_TOWN), cases="x"),
    Deed("invite_staff", "here", INVITED_HERE, lambda _: ("inv", "town_staff", TOWN), cases=PLACES),
    Deed("invite_staff", "there", INVITED_THERE, lambda _: ("inv", "town_staff", OTHER_TOWN), cases="x"),
    Deed("invite_staff", "bureau", INVITED, lambda _: ("inv", "bureau_staff", OTHER_BUREAU), cases="x"),
    Deed("invite_inspector", "button", INVITED, lambda _: ("inv", "inspector"), cases=PLACES),
    Deed("invite_office", "button", INVITED, lambda _: ("inv", "office"), cases=PLACES),
    Deed(
        "bind_group",
        "command",
        SHOWN,
        says=saying("/bind 江山路街道"),
        cases=PLACES,
        naming='"bind.',
        mute=False,
    ),
    Deed("bind_group", "button", BOUND, lambda _: ("bind", OTHER_TOWN), cases=PLACES),
    Deed(
        "unbind_group", "command", SHOWN, says=saying("/unbind"), cases=PLACES, naming='"unbind.', mute=False
    ),
    Deed("unbind_group", "button", UNBOUND, lambda _: ("unbind",), cases="oOr"),
)
