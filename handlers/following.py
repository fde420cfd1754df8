"""What a move brings with it beyond the ticket itself: look backs are made and called off, an order needs its answer."""

from datetime import datetime

from domain.lookback import dates
from domain.order import NeedsReply, must_be_answered, owing
from domain.ticket import OPEN, Move
from handlers.desk import Desk, Office
from handlers.order_people import office_people, people_of
from storage import lookbacks, orders, outbox
from storage.lookbacks import LookBack
from storage.tx import Tx


async def check(desk: Desk, move: Move) -> None:
    """Call it before a move is kept; raises NeedsReply where it would close an order without its answer."""
    if not must_be_answered(move.events[-1].move, move.ticket.outcome):
        return
    order = await orders.by_number(desk.tx.c, move.ticket.number)
    if order is None:
        return
    missing = owing(order.units, await orders.replies_of(desk.tx.c, order.number))
    if missing:
        between = "、" if desk.language == "zh" else ", "
        raise NeedsReply(units=between.join(unit_name(desk.office, desk.language, unit) for unit in missing))


async def follow(tx: Tx, office: Office, move: Move, now: datetime) -> None:
    """Call it in the transaction of every move that opens or ends a ticket; for other moves it does nothing."""
    before, ticket = move.events[0].before, move.ticket
    was_open, is_open = before is None or before in OPEN, ticket.state in OPEN
    if was_open == is_open:
        return
    orders.ended(tx, ticket.number, ended=not is_open)
    if is_open:
        await _call_off(tx, ticket.number)
        return
    await _not_reminded(tx, office, ticket.number)
    for days, at in dates(ticket, office.district.look_back, office.district.basics.zone):
        if at > now:
            one = LookBack(id=office.new_id(), number=ticket.number, days=days, due_at=at)
            lookbacks.save(tx, one)


def unit_name(office: Office, language: str, code: str) -> str:
    """The name of a town or a bureau."""
    district = office.district
    towns, bureaus = {one.code: one for one in district.towns}, {one.code: one for one in district.bureaus}
    unit = towns.get(code) or bureaus[code]
    return unit.name if language == "zh" else unit.name_en


async def _not_reminded(tx: Tx, office: Office, number: str) -> None:
    if order := await orders.by_number(tx.c, number):
        for person in [*await people_of(tx, office, order), *await office_people(tx)]:
            outbox.cancel(tx, f"order:{number}:{person.id}")


async def _call_off(tx: Tx, number: str) -> None:
    """Who was asked and has not been told yet is not told any more."""
    for one in await lookbacks.open_of(tx.c, number):
        for person in one.asked:
            outbox.cancel(tx, f"lookback:{one.id}:{person}")
    lookbacks.cancel(tx, number)
